//! Questions whose answer depends on what no list says: who is in a group, and who was given a key.

use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/0c05a0c5-0000-4000-8000-000000000001";
const IDA: &str = "c0de0000-0000-4000-8000-000000000021";
const GROUP: &str = "9999aaaa-0000-4000-8000-000000000001";

fn shows(run: &Outcome, texts: &[&str]) {
    for text in texts {
        assert!(run.stdout.contains(text), "`{text}` is missing: {run}");
    }
}

/// One account without roles of its own. Ida can change it, and a group can read its keys.
fn tenant(bench: &Bench, is_disabled: bool, assignments: bool, group: &Value) -> [&'static str; 1] {
    let account = format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/lonely");
    let role = |name: &str, action: &str| {
        json!({"id": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{name}"), "role_name": name,
            "built_in": false, "assignable_scopes": ["/"],
            "permissions": [{"actions": [format!("Microsoft.DocumentDB/databaseAccounts/{action}")], "not_actions": []}]})
    };
    let assign = |role: &str, to: &str, kind: &str| {
        json!({"id": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/{role}"),
            "role_definition_id": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principal_id": to, "principal_type": kind, "scope": SUBSCRIPTION})
    };
    let assigned = match assignments {
        true => json!([assign("changer", IDA, "User"), assign("reader", GROUP, "Group")]),
        false => json!([]),
    };
    let lines = [
        json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
            "tenant": "72f988bf-0000-4000-8000-00000000c0de",
            "subscriptions": [{"id": &SUBSCRIPTION["/subscriptions/".len()..], "name": "One"}],
            "scope": {"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
                "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"], "control_plane": true, "graph": true}}),
        json!({"account": {"id": account, "name": "lonely", "resource_group": "rg",
                "subscription": &SUBSCRIPTION["/subscriptions/".len()..], "location": "West Europe", "api": "sql", "tags": {},
                "local_auth_disabled": is_disabled, "key_metadata_writes_disabled": true, "backup": "periodic"},
            "role_definitions": [], "role_assignments": [], "databases": [], "gaps": []}),
        json!({"control_plane": {"subscription": &SUBSCRIPTION["/subscriptions/".len()..], "role_assignments": assigned,
            "role_definitions": [role("changer", "write"), role("reader", "listKeys/action")], "deny_assignments": [],
            "eligible": [], "delegations": [], "gaps": []}}),
        json!({"principals": [{"id": IDA, "name": "Ida", "kind": "user", "found": true}, group]}),
        json!({"end": {"accounts": 1, "gaps": 0, "control_planes": 1, "principals": 2}}),
    ];
    bench.write("one.jsonl", lines.map(|line| format!("{line}\n")).concat());
    ["--snapshot=one.jsonl"]
}

fn group(members: &Value) -> Value {
    let mut group = json!({"id": GROUP, "name": "Readers", "kind": "group", "found": true});
    if let (Some(group), Some(members)) = (group.as_object_mut(), members.as_object()) {
        group.extend(members.clone());
    }
    group
}

#[test]
fn two_halves_of_a_path_are_put_together_by_who_could_be_in_a_group() {
    let bench = Bench::offline();
    // Who is in it is known, and it is nobody: Ida can't read keys, and whoever joins could not change the account.
    let closed = group(&json!({"members": [], "members_count": 0}));
    let [snapshot] = tenant(&bench, true, true, &closed);
    bench.run(&["who-can", "read", snapshot]).exits(1);
    bench.run(&["who-can", "read", "--principal=Ida", snapshot]).exits(1);
    for open in [json!({}), json!({"members": [], "members_count": 5})] {
        tenant(&bench, true, true, &group(&open));
        let run = bench.run(&["who-can", "read", snapshot]).exits(3);
        shows(
            &run,
            &[
                "Nobody is known who can read items",
                "who is a member of Readers isn't known in full",
            ],
        );
        let run = bench.run(&["who-can", "read", "--principal=Ida", snapshot]).exits(3);
        shows(&run, &["whether the principal is a member of Readers isn't known"]);
    }
    tenant(
        &bench,
        true,
        true,
        &group(&json!({"members": [IDA], "members_count": 1})),
    );
    bench.run(&["who-can", "read", "--principal=Ida", snapshot]).exits(0);
}

#[test]
fn nobody_is_no_answer_where_keys_are_accepted() {
    let bench = Bench::offline();
    let nobody = group(&json!({"members": [], "members_count": 0}));
    let [snapshot] = tenant(&bench, false, false, &nobody);
    let run = bench.run(&["who-can", "read", snapshot]).exits(3);
    shows(
        &run,
        &["Nobody is known who can read items", "an account key has access"],
    );
    tenant(&bench, true, false, &nobody);
    bench.run(&["who-can", "read", snapshot]).exits(1);
}
