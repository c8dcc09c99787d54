//! The same tenant gives the same bytes: now and again, over the wire and from a file, in whatever pieces it comes.

use crate::support::{Bench, assert_same};
use arm_emulator::Options;

/// What a live audit of the sample tenant puts out, in every format.
fn audit(bench: &Bench, more: &[&str]) -> [String; 2] {
    let formats = ["-p=contoso.yaml", "-f=table", "-o=json=live.json"];
    let outcome = bench.audit(&[&formats[..], more].concat()).exits(1);
    [outcome.table().to_owned(), bench.read("live.json")]
}

#[track_caller]
fn assert_all_same(actual: &[String; 2], expected: &[String; 2], about: &str) {
    for (actual, expected) in actual.iter().zip(expected) {
        assert_same(actual, expected, about);
    }
}

#[test]
fn snapshot_and_live() {
    let bench = Bench::contoso();
    let live = audit(&bench, &[]);
    for name in ["s.jsonl", "s.jsonl.zst"] {
        let scan = bench.signed_in(&["scan", "--all-subscriptions", "-o", name]).run();
        let scan = scan.exits(3);
        assert_eq!(scan.stdout, "");
        let wrote = format!(
            "s. 1 account couldn't be fully read. This version doesn't analyze 1 account or cluster.\nWrote {name}\n\nNext  cosmos-rbac audit --snapshot {name}\n      \
             cosmos-rbac who-can delete --snapshot {name}\n"
        );
        assert!(scan.stderr.ends_with(&wrote), "{scan}");
        for (format, expected) in ["table", "json"].into_iter().zip(&live) {
            let file = bench.run(&["audit", "--snapshot", name, "-p=contoso.yaml", "-f", format]);
            assert_same(file.exits(1).table(), expected, name);
        }
    }
    let input = std::fs::read(bench.path("s.jsonl.zst")).unwrap();
    let piped = bench
        .command(&["audit", "--snapshot=-", "-p=contoso.yaml", "-f=json"])
        .input(input)
        .run();
    assert_same(&piped.exits(1).stdout, &live[1], "piped");
    // A scan writes accounts as they come; sorted, they are the same.
    let plain = bench.read("s.jsonl");
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=again.jsonl", "--concurrency=2"])
        .run()
        .exits(3);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&plain), sorted(&bench.read("again.jsonl")));
}

#[test]
fn another_order_and_other_pages() {
    let plain = Bench::contoso();
    let expected = audit(&plain, &[]);
    assert_all_same(&audit(&plain, &[]), &expected, "again");
    for concurrency in ["--concurrency=1", "--concurrency=500"] {
        assert_all_same(&audit(&plain, &[concurrency]), &expected, concurrency);
    }
    let pages = |page_size| Options {
        page_size,
        ..Options::default()
    };
    for options in [
        pages(1),
        Options {
            relative_next_link: true,
            ..pages(7)
        },
        Options {
            empty_next_link_at_end: true,
            empty_first_page: true,
            gzip: true,
            ..pages(2)
        },
    ] {
        let shown = format!("{options:?}");
        let bench = Bench::contoso_with(options);
        assert_all_same(&audit(&bench, &[]), &expected, &shown);
    }
}

/// Of files, too, standard output gets what it gets without them.
#[test]
fn files_and_standard_output() {
    let bench = Bench::contoso();
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run().exits(0);
    let run = |more: &[&str]| {
        let outcome = bench
            .command(&["audit", "--snapshot=s.jsonl", "-p=contoso.yaml"])
            .args(more);
        outcome.run().exits(1)
    };
    let (table, json) = (run(&[]).stdout, run(&["-f=json"]).stdout);
    let table_of = |text: &str| text.split("\nNext  ").next().unwrap().to_owned();
    let silent = run(&["-o=json=out/deep/report.json", "-o", "table=report.txt"]);
    assert_eq!(silent.stdout, "");
    assert_eq!(bench.read("out/deep/report.json"), json);
    // A file is kept, and what to run next is not.
    assert_eq!(bench.read("report.txt"), table_of(&table));
    let both = run(&["-f=table", "-o=json=report.json"]);
    assert_eq!((both.stdout, bench.read("report.json")), (table, json));
}

/// `SOURCE_DATE_EPOCH` is the only clock of a scan.
#[test]
fn clock() {
    let bench = Bench::contoso();
    let at = |epoch: &str| {
        bench
            .signed_in(&["audit", "--all-subscriptions", "-p=contoso.yaml", "-f=json"])
            .env("SOURCE_DATE_EPOCH", epoch)
            .run()
    };
    let report = at(crate::support::NOW).exits(1).report();
    assert_eq!(report.0["snapshot"]["taken_at"], crate::support::NOW_SHOWN);
    // A waiver that has expired by then no longer holds.
    assert_eq!(report.of("waiver-expired").len(), 0);
    let later = at("1783000000").exits(1).report();
    assert_eq!(later.of("waiver-expired").len(), 1);
    at("soon").fails_saying(&["SOURCE_DATE_EPOCH"]);
}
