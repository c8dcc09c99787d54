//! A verdict says no more than was checked, and no format says more than another.

use crate::support::{Bench, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher};
use serde_json::Value;

const FORMATS: [&str; 11] = [
    "table",
    "html",
    "markdown",
    "json",
    "ndjson",
    "csv",
    "sarif",
    "junit",
    "github",
    "azure-devops",
    "ocsf",
];

/// One account that refuses keys; an application can write all of a database.
const TENANT: &str = r#"
principals: [{ id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: app, kind: servicePrincipal }]
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts:
      - name: one
        disable_local_auth: true
        disable_key_based_metadata_write_access: true
        databases: { orders: [items] }
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000002, scope: "{account}/dbs/orders", principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
"#;

/// What an audit prints in a format; all formats end alike.
fn in_every_format(bench: &Bench, more: &[&str], code: i32) -> Vec<(&'static str, Outcome)> {
    let audit = |format: &&'static str| {
        let outcome = bench.audit(&[&["-f", format][..], more].concat()).exits(code);
        (*format, outcome)
    };
    FORMATS.iter().map(audit).collect()
}

fn said(outcome: &Outcome) -> String {
    // Lines are broken between words.
    let text: Vec<&str> = outcome.stdout.split_whitespace().collect();
    let text = text.join(" ").replace("&apos;", "'").replace("&#39;", "'");
    text.to_lowercase()
}

/// The rows of the summary about one thing.
fn rows(outcome: &Outcome, what: &str) -> Vec<Value> {
    let report = outcome.report();
    let rows = report.0["summary"]["not_checked"].as_array().unwrap().clone();
    rows.into_iter().filter(|row| row["what"] == what).collect()
}

/// Nothing that a pipeline takes for a failure.
#[track_caller]
fn assert_no_error(format: &str, outcome: &Outcome) {
    for error in ["::error", "type=error", "<failure", "<error"] {
        assert!(!outcome.stdout.contains(error), "{format}: {error}\n{outcome}");
    }
    if format == "sarif" {
        let log: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
            .as_array()
            .unwrap();
        assert!(told.iter().all(|one| one["level"] != "error"), "{outcome}");
    }
}

#[test]
fn a_policy_without_grants_never_calls_access_fine() {
    let bench = Bench::azure(TENANT);
    for (format, outcome) in in_every_format(&bench, &[], 0) {
        let text = said(&outcome);
        assert!(text.contains("the policy has no grants"), "{format}: {outcome}");
        assert!(!text.contains("matches the policy."), "{format}: {outcome}");
    }
    let table = bench.audit(&[]).stdout;
    assert!(
        table.contains("\nPassed: no findings in 1 account. Who has access wasn't compared. "),
        "{table}"
    );
    assert!(
        table.contains("  data access in one: the policy has no grants (1 principal)\n"),
        "{table}"
    );
    let report = bench.audit(&["-f=json"]);
    let access = serde_json::json!(
        [{ "what": "access", "why": "the policy has no grants", "accounts": 1, "principals": 1 }]
    );
    assert_eq!(Value::Array(rows(&report, "access")), access);
    let words = &report.report().0["accounts"][0]["not_checked"];
    for what in ["access", "roles", "key-readers", "account-writers", "role-admins"] {
        assert!(words.as_array().unwrap().contains(&what.into()), "{what}: {words}");
    }
}

#[test]
fn a_policy_that_states_everything_passes_without_reserve() {
    let bench = Bench::azure(TENANT);
    bench.write(
        "whole.yaml",
        "version: 1\nprincipals: { app: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa } }\naccounts:\n  - local_auth: disabled\n    \
         key_metadata_writes: disabled\n    roles: []\n    key_readers: []\n    account_writers: []\n    role_admins: []\n    identity_admins: []\n    \
         grants: [{ principal: app, role: Cosmos DB Built-in Data Contributor, scope: /dbs/orders }]\n",
    );
    let outcome = bench.audit(&["-p=whole.yaml", "-f=json"]).exits(0);
    assert_eq!(
        outcome.report().0["summary"]["not_checked"],
        serde_json::json!([]),
        "{outcome}"
    );
    let table = bench.audit(&["-p=whole.yaml"]).stdout;
    assert!(
        table.contains("\nPassed: no findings in 1 account.\n") && !table.contains("Not checked"),
        "{table}"
    );
    let page = bench.audit(&["-p=whole.yaml", "-f=html"]).stdout;
    assert!(page.contains("Passed: no findings in 1 account</h1>"), "{page}");
}

