//! Exit codes: what pipelines go by.

use crate::support::{Bench, repository};
use arm_emulator::{Fault, FaultKind, Matcher};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

/// One account per severity whose findings are of that severity alone, by way of the policy.
struct Findings(Bench);

const SEVERITIES: [&str; 5] = ["note", "low", "medium", "high", "critical"];

impl Findings {
    fn new() -> Self {
        let bench = Bench::azure(
            "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      \
             - { name: open, disable_local_auth: false, disable_key_based_metadata_write_access: true }\n",
        );
        for severity in SEVERITIES {
            let mut policy = POLICY.to_owned();
            writeln!(policy, "checks: {{ local-auth-enabled: {severity} }}").unwrap();
            bench.write(&format!("{severity}.yaml"), policy);
        }
        bench
            .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
            .run()
            .exits(0);
        Self(bench)
    }

    fn code(&self, arguments: &[&str]) -> i32 {
        let run = self.0.command(&["audit", "--snapshot=s.jsonl"]).args(arguments).run();
        let report = self
            .0
            .command(&["audit", "--snapshot=s.jsonl", "-f=json"])
            .args(arguments);
        let report = report.args(&["-o=table=report.txt"]).run();
        assert_eq!(run.code, report.code, "the format changes it: {run} {report}");
        run.code
    }
}

const POLICY: &str = "version: 1\naccounts: [{ local_auth: disabled }]\n";

#[test]
fn every_severity() {
    let findings = Findings::new();
    for (found, severity) in SEVERITIES.into_iter().enumerate() {
        let policy = format!("-p={severity}.yaml");
        for (limit, fail_on) in SEVERITIES.into_iter().enumerate() {
            let code = findings.code(&[&policy, "--fail-on", fail_on]);
            assert_eq!(code, i32::from(found >= limit), "{severity} with --fail-on {fail_on}");
        }
        assert_eq!(findings.code(&[&policy, "--fail-on=never"]), 0);
        // Medium, if nothing is said.
        assert_eq!(findings.code(&[&policy]), i32::from(found >= 2), "{severity}");
    }
}

#[test]
fn off_and_waived() {
    let findings = Findings::new();
    let bench = &findings.0;
    bench.write("off.yaml", format!("{POLICY}checks: {{ local-auth-enabled: off }}\n"));
    assert_eq!(findings.code(&["-p=off.yaml", "--fail-on=note"]), 0);
    let waiver = |until: &str| {
        format!("{POLICY}waivers: [{{ check: local-auth-enabled, account: open, expires: {until}, reason: known }}]\n")
    };
    bench.write("waived.yaml", waiver("2026-12-31"));
    assert_eq!(findings.code(&["-p=waived.yaml", "--fail-on=note"]), 0);
    let report = bench
        .run(&["audit", "--snapshot=s.jsonl", "-p=waived.yaml", "-f=json"])
        .report();
    assert_eq!(report.findings()[0]["state"], "waived");
    assert_eq!(report.0["summary"]["waived"], 1);
    assert_eq!(report.verdict(), "pass");
    // Until then it holds, that day included; not a day longer.
    bench.write("today.yaml", waiver("2026-03-04"));
    assert_eq!(findings.code(&["-p=today.yaml"]), 0);
    bench.write("expired.yaml", waiver("2026-03-03"));
    assert_eq!(findings.code(&["-p=expired.yaml"]), 1);
}

#[test]
fn clean_and_empty() {
    let clean = Bench::azure(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      \
         - { name: shut, disable_local_auth: true, disable_key_based_metadata_write_access: true }\n",
    );
    for format in ["table", "json"] {
        clean.audit(&["-f", format, "--fail-on=note"]).exits(0);
    }
    for tenant in [
        "subscriptions:\n  - { id: 5e1f0c1a-0000-4000-8000-000000000001 }\n",
        "subscriptions: []\n",
    ] {
        let empty = Bench::azure(tenant);
        for format in ["table", "json"] {
            empty.audit(&["-f", format]).exits(4);
            empty.audit(&["-f", format, "--fail-on=note"]).exits(4);
            empty
                .audit(&["-f", format, "--fail-on=never", "--allow-incomplete"])
                .exits(4);
        }
        let said = empty.audit(&[]).stdout;
        assert!(said.contains("\nNothing to audit: "), "{said}");
        let scan = ["scan", "--all-subscriptions", "-o=s.jsonl"];
        empty.signed_in(&scan).run().exits(4);
        empty.run(&["audit", "--snapshot=s.jsonl"]).exits(4);
        empty.run(&["list", "roles", "--snapshot=s.jsonl"]).exits(4);
    }
}

#[test]
fn incomplete_and_findings() {
    let bench = Bench::contoso();
    let audit = |more: &[&str]| bench.audit(more).code;
    assert_eq!(audit(&["-p=contoso.yaml"]), 1);
    assert_eq!(audit(&["--fail-on=critical"]), 1);
    // No other finding of the built-in policy is critical.
    let tenant = std::fs::read_to_string(repository("tests/tenants/contoso.yaml")).unwrap();
    let closed = Bench::azure(&tenant.replace("authentication_method: None", "authentication_method: Ldap"));
    closed.audit(&["--fail-on=critical"]).exits(3);
    closed.audit(&["--fail-on=critical", "--allow-incomplete"]).exits(0);
    assert_eq!(audit(&["-p=contoso.yaml", "--fail-on=never"]), 3);
    assert_eq!(audit(&["-p=contoso.yaml", "--fail-on=never", "--allow-incomplete"]), 0);
    for what in ["accounts", "roles", "assignments"] {
        let list = ["list", what, "--all-subscriptions"];
        bench.signed_in(&list).run().exits(3).says(&["staging-orders"]);
        bench.signed_in(&list).args(&["--allow-incomplete"]).run().exits(0);
    }
}

