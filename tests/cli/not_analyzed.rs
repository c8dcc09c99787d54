//! An account of an API that this version doesn't know: nothing failed, and nothing of its roles is known.

use crate::support::Bench;
use arm_emulator::{Fault, FaultKind, Matcher};

const APP: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";

fn tenant() -> Bench {
    let settings = "disable_local_auth: true, disable_key_based_metadata_write_access: true";
    Bench::azure(&format!(
        "principals: [{{ id: {APP}, displayName: app, kind: servicePrincipal }}]\n\
         subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n\
         \x20     - {{ name: nosql, {settings}, databases: {{ orders: [open] }}, role_assignments: [{{ role: Cosmos DB Built-in Data \
         Reader, principal_id: {APP}, scope: \"{{account}}/dbs/orders\" }}] }}\n\
         \x20     - {{ name: later, kind: Hologram, enabled_api_types: Hologram, {settings} }}\n"
    ))
}

const POLICY: &str = "version: 1
principals: { app: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa } }
accounts:
  - match: { account: nosql }
    local_auth: disabled
    grants: [{ principal: app, role: Cosmos DB Built-in Data Reader, scope: /dbs/orders }]
  - match: { account: later }
    local_auth: any
    grants: [{ principal: app, role: Some Role, scope: /, presence: optional }]
    roles: [{ name: Some Role, data_actions: [readMetadata], assignable_scopes: [/] }]
";

#[test]
fn it_is_a_finding_that_can_be_waived_and_no_failed_scan() {
    let bench = tenant();
    let scan = bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let said = "This version doesn't analyze 1 account or cluster.";
    assert!(scan.stderr.contains(said), "{scan}");
    bench.write("policy.yaml", POLICY);
    let audit = |more: &[&str]| {
        let arguments = ["audit", "--snapshot=s.jsonl", "-p=policy.yaml", "-f=json"];
        bench.run(&[&arguments, more].concat())
    };
    let report = audit(&[]).exits(1).report();
    let findings = report.0["findings"].as_array().unwrap();
    let checks: Vec<&str> = findings.iter().map(|one| one["check"].as_str().unwrap()).collect();
    // Nothing is said of what wasn't read: neither a missing role nor an unused grant.
    assert_eq!(checks, ["not-analyzed"]);
    assert_eq!(report.0["snapshot"]["complete"], true);

    // Accepted, it still stands beside the verdict.
    let waiver = "waivers: [{ check: not-analyzed, account: later, expires: 2099-01-01, reason: reviewed by hand }]\n";
    bench.write("policy.yaml", format!("{POLICY}{waiver}"));
    let report = audit(&[]).exits(0).report();
    let not_checked = report.0["summary"]["not_checked"].to_string();
    assert!(not_checked.contains("doesn't know the API"), "{not_checked}");
    bench.write("policy.yaml", format!("{POLICY}checks: {{ not-analyzed: off }}\n"));
    audit(&[]).exits(0);

    // A waiver for what could be there isn't unused.
    let waiver = "waivers: [{ check: excess-access, account: later, expires: 2099-01-01, reason: x }]\nchecks: { not-analyzed: off }\n";
    bench.write("policy.yaml", format!("{POLICY}{waiver}"));
    audit(&[]).exits(0);
}

#[test]
fn what_failed_is_still_a_failed_scan() {
    let bench = tenant();
    let forbidden = Fault::new(FaultKind::Forbidden).on(Matcher::kind("sqlRoleAssignments"));
    bench.emulator().set_faults(vec![forbidden]);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(3);
}

#[test]
fn lists_questions_and_drafts_say_so() {
    let bench = tenant();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let listed = bench.run(&["list", "assignments", "--snapshot=s.jsonl"]).exits(0);
    assert!(
        listed
            .stderr
            .contains("in `later` aren't listed in full: this version doesn't know the API"),
        "{listed}"
    );
    let answer = bench
        .run(&["who-can", "write", "--snapshot=s.jsonl", "--account=later"])
        .exits(3);
    assert!(answer.stdout.contains("doesn't know the API"), "{answer}");
    bench.run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"]);
    let draft = bench.read("draft.yaml");
    assert!(draft.contains("check: not-analyzed"), "{draft}");
    bench.run(&["audit", "--snapshot=s.jsonl", "-p=draft.yaml"]).exits(0);
}
