//! `waive`: what it prints accepts the finding, and no other.

use crate::report::Report;
use crate::support::Bench;
use crate::support::lines::{ANN, BEN, account, allows, snapshot};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const REASON: &str = "--reason=CHG-1: \"it's\" # ours, 100 % {sure}";
const UNTIL: &str = "--until=2027-01-31";

fn repository(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The sample tenant, audited.
fn contoso() -> (Bench, Report) {
    let bench = Bench::offline();
    bench.write("s.jsonl", repository("reports/sample/contoso.jsonl"));
    let policy = bench.write("p.yaml", repository("policies/contoso.yaml"));
    let report = audited(&bench, policy);
    (bench, report)
}

/// Audits `s.jsonl`, and leaves the report in `r.json`.
fn audited(bench: &Bench, policy: &str) -> Report {
    let audit = ["audit", "--snapshot=s.jsonl", "-q", "-f=json"];
    let outcome = bench.command(&audit).args(&["-p", policy]).run();
    bench.write("r.json", &outcome.stdout);
    outcome.report()
}

fn text<'v>(finding: &'v Value, key: &str) -> &'v str {
    finding[key].as_str().unwrap()
}

/// The fingerprints of the findings that are waived. Without causes, an audit takes a fraction of the time.
fn waived(bench: &Bench, policy: &str) -> BTreeSet<String> {
    let audit = ["audit", "--snapshot=s.jsonl", "-q", "-f=ndjson"];
    let output = bench.command(&audit).args(&["-p", policy]).run().stdout;
    let findings = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let waived = findings.filter(|finding| finding["state"] == "waived");
    waived.map(|finding| text(&finding, "fingerprint").to_owned()).collect()
}

/// Waives every `step`th finding that can be, each in a run of its own, adds what is printed to the policy, and audits again.
fn hold_to_the_law(bench: &Bench, policy: &str, step: usize, options: &[&str]) -> usize {
    let report = audited(bench, policy);
    let before = waived(bench, policy);
    let yaml = bench.read(policy);
    let yaml = if yaml.contains("\nwaivers:") {
        yaml
    } else {
        format!("{yaml}waivers:\n")
    };
    let mut count = 0;
    let new = report.findings().iter().filter(|finding| finding["state"] == "new");
    for finding in new.step_by(step) {
        let fingerprint = text(finding, "fingerprint");
        let asked = bench
            .command(&["waive", fingerprint, "--report=r.json", UNTIL, REASON])
            .args(options)
            .run();
        if asked.code == 2 {
            asked.says(&["can't be waived"]);
            continue;
        }
        bench.write("more.yaml", format!("{yaml}{}", asked.stdout));
        let after = waived(bench, "more.yaml");
        let new: Vec<&String> = after.difference(&before).collect();
        assert_eq!(new, [fingerprint], "{asked}");
        count += 1;
    }
    count
}

#[test]
fn what_is_printed_accepts_the_finding_and_no_other() {
    let (bench, _) = contoso();
    assert!(hold_to_the_law(&bench, "p.yaml", 2, &["-p=p.yaml"]) > 20);
    assert!(hold_to_the_law(&bench, "p.yaml", 5, &[]) > 8);
}

