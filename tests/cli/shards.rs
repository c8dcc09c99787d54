//! Scans in shards: merged, they are what one scan of the tenant is.

use crate::merge::{shard, with_header};
use crate::support::{Bench, assert_same, sample};
use serde_json::{Value, json};
use std::fs;

/// Some seconds after [`crate::support::NOW`].
fn later(seconds: usize) -> String {
    (1_772_600_706 + seconds).to_string()
}

/// A snapshot in one order, without its time.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let text = lines.join("\n");
    let start = text.find("\"taken_at\":\"").unwrap() + 12;
    format!("{}…{}", &text[..start], &text[start + 20..])
}

/// Scans the sample tenant in shards; returns the names of their files.
fn scan_shards(bench: &Bench, of: usize, end: &str) -> Vec<String> {
    let name = |number: usize| format!("{number}-of-{of}.jsonl{end}");
    for number in 1..=of {
        let shard = format!("--shard={number}/{of}");
        let scan = [
            "scan",
            "--all-subscriptions",
            "-q",
            "--allow-incomplete",
            &shard,
            "-o",
            &name(number),
        ];
        bench
            .signed_in(&scan)
            .env("SOURCE_DATE_EPOCH", &later(number))
            .run()
            .exits(0);
    }
    (1..=of).map(name).collect()
}

fn merge(bench: &Bench, from: &[String], to: &str) -> String {
    let from: Vec<&str> = from.iter().map(String::as_str).collect();
    bench.command(&["merge", "-o", to]).args(&from).run().exits(0).stderr
}

#[test]
fn shards_merged_are_one_scan_but_for_its_time() {
    let bench = Bench::contoso();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-q", "-o=whole.jsonl"])
        .run()
        .exits(3);
    let whole = bench.read("whole.jsonl");
    merge(&bench, &["whole.jsonl".to_owned()], "ordered.jsonl");
    assert_eq!(sorted(&bench.read("ordered.jsonl")), sorted(&whole));
    for of in [1, 2, 4, 7] {
        let mut shards = scan_shards(&bench, of, "");
        let to = format!("merged-{of}.jsonl");
        let told = merge(&bench, &shards, &to);
        assert!(!told.contains("warning"), "{told}");
        let own = bench.read(&to);
        // Their times are the oldest and the newest.
        let last = format!(",\"last_taken_at\":\"2026-03-04T05:05:{:02}Z\"", 6 + of);
        assert_eq!(own.contains(&last), of > 1, "{own}");
        let merged = own.replace(&last, "");
        assert_same(&sorted(&merged), &sorted(&whole), "merged");
        let ordered = bench.read("ordered.jsonl").replace("05:05:06Z", "05:05:07Z");
        assert_same(&merged, &ordered, "merged");
        // The order of the files doesn't matter.
        shards.reverse();
        merge(&bench, &shards, "reversed.jsonl");
        assert_eq!(bench.read("reversed.jsonl"), own);
    }
}

#[test]
fn no_account_and_no_control_plane_is_in_two_shards() {
    let bench = Bench::contoso();
    let shards = scan_shards(&bench, 3, "");
    let mut seen = std::collections::BTreeSet::new();
    for name in &shards {
        for line in bench.read(name).lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let id = [&sample::account(&line)["id"], &line["control_plane"]["subscription"]];
            if let Some(id) = id.iter().find_map(|id| id.as_str()) {
                assert!(seen.insert(id.to_owned()), "{id} is in two shards");
            }
        }
    }
    assert_eq!(seen.len(), sample::accounts() + 3);
}

#[test]
fn compressed_shards_make_the_same_snapshot() {
    let bench = Bench::contoso();
    let plain = scan_shards(&bench, 2, "");
    let compressed = scan_shards(&bench, 2, ".zst");
    merge(&bench, &plain, "plain.jsonl");
    let mixed = [plain[0].clone(), compressed[1].clone()];
    merge(&bench, &mixed, "mixed.jsonl.zst");
    merge(&bench, &["mixed.jsonl.zst".to_owned()], "unpacked.jsonl");
    assert_eq!(bench.read("unpacked.jsonl"), bench.read("plain.jsonl"));
    assert!(
        fs::read(bench.path("mixed.jsonl.zst"))
            .unwrap()
            .starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
    );
}

