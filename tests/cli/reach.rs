//! One assignment of an Azure role that reaches many accounts: all of them are named, and none of them is clean.

use crate::support::Bench;
use serde_json::Value;
use std::fmt::Write as _;

const ACCOUNTS: usize = 25;

/// An Owner of a subscription with more accounts than any message names.
fn bench() -> Bench {
    let mut text =
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    rbac:\n      role_assignments:\n        \
                    - { role: Owner, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }\n    accounts:\n"
            .to_owned();
    for n in 0..ACCOUNTS {
        let settings = "disable_local_auth: true, disable_key_based_metadata_write_access: true";
        writeln!(text, "      - {{ name: one-{n:02}, {settings} }}").unwrap();
    }
    let bench = Bench::azure(&text);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    bench.write("policy.yaml", "version: 1\naccounts: [{ role_admins: [] }]\n");
    bench
}

fn audit(bench: &Bench, format: &str) -> String {
    let audit = ["audit", "--snapshot=s.jsonl", "-p=policy.yaml", "-f", format];
    bench.run(&audit).exits(1).stdout
}

#[test]
fn every_format_for_machines_names_all_accounts() {
    let bench = bench();
    let report: Value = serde_json::from_str(&audit(&bench, "json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|finding| finding["check"] == "self-grant")
        .unwrap();
    assert_eq!(found["reach"]["accounts"], ACCOUNTS);
    assert_eq!(found["reach"]["named"].as_array().unwrap().len(), ACCOUNTS);
    let fingerprint = found["fingerprint"].as_str().unwrap();
    for format in ["csv", "ocsf", "ndjson"] {
        let text = audit(&bench, format);
        let line = text.lines().find(|line| line.contains(fingerprint)).unwrap();
        for n in 0..ACCOUNTS {
            assert!(line.contains(&format!("/databaseAccounts/one-{n:02}")), "{format}: {n}");
        }
    }
    let sarif: Value = serde_json::from_str(&audit(&bench, "sarif")).unwrap();
    let mut results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let result = results.find(|result| result["partialFingerprints"]["cosmosRbacFinding/v2"] == fingerprint);
    let named = result.unwrap()["properties"]["reach"]["named"].as_array().unwrap();
    assert_eq!(named.len(), ACCOUNTS);
    let cases = audit(&bench, "junit");
    assert!(
        cases.contains("one-00, one-01, ") && cases.contains(", one-24\n"),
        "{cases}"
    );
}

#[test]
fn a_row_of_csv_says_in_which_subscription_it_is() {
    let text = audit(&bench(), "csv");
    let rows = text
        .lines()
        .map(|row| row.trim_matches('"').split("\",\"").collect::<Vec<_>>());
    let rows: Vec<Vec<&str>> = rows.collect();
    let column = |name: &str| rows[0].iter().position(|title| *title == name).unwrap();
    assert_eq!(rows[0][rows[0].len() - 2..], ["run_id", "owner"]);
    let found = rows.iter().find(|row| row[column("check")] == "self-grant").unwrap();
    assert_eq!(found[column("subscription")], "5e1f0c1a-0000-4000-8000-000000000001");
    assert_eq!((found[column("resource_group")], found[column("account")]), ("", ""));
    assert_eq!(found[column("accounts")], ACCOUNTS.to_string());
}

#[test]
fn an_account_that_is_reached_is_not_without_findings() {
    let bench = bench();
    let page = audit(&bench, "html");
    assert!(!page.contains("<dt>Findings</dt><dd>none</dd>"), "{page}");
    // The columns of keys say that keys have no effect there.
    assert!(
        page.contains("can read account keys through Owner (key-based authentication is disabled)"),
        "{page}"
    );
}