/// Names that mean something in YAML, in patterns of waivers, or to a pipeline; and names that no policy can contain.
#[test]
fn names_of_all_kinds_come_back() {
    let names = [
        "yes",
        "null",
        "1e3",
        "a: b",
        "a #b",
        "- a",
        "\"a\"",
        "'a'",
        "a\\b",
        "*",
        "a*",
        "ab",
        "##vso[task.x]y",
        "[a]",
        "{a}",
        "&a",
        "!a",
        " a ",
        "é",
        "a\nb",
        "a\u{202e}b",
        "a\tb",
        "@a",
        "`a`",
        "%a",
        "|",
        ">",
        "~",
        "-",
        "?",
        "0a",
        "2027-01-31",
    ];
    let roles: Vec<(&str, Value)> = names.iter().map(|name| (*name, allows(&["sqlDatabases/*"]))).collect();
    let scopes: Vec<String> = names
        .iter()
        .map(|name| format!("/dbs/{}", name.replace('/', "")))
        .collect();
    let assignments: Vec<(&str, usize, &str)> = (scopes.iter().enumerate())
        .map(|(number, scope)| (if number % 2 == 0 { ANN } else { BEN }, number, scope.as_str()))
        .collect();
    let bench = Bench::offline();
    bench.write("s.jsonl", snapshot(&[account("acc", &roles, &assignments)], None));
    bench.write(
        "p.yaml",
        format!("version: 1\nprincipals:\n  \"on: #1\": {{ id: {ANN} }}\naccounts:\n  - grants: []\n    roles: []\n"),
    );
    assert!(hold_to_the_law(&bench, "p.yaml", 6, &[]) > 15);
    assert!(hold_to_the_law(&bench, "p.yaml", 13, &["-p=p.yaml"]) > 5);
}

#[test]
fn a_waiver_is_as_narrow_as_it_can_be() {
    let (bench, report) = contoso();
    let reporting = text(report.of("excess-access")[0], "fingerprint");
    let waive = [
        "waive",
        &reporting[..6],
        "--report=r.json",
        UNTIL,
        "--reason=CHG-1: later",
    ];
    let by_id = bench.run(&waive).exits(0);
    let rest = "    scope: /dbs/orders\n    role: Cosmos DB Built-in Data Contributor\n    expires: \"2027-01-31\"\n    \
                reason: \"CHG-1: later\"\n";
    let head = "  - check: excess-access\n    account: cosmos-orders\n    principal: ";
    let id = "0a11ce00-0000-4000-8000-000000000002 # reporting";
    assert_eq!(by_id.stdout, format!("{head}{id}\n{rest}"));
    assert_eq!(by_id.stderr, "Add this below `waivers:` in the policy.\n");
    let by_name = bench.command(&waive).args(&["-p=p.yaml", "-q"]).run().exits(0);
    assert_eq!(by_name.stdout, format!("{head}reporting\n{rest}"));
    assert_eq!(by_name.stderr, "");
    // Two findings, two items; the same one twice is one.
    let upper = reporting.to_uppercase();
    let other = text(report.of("role-drift")[0], "fingerprint");
    let both = [
        "waive",
        reporting,
        &upper,
        other,
        "--report=r.json",
        UNTIL,
        "--reason=r",
    ];
    let both = bench.run(&both).exits(0);
    assert_eq!(both.stdout.matches("- check: ").count(), 2, "{both}");
}

#[test]
fn a_report_can_come_from_standard_input() {
    let (bench, report) = contoso();
    let drift = text(report.of("role-drift")[0], "fingerprint");
    let waive = ["waive", drift, "--report=-", UNTIL, "--reason=r"];
    let outcome = bench.command(&waive).input(bench.read("r.json")).run().exits(0);
    assert!(outcome.stdout.contains("check: role-drift"), "{outcome}");
    let policy = bench.command(&waive).args(&["-p=-"]).input(bench.read("r.json")).run();
    policy.fails_saying(&["standard input (`-`) can be read only once"]);
    let check = ["policy", "check", "-"];
    let outcome = bench.command(&check).input(bench.read("p.yaml")).run().exits(0);
    assert!(outcome.stdout.contains("in -."), "{outcome}");
    let merge = ["merge", "-", "-o=m.jsonl"];
    bench.command(&merge).input(bench.read("s.jsonl")).run().exits(0);
    bench
        .run(&["merge", "-", "-", "-o=m.jsonl"])
        .fails_saying(&["can be read only once"]);
}

