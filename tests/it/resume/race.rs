//! Scans that are started at the same time onto one name: one of them writes it, the others say so.

use super::*;
use cosmos_rbac::snapshot::Snapshot;

const TENANT: &str = "generate: { subscriptions: 1, accounts_per_subscription: 6, databases: 1, containers: 1 }";
/// The window is what comes before the first line: signing in, and the list of subscriptions.
const LATENCY: Duration = Duration::from_millis(40);
const OFFSETS_MS: [u64; 7] = [0, 5, 15, 30, 60, 100, 160];

/// What lies under the name when the scans begin.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    Complete,
    Interrupted,
}

fn raced(name: &str, before: Before, resume: bool) {
    let bench = Bench::start(TENANT, LATENCY);
    let path = bench.file(name);
    let scan = ["scan", "--all-subscriptions", "-o", name, "--resume"];
    let scan = if resume { &scan[..] } else { &scan[..4] };
    bench.says(scan, 0);
    let complete = std::fs::read(&path).unwrap();
    let whole = lines(&path);
    for offset in OFFSETS_MS {
        match before {
            Before::Nothing => std::fs::remove_file(&path).unwrap(),
            Before::Complete => {}
            Before::Interrupted => {
                let text = String::from_utf8(complete.clone()).unwrap();
                let part: Vec<&str> = text.split_inclusive('\n').take(3).collect();
                std::fs::write(&path, part.concat()).unwrap();
            }
        }
        let first = bench.spawn(scan);
        std::thread::sleep(Duration::from_millis(offset));
        let second = bench.spawn(scan);
        let mut lost = 0;
        for child in [first, second] {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            match output.status.code() {
                Some(0) => {}
                Some(2) => {
                    let expected = format!("error: another scan is writing `{name}`; wait until it ends");
                    assert!(said.starts_with(&expected), "{said}");
                    lost += 1;
                }
                _ => panic!("{:?} {said}", output.status),
            }
        }
        // Both may succeed, if one begins after the other has ended.
        assert!(lost < 2, "{before:?} at {offset} ms");
        assert!(
            Snapshot::read_file(&path).unwrap().is_complete(),
            "{before:?} at {offset} ms"
        );
        assert_eq!(lines(&path), whole, "{before:?} at {offset} ms");
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            2,
            "{before:?} at {offset} ms"
        );
    }
}

#[test]
fn two_scans_begin_one_snapshot() {
    raced("s.jsonl", Before::Nothing, false);
}

#[test]
fn two_scans_begin_one_compressed_snapshot() {
    raced("s.jsonl.zst", Before::Nothing, true);
}

#[test]
fn two_scans_replace_one_complete_snapshot() {
    raced("s.jsonl", Before::Complete, false);
    raced("s.jsonl.zst", Before::Complete, true);
}

#[test]
fn two_scans_resume_one_interrupted_snapshot() {
    raced("s.jsonl", Before::Interrupted, true);
}
