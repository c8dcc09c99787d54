//! `--baseline`: whatever gives somebody more than the baseline knew is new; whatever else changes is not.

use crate::report::Report;
use crate::support::lines::{ANN, BEN, SUBSCRIPTION, account, allows, changed, full, snapshot};
use crate::support::{Bench, Outcome, repository};
use serde_json::{Value, json};

pub(crate) const NO_GRANTS: &str = "version: 1\naccounts:\n  - { name: all, grants: [], key_readers: [] }\n";

/// Audits what was before, then what is after with the first report as the baseline.
pub(crate) fn since(policy: &str, before: &str, after: &str, exit: i32) -> Report {
    compared(policy, before, after).exits(exit).report()
}

fn compared(policy: &str, before: &str, after: &str) -> Outcome {
    let bench = Bench::offline();
    bench.write("policy.yaml", policy);
    bench.write("before.jsonl", before);
    bench.write("after.jsonl", after);
    bench.run(&[
        "audit",
        "--snapshot=before.jsonl",
        "-p=policy.yaml",
        "-o=json=base.json",
        "-q",
    ]);
    let audit = [
        "audit",
        "--snapshot=after.jsonl",
        "-p=policy.yaml",
        "--baseline=base.json",
        "-f=json",
        "-q",
    ];
    bench.run(&audit)
}

pub(crate) fn one_role(permissions: &Value) -> String {
    let roles = [("r", permissions.clone())];
    snapshot(&[account("acc", &roles, &[(ANN, 0, "/dbs/orders")])], None)
}

/// The state of the finding of a check.
fn state<'r>(report: &'r Report, check: &str) -> Vec<&'r str> {
    report
        .of(check)
        .iter()
        .map(|found| found["state"].as_str().unwrap())
        .collect()
}

#[test]
fn growth_in_one_reading_only_is_new() {
    let metadata = allows(&["readMetadata"]);
    let both = |second: Value| json!([metadata[0], second]);
    for after in [
        allows(&["readMetadata", "sqlDatabases/containers/i*"]),
        allows(&["readMetadata", "*/items/*"]),
        allows(&["readMetadata", "sqlDatabases/containers/items/re*"]),
        both(json!({"data_actions": [full("sqlDatabases/containers/items/*")],
                    "not_data_actions": [full("sqlDatabases/containers/items/*")]})),
        allows(&["readMetadata", "sqlDatabases/containers/items/newest"]),
    ] {
        let report = since(NO_GRANTS, &one_role(&metadata), &one_role(&after), 1);
        assert_eq!(state(&report, "excess-access"), ["new"], "{after}");
        assert_eq!(
            report.0["fixed"],
            json!([]),
            "a finding that grew is not fixed: {after}"
        );
    }
    let deny = "version: 1\naccounts:\n  - name: all\n    grants: [{ principal: '*', data_actions: ['*'], scope: /, presence: optional }]\n    \
                deny: [{ data_actions: [sqlDatabases/containers/items/*], scope: / }]\n";
    let read = allows(&["sqlDatabases/containers/items/read"]);
    let more = allows(&[
        "sqlDatabases/containers/items/read",
        "sqlDatabases/containers/items/de*",
    ]);
    let report = since(deny, &one_role(&read), &one_role(&more), 1);
    assert_eq!(state(&report, "denied-access"), ["new"]);
    let declared = "version: 1\naccounts:\n  - name: all\n    roles: [{ name: r, data_actions: [readMetadata] }]\n";
    let report = since(declared, &one_role(&read), &one_role(&more), 1);
    assert_eq!(
        state(&report, "role-drift")
            .iter()
            .filter(|state| **state == "new")
            .count(),
        1
    );
}

