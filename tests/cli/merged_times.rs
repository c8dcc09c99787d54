//! Audits of merged snapshots: what ends has ended when the newest of them was taken, what one of them doesn't say isn't known, and
//! one that is dated in the future is named.

use crate::report::Report;
use crate::support::Bench;
use crate::support::lines::{account, changed, snapshot};
use serde_json::{Value, json};

/// An account that was scanned at a time, and changed.
fn scan(name: &str, time: &str, change: impl FnOnce(&mut Vec<Value>)) -> String {
    changed(&snapshot(&[account(name, &[], &[])], None), |lines| {
        lines[0]["taken_at"] = json!(time);
        lines[0]["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"], "control_plane": false,
            "graph": false});
        change(lines);
    })
}

/// The audits of two files merged in both orders, and of what is merged with the first again.
fn audits(one: &str, other: &str, policy: &str, exit: i32) -> Vec<Report> {
    let bench = Bench::offline();
    bench.write("one.jsonl", one);
    bench.write("other.jsonl", other);
    bench.write("p.yaml", policy);
    let orders = [
        ["one.jsonl", "other.jsonl"],
        ["other.jsonl", "one.jsonl"],
        ["m.jsonl", "one.jsonl"],
    ];
    let merged = orders.into_iter().enumerate().map(|(number, [a, b])| {
        let to = format!("m{number}.jsonl");
        bench.run(&["merge", a, b, &format!("-o={to}")]).exits(0);
        std::fs::copy(bench.path(&to), bench.path("m.jsonl")).unwrap();
        let audit = ["audit", &format!("--snapshot={to}"), "-p=p.yaml", "-f=json"];
        bench.run(&audit).exits(exit).report()
    });
    merged.collect()
}

const OLD: &str = "2026-10-01T23:00:00Z";
const NEW: &str = "2026-10-02T01:00:00Z";

#[test]
fn a_waiver_that_had_ended_at_the_newest_scan_has_ended() {
    let policy = "version: 1\naccounts: [{ name: all, local_auth: disabled }]\nwaivers:\n  - { check: local-auth-enabled, account: new, \
                  expires: \"2026-10-01\", reason: later }\n";
    let keys = |lines: &mut Vec<Value>| lines[1]["account"]["local_auth_disabled"] = json!(false);
    for report in audits(&scan("old", OLD, |_| ()), &scan("new", NEW, keys), policy, 1) {
        assert_eq!(report.of("local-auth-enabled")[0]["state"], "new");
        assert_eq!(report.of("waiver-expired").len(), 1);
        // How old what it holds can be is another question.
        assert_eq!(report.0["snapshot"]["taken_at"], OLD);
        assert_eq!(report.0["snapshot"]["last_taken_at"], NEW);
    }
}

#[test]
fn keys_are_as_old_as_at_the_newest_scan() {
    let policy = "version: 1\naccounts: [{ name: all, local_auth: any, max_key_age: 90d }]\n";
    let keys = |lines: &mut Vec<Value>| {
        lines[1]["account"]["local_auth_disabled"] = json!(false);
        lines[1]["account"]["keys_generated_at"] = json!({"primary": "2026-07-20T00:00:00Z", "secondary": "2026-07-20T00:00:00Z",
            "primary_readonly": "2026-07-20T00:00:00Z", "secondary_readonly": "2026-07-20T00:00:00Z"});
    };
    let new = scan("new", "2026-11-02T00:00:00Z", keys);
    for report in audits(&scan("old", "2026-09-02T00:00:00Z", |_| ()), &new, policy, 1) {
        assert_eq!(report.of("key-age").len(), 1, "{:#?}", report.findings());
    }
}

/// A file that doesn't say what it was asked for can lack what the other one has.
#[test]
fn what_one_file_does_not_say_is_not_known_of_both() {
    let policy = "version: 1\naccounts: [{ name: all, local_auth: disabled }]\n";
    let silent = |lines: &mut Vec<Value>| {
        lines[0].as_object_mut().unwrap().remove("scope");
    };
    for report in audits(&scan("old", OLD, silent), &scan("new", NEW, |_| ()), policy, 0) {
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        for what in ["clusters", "other-resources", "foreign-roles"] {
            assert!(rows.iter().any(|row| row["what"] == what), "{what}: {rows:#?}");
        }
    }
}

/// What is dated in the future would win over each newer scan, and never be too old.
#[test]
fn a_part_that_is_dated_in_the_future_is_named() {
    let now = jiff::Timestamp::now();
    let at = |minutes: i64| (now + jiff::SignedDuration::from_mins(minutes)).to_string();
    let policy = "version: 1\naccounts: [{ name: all, local_auth: disabled }]\n";
    for (minutes, is_future) in [(60, true), (2, false)] {
        let bench = Bench::offline();
        let ahead = at(minutes);
        bench.write("now.jsonl", scan("now", &at(-60), |_| ()));
        bench.write("ahead.jsonl", scan("ahead", &ahead, |_| ()));
        bench.write("p.yaml", policy);
        let merged = bench
            .run(&["merge", "now.jsonl", "ahead.jsonl", "-o=m.jsonl", "-q"])
            .exits(0);
        let warning = format!(
            "warning: ahead.jsonl says that it was taken at {ahead}, which is in the future: its contents count"
        );
        assert_eq!(merged.stderr.contains(&warning), is_future, "{merged}");
        assert!(!merged.stderr.contains("now.jsonl"), "{merged}");
        // A merge with it is as far in the future as it is.
        let again = bench
            .run(&["merge", "now.jsonl", "m.jsonl", "-o=n.jsonl", "-q"])
            .exits(0);
        assert_eq!(
            again.stderr.contains("warning: m.jsonl says that"),
            is_future,
            "{again}"
        );
        for snapshot in ["--snapshot=m.jsonl", "--snapshot=n.jsonl"] {
            let said =
                format!("a part of the merged snapshot says that it was taken at {ahead}, which is in the future");
            let audit = ["audit", snapshot, "-p=p.yaml", "-f=json"];
            let outcome = bench.run(&audit).exits(0);
            assert_eq!(outcome.stderr.contains(&said), is_future, "{outcome}");
            let limited = bench.command(&audit).args(&["--max-age=1d"]).run();
            let limited = limited.exits(if is_future { 3 } else { 0 });
            let report = limited.report();
            assert_eq!(
                report.of("collection-incomplete").len(),
                usize::from(is_future),
                "{limited}"
            );
            assert_eq!(report.0["snapshot"]["complete"], !is_future);
        }
    }
}
