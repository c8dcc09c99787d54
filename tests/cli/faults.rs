//! Services that fail: whatever could not be read is a gap that is told, and everything else is read and judged.

use crate::report::Report;
use crate::support::{Bench, Outcome};
use arm_emulator::Options;

const SUBSCRIPTION: &str = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n";

/// An account in which the audit finds nothing, with an assignment, a database and a container.
fn account(name: &str) -> String {
    format!(
        "      - name: {name}\n        disable_local_auth: true\n        \
         disable_key_based_metadata_write_access: true\n        databases: {{ orders: [open] }}\n        \
         role_assignments: [{{ role: 00000000-0000-0000-0000-000000000001, \
         principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, scope: \"{{account}}/dbs/orders\" }}]\n"
    )
}

fn fault(list: &str, account: &str, kind: &str) -> String {
    format!("  - {{ on: {{ kind: {list}, account: {account} }}, kind: {kind} }}\n")
}

fn audit(bench: &Bench) -> Outcome {
    bench.audit(&["--format=json"])
}

/// The message of the one finding in an account, a gap.
#[track_caller]
fn gap(report: &Report, account: &str) -> String {
    assert_eq!(report.checks_in(account), ["collection-incomplete"], "{account}");
    report.within(account)[0]["message"].as_str().unwrap().to_owned()
}

/// All at once, so that the pauses of what is asked again and again overlap.
#[test]
fn lists_that_cannot_be_read() {
    const ASSIGNMENTS: &str = "sqlRoleAssignments";
    // Account, list, what is wrong with it, how many role assignments are known all the same, what is said.
    let cases = [
        ("forbidden", ASSIGNMENTS, "forbidden", None, "403 AuthorizationFailed"),
        (
            "failing",
            ASSIGNMENTS,
            "{ status: 500 }",
            None,
            "500 InternalServerError",
        ),
        ("gone", ASSIGNMENTS, "deleted", None, "404 ResourceNotFound"),
        ("proxied", ASSIGNMENTS, "html", None, "UnexpectedAnswer"),
        ("broken", ASSIGNMENTS, "malformed_json", None, "UnexpectedAnswer"),
        (
            "mistyped",
            ASSIGNMENTS,
            "wrong_value",
            None,
            "`value` of the answer is no list",
        ),
        ("numbers", ASSIGNMENTS, "wrong_items", Some(0), "MalformedItem"),
        ("redirected", ASSIGNMENTS, "{ redirect: 307 }", None, "status 307"),
        ("abroad", ASSIGNMENTS, "foreign_next_link", Some(1), "NextLinkRefused"),
        ("looping", ASSIGNMENTS, "looping_next_link", Some(1), "NextLinkLoop"),
        (
            "roles",
            "sqlRoleDefinitions",
            "forbidden",
            Some(1),
            "role definitions of `roles`",
        ),
        (
            "databases",
            "sqlDatabases",
            "html",
            Some(1),
            "the databases of `databases`",
        ),
        (
            "containers",
            "containers",
            "malformed_json",
            Some(1),
            "containers (`orders`)",
        ),
    ];
    let mut text = SUBSCRIPTION.to_owned();
    let names = cases.iter().map(|case| case.0).chain(["good", "better"]);
    text.extend(names.map(account));
    let clean = audit(&Bench::azure(&text)).exits(0).report();
    text.push_str("faults:\n");
    text.extend(cases.iter().map(|(name, list, kind, ..)| fault(list, name, kind)));
    let bench = Bench::azure(&text);
    // Once over the wire, and the rest from the file: one of them is asked again and again.
    let scan = ["scan", "--all-subscriptions", "--output=s.jsonl"];
    bench.signed_in(&scan).run().exits(3).says(&["15 accounts", "gaps"]);
    let audit_file = |more: &[&str]| bench.command(&["audit", "--snapshot=s.jsonl"]).args(more).run();
    let outcome = audit_file(&["--format=json"]).exits(3);
    let report = outcome.report();
    assert_eq!(report.verdict(), "incomplete");
    assert_eq!(report.accounts(), clean.accounts());
    for name in ["good", "better"] {
        assert_eq!(report.account(name), clean.account(name));
    }
    assert_eq!(report.findings().len(), cases.len(), "{outcome}");
    for (name, list, _, assignments, said) in cases {
        let message = gap(&report, name);
        assert!(message.contains(said), "{name}: {message}");
        let account = report.account(name);
        assert_eq!(account["role_assignments"].as_u64(), assignments, "{name}");
        let known = |field: &str| account[field].as_u64();
        assert_eq!(
            known("role_definitions"),
            (list != "sqlRoleDefinitions").then_some(2),
            "{name}"
        );
        assert_eq!(known("databases"), (list != "sqlDatabases").then_some(1), "{name}");
    }
    audit_file(&["--allow-incomplete"]).exits(0);
    audit_file(&["--fail-on=never"]).exits(3);
    let table = audit_file(&[]).exits(3).stdout;
    assert!(table.contains("INCOMPLETE: 13 findings"), "{table}");
    assert!(table.contains("without findings: better, good"), "{table}");
    let listed = bench.run(&["list", "assignments", "--snapshot=s.jsonl"]).exits(3);
    listed.says(&["sqlRoleAssignments of `abroad` could not be read", "and 5 things more"]);
}

