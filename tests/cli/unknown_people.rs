//! Principals of whom it isn't known who they are, or who is in them: an audit, an answer and a comparison name the same ones.

use crate::support::lines::{ANN, SUBSCRIPTION, account, account_id, allows, changed, snapshot};
use crate::support::{Bench, sample};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GROUPS: [&str; 2] = [
    "aaaaaaaa-1111-4000-8000-000000000001",
    "aaaaaaaa-1111-4000-8000-000000000002",
];
const ODD: &str = "aaaaaaaa-2222-4000-8000-000000000001";
const NAMELESS: &str = "aaaaaaaa-3333-4000-8000-000000000001";
const DELETED: &str = "aaaaaaaa-4444-4000-8000-000000000001";

/// Two accounts. In the first a group of which not all members are known, one of unknown kind, one without a record and one that was
/// deleted; in the second another group, and Azure roles of somebody without a record.
fn tenant() -> String {
    let read = [("r", allows(&["sqlDatabases/containers/items/read"]))];
    let accounts = [
        account(
            "one",
            &read,
            &[
                (GROUPS[0], 0, "/"),
                (ODD, 0, "/"),
                (NAMELESS, 0, "/"),
                (DELETED, 0, "/"),
            ],
        ),
        account("two", &read, &[(GROUPS[1], 0, "/")]),
    ];
    let role = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    let scope = account_id("two");
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [{
            "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/a0000000-0000-4000-8000-000000000001"),
            "role_definition_id": role, "principal_id": ANN, "principal_type": "User", "scope": scope}],
        "role_definitions": [{"id": role, "role_name": "Owner", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["*"], "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    let group = |number: usize| {
        json!({"id": GROUPS[number], "name": format!("group-{number}"), "kind": "group", "found": true,
            "members": [], "members_count": 3})
    };
    let principals = json!({"principals": [group(0), group(1),
        {"id": ODD, "name": "odd", "kind": "unknown", "found": true},
        {"id": DELETED, "name": "", "kind": "unknown", "found": false}]});
    changed(&snapshot(&accounts, Some(plane)), |lines| {
        let end = lines.len() - 1;
        lines[end]["end"]["principals"] = json!(4);
        lines.insert(end, principals);
    })
}

/// What isn't known of people, why, and in how many accounts.
fn of_people(rows: &Value, accounts: impl Fn(&Value) -> u64) -> BTreeSet<(String, String, u64)> {
    let is_one = |row: &&Value| row["what"] == "group-members" || row["what"] == "directory";
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter().filter(is_one);
    rows.map(|row| (text(&row["what"]), text(&row["why"]), accounts(&row["accounts"])))
        .collect()
}

#[test]
fn an_audit_and_an_answer_name_the_same_principals() {
    let bench = sample::bench();
    bench.write("tenant.jsonl", tenant());
    bench.write(
        "blind.jsonl",
        changed(&tenant(), |lines| {
            lines.retain(|line| line.get("principals").is_none());
            let end = lines.last_mut().unwrap();
            end["end"].as_object_mut().unwrap().remove("principals");
        }),
    );
    for name in ["tenant.jsonl", "blind.jsonl", "contoso.jsonl"] {
        let snapshot = format!("--snapshot={name}");
        let answer: Value = serde_json::from_str(&bench.run(&["access", &snapshot, "-f=json"]).stdout).unwrap();
        let answered = of_people(&answer["not_checked"], |list| list.as_array().unwrap().len() as u64);
        let report = bench.run(&["audit", &snapshot, "-f=json"]).report().0;
        let audited = of_people(&report["summary"]["not_checked"], |number| number.as_u64().unwrap());
        assert_eq!(answered, audited, "{name}");
        assert!(!answered.is_empty(), "{name}");
    }
}

/// Each reason names those of its own accounts, and nobody who was deleted.
#[test]
fn a_reason_names_nobody_of_another_account() {
    let bench = Bench::offline();
    bench.write("tenant.jsonl", tenant());
    let answer = bench.run(&["access", "--snapshot=tenant.jsonl", "-f=json"]).stdout;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let found = of_people(&answer["not_checked"], |list| {
        let name = list[0].as_str().unwrap();
        assert_eq!(list.as_array().unwrap().len(), 1);
        u64::from(name.ends_with("/two"))
    });
    let expected = [
        ("directory", "principals of an unknown kind: odd", 0),
        ("directory", "principals without a record: aaaaaaaa…0001", 0),
        ("directory", "principals without a record: aaaaaaaa…000a", 1),
        (
            "group-members",
            "who is a member of group-0, odd and aaaaaaaa…0001 isn't known in full",
            0,
        ),
        ("group-members", "who is a member of group-1 isn't known in full", 1),
    ];
    let expected = expected.map(|(what, why, account)| (what.to_owned(), why.to_owned(), account));
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn a_comparison_names_them_too() {
    let bench = Bench::offline();
    bench.write("tenant.jsonl", tenant());
    let outcome = bench.run(&["diff", "tenant.jsonl", "tenant.jsonl"]).exits(3);
    let said = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for who in [
        "group-0: members of the group couldn't all be read in either scan",
        "group-1: members of the group couldn't all be read in either scan",
        "odd: whether the principal is a group with members isn't known in either scan",
        NAMELESS,
        ANN,
    ] {
        assert!(said.contains(who), "{who}: {outcome}");
    }
    assert!(!said.contains(DELETED), "{outcome}");
}
