//! Who can write role assignments of one API, in accounts of every API: of their own it is certain, of another possible, as such an
//! assignment itself is.

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
