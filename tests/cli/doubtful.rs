//! Answers about what is only possible, or spelt in odd ways: one role, two accounts, and whatever names they have.

use crate::support::{Bench, Outcome, sample};
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "0c05a0c5-0000-4000-8000-000000000001";
const IDA: &str = "c0de0000-0000-4000-8000-000000000021";
const SNAPSHOT: &str = "--snapshot=two.jsonl";
const ACTION: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";

/// Two accounts, `sure` and `maybe`. Ida has a role in both, and reads the keys of both; whether `maybe` accepts keys isn't known.
fn tenant(bench: &Bench, name: &str, data_actions: &[&str], has_keys: bool) {
    let root = format!("/subscriptions/{SUBSCRIPTION}");
    let unknown = json!([{"what": "disableLocalAuth", "code": "MissingField", "message": "the answer lacks it"}]);
    let account = |account: &str, is_disabled: Value| {
        let id = format!("{root}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{account}");
        let role = format!("{id}/sqlRoleDefinitions/11111111-0000-4000-8000-000000000001");
        json!({"account": {"id": id, "name": account, "resource_group": "rg", "subscription": SUBSCRIPTION,
                "location": "West Europe", "api": "sql", "tags": {}, "local_auth_disabled": is_disabled,
                "key_metadata_writes_disabled": true, "backup": "periodic"},
            "role_definitions": [{"id": role, "role_name": name, "built_in": false, "assignable_scopes": [id],
                "permissions": [{"data_actions": data_actions, "not_data_actions": []}]}],
            "role_assignments": [{"id": format!("{id}/sqlRoleAssignments/22222222-0000-4000-8000-000000000001"),
                "role_definition_id": role, "principal_id": IDA, "scope": id}],
            "databases": [], "gaps": if has_keys && account == "maybe" { unknown.clone() } else { json!([]) }})
    };
    let keys = format!("{root}/providers/Microsoft.Authorization/roleDefinitions/33333333-0000-4000-8000-000000000001");
    let assignment = json!([{"id": format!("{root}/providers/Microsoft.Authorization/roleAssignments/one"), "scope": root,
        "role_definition_id": keys, "principal_id": IDA, "principal_type": "User"}]);
    let lines = [
        json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
            "tenant": "72f988bf-0000-4000-8000-00000000c0de", "subscriptions": [{"id": SUBSCRIPTION, "name": name}],
            "scope": {"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
                "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"], "control_plane": true, "graph": true}}),
        account("maybe", if has_keys { Value::Null } else { json!(true) }),
        account("sure", json!(!has_keys)),
        json!({"control_plane": {"subscription": SUBSCRIPTION,
            "role_assignments": if has_keys { assignment } else { json!([]) },
            "role_definitions": [{"id": keys, "role_name": name, "built_in": false, "assignable_scopes": ["/"],
                "permissions": [{"actions": ["Microsoft.DocumentDB/databaseAccounts/listKeys/action"], "not_actions": []}]}],
            "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}}),
        json!({"principals": [{"id": IDA, "name": format!("Ida {name}"), "kind": "user", "found": true}]}),
        json!({"end": {"accounts": 2, "gaps": usize::from(has_keys), "control_planes": 1, "principals": 1}}),
    ];
    bench.write("two.jsonl", lines.map(|line| format!("{line}\n")).concat());
}

fn shows(run: &Outcome, texts: &[&str]) {
    for text in texts {
        assert!(run.stdout.contains(text), "`{text}` is missing: {run}");
    }
}

fn metadata() -> String {
    "Microsoft.DocumentDB/databaseAccounts/readMetadata".to_owned()
}

/// What is possible in one account isn't said to be certain because another account has the same role.
#[test]
fn certain_and_possible_accounts_are_two_lines() {
    let bench = Bench::offline();
    tenant(&bench, "Key Reader", &[&metadata()], true);
    let run = bench.run(&["who-can", "items/delete", SNAPSHOT]).exits(0);
    let line = |account: &str| {
        let found = run.stdout.lines().find(|line| line.contains(account));
        found
            .unwrap_or_else(|| panic!("no line has {account}: {run}"))
            .trim_end()
    };
    assert!(line(" sure").ends_with("sure"), "{run}");
    assert!(line(" maybe").ends_with("possible"), "{run}");
}

#[test]
fn a_headline_says_what_is_only_possible() {
    let bench = Bench::offline();
    tenant(&bench, "Key Reader", &[&metadata()], true);
    let asked = ["who-can", "items/delete", "--account", "maybe", "--explain", SNAPSHOT];
    shows(
        &bench.run(&asked).exits(0),
        &["1 principal possibly can delete items in maybe."],
    );
    let asked = [&asked[..], &["--principal", "Ida Key Reader"]].concat();
    shows(
        &bench.run(&asked).exits(0),
        &["Ida Key Reader possibly can delete items in maybe."],
    );
}

/// Names of a tenant can have any length. In tables they are cut, and JSON has them whole.
#[test]
fn names_of_any_length_are_told_in_a_few_lines() {
    let bench = Bench::offline();
    let name = format!("{}-end", "n".repeat(200_000));
    tenant(&bench, &name, &[&format!("{ACTION}/items/*")], true);
    for arguments in [
        &["access"][..],
        &["who-can", "items/delete"],
        &["access", "--explain"],
        &["access", "--principal", IDA, "--explain"],
    ] {
        let run = bench.run(&[arguments, &[SNAPSHOT]].concat()).exits(0);
        let longest = run.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest < Some(300), "{longest:?}");
        shows(&run, &["nnn…nnn", "n-end"]);
    }
    shows(&bench.run(&["access", "-f=json", SNAPSHOT]).exits(0), &[&name]);
}

