//! Ctrl-C, what is shown to whom, and accounts that go while the scan runs.

use super::*;
use arm_emulator::{Fault, FaultKind, Matcher};
use cosmos_rbac::snapshot::Snapshot;
use std::io::{BufRead, BufReader};
use std::time::Instant;

const TENANT: &str = "generate: { subscriptions: 2, accounts_per_subscription: 8, databases: 1, containers: 1 }";

fn wait_for(mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < end, "it never came");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
#[test]
fn a_scan_that_is_stopped_can_be_gone_on_with() {
    for (name, signal_name) in [("s.jsonl", "-INT"), ("s.jsonl.zst", "-TERM")] {
        // Slow enough to be stopped in the middle on a busy machine, too.
        let bench = Bench::start(TENANT, Duration::from_millis(60));
        let scan = ["scan", "--all-subscriptions", "--concurrency", "3", "-o", name];
        let path = bench.file(name);
        let child = bench.spawn(&scan);
        let is_begun = || {
            let kept = path.exists().then(|| ResumeState::read(&path).unwrap()).flatten();
            kept.is_some_and(|kept| kept.counts().accounts > 1)
        };
        wait_for(is_begun);
        signal(&child, signal_name);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
        // It can be read as it is, and is known to be a part.
        let part = Snapshot::read_file(&path).unwrap();
        assert!(!part.ended && !part.accounts.is_empty() && part.accounts.len() < 16);
        let kept = ResumeState::read(&path).unwrap();
        bench.settle();
        bench.emulator.clear_log();
        bench.says(&[&scan[..], &["--resume"]].concat(), 0);
        bench.assert_nothing_twice(kept.as_ref());
        assert_eq!(Snapshot::read_file(&path).unwrap().accounts.len(), 16);
    }
}

/// A wait for the rest of an hour is said as it begins, can be stopped, and loses nothing.
#[cfg(unix)]
#[test]
fn a_scan_that_waits_for_long_says_so_and_can_be_resumed() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let mut by_the_hour = Fault::new(FaultKind::TooManyRequests {
        retry_after: Some(3000),
        retry_after_date: None,
        retry_after_ms: None,
    });
    by_the_hour.on.kind = Some("sqlRoleAssignments".to_owned());
    by_the_hour.on.account = Some("*0003*".to_owned());
    bench.emulator.set_faults(vec![by_the_hour]);
    let scan = ["scan", "--all-subscriptions", "-q", "-o", "s.jsonl"];
    let mut child = bench.spawn(&scan);
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let start = "warning: throttled (429): Azure asks to wait 50 minutes. Requests to subscription ";
    assert!(line.starts_with(start) && line.ends_with(" UTC.\n"), "{line}");
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let part = Snapshot::read_file(&bench.file("s.jsonl")).unwrap();
    assert!(!part.is_complete());
    bench.emulator.set_faults(Vec::new());
    bench.says(&[&scan[..], &["--resume"]].concat(), 0);
    assert_eq!(Snapshot::read_file(&bench.file("s.jsonl")).unwrap().accounts.len(), 16);
}

#[cfg(unix)]
#[test]
fn a_stopped_list_shows_nothing() {
    let bench = Bench::start(TENANT, Duration::from_millis(200));
    let child = bench.spawn(&["list", "accounts", "--all-subscriptions"]);
    wait_for(|| bench.emulator.request_count() > 0);
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(3), Vec::new()));
}

#[test]
fn only_terminals_see_progress() {
    let bench = Bench::start(TENANT, Duration::from_millis(20));
    let said = bench.says(&["scan", "--all-subscriptions", "-o", "s.jsonl"], 0);
    assert!(!said.contains('\u{1b}') && !said.contains('\r'), "{said}");
    assert_eq!(said.lines().count(), 5, "{said}");
    assert!(
        said.starts_with("Scanned ") && said.contains(" s.\nWrote s.jsonl\n"),
        "{said}"
    );
    let said = bench.says(&["scan", "--all-subscriptions", "-o", "t.jsonl", "--quiet"], 0);
    assert_eq!(said, "");
}

fn deleted(list: Option<&str>) -> Fault {
    let on = Matcher {
        kind: list.map(str::to_owned),
        account: Some("*0003*".to_owned()),
        ..Matcher::default()
    };
    Fault::new(FaultKind::Deleted).on(on)
}

#[test]
fn an_account_that_was_deleted_meanwhile_is_gone() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    bench.says(&["scan", "--all-subscriptions", "-o", "before.jsonl"], 0);
    let victim = Snapshot::read_file(&bench.file("before.jsonl")).unwrap().accounts[3]
        .account
        .clone();
    let named = |list| {
        let mut fault = deleted(list);
        fault.on.account = Some(victim.id.name().to_owned());
        fault.on.subscription = Some(victim.id.subscription().to_owned());
        fault
    };
    bench.emulator.set_faults(vec![named(None)]);
    let said = bench.says(&["scan", "--all-subscriptions", "-o", "s.jsonl"], 0);
    assert!(said.contains("1 account was deleted during the scan"), "{said}");
    let snapshot = Snapshot::read_file(&bench.file("s.jsonl")).unwrap();
    assert!(snapshot.is_complete());
    assert_eq!((snapshot.accounts.len(), snapshot.gone.len()), (15, 1));
    assert_eq!(snapshot.gone[0].id, victim.id);
    // Going on neither loses nor doubles it.
    let text = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    let all = lines(&bench.file("s.jsonl"));
    std::fs::write(bench.file("s.jsonl"), &text[..text.len() - 20]).unwrap();
    bench.says(&["scan", "--all-subscriptions", "-o", "s.jsonl", "--resume"], 0);
    assert_eq!(lines(&bench.file("s.jsonl")), all);
    // One list that says so is not believed when the account is there.
    bench.emulator.set_faults(vec![named(Some("sqlRoleAssignments"))]);
    bench.says(&["scan", "--all-subscriptions", "-o", "t.jsonl"], 3);
    let snapshot = Snapshot::read_file(&bench.file("t.jsonl")).unwrap();
    assert_eq!((snapshot.accounts.len(), snapshot.gone.len()), (16, 0));
    assert_eq!(snapshot.accounts[3].gaps[0].code, "ResourceNotFound");
    // Its name in another subscription is another account.
    let same = Snapshot::read_file(&bench.file("before.jsonl")).unwrap();
    let namesakes = same
        .accounts
        .iter()
        .filter(|record| record.account.id.name() == victim.id.name());
    assert!(namesakes.count() >= 1);
}
