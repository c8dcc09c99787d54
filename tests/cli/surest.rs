//! An answer counts each principal once, for the surest that they can.

use crate::support::Bench;
use crate::support::lines::{ANN, SUBSCRIPTION, account, allows, snapshot};
use serde_json::json;

/// The built-in role Owner.
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/// What is certain after a change is more than what is only possible at once.
#[test]
fn what_is_certain_after_a_change_comes_before_what_is_possible() {
    let role = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{OWNER}");
    let plane = json!({"control_plane": {
        "subscription": SUBSCRIPTION, "deny_assignments": [], "eligible": [], "delegations": [], "gaps": [],
        "role_assignments": [{"id": format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/e"),
            "role_definition_id": role, "principal_id": ANN, "principal_type": "User",
            "scope": format!("/subscriptions/{SUBSCRIPTION}")}],
        "role_definitions": [{"id": role, "role_name": "Owner", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["*"], "not_actions": []}]}]}});
    // Whether this wildcard covers what is below containers isn't documented.
    let roles = [("most", allows(&["sqlDatabases/*"]))];
    let blue = account("blue", &roles, &[(ANN, 0, "/")]);
    let bench = Bench::offline();
    bench.write("s.jsonl", snapshot(&[blue], Some(plane)));
    let who = bench.run(&["who-can", "delete", "--snapshot=s.jsonl"]).exits(0);
    let said = "Nobody certainly can delete items in blue directly. 1 principal possibly can. 1 principal can grant themselves access.";
    let sentences = who.stdout.split("\n\n").next().unwrap().replace('\n', " ");
    assert_eq!(sentences, said, "{who}");
    let one = ["access", "--can=delete", "--snapshot=s.jsonl", "--principal", ANN];
    let one = bench.run(&one).exits(0).stdout;
    assert!(
        one.contains("possibly can delete items in blue") && one.contains("They can grant themselves access"),
        "{one}"
    );
}