/// What the others hold does not depend on the one that fails.
#[test]
fn accounts_that_cannot_be_listed() {
    let mut text = SUBSCRIPTION.to_owned() + &account("seen");
    text.push_str("  - id: 5e1f0c1a-0000-4000-8000-000000000002\n    accounts:\n");
    text.push_str(&account("unseen"));
    let both = audit(&Bench::azure(&text)).exits(0).report();
    for (kind, said) in [("forbidden", "403 AuthorizationFailed"), ("html", "UnexpectedAnswer")] {
        let fault =
            format!("faults:\n  - {{ on: {{ kind: databaseAccounts, subscription: \"*2\" }}, kind: {kind} }}\n");
        let bench = Bench::azure(&(text.clone() + &fault));
        let outcome = audit(&bench).exits(3);
        let report = outcome.report();
        assert_eq!(report.accounts(), ["seen"]);
        assert_eq!(report.account("seen"), both.account("seen"));
        let [finding] = report.findings() else {
            panic!("{outcome}")
        };
        let message = finding["message"].as_str().unwrap();
        assert!(
            message.contains("subscription `5e1f0c1a-0000-4000-8000-000000000002`"),
            "{message}"
        );
        assert!(message.contains(said), "{message}");
        // Nothing at all could be read: that is incomplete, not empty.
        let alone = bench
            .signed_in(&["audit", "--subscription", "5e1f0c1a-0000-4000-8000-000000000002"])
            .run();
        alone.exits(3);
    }
}

/// A gap takes nothing away from what was found, and what was found takes nothing away from the gap.
#[test]
fn gaps_and_findings() {
    let open = account("open").replace("disable_local_auth: true", "disable_local_auth: false");
    let text = SUBSCRIPTION.to_owned() + &open + "faults:\n" + &fault("sqlRoleAssignments", "open", "forbidden");
    let bench = Bench::azure(&text);
    let report = audit(&bench).exits(1).report();
    assert_eq!(
        report.checks_in("open"),
        ["local-auth-enabled", "collection-incomplete"]
    );
    assert_eq!(report.verdict(), "fail");
    bench.audit(&["--allow-incomplete"]).exits(1);
    bench.audit(&["--fail-on=critical"]).exits(3);
    bench.audit(&["--fail-on=never", "--allow-incomplete"]).exits(0);
}

