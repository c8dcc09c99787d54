//! Scans in which nothing goes wrong on the wire.

use super::*;
use cosmos_rbac::model::{Api, RoleKind};
use cosmos_rbac::snapshot::{Compression, Sink, Writer};
use std::collections::HashSet;

#[tokio::test]
async fn the_sample_tenant_is_read() {
    let azure = Azure::sample().await;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();

    let header = &snapshot.header;
    assert_eq!(header.taken_at.to_string(), "2026-03-04T05:06:07Z");
    assert_eq!(
        (header.cloud.as_str(), header.tenant.as_str()),
        ("custom", azure.emulator.tenant_id())
    );
    let names: Vec<_> = header.subscriptions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Production", "Sandbox"]);
    assert!(snapshot.ended);

    let orders = account(&snapshot, "cosmos-orders");
    assert_eq!(orders.gaps, []);
    assert_eq!(orders.account.id.resource_group(), "Rg-Orders");
    assert!(orders.account.tags.iter().any(|tag| tag == ("env", "prod")));
    assert_eq!(
        (
            orders.account.local_auth_disabled,
            orders.account.key_metadata_writes_disabled
        ),
        (Some(true), Some(true))
    );
    assert_eq!(
        (orders.role_definitions().len(), orders.role_assignments().len()),
        (3, 2)
    );
    let built_in: Vec<_> = orders
        .role_definitions()
        .iter()
        .filter(|role| role.is_built_in())
        .collect();
    assert_eq!(built_in.len(), 2);
    let databases = orders.inventory().unwrap();
    assert_eq!(databases.len(), 2);
    assert!(
        databases
            .iter()
            .any(|database| database.name == "Empty" && database.containers == Some(vec![]))
    );

    let legacy = account(&snapshot, "cosmos-legacy");
    assert_eq!(
        legacy.account.local_auth_disabled,
        Some(false),
        "absent means that keys work"
    );
    assert_eq!(
        codes(&legacy.gaps),
        ["containers: NotFound", "sqlRoleAssignments: MalformedItem"]
    );
    assert_eq!(legacy.role_assignments().len(), 1);

    let odd = account(&snapshot, "cosmos-odd");
    assert_eq!((odd.account.local_auth_disabled, odd.account.api), (None, Api::Sql));
    assert_eq!(codes(&odd.gaps), ["disableLocalAuth: MalformedField"]);
    assert!(
        odd.role_definitions()
            .iter()
            .any(|role| role.role_name == "Numbered" && !role.is_built_in())
    );

    let kinds = |name: &str| -> Vec<RoleKind> {
        let other = account(&snapshot, name);
        assert_eq!(other.gaps, []);
        other.role_definitions().iter().map(|role| role.kind).collect()
    };
    // Its own, and those of another API that is assigned there.
    assert_eq!(
        kinds("cosmos-graph"),
        [RoleKind::Gremlin, RoleKind::Gremlin, RoleKind::Sql, RoleKind::Sql]
    );
    assert_eq!(kinds("cosmos-mongo"), [RoleKind::MongoMi; 2]);
    let graph = account(&snapshot, "cosmos-graph");
    assert_eq!(graph.role_assignments()[0].kind, RoleKind::Sql);
    assert_eq!(graph.inventory().unwrap()[0].containers.as_ref().unwrap(), &["people"]);
    let gaps: Vec<_> = snapshot
        .gaps
        .iter()
        .map(|gap| (&gap.subscription, gap.gap.what.as_str()))
        .collect();
    assert_eq!(
        gaps,
        [(&Some("5e1f0c1a-0000-4000-8000-000000000002".to_owned()), Gap::ACCOUNTS)]
    );
    assert_eq!((summary.subscriptions, summary.accounts, summary.gaps), (2, 5, 4));
    assert_eq!((summary.retries, summary.throttled), (0, 0));
    assert!(
        snapshot
            .accounts
            .iter()
            .all(|record| record.unexplained_null().is_none())
    );
}

