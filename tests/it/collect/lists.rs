//! Lists in pages, and what the pages may do to a client.

use super::*;

const TENANT: &str =
    "generate: { subscriptions: 3, accounts_per_subscription: 5, databases: 3, containers: 4, role_assignments: 7 }";

async fn scan(options: Options) -> Snapshot {
    let azure = Azure::start(Tenant::from_yaml(TENANT).unwrap(), options).await;
    let mut snapshot = azure.scan().await;
    snapshot.accounts.iter_mut().for_each(AccountRecord::sort);
    assert!(snapshot.is_complete(), "{:?}", snapshot.gaps);
    snapshot
}

#[tokio::test]
async fn pages_make_no_difference() {
    let whole = scan(Options::default()).await;
    assert_eq!(whole.accounts.len(), 15);
    let small = Options {
        page_size: 2,
        ..Options::default()
    };
    for options in [
        small.clone(),
        Options {
            relative_next_link: true,
            ..small.clone()
        },
        Options {
            empty_next_link_at_end: true,
            ..small.clone()
        },
        Options {
            empty_first_page: true,
            ..small.clone()
        },
        Options { gzip: true, ..small },
    ] {
        let mut paged = scan(options).await;
        paged.header = whole.header.clone();
        assert_eq!(paged, whole);
    }
}

#[tokio::test]
async fn a_later_page_that_fails_leaves_the_earlier_ones() {
    let small = Options {
        page_size: 2,
        ..Options::default()
    };
    let azure = Azure::start(Tenant::from_yaml(TENANT).unwrap(), small).await;
    let mut fault = fault("databaseAccounts", "*", FaultKind::Forbidden);
    fault.on.account = None;
    fault.skip = 1;
    fault.on.subscription = Some(azure.scan().await.header.subscriptions[0].id.clone());
    azure.emulator.set_faults(vec![fault]);
    let snapshot = azure.scan().await;
    assert_eq!(snapshot.accounts.len(), 2 + 5 + 5);
    let gap = &snapshot.gaps[0];
    assert_eq!((gap.gap.what.as_str(), gap.gap.status), (Gap::ACCOUNTS, Some(403)));
    assert_eq!(
        gap.subscription.as_deref(),
        Some(snapshot.header.subscriptions[0].id.as_str())
    );
}

#[tokio::test]
async fn names_in_answers_cannot_change_a_request() {
    let tenant = r#"
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts:
      - name: one
        databases: { "a b?c#d%2f": [x] }
        raw_databases:
          - { name: "../../victim", properties: { resource: { id: "../../victim/listKeys" } } }
          - { name: "..", properties: { resource: { id: ".." } } }
      - { name: two, raw: { kind: GlobalDocumentDB, properties: {},
          id: "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/../providers/Microsoft.DocumentDB/databaseAccounts/x" } }
"#;
    let azure = Azure::start(Tenant::from_yaml(tenant).unwrap(), Options::default()).await;
    let snapshot = azure.scan().await;
    let one = account(&snapshot, "one");
    let odd = one
        .databases
        .as_ref()
        .unwrap()
        .iter()
        .find(|database| database.name.starts_with("a b"))
        .unwrap();
    assert_eq!(odd.containers, Some(vec!["x".to_owned()]));
    let mut gaps: Vec<_> = one
        .gaps
        .iter()
        .map(|gap| (gap.item.as_deref(), gap.code.as_str()))
        .collect();
    gaps.sort();
    assert_eq!(gaps.len(), 2);
    assert_eq!(gaps[0], (Some(".."), "UnusableName"));
    assert_eq!(gaps[1].0, Some("../../victim/listKeys"));
    // An account in a resource group named `..` is kept, and none of its lists is asked for.
    let two = account(&snapshot, "x");
    assert!(two.gaps.iter().all(|gap| gap.code == "UnusableName"), "{:?}", two.gaps);
    let sneaky = |path: &str| path.to_ascii_lowercase().contains("/victim") || path.contains("/../");
    assert!(azure.requests(Origin::Arm).iter().all(|request| !sneaky(&request.path)));
}