#[test]
fn faults_that_pass() {
    let text = SUBSCRIPTION.to_owned() + &account("a") + &account("b") + &account("c");
    let expected = audit(&Bench::azure(&text)).exits(0).stdout;
    let faults = "faults:
  - { on: { kind: sqlRoleAssignments }, times: 2, kind: { too_many_requests: { retry_after: 0 } } }
  - { on: { kind: sqlRoleDefinitions, account: a }, times: 1, kind: { status: 503 } }
  - { on: { kind: sqlRoleDefinitions, account: b }, times: 1, kind: cut_body }
  - { on: { kind: sqlDatabases, account: c }, times: 1, kind: reset }
  - { on: { kind: containers, account: a }, times: 1, kind: abort }
  - { on: { kind: databaseAccounts }, times: 1, kind: { status: 504 } }
  - { on: { kind: containers, account: b }, kind: gzip }
";
    let bench = Bench::azure(&(text + faults));
    let outcome = audit(&bench).exits(0);
    assert_eq!(outcome.stdout, expected);
    assert_eq!(outcome.stderr, "");
    let faults = bench
        .emulator()
        .requests()
        .iter()
        .filter(|request| request.fault.is_some())
        .count();
    // Compression is none.
    assert_eq!(faults, 7);
}

/// The token is renewed once it is refused, with the same credential.
#[test]
fn token_that_expires() {
    let text = SUBSCRIPTION.to_owned() + &account("a") + &account("b") + &account("c");
    let expected = audit(&Bench::azure(&text)).exits(0).stdout;
    let fault = "faults:\n  - { on: { kind: containers }, skip: 1, times: 1, kind: expire_tokens }\n";
    let bench = Bench::azure(&(text.clone() + fault));
    let outcome = crate::credentials::with_secret(&bench, &["audit", "--all-subscriptions", "-f=json"]).run();
    assert_eq!(outcome.exits(0).stdout, expected);
    // A token that was given cannot be renewed: what comes after its end is a gap, and no list is taken for empty.
    let bench = Bench::azure(&(text + fault));
    let outcome = audit(&bench).exits(3);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["a", "b", "c"]);
    assert!(outcome.stdout.contains("401 ExpiredAuthenticationToken"), "{outcome}");
    for name in report.accounts() {
        let lost = report.account(name)["role_assignments"].is_null();
        let told = report
            .within(name)
            .iter()
            .any(|found| found["message"].as_str().unwrap().starts_with("role assignments"));
        assert_eq!(lost, told, "{outcome}");
    }
}

#[test]
fn items_that_are_malformed() {
    let text = SUBSCRIPTION.to_owned()
        + &account("half")
        + r#"        built_in_roles: false
        role_definitions:
          - { name: Reader, permissions: [{ data_actions: [readMetadata] }] }
          - { raw: { id: "{account}/sqlRoleDefinitions/1", properties: { roleName: No permissions, type: CustomRole, assignableScopes: [] } } }
        raw_databases: [{ properties: 5 }]
"#
        + &account("items").replace(
            "role_assignments: [",
            "role_assignments: [{ raw: { id: \"{account}/sqlRoleAssignments/half\", properties: { scope: \"{account}\", principalId: 17 } } }, ",
        )
        + "      - { name: nothing, raw: { name: nothing, properties: 5 } }\n"
        + &account("good");
    let outcome = audit(&Bench::azure(&text)).exits(3);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["good", "half", "items"]);
    assert_eq!(report.account("good")["gaps"], 0);
    let items = report.account("items");
    assert_eq!(
        (&items["role_assignments"], &items["gaps"]),
        (&1.into(), &1.into()),
        "{items}"
    );
    let half = report.account("half");
    assert_eq!(
        (&half["databases"], &half["role_definitions"], &half["gaps"]),
        (&1.into(), &1.into(), &2.into()),
        "{half}"
    );
    for (said, times) in [
        ("MalformedItem", 4),
        ("accounts of subscription", 1),
        ("sqlRoleAssignments/half", 1),
    ] {
        assert_eq!(outcome.stdout.matches(said).count(), times, "{said}: {outcome}");
    }
}

