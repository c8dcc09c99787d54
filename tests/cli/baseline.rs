//! `--baseline`: what an earlier report found does not fail a pipeline again, what is new does.

use crate::support::Bench;

const POLICY: &str = "-p=contoso.yaml";

fn scanned() -> Bench {
    let bench = Bench::contoso();
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run().exits(0);
    let first = ["audit", "--snapshot=s.jsonl", POLICY, "-o=json=first.json"];
    bench.run(&first).exits(1);
    bench
}

#[test]
fn known_findings_do_not_fail() {
    let bench = scanned();
    let again = ["audit", "--snapshot=s.jsonl", POLICY, "--baseline=first.json"];
    let with = |more: &'static str| [&again[..], &[more]].concat();
    // What could not be read is told every time.
    bench.run(&again).exits(3);
    let report = bench.run(&with("-f=json")).exits(3).report();
    let first = bench.run(&["audit", "--snapshot=s.jsonl", POLICY, "-f=json"]).report();
    let number = |report: &crate::report::Report, of: &str| report.0["summary"][of].as_u64().unwrap();
    let unread = first.of("collection-incomplete").len() as u64;
    assert_eq!(number(&report, "findings"), unread);
    assert_eq!(number(&report, "known"), number(&first, "findings") - unread);
    assert_eq!(number(&report, "waived"), number(&first, "waived"));
    assert_eq!(report.findings().len(), first.findings().len());
    let table = bench.run(&with("--allow-incomplete")).exits(0);
    assert!(table.stdout.contains("\nIncomplete: "), "{table}");
    let severities = [
        ("critical", "Critical"),
        ("high", "High"),
        ("medium", "Medium"),
        ("low", "Low"),
        ("note", "Note"),
    ]
    .map(|(severity, title)| format!("{} {title}", report.0["summary"]["known_by_severity"][severity]));
    let beside = format!(
        "{} known ({}), {} waived.",
        number(&report, "known"),
        severities.join(", "),
        number(&report, "waived")
    );
    let text = table.table().replace('\n', " ");
    assert!(text.contains(&beside), "{table}");
}

#[test]
fn a_new_finding_fails() {
    let bench = scanned();
    let text = bench.read("first.json");
    let report = crate::report::Report::parse(&text).unwrap();
    let denied = report.of("denied-access")[0]["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.write("fewer.json", text.replace(&denied, "00000000000000000000000000000000"));
    let audit = [
        "audit",
        "--snapshot=s.jsonl",
        POLICY,
        "--baseline=fewer.json",
        "-f=json",
    ];
    let report = bench.run(&audit).exits(1).report();
    let counted = report.findings().iter().filter(|found| found["state"] == "new");
    let checks: Vec<_> = counted.map(|found| found["check"].as_str().unwrap()).collect();
    assert!(checks.contains(&"denied-access"), "{checks:?}");
    assert!(
        checks
            .iter()
            .all(|check| ["denied-access", "collection-incomplete"].contains(check))
    );
}

/// A waiver is for a while; that the report with the waived finding is the baseline does not make it last.
#[test]
fn a_waived_finding_is_not_known() {
    let bench = scanned();
    let policy = bench.read("contoso.yaml");
    let waivers = policy.find("\nwaivers:").unwrap();
    bench.write("strict.yaml", &policy[..waivers + 1]);
    let audit = [
        "audit",
        "--snapshot=s.jsonl",
        "-p=strict.yaml",
        "--baseline=first.json",
        "-f=json",
    ];
    let report = bench.run(&audit).exits(1).report();
    let first = crate::report::Report::parse(&bench.read("first.json")).unwrap();
    for waived in first.findings().iter().filter(|found| found["state"] == "waived") {
        let now = report
            .findings()
            .iter()
            .find(|found| found["fingerprint"] == waived["fingerprint"]);
        assert_eq!(now.unwrap()["state"], "new");
    }
}

/// A later version can have states that this one doesn't know.
#[test]
fn what_has_an_unknown_state_is_not_known() {
    let bench = scanned();
    let report = bench.read("first.json");
    for (word, exit) in [("new", 3), ("known", 3), ("waived", 1), ("accepted", 1)] {
        bench.write(
            "old.json",
            report.replace("\"state\": \"new\"", &format!("\"state\": \"{word}\"")),
        );
        let audit = ["audit", "--snapshot=s.jsonl", POLICY, "--baseline=old.json", "-f=json"];
        let now = bench.run(&audit).exits(exit).report();
        let known = now.findings().iter().filter(|found| found["state"] == "known").count();
        assert_eq!(known > 0, exit == 3, "{word}");
    }
}

#[test]
fn what_is_no_baseline_is_an_error() {
    let bench = scanned();
    for (content, says) in [
        ("", "line 1"),
        ("{}", "no report of this program"),
        ("{\"format\":\"cosmos-rbac/report\",\"version\":2}", "its version is 2"),
        (
            "{\"format\":\"cosmos-rbac/report\",\"version\":1,\"accounts\":[]}",
            "missing field `findings`",
        ),
        (
            "{\"format\":\"cosmos-rbac/snapshot\",\"version\":1}",
            "no report of this program",
        ),
    ] {
        bench.write("b.json", content);
        bench
            .run(&["audit", "--snapshot=s.jsonl", "--baseline=b.json"])
            .fails_saying(&[
                "b.json",
                says,
                if says.contains("version is") {
                    "newer"
                } else {
                    "audit -f json"
                },
            ]);
    }
    bench
        .run(&["audit", "--snapshot=s.jsonl", "--baseline=nowhere.json"])
        .fails_saying(&["nowhere.json", "couldn't read the baseline"]);
}
