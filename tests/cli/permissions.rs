//! `docs/permissions.md` says what it takes: no more than is asked for, and no less.

use crate::support::{Bench, repository};
use arm_emulator::{Fault, FaultKind, Matcher, Origin, Request};
use std::collections::BTreeSet;

/// Accounts of every API, of which everything is asked for, below a management group.
const TENANT: &str = r#"
management_groups: [{ id: all, subscriptions: [5e1f0c1a-0000-4000-8000-000000000001] }]
principals: [{ id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: Team, kind: group }]
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    rbac:
      role_definitions: [{ name: Retired, actions: ["*"], unlisted: true }]
      role_assignments: [{ role: Retired, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }]
    accounts:
      - { name: one, databases: { orders: [data] } }
      - { name: gone }
      - { name: flat, capabilities: [EnableTable], databases: { TablesDB: [data] } }
      - { name: wide, capabilities: [EnableCassandra], databases: { orders: [data] } }
      - { name: graph, capabilities: [EnableGremlin], databases: { orders: [data] } }
      - { name: documents, kind: MongoDB, databases: { orders: [data] } }
    mongo_clusters: [{ name: cores }]
    cassandra_clusters: [{ name: ring }]
"#;

fn document() -> String {
    std::fs::read_to_string(repository("docs/permissions.md")).unwrap()
}

fn role() -> serde_json::Value {
    let text = document();
    let json = text.split("```json").nth(1).unwrap().split("```").next().unwrap();
    serde_json::from_str(json).unwrap()
}

pub(crate) fn actions() -> BTreeSet<String> {
    let role = role();
    let actions = role["Actions"].as_array().unwrap().iter();
    actions
        .map(|action| action.as_str().unwrap().to_ascii_lowercase())
        .collect()
}

/// The action that a GET of Azure Resource Manager takes: the provider and the types of what is read, without the names
/// ("Azure resource provider operations", section on the format of actions).
fn action(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    let above = |path: &str| -> String {
        let types: Vec<&str> = path.split('/').skip(1).step_by(2).collect();
        format!("microsoft.resources/{}", types.join("/"))
    };
    let own = above(&path);
    let types: Vec<&str> = match path.rsplit_once("/providers/") {
        Some((_, below)) => {
            let mut parts = below.split('/');
            let provider = parts.next().unwrap();
            std::iter::once(provider).chain(parts.step_by(2)).collect()
        }
        None => vec![&own],
    };
    format!("{}/read", types.join("/"))
}

/// The actions that read the resources of a list of all resources, by its filter.
fn listed(query: &str) -> Vec<String> {
    let query = query.to_ascii_lowercase().replace("%27", "'").replace("%2f", "/");
    let types = query.split("resourcetype+eq+'").skip(1);
    types
        .map(|rest| format!("{}/read", rest.split('\'').next().unwrap()))
        .collect()
}

/// What all ways to scan ask for.
fn requests(bench: &Bench) -> Vec<Request> {
    for target in [
        &["--all-subscriptions"][..],
        &["--management-group=all"],
        &["--subscription=5e1f0c1a-0000-4000-8000-000000000001"],
    ] {
        bench
            .signed_in(&["audit", "--fail-on=never"])
            .args(target)
            .run()
            .exits(0);
    }
    bench.requests(Origin::Arm)
}

#[test]
fn the_role_is_what_is_asked_for() {
    assert_eq!(action("/subscriptions"), "microsoft.resources/subscriptions/read");
    assert_eq!(
        action("/subscriptions/s/resources"),
        "microsoft.resources/subscriptions/resources/read"
    );
    assert_eq!(
        action("/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlDatabases"),
        "microsoft.documentdb/databaseaccounts/sqldatabases/read"
    );
    let bench = Bench::azure(TENANT);
    // One that is deleted meanwhile is asked for by itself.
    let gone = Matcher {
        account: Some("gone".to_owned()),
        ..Matcher::kind("sqlRoleAssignments")
    };
    bench
        .emulator()
        .set_faults(vec![Fault::new(FaultKind::Deleted).on(gone)]);
    bench
        .signed_in(&["audit", "--all-subscriptions", "--fail-on=never"])
        .run()
        .exits(3);
    assert!(
        bench
            .requests(Origin::Arm)
            .iter()
            .any(|one| one.path.ends_with("/gone"))
    );
    bench.emulator().set_faults(Vec::new());
    let requests = requests(&bench);
    let asked = requests.iter().map(|request| action(&request.path));
    // The list of all resources has those that the identity can read.
    let filters = requests.iter().filter(|request| request.path.ends_with("/resources"));
    let types = filters.flat_map(|request| listed(&request.query));
    let asked: BTreeSet<String> = asked.chain(types).collect();
    assert_eq!(asked, actions());
    // No pattern, so that nothing comes with it, and nothing but reading.
    for action in actions() {
        let mut words = action.split('/');
        let is_of_keys = words.any(|word| word.ends_with("key") || word.ends_with("keys") || word.contains("strings"));
        assert!(
            !action.contains('*') && action.ends_with("/read") && !is_of_keys,
            "{action}"
        );
    }
    let role = role();
    for field in ["NotActions", "DataActions", "NotDataActions"] {
        assert_eq!(role[field], serde_json::json!([]), "{field}");
    }
}

/// The table names each of them, and what the program says without it is what the table says.
#[test]
fn the_table_is_right() {
    let text = document().to_ascii_lowercase();
    for action in actions() {
        assert!(text.contains(&format!("`{action}`")), "{action}");
    }
    let without = |kind: &str, arguments: &[&str], code: i32| {
        let bench = Bench::azure(TENANT);
        bench
            .emulator()
            .set_faults(vec![Fault::new(FaultKind::Forbidden).on(Matcher::kind(kind))]);
        bench
            .signed_in(&["audit", "--fail-on=never"])
            .args(arguments)
            .run()
            .exits(code);
    };
    for kind in [
        "databaseAccounts",
        "resources",
        "sqlRoleDefinitions",
        "sqlRoleAssignments",
        "sqlDatabases",
        "containers",
        "tableRoleDefinitions",
        "tableRoleAssignments",
        "cassandraRoleDefinitions",
        "cassandraRoleAssignments",
        "gremlinRoleDefinitions",
        "gremlinRoleAssignments",
        "mongoMIRoleDefinitions",
        "mongoMIRoleAssignments",
        "tables",
        "cassandraKeyspaces",
        "gremlinDatabases",
        "graphs",
        "mongodbDatabases",
        "collections",
        "roleAssignments",
        "roleDefinitions",
        "denyAssignments",
        "roleEligibilityScheduleInstances",
        "registrationAssignments",
    ] {
        without(kind, &["--all-subscriptions"], 3);
    }
    without("descendants", &["--management-group=all"], 2);
    without(
        "subscription",
        &["--subscription=5e1f0c1a-0000-4000-8000-000000000001"],
        0,
    );
    for kind in ["sqlDatabases", "containers"] {
        without(kind, &["--all-subscriptions", "--no-inventory"], 0);
    }
    for kind in ["roleAssignments", "denyAssignments", "roleDefinitions"] {
        without(kind, &["--all-subscriptions", "--no-control-plane"], 0);
    }
}

#[test]
fn graph_is_asked_for_what_the_document_says() {
    let bench = Bench::azure(TENANT);
    requests(&bench);
    let text = document();
    for request in bench.requests(Origin::Graph) {
        let path = request.path.replace("63cf3af1-7ee2-4d4c-9fe6-deb936065faa", "{id}");
        assert!(
            text.contains(&format!("`{} {path}`", request.method)),
            "{} {path}",
            request.method
        );
    }
}
