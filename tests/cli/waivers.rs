//! Waivers accept what they name, and nothing beside it.

use crate::report::Report;
use crate::support::Bench;
use crate::support::lines::{ANN, BEN, account, allows, snapshot};

fn audited(waiver: &str, exit: i32) -> Report {
    let bench = Bench::offline();
    let roles = [
        ("reader", allows(&["readMetadata"])),
        ("spare", allows(&["sqlDatabases/containers/items/frob"])),
    ];
    let assignments = [
        (ANN, 0, "/"),
        (ANN, 0, "/dbs/orders"),
        (BEN, 0, "/dbs/ledger/colls/x"),
        (BEN, 0, "/dbs/orders/colls/open"),
    ];
    bench.write("s.jsonl", snapshot(&[account("acc", &roles, &assignments)], None));
    bench.write(
        "policy.yaml",
        format!(
            "version: 1\naccounts:\n  - {{ name: all, grants: [], roles: [{{ name: wanted, data_actions: [readMetadata] }}] }}\n\
             checks: {{ assignment-redundant: off }}\nwaivers:\n  - {{ {waiver}, expires: 2027-01-31, reason: r }}\n"
        ),
    );
    bench
        .run(&["audit", "--snapshot=s.jsonl", "-p=policy.yaml", "-q", "-f=json"])
        .exits(exit)
        .report()
}

#[test]
fn a_scope_means_the_scope_that_the_finding_shows() {
    for (scope, expected) in [
        ("/", vec!["/"]),
        ("/dbs/*", vec!["/dbs/orders"]),
        ("/dbs/*/colls/*", vec!["/dbs/ledger/colls/x", "/dbs/orders/colls/open"]),
        ("/dbs/orders/colls/*", vec!["/dbs/orders/colls/open"]),
        ("/dbs/none", vec![]),
    ] {
        let report = audited(&format!("check: excess-access, scope: '{scope}'"), 1);
        let waived = report
            .of("excess-access")
            .into_iter()
            .filter(|found| found["state"] == "waived");
        let scopes: Vec<&str> = waived.map(|found| found["scope"].as_str().unwrap()).collect();
        assert_eq!(scopes, expected, "{scope}");
        assert_eq!(report.of("waiver-unused").is_empty(), !expected.is_empty(), "{scope}");
    }
}

#[test]
fn a_role_can_be_waived_by_its_name() {
    for (check, role) in [
        ("role-undeclared", "spare"),
        ("role-unused", "spare"),
        ("unknown-action", "sp*"),
        ("role-missing", "wanted"),
        ("excess-access", "reader"),
    ] {
        let report = audited(&format!("check: {check}, role: '{role}'"), 1);
        let waived = report.of(check).into_iter().filter(|found| found["state"] == "waived");
        assert!(waived.count() > 0, "{check}: {}", report.0);
        assert!(report.of("waiver-unused").is_empty(), "{check}");
    }
}

/// The sample tenant; one waiver ends twelve days after the scan, one on its day, one a day too late to be told of.
fn ending() -> Bench {
    let bench = crate::support::sample::bench();
    let policy = bench.read("policy.yaml");
    let account = |name: &str, day: &str| {
        format!("  - {{ check: local-auth-enabled, account: {name}, expires: {day}, reason: later }}\n")
    };
    let more = [
        account("cosmos-rbacsample", "2026-11-14"),
        "  - { check: role-drift, account: cosmos-sessions, expires: 2026-11-02, reason: later }\n".to_owned(),
        "  - { check: role-unused, account: sandbox-lab, expires: 2026-11-17, reason: later }\n".to_owned(),
        // Matches nothing: that is a finding of its own.
        account("cosmos-orders", "2026-11-10"),
    ];
    bench.write("p.yaml", policy + &more.concat());
    bench
}

const AUDIT: [&str; 4] = ["audit", "--snapshot=contoso.jsonl", "-p=p.yaml", "-q"];

const FORMATS: [&str; 11] = [
    "table",
    "html",
    "json",
    "ndjson",
    "sarif",
    "junit",
    "markdown",
    "csv",
    "github",
    "azure-devops",
    "ocsf",
];

