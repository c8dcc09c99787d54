//! How old a snapshot can be: one that is too old shows nothing of today, whatever is in it.

use crate::support::Bench;
use std::time::{SystemTime, UNIX_EPOCH};

const SNAPSHOT: &str = r#"{"format":"cosmos-rbac/snapshot","version":1,"taken_at":"@","cloud":"public","tenant":"t","subscriptions":[]}
{"account":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a","name":"a","resource_group":"g","subscription":"s","location":"","api":"sql","tags":{},"local_auth_disabled":true,"key_metadata_writes_disabled":true},"role_definitions":[],"role_assignments":[],"databases":[],"gaps":[]}
{"end":{"accounts":1,"gaps":0}}
"#;

/// A clean snapshot that was taken so many minutes ago.
fn taken(minutes_ago: i64) -> Bench {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seconds = i64::try_from(now).unwrap() - minutes_ago * 60;
    let taken_at = jiff::Timestamp::from_second(seconds).unwrap();
    let bench = Bench::offline();
    bench.write("s.jsonl", SNAPSHOT.replace('@', &taken_at.to_string()));
    bench
}

const AUDIT: [&str; 3] = ["audit", "--snapshot=s.jsonl", "-f=json"];

#[test]
fn a_snapshot_that_is_too_old_is_incomplete() {
    let bench = taken(37 * 60);
    bench.run(&AUDIT).exits(0);
    for (max_age, shown) in [("36h", "36h"), ("90m", "90m"), ("1d", "1d"), ("1 day", "1d")] {
        let outcome = bench.command(&AUDIT).args(&["--max-age", max_age]).run().exits(3);
        let why = format!("is older than the {shown} that `--max-age` allows");
        assert!(
            outcome.stderr.starts_with("warning: the snapshot was taken at ") && outcome.stderr.contains(&why),
            "{outcome}"
        );
        let report = outcome.report();
        assert_eq!(
            (report.verdict(), &report.0["snapshot"]["complete"]),
            ("incomplete", &false.into())
        );
        let [finding] = report.of("collection-incomplete")[..] else {
            panic!("{outcome}")
        };
        assert!(finding["message"].as_str().unwrap().contains(&why), "{finding}");
    }
    for enough in ["38h", "2d", "1w"] {
        let outcome = bench.command(&AUDIT).args(&["--max-age", enough]).run().exits(0);
        assert_eq!((outcome.stderr.as_str(), outcome.report().verdict()), ("", "pass"));
    }
    // It is accepted as everything else that is incomplete.
    bench
        .command(&AUDIT)
        .args(&["--max-age=36h", "--allow-incomplete"])
        .run()
        .exits(0);
    bench
        .command(&AUDIT)
        .args(&["--max-age=36h", "--fail-on=never"])
        .run()
        .exits(3);
}

#[test]
fn findings_of_an_old_snapshot_still_fail_the_audit() {
    let bench = taken(37 * 60);
    let open = bench
        .read("s.jsonl")
        .replace(r#""local_auth_disabled":true"#, r#""local_auth_disabled":false"#);
    bench.write("s.jsonl", open);
    bench.command(&AUDIT).args(&["--max-age=36h"]).run().exits(1);
}

/// No format may look as if everything had been checked.
#[test]
fn every_format_says_that_the_snapshot_is_too_old() {
    let bench = taken(37 * 60);
    for format in [
        "table",
        "html",
        "markdown",
        "json",
        "ndjson",
        "csv",
        "sarif",
        "junit",
        "ocsf",
        "github",
        "azure-devops",
    ] {
        let format = format!("-f={format}");
        let outcome = bench
            .run(&["audit", "--snapshot=s.jsonl", "--max-age=36h", &format])
            .exits(3);
        // Tables break lines, and some formats write quotes in their own way.
        let text = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("is older than the 36h"), "{outcome}");
    }
}

#[test]
fn a_time_in_the_future_is_told_and_counts_where_the_age_matters() {
    let bench = taken(-60);
    let outcome = bench
        .run(&AUDIT)
        .exits(0)
        .says(&["warning: the snapshot says that it was taken at ", "in the future"]);
    assert!(
        outcome.report().0["notices"].to_string().contains("in the future"),
        "{outcome}"
    );
    let outcome = bench.command(&AUDIT).args(&["--max-age=36h"]).run().exits(3);
    assert!(outcome.report().of("collection-incomplete").len() == 1, "{outcome}");
    // The clocks of two machines differ by a little.
    let bench = taken(-1);
    assert_eq!(bench.command(&AUDIT).args(&["--max-age=36h"]).run().exits(0).stderr, "");
}

/// Builds set the variable to a time in the past; that makes no snapshot younger.
#[test]
fn a_time_that_is_set_does_not_make_a_snapshot_younger() {
    let bench = taken(37 * 60);
    let outcome = bench
        .command(&AUDIT)
        .args(&["--max-age=36h"])
        .env("SOURCE_DATE_EPOCH", "1")
        .run();
    outcome.exits(3);
}

#[test]
fn a_duration_is_asked_for_by_example() {
    for text in ["36", "soon", "0h", "-1d", "1mo"] {
        let argument = format!("--max-age={text}");
        let outcome = taken(0).command(&AUDIT).args(&[&argument]).run();
        outcome.fails_saying(&["--max-age", "expected a duration such as `90m`, `36h` or `2d`"]);
    }
    let outcome = taken(0).command(&AUDIT).args(&["--concurrency=0"]).run();
    outcome.fails_saying(&["--concurrency", "expected a whole number of 1 or more"]);
}
