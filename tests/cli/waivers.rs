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