#[test]
fn what_the_reader_must_know_is_said() {
    let (bench, report) = contoso();
    let accepted = report
        .findings()
        .iter()
        .find(|finding| finding["state"] == "waived")
        .unwrap();
    let waive = [
        "waive",
        text(accepted, "fingerprint"),
        "--report=r.json",
        UNTIL,
        "--reason=r",
    ];
    bench
        .run(&waive)
        .exits(0)
        .says(&["is already waived until 2027-01-31 (p.yaml:", "replace that waiver"]);
    let audit = [
        "audit",
        "--snapshot=s.jsonl",
        "-p=p.yaml",
        "-q",
        "-f=json",
        "--baseline=r.json",
    ];
    let known = bench.run(&audit);
    bench.write("known.json", &known.stdout);
    let drift = text(report.of("role-drift")[0], "fingerprint");
    let waive = [
        "waive",
        drift,
        "--report=known.json",
        "--reason=r",
        "--until=2027-03-05",
    ];
    bench.run(&waive).exits(0).says(&[
        "is in the baseline of the report",
        "2027-03-05 is more than a year away",
    ]);
    let waive = ["waive", drift, "--report=r.json", "--reason=r", "--until=2027-03-04"];
    assert!(!bench.run(&waive).exits(0).stderr.contains("year"));
}

#[test]
fn what_is_asked_wrongly_is_an_error() {
    let (bench, report) = contoso();
    let drift = text(report.of("role-drift")[0], "fingerprint").to_owned();
    let gap = text(report.of("collection-incomplete")[0], "fingerprint").to_owned();
    let expired = text(report.of("waiver-expired")[0], "fingerprint").to_owned();
    let run = |fingerprint: &str, report: &str, until: &str, reason: &str| {
        let (report, until, reason) = (
            format!("--report={report}"),
            format!("--until={until}"),
            format!("--reason={reason}"),
        );
        bench.run(&["waive", fingerprint, &report, &until, &reason])
    };
    let day = "2027-01-31";
    run("000000", "r.json", day, "r").fails_saying(&[
        "no finding in `r.json`",
        "`000000`",
        "help: ",
        "`audit --details`",
    ]);
    run("abc", "r.json", day, "r").fails_saying(&["at least 6 hexadecimal digits"]);
    run("reporting", "r.json", day, "r").fails_saying(&["at least 6 hexadecimal digits"]);
    run(&gap, "r.json", day, "r").fails_saying(&["can't be waived", "--allow-incomplete"]);
    run(&expired, "r.json", day, "r").fails_saying(&["can't be waived", "correct or remove"]);
    // Today is the last day on which it could end.
    run(&drift, "r.json", "2026-03-03", "r").fails_saying(&["has passed", "2026-03-04"]);
    run(&drift, "r.json", "2026-03-04", "r").exits(0);
    for odd in ["2027-02-30", "tomorrow", "2027-1-31", "20270131", ""] {
        run(&drift, "r.json", odd, "r").fails_saying(&["YYYY-MM-DD"]);
    }
    run(&drift, "r.json", day, " ").fails_saying(&["it is empty"]);
    run(&drift, "r.json", day, "a\u{202e}b").fails_saying(&["U+202E"]);
    run(&drift, "none.json", day, "r").fails_saying(&["couldn't read the report `none.json`"]);
    run(&drift, "s.jsonl", day, "r").fails_saying(&["`s.jsonl`", "`audit -f json`"]);
    bench.write("later.json", "{\"format\":\"cosmos-rbac/report\",\"version\":2}");
    run(&drift, "later.json", day, "r").fails_saying(&["its version is 2", "newer"]);
    bench.write(
        "new.json",
        bench.read("r.json").replace("\"role-drift\"", "\"role-dream\""),
    );
    run(&drift, "new.json", day, "r").fails_saying(&["no check `role-dream`"]);
    let mut twins = report.0.clone();
    twins["findings"][0]["fingerprint"] = format!("{}{}", &drift[..8], "0".repeat(24)).into();
    bench.write("twins.json", twins.to_string());
    run(&drift[..8], "twins.json", day, "r").fails_saying(&["the fingerprints of 2 findings", &drift]);
    // Every wrong one is named.
    let both = ["waive", "000000", "111111", "--report=r.json", UNTIL, "--reason=r"];
    bench.run(&both).fails_saying(&["`000000`", "`111111`"]);
}