#[test]
fn a_scan_resumes_its_own_shard_only() {
    let bench = Bench::contoso();
    let name = &scan_shards(&bench, 2, "")[0];
    let whole = bench.read(name);
    let cut: String = whole.split_inclusive('\n').take(3).collect();
    bench.write("cut.jsonl", &cut);
    let scan = |shard: &str| {
        let scan = [
            "scan",
            "--all-subscriptions",
            "--resume",
            "--allow-incomplete",
            "-o=cut.jsonl",
        ];
        bench
            .signed_in(&scan)
            .args(
                if shard.is_empty() {
                    vec![]
                } else {
                    vec!["--shard", shard]
                }
                .as_slice(),
            )
            .run()
    };
    scan("2/2").fails_saying(&["it covers shard 1 of 2, and this scan covers shard 2 of 2"]);
    scan("").fails_saying(&["it covers shard 1 of 2, and this scan covers all shards"]);
    assert_eq!(bench.read("cut.jsonl"), cut);
    scan("1/2").exits(0);
    assert_eq!(sorted(&bench.read("cut.jsonl")), sorted(&whole));
}

#[test]
fn a_shard_without_accounts_is_no_failure() {
    let bench = Bench::contoso();
    let shards = scan_shards(&bench, 40, "");
    assert!(
        shards
            .iter()
            .any(|name| bench.read(name).contains("{\"end\":{\"accounts\":0"))
    );
    bench
        .signed_in(&["scan", "--all-subscriptions", "--shard=4/2", "-o=x.jsonl"])
        .run()
        .says(&["no shard 4 of 2"])
        .exits(2);
}

/// What the other shard has can match it.
#[test]
fn a_block_that_matches_nothing_in_a_shard_is_possibly_unused() {
    let bench = Bench::offline();
    bench.write("1.jsonl", shard(1, 2, &["blue", "green"]));
    bench.write("2.jsonl", shard(2, 2, &["red"]));
    merge(&bench, &["1.jsonl".to_owned(), "2.jsonl".to_owned()], "all.jsonl");
    bench.write(
        "p.yaml",
        "version: 1\naccounts: [{ name: rest, match: { account: nowhere }, local_auth: disabled }]\n\
         waivers: [{ check: local-auth-enabled, account: nowhere, expires: 2027-01-31, reason: r }]\n",
    );
    for (file, confidence) in [("1.jsonl", "possible"), ("all.jsonl", "certain")] {
        let report = bench
            .run(&["audit", "--snapshot", file, "-p=p.yaml", "-f=json"])
            .report();
        for check in ["policy-unused", "waiver-unused"] {
            let [found] = report.of(check)[..] else {
                panic!("{check}: {}", report.0)
            };
            assert_eq!(found["confidence"], confidence, "{file}: {found}");
            let depends = found.to_string().contains("what couldn't be read");
            assert_eq!(depends, confidence == "possible", "{file}: {found}");
        }
    }
}

/// What a first line says isn't believed where the accounts or another file say otherwise.
#[test]
fn a_file_that_is_not_the_shard_that_it_says_makes_no_whole() {
    let bench = Bench::offline();
    let first = shard(1, 2, &["blue", "green"]);
    bench.write("1.jsonl", &first);
    // The first shard, which calls itself the second.
    let shards = json!({"of": 2, "numbers": [2]});
    bench.write("2.jsonl", with_header(&first, &[("shards", shards)]));
    bench
        .run(&["merge", "1.jsonl", "2.jsonl", "-o=m.jsonl"])
        .fails_saying(&["`2.jsonl` says that it holds shard 2 of 2, but its accounts are of other shards"]);
    // The same shard of two nights: an account that only the older one has need not be there any more.
    bench.write("2.jsonl", shard(2, 2, &["red"]));
    let later = json!("2026-03-05T05:05:06Z");
    bench.write(
        "old.jsonl",
        with_header(&shard(1, 2, &["deleted"]), &[("taken_at", later)]),
    );
    bench
        .run(&["merge", "1.jsonl", "2.jsonl", "old.jsonl", "-o=m.jsonl"])
        .fails_saying(&[
            "`1.jsonl` and `old.jsonl` both hold shard 1 of 2",
            "leave out the older one",
        ]);
    assert!(!bench.path("m.jsonl").exists());
    bench
        .run(&["merge", "1.jsonl", "2.jsonl", "1.jsonl", "-o=m.jsonl"])
        .exits(0);
}
