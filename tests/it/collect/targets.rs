//! Which subscriptions are scanned.

use super::*;

const PRODUCTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const SANDBOX: &str = "5e1f0c1a-0000-4000-8000-000000000002";

fn ids(snapshot: &Snapshot) -> Vec<&str> {
    snapshot
        .header
        .subscriptions
        .iter()
        .map(|one| one.id.as_str())
        .collect()
}

#[tokio::test]
async fn given_subscriptions_are_scanned_once_each() {
    let azure = Azure::sample().await;
    let given = [SANDBOX.to_uppercase(), SANDBOX.to_owned()];
    let (snapshot, summary) = azure.try_scan(&Target::Subscriptions(given.to_vec())).await.unwrap();
    assert_eq!(ids(&snapshot), [SANDBOX]);
    assert_eq!(snapshot.header.subscriptions[0].name, "Sandbox");
    assert_eq!(snapshot.header.tenant, azure.emulator.tenant_id());
    assert_eq!(summary.subscriptions, 1);
}

#[tokio::test]
async fn a_given_subscription_that_is_not_there_is_an_error() {
    let azure = Azure::sample().await;
    let unknown = "deadbeef-0000-4000-8000-000000000000".to_owned();
    let target = Target::Subscriptions(vec![unknown.clone(), PRODUCTION.to_owned()]);
    match azure.try_scan(&target).await.unwrap_err() {
        CollectError::UnknownSubscriptions { ids, .. } => assert_eq!(ids, [unknown]),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn management_groups_are_searched_at_any_depth() {
    let azure = Azure::sample().await;
    for (group, subscriptions) in [("contoso", &[PRODUCTION, SANDBOX][..]), ("sandbox", &[SANDBOX])] {
        let target = Target::ManagementGroup(group.to_owned());
        let (snapshot, _) = azure.try_scan(&target).await.unwrap();
        assert_eq!(ids(&snapshot), subscriptions);
        assert_eq!(snapshot.header.tenant, azure.emulator.tenant_id());
    }
}

#[tokio::test]
async fn a_target_that_is_refused_is_an_error() {
    let azure = Azure::sample().await;
    let nowhere = Target::ManagementGroup("no/where?".to_owned());
    let error = azure.try_scan(&nowhere).await.unwrap_err().to_string();
    assert!(error.contains("`no/where?`"), "{error}");
    for kind in [FaultKind::Forbidden, FaultKind::Status(401)] {
        let mut refused = fault("subscriptions", "*", kind);
        refused.on.account = None;
        azure.emulator.set_faults(vec![refused]);
        let error = azure.try_scan(&Target::All).await.unwrap_err();
        assert!(matches!(error, CollectError::Subscriptions(_)), "{error}");
    }
}

#[tokio::test]
async fn a_list_of_subscriptions_that_fails_otherwise_is_a_gap() {
    let azure = Azure::sample().await;
    let mut broken = fault("subscriptions", "*", FaultKind::Html);
    broken.on.account = None;
    azure.emulator.set_faults(vec![broken]);
    let snapshot = azure.scan().await;
    assert_eq!(snapshot.accounts, []);
    assert_eq!((snapshot.gaps.len(), snapshot.is_complete()), (1, false));
    assert_eq!(
        (&snapshot.gaps[0].subscription, snapshot.gaps[0].gap.what.as_str()),
        (&None, Gap::SUBSCRIPTIONS)
    );
}

#[tokio::test]
async fn bad_ids_and_endpoints_are_refused_before_anything_is_sent() {
    let mut azure = Azure::sample().await;
    let error = azure
        .try_scan(&Target::Subscriptions(vec!["prod".to_owned()]))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("invalid subscription ID `prod`"), "{error}");
    azure.options.arm_endpoint = Some("http://localhost:1".parse().unwrap());
    let error = azure.try_scan(&Target::All).await.unwrap_err();
    assert!(error.to_string().contains("--arm-endpoint isn't https"), "{error}");
    assert_eq!(azure.emulator.request_count(), 0);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_ends_it_at_once() {
    let azure = Azure::sample().await;
    let other = Azure::sample().await;
    let mut options = azure.options.clone();
    options.ca_bundle.clone_from(&other.options.ca_bundle);
    let mut snapshot = Snapshot::new(Header::new(
        Timestamp::UNIX_EPOCH,
        String::new(),
        String::new(),
        Vec::new(),
    ));
    let error = collect(&options, &Target::All, Timestamp::UNIX_EPOCH, &mut snapshot)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(azure.emulator.request_count(), 0);
}

#[tokio::test]
async fn a_tenant_whose_name_cannot_be_read_keeps_its_id_and_nothing_else_changes() {
    let azure = Azure::start(
        Tenant::from_yaml(&format!("name: Contoso\n{PAIR}")).unwrap(),
        Options::default(),
    )
    .await;
    let named = azure.scan().await;
    assert_eq!(named.header.tenant_name.as_deref(), Some("Contoso"));
    let tenants = azure.requests(Origin::Arm).into_iter();
    assert_eq!(tenants.filter(|one| one.path == "/tenants").count(), 1);

    let refused = Fault::new(FaultKind::Forbidden).on(Matcher::kind("tenants"));
    azure.emulator.set_faults(vec![refused]);
    let mut unnamed = azure.scan().await;
    assert!(unnamed.is_complete());
    assert_eq!(unnamed.header.tenant_name.take(), None);
    unnamed.header.tenant_name.clone_from(&named.header.tenant_name);
    assert_eq!(unnamed, named);
}