#[tokio::test]
async fn nothing_is_asked_for_twice_or_in_vain() {
    let azure = Azure::sample().await;
    let (_, summary) = azure.try_scan(&Target::All).await.unwrap();
    let requests = azure.requests(Origin::Arm);
    let urls: HashSet<_> = requests.iter().map(|request| (&request.path, &request.query)).collect();
    assert_eq!(urls.len(), requests.len());
    assert_eq!(u64::try_from(requests.len()).unwrap(), summary.requests);
    // Subscriptions, and the tenant's name; accounts, two types of clusters and other resources of two; three lists of five accounts, and the
    // role assignments of four other APIs, of which one has some and so its definitions, too; containers of four databases;
    // users and roles of MongoDB itself; Azure RBAC. Of four resource groups with accounts, too, it is asked what they delegate.
    assert_eq!(requests.len(), 1 + 1 + 2 * 4 + (3 + 4) * 5 + 1 + 4 + 2 + 2 * 5 + 4);
    assert!(
        requests
            .iter()
            .all(|request| request.user_agent.contains("cosmos-rbac")),
        "{:?}",
        requests[0]
    );
    assert_eq!(
        azure.requests(Origin::Login).len(),
        2,
        "one token serves all, and another one Graph"
    );
    // Principals, and the members of the group among them.
    let graph: Vec<_> = azure
        .requests(Origin::Graph)
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        graph,
        [
            "/v1.0/directoryObjects/getByIds",
            "/v1.0/groups/0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11/transitiveMembers"
        ]
    );
    assert_eq!(summary.graph_requests, 2);
    assert_eq!(summary.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn without_inventory_no_database_is_read() {
    let mut azure = Azure::sample().await;
    azure.options.inventory = false;
    let snapshot = azure.scan().await;
    let orders = account(&snapshot, "cosmos-orders");
    assert_eq!((&orders.databases, orders.gaps.len()), (&None, 0));
    assert!(
        !azure
            .requests(Origin::Arm)
            .iter()
            .any(|request| request.path.contains("sqlDatabases"))
    );
}

#[tokio::test]
async fn a_snapshot_file_reads_back_as_it_was_scanned() {
    let azure = Azure::sample().await;
    let mut writer = Writer::new(Vec::new(), Compression::Zstd).unwrap();
    let taken_at: Timestamp = "2026-03-04T05:06:07.891Z".parse().unwrap();
    collect(&azure.options, &Target::All, taken_at, &mut writer)
        .await
        .unwrap();
    let bytes = writer.finish().unwrap();
    let mut read = Snapshot::read(&bytes[..], "test").unwrap();
    let mut scanned = azure.scan().await;
    for record in read.accounts.iter_mut().chain(&mut scanned.accounts) {
        record.sort();
        // The service names the request in its messages.
        record.gaps.iter_mut().for_each(|gap| gap.message.clear());
    }
    assert_eq!(read, scanned);
}

#[tokio::test]
async fn few_requests_in_flight_read_as_much_as_many() {
    let tenant = "generate: { subscriptions: 3, accounts_per_subscription: 7, databases: 2, containers: 2 }";
    let mut azure = Azure::start(Tenant::from_yaml(tenant).unwrap(), Options::default()).await;
    let many = azure.scan().await;
    assert_eq!(many.accounts.len(), 21);
    assert!(many.is_complete());
    for concurrency in [1, 2] {
        azure.options.concurrency = concurrency.try_into().unwrap();
        let mut few = azure.scan().await;
        few.accounts.iter_mut().for_each(AccountRecord::sort);
        let mut many = many.clone();
        many.accounts.iter_mut().for_each(AccountRecord::sort);
        assert_eq!(few, many);
    }
}

#[tokio::test]
async fn a_sink_that_fails_ends_the_scan() {
    struct Full(usize);
    impl Sink for Full {
        fn line(&mut self, _: cosmos_rbac::snapshot::Line) -> std::io::Result<()> {
            self.0 += 1;
            if self.0 > 2 {
                Err(std::io::Error::other("disk full"))
            } else {
                Ok(())
            }
        }
    }
    let azure = Azure::sample().await;
    let error = collect(&azure.options, &Target::All, Timestamp::UNIX_EPOCH, &mut Full(0))
        .await
        .unwrap_err();
    assert!(matches!(error, CollectError::Sink(_)), "{error}");
    assert!(error.to_string().contains("disk full"), "{error}");
}

#[tokio::test]
async fn the_requests_in_flight_are_bounded() {
    let tenant = "generate: { subscriptions: 2, accounts_per_subscription: 4, databases: 1, containers: 1 }";
    let latency = Duration::from_millis(10);
    let options = Options {
        latency,
        ..Options::default()
    };
    let mut azure = Azure::start(Tenant::from_yaml(tenant).unwrap(), options).await;
    azure.options.concurrency = 2.try_into().unwrap();
    let start = std::time::Instant::now();
    let (_, summary) = azure.try_scan(&Target::All).await.unwrap();
    let least = latency * u32::try_from(summary.requests / 2).unwrap();
    assert!(
        start.elapsed() >= least,
        "{} requests took {:?}",
        summary.requests,
        start.elapsed()
    );
}

#[tokio::test]
async fn a_scan_that_is_given_up_stops_asking() {
    let tenant = "generate: { subscriptions: 4, accounts_per_subscription: 50 }";
    let options = Options {
        latency: Duration::from_millis(20),
        ..Options::default()
    };
    let mut azure = Azure::start(Tenant::from_yaml(tenant).unwrap(), options).await;
    azure.options.concurrency = 4.try_into().unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(300), azure.scan()).await;
    assert!(given_up.is_err());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = azure.emulator.request_count();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(azure.emulator.request_count(), before);
}