#[test]
fn cells_of_a_few_words_are_not_broken() {
    let bench = sample::bench();
    for arguments in [&["who-can", "keys"][..], &["who-can", "items/delete"], &["access"]] {
        let arguments = [arguments, &["--snapshot=contoso.jsonl"]].concat();
        let run = bench.command(&arguments).env("COLUMNS", "80").run().exits(0);
        let alone = |word: &str| run.stdout.lines().any(|line| line.trim() == word);
        assert!(!alone("accounts") && !alone("effect"), "{run}");
    }
}

/// A stored procedure runs with all rights on its container, and what it does isn't scanned.
#[test]
fn a_stored_procedure_can_read_and_delete() {
    let bench = Bench::offline();
    tenant(&bench, "Runner", &[&format!("{ACTION}/executeStoredProcedure")], false);
    let run = bench.run(&["who-can", "write", SNAPSHOT]).exits(0);
    shows(&run, &["1 principal can write items in one or more of 2 accounts."]);
    for action in ["read", "delete", "items/delete", "items/read", "executeQuery"] {
        let run = bench
            .run(&["who-can", action, "--account=sure", "--explain", SNAPSHOT])
            .exits(0);
        let wrapped = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [
            "1 principal possibly can",
            "executeStoredProcedure",
            "it depends on what the stored procedures do",
        ] {
            assert!(wrapped.contains(text), "{action}: `{text}` is missing: {run}");
        }
    }
    for action in ["readMetadata", "readChangeFeed", "readAnalytics", "manage"] {
        bench.run(&["who-can", action, SNAPSHOT]).exits(1);
    }
    let access: Value = serde_json::from_str(&bench.run(&["access", "-f=json", SNAPSHOT]).exits(0).stdout).unwrap();
    let levels = json!({"read": "possible", "write": "yes", "delete": "possible", "manage": "no"});
    assert_eq!(access["rows"][0]["access"], levels);
    // The service refuses a data action, whatever stored procedures there are.
    let refusal = format!(
        "Request blocked by Auth sure : Request is blocked because principal [{IDA}] does not have required RBAC permissions \
         to perform action [{ACTION}/items/delete] on resource [/]."
    );
    let run = bench.run(&["explain", "--denied", &refusal, SNAPSHOT]).exits(0);
    shows(&run, &["agrees: they don't have it", "What is missing"]);
}

/// What this version doesn't know can be what was asked about: that nobody can isn't said then.
#[test]
fn unknown_actions_leave_a_doubt() {
    let bench = Bench::offline();
    let odd = |action: &str| tenant(&bench, "Odd", &[&metadata(), action], false);
    for (action, asked, code) in [
        (format!("{ACTION}/items/rea?"), "items/read", 3),
        (format!("{ACTION}/items/rea?"), "items/delete", 1),
        (format!("{ACTION}/items/rea?"), "read", 3),
        (format!("{ACTION}/items/reads"), "delete", 1),
        (format!("{ACTION}/items/rea?"), "items/*", 0),
        (format!(" {ACTION}/items/delete/"), "items/delete", 3),
        ("sqlDatabases/containers/items/delete".to_owned(), "items/delete", 3),
        (format!("{ACTION}/items/purge"), "delete", 3),
        (format!("{ACTION}/items/purge"), "items/delete", 1),
        (format!("{ACTION}/items/purge"), "keys", 1),
    ] {
        odd(&action);
        let run = bench.run(&["who-can", asked, SNAPSHOT]).exits(code);
        let is_told = run.stdout.contains("this version doesn't know");
        assert_eq!(is_told, code == 3, "{action}, {asked}: {run}");
    }
    odd(&format!("{ACTION}/items/rea?"));
    let other = "c0de0000-0000-4000-8000-000000000099";
    bench.run(&["who-can", "read", "--principal", other, SNAPSHOT]).exits(1);
    let asked = format!("{ACTION}/items/rea?");
    let run = bench.run(&["who-can", &asked, SNAPSHOT]).exits(0);
    assert!(run.stderr.contains("isn't a wildcard"), "{run}");
}
