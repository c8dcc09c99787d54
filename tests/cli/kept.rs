//! A scan that could list no account anywhere has nothing to say, and takes the place of no snapshot that has.

use crate::faults::{SUBSCRIPTION, account};
use crate::support::{Bench, NOW_SHOWN, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher};
use std::fs;

const FIRST: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const SECOND: &str = "5e1f0c1a-0000-4000-8000-000000000002";

fn tenant() -> String {
    let second = format!("  - id: {SECOND}\n    accounts:\n{}", account("second"));
    format!("{SUBSCRIPTION}{}{second}", account("first"))
}

/// A list that fails, of one subscription or of all.
fn failing(list: &str, subscription: &str, kind: FaultKind) -> Fault {
    Fault::new(kind).on(Matcher {
        subscription: Some(subscription.to_owned()),
        ..Matcher::kind(list)
    })
}

fn refused(subscription: &str) -> Fault {
    failing("databaseAccounts", subscription, FaultKind::Forbidden)
}

fn scan(bench: &Bench, name: &str, more: &[&str]) -> Outcome {
    let output = format!("-o={name}");
    bench
        .signed_in(&["scan", "--all-subscriptions", &output])
        .args(more)
        .run()
}

/// The names of what lies beside a snapshot.
fn files(bench: &Bench, name: &str) -> Vec<String> {
    let folder = bench.path(name).parent().unwrap().to_owned();
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|found| found.starts_with(name));
    names.sort();
    names
}

#[test]
fn a_scan_that_lists_no_accounts_keeps_the_snapshot_of_last_night() {
    for (name, more) in [
        ("s.jsonl", &[][..]),
        ("s.jsonl", &["--resume", "--quiet"]),
        ("s.jsonl.zst", &[]),
        ("s.jsonl", &["--allow-incomplete"]),
        ("s.jsonl", &["--shard=1/1"]),
    ] {
        let bench = Bench::azure(&tenant());
        scan(&bench, name, more).exits(0);
        let before = fs::read(bench.path(name)).unwrap();
        bench.emulator().set_faults(vec![refused("*")]);
        let later = scan(&bench, name, more).exits(3).says(&[
            &format!("warning: accounts of {FIRST} couldn't be read (403"),
            &format!(
                "error: no list of accounts could be read, so `{name}` still holds the snapshot of {NOW_SHOWN}\nhelp: "
            ),
        ]);
        assert!(!later.stderr.contains("Wrote"), "{later}");
        assert_eq!(fs::read(bench.path(name)).unwrap(), before, "{name} {more:?}");
        assert_eq!(files(&bench, name), [name], "{more:?}");
        // The next one needs no help.
        bench.emulator().set_faults(Vec::new());
        scan(&bench, name, &[]).exits(0).says(&["replaced the snapshot of"]);
    }
}

#[test]
fn also_where_no_subscription_is_listed() {
    let mut bench = Bench::azure(&tenant());
    scan(&bench, "s.jsonl", &[]).exits(0);
    let before = bench.read("s.jsonl");
    let failed = Fault::new(FaultKind::WrongValue).on(Matcher::kind("subscriptions"));
    bench.emulator().set_faults(vec![failed]);
    scan(&bench, "s.jsonl", &[])
        .exits(3)
        .says(&["error: the subscriptions couldn't be listed, so `s.jsonl` still holds"]);
    assert_eq!(bench.read("s.jsonl"), before);
    bench.becomes("subscriptions: []\n");
    for more in [&[][..], &["--allow-incomplete"], &["--shard=1/1"]] {
        scan(&bench, "s.jsonl", more)
            .exits(4)
            .says(&["error: the signed-in identity can't see any subscription, so `s.jsonl` still holds"]);
        assert_eq!(bench.read("s.jsonl"), before);
        assert_eq!(files(&bench, "s.jsonl"), ["s.jsonl"]);
    }
}

#[test]
fn one_list_that_was_read_is_something_to_say() {
    // Of one of two subscriptions, or a part of a list.
    let part = failing("databaseAccounts", "*", FaultKind::ForeignNextLink);
    for faults in [vec![refused(SECOND)], vec![part]] {
        let bench = Bench::azure(&tenant());
        scan(&bench, "s.jsonl", &[]).exits(0);
        bench.emulator().set_faults(faults);
        scan(&bench, "s.jsonl", &[])
            .exits(3)
            .says(&["replaced the snapshot of"]);
        bench.run(&["audit", "--snapshot=s.jsonl"]).exits(3);
    }
}

#[test]
fn where_there_is_nothing_to_keep_what_failed_is_written() {
    let bench = Bench::azure(&tenant());
    bench.emulator().set_faults(vec![refused("*")]);
    // The second one replaces a snapshot without accounts.
    for said in ["Wrote s.jsonl\n", "replaced the snapshot of"] {
        scan(&bench, "s.jsonl", &[]).exits(3).says(&[said]);
        bench.run(&["audit", "--snapshot=s.jsonl"]).exits(3);
    }
}

#[test]
fn an_interrupted_scan_stays_one_that_can_be_resumed() {
    let bench = Bench::azure(&tenant());
    scan(&bench, "s.jsonl", &[]).exits(0);
    let whole = bench.read("s.jsonl");
    let is_kept = |line: &&str| line.contains("\"format\"") || line.starts_with("{\"account\"");
    let cut: String = whole.split_inclusive('\n').filter(is_kept).take(2).collect();
    // In the file itself, and beside a complete one.
    for name in ["s.jsonl", "s.jsonl.part"] {
        bench.write(name, &cut);
        bench.emulator().set_faults(vec![refused("*")]);
        scan(&bench, "s.jsonl", &["--resume"])
            .exits(3)
            .says(&[&format!("so the scan of {NOW_SHOWN} can still be resumed\nhelp: ")]);
        assert!(bench.read(name).starts_with(&cut) && !bench.read(name).contains("{\"end\""));
        bench.emulator().set_faults(Vec::new());
        scan(&bench, "s.jsonl", &["--resume"])
            .exits(0)
            .says(&["1 of them earlier.", "resumed the scan of"]);
        assert_eq!(bench.read("s.jsonl").lines().count(), whole.lines().count());
    }
}
