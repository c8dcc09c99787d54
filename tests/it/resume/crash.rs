//! Kills the program, at no matter which moment.

use super::*;
use std::time::Instant;

const TENANT: &str = "generate: { subscriptions: 2, accounts_per_subscription: 8, role_assignments: 3, databases: 2, containers: 2, azure_role_assignments: 20 }";
const LATENCY: Duration = Duration::from_millis(8);
const KILLS: usize = 52;

/// Kills and resumes a scan until it is complete, again and again, so that resumed scans are killed as well.
fn killed_at_any_moment(name: &str, seed: u64) {
    let bench = Bench::start(TENANT, LATENCY);
    let scan = |name| {
        [
            "scan",
            "--all-subscriptions",
            "--concurrency",
            "4",
            "--resume",
            "-o",
            name,
        ]
    };
    let undisturbed = format!("whole-{name}");
    let begun = Instant::now();
    bench.says(&scan(&undisturbed), 0);
    let whole = lines(&bench.file(&undisturbed));
    bench.assert_nothing_twice(None);
    // Header, accounts, control planes, principals, end.
    assert_eq!(whole.len(), 1 + 16 + 2 + 1 + 1);
    // A little longer, so that some are killed at the very end.
    let longest = u64::try_from(begun.elapsed().as_millis()).unwrap() * 11 / 10;
    let mut dice = Dice(seed);
    let (mut kills, mut snapshots, mut gone_on) = (0, 0, 0);
    while kills < KILLS {
        let path = bench.file(name);
        loop {
            // Killed after its end: there is nothing left of it to resume, and the next scan reads everything anew.
            let kept = ResumeState::read(&path).unwrap().filter(|kept| !kept.is_complete());
            gone_on += usize::from(kept.as_ref().is_some_and(|kept| kept.counts().accounts > 0));
            bench.emulator.clear_log();
            let mut child = bench.spawn(&scan(name));
            let end = Instant::now() + Duration::from_millis(dice.below(longest));
            while Instant::now() < end && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let ended = child.try_wait().unwrap().is_some();
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            bench.settle();
            bench.assert_nothing_twice(kept.as_ref());
            if ended {
                let said = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(0), "{said}");
                break;
            }
            kills += 1;
        }
        assert_eq!(lines(&path), whole);
        snapshots += 1;
        std::fs::remove_file(&path).unwrap();
    }
    println!("{kills} kills, {gone_on} scans that went on, {snapshots} snapshots");
    assert!(gone_on > 5 && snapshots > 1, "{gone_on}, {snapshots}");
}

#[test]
fn a_killed_scan_loses_nothing() {
    killed_at_any_moment("s.jsonl", 0x5EED);
}

#[test]
fn a_killed_scan_loses_nothing_compressed() {
    killed_at_any_moment("s.jsonl.zst", 0xC0FFEE);
}