#[test]
fn an_account_that_no_block_matches_is_not_checked() {
    let bench = Bench::azure(TENANT);
    bench.write(
        "policy.yaml",
        "version: 1\naccounts: [{ match: { account: other }, grants: [] }]\n",
    );
    let outcome = bench
        .audit(&["-p=policy.yaml", "-f=json", "--fail-on=critical"])
        .exits(0);
    let [row] = &rows(&outcome, "policy")[..] else {
        panic!("{outcome}")
    };
    assert_eq!((&row["accounts"], &row["principals"]), (&1.into(), &1.into()));
    let cases = bench
        .audit(&["-p=policy.yaml", "-f=junit", "--fail-on=critical"])
        .stdout;
    for check in [
        "excess-access",
        "missing-access",
        "denied-access",
        "local-auth-enabled",
        "key-access",
        "self-grant",
    ] {
        assert!(!passes(&cases, check), "{check}: {cases}");
    }
}

/// Whether the case of a check passes in any suite.
fn passes(junit: &str, check: &str) -> bool {
    junit.contains(&format!("<testcase name=\"{check}\" classname=\"one\"/>"))
        || junit.contains(&format!("<testcase name=\"{check}\" classname=\"across accounts\"/>"))
}

#[test]
fn an_audit_that_cannot_fail_does_not_pass() {
    let bench = Bench::azure(TENANT);
    let open = TENANT.replace("disable_local_auth: true", "disable_local_auth: false");
    let open = Bench::azure(&open);
    for (bench, found) in [(&bench, 0), (&open, 1)] {
        for (format, outcome) in in_every_format(bench, &["--fail-on=never"], 0) {
            let text = said(&outcome);
            assert!(
                text.contains("not gated") || text.contains("not-gated"),
                "{format}: {outcome}"
            );
            assert!(
                !["passed: no findings", "passed: 1 finding", "pass for"]
                    .iter()
                    .any(|pass| text.contains(pass)),
                "{format}: {outcome}"
            );
            assert_no_error(format, &outcome);
        }
        let report = bench.audit(&["--fail-on=never", "-f=json"]).report();
        assert_eq!((report.verdict(), report.findings().len()), ("not-gated", found));
    }
    let empty = Bench::azure("subscriptions: []\n");
    let report = empty.audit(&["--fail-on=never", "-f=json"]).exits(4).report();
    assert_eq!(report.verdict(), "not-gated");
}

/// Role assignments of the account are refused.
fn unread() -> Bench {
    let bench = Bench::azure(TENANT);
    let refused = Fault::new(FaultKind::Forbidden).on(Matcher::kind("sqlRoleAssignments"));
    bench.emulator().set_faults(vec![refused]);
    bench
}

#[test]
fn an_accepted_gap_stays_incomplete_and_is_no_error() {
    let bench = unread();
    for (format, outcome) in in_every_format(&bench, &["--allow-incomplete"], 0) {
        assert!(said(&outcome).contains("incomplete"), "{format}: {outcome}");
        assert_no_error(format, &outcome);
    }
    let report = bench.audit(&["--allow-incomplete", "-f=json"]).report();
    assert_eq!(report.verdict(), "incomplete");
    in_every_format(&bench, &[], 3);
    let report = bench.audit(&["--fail-on=never", "-f=json"]).exits(3).report();
    assert_eq!(report.verdict(), "not-gated");
}