#[test]
fn usage() {
    let bench = Bench::offline();
    for arguments in [
        &[][..],
        &["audit"],
        &["adit", "--all-subscriptions"],
        &["audit", "--snapshot"],
        &["audit", "--snapshot=a", "--all-subscriptions"],
        &[
            "audit",
            "--subscription=5e1f0c1a-0000-4000-8000-000000000001",
            "--all-subscriptions",
        ],
        &["audit", "--all-subscriptions", "--fail-on=urgent"],
        &["audit", "--all-subscriptions", "--fail-on="],
        &["audit", "--all-subscriptions", "--format=xml"],
        &["audit", "--all-subscriptions", "--output=report.json"],
        &["audit", "--all-subscriptions", "--output=json="],
        &["audit", "--all-subscriptions", "--concurrency=0"],
        &["audit", "--all-subscriptions", "--concurrency=-1"],
        &["audit", "--all-subscriptions", "--credential=password"],
        &["audit", "--all-subscriptions", "--cloud=moon"],
        &["audit", "--all-subscriptions", "--arm-endpoint=somewhere"],
        &["audit", "--all-subscriptions", "--colour=always"],
        &["audit", "--all-subscriptions", "surplus"],
        &["scan", "--all-subscriptions"],
        &["scan", "--snapshot=a", "--output=b"],
        &["list", "--all-subscriptions"],
        &["list", "keys", "--all-subscriptions"],
        &["list", "accounts", "--all-subscriptions", "--format=xml"],
    ] {
        let outcome = bench.run(arguments).exits(2);
        assert_eq!(outcome.stdout, "", "{outcome}");
        assert!(!outcome.stderr.is_empty(), "{outcome}");
    }
    for (option, words) in [
        (
            "--credential=password",
            "auto, env, workload-identity, managed-identity, pipelines, cli, azd, token",
        ),
        ("--cloud=moon", "public, usgov, china"),
        ("--format=xml", "table, html, markdown, json,"),
    ] {
        let outcome = bench.run(&["audit", "--all-subscriptions", option]).exits(2);
        outcome.says(&[&format!("[possible values: {words}")]);
    }
    let not_text = OsStr::from_bytes(b"caf\xe9.jsonl");
    for option in ["--snapshot", "--policy", "--subscription", "--format"] {
        bench.command(&["audit", option]).arg(not_text).run().exits(2);
    }
}

#[test]
fn output_that_cannot_be_written() {
    let findings = Findings::new();
    let bench = &findings.0;
    bench.write("file", "");
    for output in ["json=home", "json=file/report.json", "json=/dev/full"] {
        bench
            .run(&["audit", "--snapshot=s.jsonl", "-o", output])
            .fails_saying(&["couldn't write", output.trim_start_matches("json=")]);
    }
    bench
        .run(&["audit", "--snapshot=s.jsonl", "-o=json=r.txt", "-o=csv=r.txt"])
        .fails_saying(&["two reports", "r.txt"]);
    for output in ["home", "file/s.jsonl"] {
        bench
            .signed_in(&["scan", "--all-subscriptions", "-o", output])
            .run()
            .fails_saying(&["couldn't write", output]);
    }
}

/// A scan that cannot begin leaves an older snapshot as it was.
#[test]
fn scan_that_cannot_sign_in() {
    let findings = Findings::new();
    let bench = &findings.0;
    let before = bench.read("s.jsonl");
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--credential=env"];
    bench
        .command_at_cloud(&scan)
        .run()
        .fails_saying(&["AZURE_TENANT_ID isn't set"]);
    assert_eq!(bench.read("s.jsonl"), before);
    bench
        .command_at_cloud(&scan[..2])
        .args(&["-o=new.jsonl", "--credential=env"])
        .run()
        .exits(2);
    assert!(!bench.path("new.jsonl").exists());
}

/// Whoever pipes into `head` has seen enough; that is no failure of ours.
#[test]
fn nobody_reads() {
    let findings = Findings::new();
    for arguments in [
        &["audit", "--snapshot=s.jsonl"][..],
        &["audit", "--snapshot=s.jsonl", "-f=json", "-vvv"],
        &["list", "roles", "--snapshot=s.jsonl"],
        &["explain"],
        &["explain", "excess-access"],
        &["--help"],
        &["--version"],
    ] {
        let expected = findings.0.run(arguments).code;
        findings.0.command(arguments).run_unread().exits(expected);
    }
}

/// Where a list was refused and nothing else is there, nobody knows that there is nothing.
#[test]
fn nothing_found_is_not_known_to_be_nothing() {
    let text = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    name: data\n";
    for list in ["resources", "mongoClusters", "databaseAccounts"] {
        let bench = Bench::azure(text);
        bench.signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"]).run();
        bench.run(&["who-can", "delete", "--snapshot=s.jsonl"]).exits(4);
        bench.run(&["policy", "init", "--snapshot=s.jsonl"]).exits(4);
        let fault = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![fault]);
        bench
            .signed_in(&["scan", "--all-subscriptions", "-o=s2.jsonl"])
            .run()
            .exits(3);
        let answer = bench.run(&["who-can", "delete", "--snapshot=s2.jsonl"]).exits(3);
        assert!(answer.stdout.contains("Not everything could be read."), "{answer}");
        assert!(answer.stderr.contains("warning: not checked"), "{answer}");
        bench.run(&["policy", "init", "--snapshot=s2.jsonl"]).exits(3);
    }
}
