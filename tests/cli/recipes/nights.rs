//! Five nights of `nightly.sh` in a tenant that drifts: no night is green that shouldn't be.

use super::stage::{bench, install, shell, tenant};
use crate::credentials::application;
use crate::report::Report;
use crate::support::{Bench, Outcome, repository};
use arm_emulator::{Fault, FaultKind, Matcher, Origin};
use std::fs;
use std::path::PathBuf;

/// Runs the script in the night of this date.
fn night(bench: &Bench, date: &str) -> Outcome {
    bench.install("date", &format!("echo {date}"));
    let script = format!("exec sh '{}'", repository("docs/recipes/systemd/nightly.sh").display());
    let folder = |name: &str| bench.path(name).display().to_string();
    application(bench, shell(bench, &script))
        .env("AZURE_CLIENT_SECRET", bench.secret())
        .env("COSMOS_RBAC_CREDENTIAL", "env")
        .env("CONFIGURATION_DIRECTORY", &folder("etc"))
        .env("STATE_DIRECTORY", &folder("state"))
        .run()
}

/// The report that `latest` leads to.
fn latest(bench: &Bench) -> Report {
    Report::parse(&bench.read("state/latest/report.json")).unwrap()
}

/// Nothing of this night can be taken for a result.
#[track_caller]
fn has_no_report(bench: &Bench, date: &str) {
    assert!(fs::symlink_metadata(bench.path("state/latest")).is_err());
    assert!(!reports(bench, date).exists());
}

fn reports(bench: &Bench, date: &str) -> PathBuf {
    bench.path("state/reports").join(date)
}