#[test]
fn what_was_not_read_is_unknown_and_passes_no_case() {
    let bench = unread();
    bench.write(
        "policy.yaml",
        "version: 1\naccounts: [{ grants: [], deny: [{ data_actions: [\"*\"], scope: / }] }]\n",
    );
    let audit = |format: &str| bench.audit(&["-p=policy.yaml", "-f", format]).exits(3).stdout;
    let cases = audit("junit");
    for check in [
        "excess-access",
        "missing-access",
        "denied-access",
        "account-scope-write",
        "malformed-scope",
        "role-unused",
    ] {
        assert!(!passes(&cases, check), "{check}: {cases}");
    }
    assert!(passes(&cases, "wildcard-action"), "its roles were read: {cases}");
    let report: Value = serde_json::from_str(&audit("json")).unwrap();
    assert_eq!(report["accounts"][0]["role_assignments"], Value::Null);
    let page = audit("html");
    for told in [
        "<dt>Principals</dt><dd>unknown</dd>",
        "<dt>Role assignments</dt><dd>unknown</dd>",
        "<dt>Couldn&#39;t be read</dt><dd>1</dd>",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn what_was_left_out_of_the_scan_is_not_checked() {
    let bench = Bench::azure(TENANT);
    for (option, what, told) in [
        ("--no-control-plane", "azure-rbac", "no-control-plane"),
        ("--no-graph", "directory", "no-graph"),
        ("--no-inventory", "databases", "no-inventory"),
    ] {
        let [row] = &rows(&bench.audit(&[option, "-f=json"]).exits(0), what)[..] else {
            panic!("{option}")
        };
        assert_eq!(row["accounts"], 1, "{option}");
        for (format, outcome) in in_every_format(&bench, &[option], 0) {
            assert!(said(&outcome).contains(told), "{format} {option}: {outcome}");
        }
        assert_eq!(rows(&bench.audit(&["-f=json"]), what), Vec::<Value>::new(), "{option}");
    }
}

#[test]
fn a_setting_that_may_be_either_is_not_checked() {
    let bench = Bench::azure(TENANT);
    bench.write("policy.yaml", "version: 1\naccounts:\n  - local_auth: any\n");
    let outcome = bench.audit(&["-p=policy.yaml", "-f=json"]).exits(0);
    let [any] = &rows(&outcome, "local-auth")[..] else {
        panic!("{outcome}")
    };
    assert_eq!(any["policy"]["line"], 3);
    let [unstated] = &rows(&outcome, "key-metadata-writes")[..] else {
        panic!("{outcome}")
    };
    assert_eq!(unstated["why"], "the policy has no key_metadata_writes");
}

/// What was scanned is in the snapshot: leaving it out now would be a claim about the scan.
#[test]
fn flags_of_a_scan_have_no_effect_on_a_snapshot() {
    let bench = Bench::azure(TENANT);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl", "-q"])
        .run()
        .exits(0);
    for flag in ["--no-graph", "--no-control-plane", "--no-inventory"] {
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl", flag]).exits(0);
        let told = format!("warning: {flag} has no effect with --snapshot");
        assert!(outcome.stderr.contains(&told), "{outcome}");
    }
}

#[test]
fn checks_that_are_off_are_not_checked() {
    let bench = Bench::azure(TENANT);
    bench.write(
        "policy.yaml",
        "version: 1\naccounts: [{}]\nchecks:\n  key-access: off\n  local-auth-enabled: off\n",
    );
    let outcome = bench.audit(&["-p=policy.yaml", "-f=json"]).exits(0);
    let [row] = &rows(&outcome, "checks")[..] else {
        panic!("{outcome}")
    };
    assert_eq!(row["why"], "the policy turned off `key-access`, `local-auth-enabled`");
    assert_eq!(row["policy"]["line"], 4);
    for (format, outcome) in in_every_format(&bench, &["-p=policy.yaml"], 0) {
        assert!(said(&outcome).contains("turned off"), "{format}: {outcome}");
    }
}