#[test]
fn a_waiver_that_ends_soon_is_told_of_before_in_every_format() {
    let bench = ending();
    for format in FORMATS {
        let text = bench.command(&AUDIT).args(&["-f", format]).run().stdout;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let says = match format {
            "ndjson" => "\"waivers_ending\":2",
            "json" => "\"waivers_ending\": 2",
            "sarif" => "expires on 2026-11-14, in 12 days",
            _ => "2 waivers expire within 14 days",
        };
        assert!(text.contains(says), "{format}: {text}");
    }
    let report = bench.command(&AUDIT).args(&["-f=json"]).run().report();
    let notices = report.0["notices"].as_array().unwrap();
    let told: Vec<(&str, &str)> = (notices.iter())
        .filter(|notice| !notice["policy"].is_null())
        .map(|notice| {
            (
                notice["message"].as_str().unwrap(),
                notice["policy"]["file"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        "The waiver for `local-auth-enabled` in cosmos-rbacsample expires on 2026-11-14, in 12 days.",
        "The waiver for `role-drift` in cosmos-sessions expires on 2026-11-02, which is the day of this audit.",
    ];
    assert_eq!(told, expected.map(|message| (message, "p.yaml")));
}

#[test]
fn ignored_waivers_accept_nothing_and_every_format_says_how_much_they_would() {
    let bench = ending();
    let applied = bench.command(&AUDIT).args(&["-f=json"]).run().report();
    let ignored = bench
        .command(&AUDIT)
        .args(&["-f=json", "--ignore-waivers"])
        .run()
        .exits(1)
        .report();
    let states = |report: &Report| -> Vec<(String, String)> {
        let text = |found: &serde_json::Value, key: &str| found[key].as_str().unwrap().to_owned();
        let found = report.findings().iter();
        found
            .map(|found| (text(found, "fingerprint"), text(found, "state")))
            .collect()
    };
    let expected: Vec<_> = states(&applied)
        .into_iter()
        .map(|(fingerprint, state)| (fingerprint, state.replace("waived", "new")))
        .collect();
    // The same findings, those about waivers included.
    assert_eq!(states(&ignored), expected);
    let summary = |report: &Report, key: &str| report.0["summary"][key].clone();
    assert_eq!(summary(&ignored, "waived"), 0);
    assert_eq!(summary(&ignored, "waivers_ignored"), summary(&applied, "waived"));
    assert_eq!(summary(&applied, "waivers_ignored"), serde_json::Value::Null);
    let waived = summary(&applied, "waived");
    for format in FORMATS {
        let text = bench
            .command(&AUDIT)
            .args(&["-f", format, "--ignore-waivers"])
            .run()
            .exits(1)
            .stdout;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let says = match format {
            "ndjson" => format!("\"waivers_ignored\":{waived}"),
            "json" => format!("\"waivers_ignored\": {waived}"),
            _ => format!("Waivers were ignored: {waived} findings would be waived"),
        };
        assert!(text.contains(&says), "{format}: {text}");
    }
    // The exit code follows.
    let only = ["--fail-on=critical", "--allow-incomplete"];
    bench.write(
        "p.yaml",
        "version: 1\naccounts: [{ local_auth: disabled }]\nchecks: { local-auth-enabled: critical, no-authentication: high }\nwaivers:\n  \
        - { check: local-auth-enabled, account: '*', expires: 2027-01-01, reason: r }\n",
    );
    bench.command(&AUDIT).args(&only).run().exits(0);
    bench
        .command(&AUDIT)
        .args(&only)
        .args(&["--ignore-waivers"])
        .run()
        .exits(1);
    // With a baseline, what was known is known.
    bench
        .command(&AUDIT)
        .args(&["-o=json=b.json", "--ignore-waivers"])
        .run();
    bench
        .command(&AUDIT)
        .args(&only)
        .args(&["--ignore-waivers", "--baseline=b.json"])
        .run()
        .exits(0);
}
