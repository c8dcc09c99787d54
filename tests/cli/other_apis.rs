//! What is about another API than an account's: who can write role assignments there (possible, as such an assignment itself is), what
//! isn't read of them, and denies that name nothing of the account's own API.

use crate::kinds;
use crate::support::Bench;
use crate::support::lines::{ANN, SUBSCRIPTION, account, snapshot};
use serde_json::{Value, json};

/// Accounts' APIs with what their roles are called, and the API of users with passwords, which only MongoDB has.
const KINDS: [(&str, &str); 5] = [
    ("sql", "sqlRoleAssignments"),
    ("table", "tableRoleAssignments"),
    ("cassandra", "cassandraRoleAssignments"),
    ("gremlin", "gremlinRoleAssignments"),
    ("mongo", "mongoMIRoleAssignments"),
];
const PASSWORDS: &str = "mongodbUserDefinitions";

fn text(api: &str, action: &str) -> String {
    let mut shop = account("shop", &[], &[]);
    shop["account"]["api"] = json!(api);
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let role = format!(
        "{subscription}/providers/Microsoft.Authorization/roleDefinitions/a0000000-0000-4000-8000-000000000001"
    );
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION,
        "role_assignments": [{"id": format!("{subscription}/providers/Microsoft.Authorization/roleAssignments/eeeeeeee-0000-4000-8000-000000000001"),
            "scope": subscription, "principal_id": ANN, "principal_type": "User", "role_definition_id": role}],
        "role_definitions": [{"id": role, "role_name": "Granter", "built_in": false, "assignable_scopes": [subscription],
            "permissions": [{"actions": [format!("Microsoft.DocumentDB/databaseAccounts/{action}/write")], "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    snapshot(&[shop], Some(plane))
}

#[test]
fn assignments_of_every_api_can_be_written_in_every_account() {
    let bench = Bench::offline();
    bench.write("p.yaml", "version: 1\naccounts: [{ role_admins: [] }]\n");
    for (api, _) in KINDS {
        for (own, action) in KINDS.into_iter().chain([("mongo", PASSWORDS)]) {
            bench.write("s.jsonl", text(api, action));
            let audit = bench.run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-f=json"]);
            let audit = audit.report();
            let found = audit.of("self-grant");
            let access = bench.run(&["access", "--snapshot=s.jsonl", &format!("--principal={ANN}"), "-f=json"]);
            let access: Value = serde_json::from_str(&access.stdout).unwrap();
            let rows = access["rows"].as_array().unwrap();
            let is_mine = own == api;
            if action == PASSWORDS && !is_mine {
                assert!(found.is_empty() && rows.is_empty(), "{action} in {api}: {rows:?}");
                continue;
            }
            assert_eq!(found.len(), 1, "{action} in {api}");
            let is_certain = is_mine && action != PASSWORDS;
            let word = if is_certain { "certain" } else { "possible" };
            assert_eq!(found[0]["confidence"], word, "{action} in {api}");
            let manage = if is_certain { "yes" } else { "possible" };
            assert_eq!(rows[0]["access"]["manage"], manage, "{action} in {api}: {rows:?}");
            let why = found[0]["message"].as_str().unwrap();
            let is_said = why.contains("apply in an account with another API, which isn't documented");
            assert_eq!(is_said, !is_mine, "{action} in {api}: {:?}", found[0]);
        }
    }
}

/// What Azure knows in no version that is asked for isn't empty. An account that has no such list has nothing in it.
#[test]
fn lists_that_azure_does_not_know_are_not_empty() {
    for (status, code, exit) in [
        (400, "NoRegisteredProviderFound", 3),
        (400, "InvalidApiVersionParameter", 3),
        (404, "InvalidResourceType", 3),
        (400, "BadRequest", 0),
        (405, "MethodNotAllowed", 0),
    ] {
        let body = json!({"error": {"code": code, "message": "no"}}).to_string();
        let bench = Bench::azure(&format!(
            "faults: [{{ on: {{ kind: cassandraRoleAssignments }}, kind: {{ answer: {{ status: {status}, body: {body:?} }} }} }}]
subscriptions:
  - id: {SUBSCRIPTION}
    accounts: [{{ name: shop, disable_local_auth: true, disable_key_based_metadata_write_access: true, databases: {{}} }}]
"
        ));
        bench
            .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
            .run()
            .exits(exit);
        let audit = bench
            .run(&["audit", "--snapshot=s.jsonl", "-f=json"])
            .exits(exit)
            .report();
        let found = audit.of("collection-incomplete");
        assert_eq!(found.len(), usize::from(exit == 3), "{code}: {found:?}");
        if let [found] = found[..] {
            let remedy = found["remedy"]["summary"].as_str().unwrap();
            assert!(
                remedy.contains("newer version") && remedy.contains("--own-kinds-only"),
                "{remedy}"
            );
        }
    }
}

/// A deny of one API's actions says nothing of another's, and that isn't passed over, unless another deny is about the same place.
#[test]
fn a_deny_of_another_api_denies_nothing_and_says_so() {
    let bench = Bench::azure(&kinds::mixed(""));
    let in_block = |denies: &str| {
        let deny = format!("version: 1\naccounts:\n  - match: {{}}\n    deny: [{denies}]\n");
        let report = kinds::audit(&bench, &deny).report();
        let not_checked = report.0["summary"]["not_checked"].as_array().unwrap().clone();
        let told = not_checked.into_iter().filter(|one| one["what"] == "denied-actions");
        let why = |one: Value| {
            one["why"]
                .as_str()
                .unwrap()
                .split(", such as")
                .next()
                .unwrap()
                .to_owned()
        };
        let mut reasons: Vec<String> = told.map(why).collect();
        reasons.retain(|why| why.starts_with("the deny"));
        reasons.sort();
        reasons.dedup();
        reasons
    };
    let at = |scope: &str, actions: &str| format!("{{ data_actions: [{actions}], scope: {scope} }}");
    let denied = |actions: &str| in_block(&at("/", actions));
    let of = |api: &str| format!("the deny names no data action of the {api} API");
    let items = "sqlDatabases/containers/items/delete";
    assert_eq!(denied(items), [of("MongoDB"), of("Table")]);
    assert_eq!(denied(&format!("readMetadata, {items}")), [of("MongoDB"), of("Table")]);
    assert_eq!(denied(&format!("tables/*, {items}")), [of("MongoDB")]);
    assert_eq!(denied("\"*\""), [""; 0]);
    assert_eq!(denied("readMetadata"), [""; 0]);
    // Each for its own API.
    let tables = "tables/containers/entities/delete";
    let both = [at("/", items), at("/", tables)].join(", ");
    assert_eq!(in_block(&both), [of("MongoDB")]);
    let all = [both.as_str(), &at("/", "\"*/delete\"")].join(", ");
    assert_eq!(in_block(&all), [""; 0]);
    // Of another place, and of something that is no data.
    let elsewhere = [at("/", items), at("/dbs/x", tables)].join(", ");
    assert_eq!(in_block(&elsewhere), [of("MongoDB"), of("Table")]);
    let metadata = [at("/", items), at("/", "readMetadata")].join(", ");
    assert_eq!(in_block(&metadata), [of("MongoDB"), of("Table")]);
}