/// The audit does not read these fields; whatever stands there, nothing is lost.
#[test]
fn fields_that_nobody_reads() {
    let plain = SUBSCRIPTION.to_owned() + &account("odd");
    let expected = audit(&Bench::azure(&plain)).exits(0).stdout;
    let odd = plain.replace(
        "        databases: { orders: [open] }",
        r#"        databases: { orders: [open] }
        properties:
          provisioningState: Transcending
          publicNetworkAccess: Perhaps
          defaultIdentity: 7
          createMode: { new: thing }
          backupPolicy: { type: Quantum, quantumModeProperties: { qubits: "many" } }
          networkAclBypass: [1]
          consistencyPolicy: { defaultConsistencyLevel: Eventually, maxStalenessPrefix: 99999999999999999999 }
          minimalTlsVersion: Tls14
          keysMetadata: { primaryMasterKey: { generationTime: yesterday } }
          locations: none"#,
    );
    let outcome = audit(&Bench::azure(&odd)).exits(0);
    assert_eq!(outcome.stdout, expected);
}

/// A field that is read but is not what it should be: only what it decides is not known.
#[test]
fn switch_that_is_no_switch() {
    let text = SUBSCRIPTION.to_owned()
        + &account("odd").replace("disable_local_auth: true", "properties: { disableLocalAuth: \"true\" }");
    let report = audit(&Bench::azure(&text)).exits(3).report();
    assert!(gap(&report, "odd").contains("local-auth switch"));
    let account = report.account("odd");
    assert!(account["local_auth_disabled"].is_null(), "{account}");
    assert_eq!(account["role_assignments"], 1);
}

/// Read as they are, and told as findings; nothing is dropped.
#[test]
fn odd_roles_and_scopes() {
    let text = SUBSCRIPTION.to_owned()
        + r#"      - name: odd
        disable_local_auth: true
        disable_key_based_metadata_write_access: true
        databases: { orders: [open] }
        role_definitions:
          - { name: Guesswork, permissions: [{ data_actions: [readMetadata, "sqlDatabases/containers/items/write"] }] }
        role_assignments:
          - { id: 00000000-0000-4000-8000-00000000000a, role: 00000000-0000-0000-0000-000000000001, principal_id: &who 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, scope: "{account}{account}/dbs/orders" }
          - { id: 00000000-0000-4000-8000-00000000000b, role: 00000000-0000-0000-0000-000000000001, principal_id: *who, scope: "{account}/sqlDatabases/orders" }
          - { id: 00000000-0000-4000-8000-00000000000c, role: "{account}/sqlRoleDefinitions/deadbeef-0000-4000-8000-000000000000", principal_id: *who, scope: "{account}/dbs/orders" }
          - { id: 00000000-0000-4000-8000-00000000000d, role: Guesswork, principal_id: *who, scope: "{account}/dbs/orders" }
"#;
    let bench = Bench::azure_with(
        &text,
        Options {
            page_size: 1,
            ..Options::default()
        },
    );
    let outcome = audit(&bench).exits(1);
    let report = outcome.report();
    assert_eq!(report.account("odd")["role_assignments"], 4);
    assert_eq!(report.account("odd")["gaps"], 0);
    let subjects = |check: &str| -> Vec<String> {
        let found = report
            .of(check)
            .into_iter()
            .map(|found| found["subject"].as_str().unwrap());
        found
            .map(|subject| subject.rsplit('-').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(subjects("malformed-scope"), ["00000000000a", "00000000000b"]);
    assert_eq!(subjects("dangling-role"), ["00000000000c"]);
    let [unknown] = report.of("unknown-action")[..] else {
        panic!("{outcome}")
    };
    assert!(
        unknown["message"].as_str().unwrap().contains("items/write"),
        "{unknown}"
    );
}