/// The accounts with new findings, and those whose findings are fixed.
fn changes(report: &Report) -> (Vec<&str>, Vec<&str>) {
    let name = |found: &serde_json::Value| {
        found["account"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    };
    let known = ["orders", "ledger"];
    let of = |list: &[serde_json::Value]| {
        let has = |account: &&str| list.iter().any(|found| name(found) == **account);
        known.into_iter().filter(|account| has(account)).collect::<Vec<_>>()
    };
    let new: Vec<_> = report
        .findings()
        .iter()
        .filter(|found| found["state"] == "new")
        .cloned()
        .collect();
    (of(&new), of(report.0["fixed"].as_array().unwrap()))
}

/// A scan that doesn't come to its end, killed once it has stored an account.
fn killed_night(bench: &Bench, date: &str) -> Outcome {
    let stall = Matcher {
        account: Some("orders".to_owned()),
        ..Matcher::kind("sqlRoleAssignments")
    };
    bench
        .emulator()
        .set_faults(vec![Fault::new(FaultKind::Stall).on(stall)]);
    let [stored, kill] = ["stored", "kill"].map(|name| bench.path(name));
    // The program runs until the test has seen the account in its file.
    install(
        bench,
        &format!(
            "until_killed() {{\n  \"$@\" & pid=$!\n  until [ -e '{}' ]; do sleep 0.05; done\n  kill -9 $pid\n  wait $pid\n}}\nuntil_killed",
            kill.display()
        ),
    );
    let snapshot = format!("state/snapshots/{date}.jsonl.zst");
    std::thread::scope(|scope| {
        let running = scope.spawn(|| night(bench, date));
        let start = std::time::Instant::now();
        while !stored.exists() {
            // What never comes is a failure, which the comparisons below tell.
            if running.is_finished() || start.elapsed() > std::time::Duration::from_secs(120) {
                break;
            }
            if bench.path(&snapshot).exists() {
                let list = bench.run(&["list", "accounts", "--snapshot", &snapshot, "-q"]);
                if list.stdout.contains("ledger") {
                    fs::write(&stored, "").unwrap();
                }
            }
            std::thread::yield_now();
        }
        fs::write(&kill, "").unwrap();
        running.join().unwrap()
    })
}

#[test]
fn five_nights() {
    let mut bench = bench(&tenant(true, false));

    // The first night is red, and its findings are reviewed and accepted.
    let outcome = night(&bench, "2026-03-01").exits(1).says(&["Red (1)"]);
    assert!(outcome.stdout.contains("Key-based authentication"), "{outcome}");
    let first = latest(&bench);
    assert_eq!(changes(&first), (vec!["orders"], vec![]));
    fs::copy(bench.path("state/latest/report.json"), bench.path("etc/accepted.json")).unwrap();
    night(&bench, "2026-03-01")
        .exits(0)
        .says(&["Green: the audit of 2026-03-01 passed"]);
    assert_eq!(changes(&latest(&bench)), (vec![], vec![]));

    // Throttling changes nothing.
    let throttled = FaultKind::TooManyRequests {
        retry_after: Some(1),
        retry_after_date: None,
        retry_after_ms: None,
    };
    bench.emulator().clear_log();
    bench.emulator().set_faults(vec![Fault::new(throttled).times(5)]);
    night(&bench, "2026-03-02")
        .exits(0)
        .says(&["Green: the audit of 2026-03-02 passed"]);
    let refused = bench
        .requests(Origin::Arm)
        .iter()
        .filter(|one| one.status == Some(429))
        .count();
    assert_eq!(refused, 5);
    assert_eq!(latest(&bench).accounts(), first.accounts());

    // A killed scan is red, although the snapshot of the night before is complete.
    let outcome = killed_night(&bench, "2026-03-03")
        .exits(137)
        .says(&["Red (137): the scan of 2026-03-03"]);
    assert_eq!(outcome.stdout, "", "{outcome}");
    has_no_report(&bench, "2026-03-03");
    // Run again in the same night, it is resumed: the account that was stored isn't read again.
    bench.emulator().set_faults(Vec::new());
    bench.emulator().clear_log();
    install(&bench, "exec");
    night(&bench, "2026-03-03").exits(0).says(&["Green"]);
    let asked = |account: &str| {
        let requests = bench.requests(Origin::Arm);
        requests
            .iter()
            .any(|one| one.path.contains(&format!("/{account}/sqlRoleAssignments")))
    };
    assert!(asked("orders") && !asked("ledger"));
    assert_eq!(latest(&bench).accounts(), first.accounts());

    // An expired secret is red, and yesterday's report isn't shown as today's.
    bench.emulator().expire_secret();
    let outcome = night(&bench, "2026-03-04")
        .exits(2)
        .says(&["AADSTS7000222", "Red (2): the scan of 2026-03-04"]);
    assert_eq!(outcome.stdout, "", "{outcome}");
    has_no_report(&bench, "2026-03-04");
    assert!(reports(&bench, "2026-03-03").join("report.html").exists());

    // One finding is fixed, and there is a new one.
    bench.becomes(&tenant(false, true));
    install(&bench, "exec");
    let outcome = night(&bench, "2026-03-05").exits(1).says(&["Red (1)"]);
    assert!(
        outcome
            .stdout
            .contains("\nHigh      Key-based authentication is enabled on ledger"),
        "{outcome}"
    );
    assert!(outcome.stdout.contains("\n2 fixed.\n"), "{outcome}");
    assert_eq!(changes(&latest(&bench)), (vec!["ledger"], vec!["orders"]));
}

/// What the last night left unfinished is no part of the next one.
#[test]
fn an_interrupted_night_is_not_resumed_in_the_next() {
    let mut bench = bench(&tenant(false, false));
    night(&bench, "2026-03-01").exits(0);
    killed_night(&bench, "2026-03-02").exits(137);
    bench.becomes(&tenant(false, true));
    install(&bench, "exec");
    night(&bench, "2026-03-03").exits(1);
    assert_eq!(changes(&latest(&bench)), (vec!["ledger"], vec![]));
    // Nor does a second run of a day leave the report of the first, if it fails.
    bench.emulator().expire_secret();
    night(&bench, "2026-03-03").exits(2);
    has_no_report(&bench, "2026-03-03");
}

/// What can't be read is red, and there is a report that says what.
#[test]
fn a_list_that_cannot_be_read() {
    let bench = bench(&tenant(false, false));
    let denied = Fault::new(FaultKind::Forbidden).on(Matcher::kind("sqlRoleAssignments"));
    bench.emulator().set_faults(vec![denied]);
    night(&bench, "2026-03-01").exits(3).says(&["Red (3)"]);
    assert_eq!(latest(&bench).verdict(), "incomplete");
    // A policy that is wrong, or missing, is an error: nothing is checked with another one.
    fs::write(bench.path("etc/policy.yaml"), "version: 1\nacounts: []\n").unwrap();
    night(&bench, "2026-03-02").exits(2).says(&["Red (2)"]);
    has_no_report(&bench, "2026-03-02");
    fs::remove_file(bench.path("etc/policy.yaml")).unwrap();
    night(&bench, "2026-03-03").exits(2);
    has_no_report(&bench, "2026-03-03");
}

/// An identity that sees no account has nothing to report.
#[test]
fn a_tenant_that_shows_nothing_is_not_green() {
    let bench = bench("subscriptions: [{ id: 5e1f0c1a-0000-4000-8000-000000000001 }]");
    night(&bench, "2026-03-01").exits(4).says(&["Red (4)"]);
}
