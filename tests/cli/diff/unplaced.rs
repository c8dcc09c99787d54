//! Azure role assignments at scopes that nobody understands: what they give isn't known, and a new one is never passed.

use crate::support::Bench;
use crate::support::lines::{ANN, BEN, SUBSCRIPTION, account, snapshot};
use serde_json::{Value, json};

/// Azure role assignments that read keys: who, and where.
fn tenant(assigned: &[(&str, &str)]) -> String {
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let role = format!(
        "{subscription}/providers/Microsoft.Authorization/roleDefinitions/c0000000-0000-4000-8000-00000000000c"
    );
    let one = |(number, (who, scope)): (usize, &(&str, &str))| {
        json!({"id": format!("{subscription}/providers/Microsoft.Authorization/roleAssignments/{number}"), "role_definition_id": role,
            "principal_id": who, "scope": scope})
    };
    let assignments: Vec<Value> = assigned.iter().enumerate().map(one).collect();
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": assignments, "role_definitions": [
        {"id": role, "role_name": "Keys", "built_in": false, "assignable_scopes": [subscription],
            "permissions": [{"actions": ["Microsoft.DocumentDB/*"], "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    snapshot(&[account("shop", &[], &[])], Some(plane))
}

#[test]
fn a_new_assignment_at_an_invalid_scope_is_not_compared() {
    let bench = Bench::offline();
    let own = format!("/subscriptions/{SUBSCRIPTION}");
    for odd in [
        "",
        "subscriptions/x",
        "//subscriptions/x",
        " /subscriptions/x",
        "/subscriptions/x/resourceGroups/",
        "/nowhere",
    ] {
        bench.write("old.jsonl", tenant(&[(ANN, &own)]));
        bench.write("new.jsonl", tenant(&[(ANN, &own), (BEN, odd)]));
        for files in [["old.jsonl", "new.jsonl"], ["new.jsonl", "old.jsonl"]] {
            let outcome = bench.run(&["diff", files[0], files[1], "--fail-on-gain"]).exits(3);
            let says = format!("its scope `{odd}` is invalid");
            let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
            let wanted: Vec<&str> = says.split_whitespace().collect();
            assert!(words.join(" ").contains(&wanted.join(" ")), "{odd:?} {outcome}");
        }
        // What didn't change is no change.
        bench
            .run(&["diff", "new.jsonl", "new.jsonl", "--fail-on-gain"])
            .exits(0);
    }
}