#[test]
fn growth_through_an_unjudged_assignment_is_new() {
    // Nobody says what the account's grants are; still the person can do more than the baseline knew.
    let policy = "version: 1\naccounts:\n  - { name: all, local_auth: disabled }\nchecks: { direct-user: high }\n";
    let with = |permissions| {
        let mut text = one_role(&permissions);
        let end = text.rfind("{\"end\"").unwrap();
        text.insert_str(
            end,
            &format!("{{\"principals\":[{{\"id\":\"{ANN}\",\"name\":\"ann\",\"kind\":\"user\",\"found\":true}}]}}\n"),
        );
        text.replace("\"control_planes\":0", "\"control_planes\":0,\"principals\":1")
    };
    let read = allows(&["sqlDatabases/containers/items/read"]);
    let write = allows(&[
        "sqlDatabases/containers/items/read",
        "sqlDatabases/containers/items/delete",
    ]);
    assert_eq!(
        state(
            &since(policy, &with(read.clone()), &with(read.clone()), 0),
            "direct-user"
        ),
        ["known"]
    );
    assert_eq!(
        state(&since(policy, &with(read), &with(write), 1), "direct-user"),
        ["new"]
    );
}

#[test]
fn unrelated_names_case_and_order_make_nothing_new() {
    let items = allows(&["sqlDatabases/containers/items/*", "readMetadata"]);
    let before = snapshot(&[account("acc", &[("r", items)], &[(ANN, 0, "/dbs/orders")])], None);
    let loud = allows(&["READMETADATA", "SQLDATABASES/containers/ITEMS/*"]);
    let odd = [
        ("r", loud),
        (
            "odd",
            allows(&[
                "sqlDatabases/containers/items/write",
                "sqlDatabases/containers/ITEMS/fr*",
                "SQLDATABASES/x",
            ]),
        ),
    ];
    let after = snapshot(
        &[
            account("acc", &odd, &[(ANN, 0, "/dbs/orders")]),
            account("other", &[], &[]),
        ],
        None,
    );
    let denies = NO_GRANTS.to_owned()
        + "  - name: ledger\n    deny: [{ data_actions: [sqlDatabases/containers/items/re*], scope: /dbs/ledger }]\n";
    for policy in [NO_GRANTS, &denies] {
        let report = since(policy, &before, &after, 0);
        assert_eq!(state(&report, "excess-access"), ["known"]);
        assert!(
            report
                .findings()
                .iter()
                .all(|found| found["state"] == "known" || found["message"].as_str().unwrap().contains("`odd`")),
            "{}",
            report.0
        );
    }
}

#[test]
fn a_worse_severity_is_new() {
    let bench = Bench::offline();
    let snapshot = one_role(&allows(&["readMetadata"]));
    bench.write("s.jsonl", snapshot);
    for (then, now, exit) in [("note", "critical", 1), ("critical", "medium", 0), ("high", "high", 0)] {
        let policy = |severity| format!("{NO_GRANTS}checks: {{ excess-access: {severity} }}\n");
        bench.write("then.yaml", policy(then));
        bench.write("now.yaml", policy(now));
        bench.run(&["audit", "--snapshot=s.jsonl", "-p=then.yaml", "-o=json=base.json", "-q"]);
        bench
            .run(&[
                "audit",
                "--snapshot=s.jsonl",
                "-p=now.yaml",
                "--baseline=base.json",
                "-q",
            ])
            .exits(exit);
    }
}

