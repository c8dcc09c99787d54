//! One scan at a time writes a snapshot: what is locked by somebody else is left alone, and what is written is locked.

use super::*;
use arm_emulator::{Fault, FaultKind, Matcher};
use std::fs::{File, TryLockError};

const TENANT: &str = "generate: { subscriptions: 1, accounts_per_subscription: 2, databases: 1, containers: 1 }";
const SCAN: [&str; 5] = ["scan", "--all-subscriptions", "-o", "s.jsonl", "--resume"];

/// A scan that is complete, or only its first two lines.
fn begun(bench: &Bench, is_complete: bool) -> Vec<u8> {
    bench.says(&SCAN, 0);
    let text = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    if !is_complete {
        let part: Vec<&str> = text.split_inclusive('\n').take(2).collect();
        std::fs::write(bench.file("s.jsonl"), part.concat()).unwrap();
    }
    std::fs::read(bench.file("s.jsonl")).unwrap()
}

#[test]
fn what_another_program_has_locked_stays_as_it_is() {
    for is_complete in [true, false] {
        let bench = Bench::start(TENANT, Duration::ZERO);
        let before = begun(&bench, is_complete);
        bench.emulator.clear_log();
        let file = File::open(bench.file("s.jsonl")).unwrap();
        file.lock().unwrap();
        let said = bench.says(&SCAN, 2);
        assert!(said.starts_with("error: another scan is writing `s.jsonl`"), "{said}");
        assert_eq!(std::fs::read(bench.file("s.jsonl")).unwrap(), before);
        assert_eq!(bench.emulator.request_count(), 0);
        file.unlock().unwrap();
        bench.says(&SCAN, 0);
    }
}

/// The scan gets no answer to the lists of accounts, so that the test has all the time it needs.
#[test]
fn what_a_scan_writes_is_locked() {
    for before in [None, Some(true), Some(false)] {
        let bench = Bench::start(TENANT, Duration::ZERO);
        if let Some(is_complete) = before {
            begun(&bench, is_complete);
        }
        bench.emulator.set_faults(vec![Fault {
            on: Matcher {
                kind: Some("sqlRoleAssignments".to_owned()),
                ..Matcher::default()
            },
            rate: 1.0,
            skip: 0,
            times: None,
            per_url: false,
            kind: FaultKind::Stall,
        }]);
        bench.emulator.clear_log();
        let mut child = bench.spawn(&SCAN);
        let is_asked = || {
            let requests = bench.emulator.requests();
            requests
                .iter()
                .any(|request| request.path.ends_with("sqlRoleAssignments"))
        };
        while !is_asked() {
            assert!(child.try_wait().unwrap().is_none(), "the scan ended");
            std::thread::sleep(Duration::from_millis(5));
        }
        // The file that has the name now: a scan that resumes has put a new one there.
        let file = File::open(bench.file("s.jsonl")).unwrap();
        let locked = file.try_lock();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(
            matches!(locked, Err(TryLockError::WouldBlock)),
            "{before:?}: {locked:?}"
        );
        // A scan that was killed locks nothing.
        file.try_lock().unwrap();
    }
}