/// An account with keys on, and one assignment of a custom Azure role over its subscription.
fn azure(accounts: &[&str], actions: &[&str], condition: Option<&str>) -> String {
    let open = |name: &&str| {
        let mut account = account(name, &[], &[]);
        account["account"]["local_auth_disabled"] = json!(false);
        account
    };
    let scope = format!("/subscriptions/{SUBSCRIPTION}");
    let role =
        format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-00000000c057");
    let mut assignment = json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/1"),
        "role_definition_id": role, "principal_id": BEN, "scope": scope});
    if let Some(condition) = condition {
        assignment["condition"] = json!(condition);
    }
    let actions: Vec<String> = actions.iter().map(|action| full(action)).collect();
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [assignment],
        "role_definitions": [{"id": role, "role_name": "Ops reviewers", "built_in": false, "assignable_scopes": [scope],
                              "permissions": [{"actions": actions, "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "gaps": []}});
    snapshot(&accounts.iter().map(open).collect::<Vec<_>>(), Some(plane))
}

#[test]
fn a_stronger_bypass_or_another_account_is_new() {
    let reader = ["readonlykeys/action"];
    let before = azure(&["prod"], &reader, None);
    let known = since(NO_GRANTS, &before, &azure(&["prod"], &reader, None), 0);
    assert_eq!(state(&known, "key-access"), ["known"]);
    // Read-only keys become all keys.
    let report = since(
        NO_GRANTS,
        &before,
        &azure(&["prod"], &["readonlykeys/action", "listKeys/action"], None),
        1,
    );
    assert_eq!(state(&report, "key-access"), ["new"]);
    // An account is added below the same assignment.
    let report = since(NO_GRANTS, &before, &azure(&["prod", "prod-ledger"], &reader, None), 1);
    assert_eq!(state(&report, "key-access"), ["new"]);
    let found = report.of("key-access")[0];
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("not for `prod-ledger`"), "{message}");
    // It is the same alert, and names every account.
    assert_eq!(found["fingerprint"], known.of("key-access")[0]["fingerprint"]);
    assert_eq!(found["reach"]["named"].as_array().unwrap().len(), 2);
    // One account fewer is nothing new.
    let report = since(NO_GRANTS, &azure(&["prod", "prod-ledger"], &reader, None), &before, 0);
    assert_eq!(state(&report, "key-access"), ["known"]);
    // What was possible becomes certain.
    let report = since(
        NO_GRANTS,
        &azure(&["prod"], &reader, Some("@Resource[x] StringEquals 'y'")),
        &before,
        1,
    );
    assert_eq!(state(&report, "key-access"), ["new"]);
}

/// Whatever is said of an assignment is one alert, whether or not a night could read role definitions.
#[test]
fn what_a_scan_could_not_read_makes_nothing_new() {
    let sample = std::fs::read_to_string(repository("reports/sample/contoso.jsonl")).unwrap();
    let unread = changed(&sample, |lines| {
        let lab = lines
            .iter_mut()
            .find(|line| line["account"]["name"] == "sandbox-lab")
            .unwrap();
        lab["role_definitions"] = Value::Null;
        lab["gaps"] =
            json!([{"what": "sqlRoleDefinitions", "status": 403, "code": "AuthorizationFailed", "message": ""}]);
        let end = &mut lines.last_mut().unwrap()["end"]["gaps"];
        *end = json!(end.as_u64().unwrap() + 1);
    });
    let policy = std::fs::read_to_string(repository("policies/contoso.yaml")).unwrap();
    for (before, after) in [(&sample, &unread), (&unread, &sample)] {
        let report = compared(&policy, before, after).report();
        for check in [
            "orphaned-principal",
            "malformed-scope",
            "dangling-scope",
            "foreign-role-kind",
        ] {
            let found = report.of(check);
            let lab = found
                .iter()
                .filter(|one| one["account"].to_string().ends_with("/sandbox-lab\""));
            let states: Vec<&Value> = lab.map(|one| &one["state"]).collect();
            assert!(
                !states.is_empty() && states.iter().all(|state| *state == "known"),
                "{check}: {states:?}"
            );
        }
    }
    let fingerprints = |snapshot: &str| {
        let bench = Bench::offline();
        bench.write("s.jsonl", snapshot);
        let report = bench.run(&["audit", "--snapshot=s.jsonl", "-f=json"]).report();
        let orphans = report
            .of("orphaned-principal")
            .into_iter()
            .map(|one| one["fingerprint"].to_string());
        orphans.collect::<Vec<_>>()
    };
    assert_eq!(fingerprints(&sample), fingerprints(&unread));
}
