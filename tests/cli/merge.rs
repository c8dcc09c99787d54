//! `merge`: what belongs together is one snapshot, what is missing is told, and nothing is lost.

use crate::support::Bench;
use crate::support::lines::{ANN, BEN, account, account_id, allows, snapshot};
use cosmos_rbac::model::AccountId;
use cosmos_rbac::snapshot::Shard;
use serde_json::{Value, json};
use std::fs;

/// A policy that the accounts of [`shard`] pass.
const FINE: &str = "version: 1\naccounts: [{ local_auth: disabled }]\n";

/// A name that makes an account one of a shard.
fn name_in(number: usize, of: usize, name: &str) -> String {
    let shard: Shard = format!("{number}/{of}").parse().unwrap();
    let names = (0..).map(|suffix| format!("{name}{suffix}"));
    let mut own = names.filter(|name| shard.holds(&AccountId::parse(&account_id(name)).unwrap()));
    own.next().unwrap()
}

/// A shard without anything to find.
pub(crate) fn shard(number: usize, of: usize, names: &[&str]) -> String {
    let own = names.iter().map(|name| name_in(number, of, name));
    let accounts: Vec<Value> = own.map(|name| account(&name, &[], &[])).collect();
    let scope = json!({"target": "all-subscriptions", "inventory": true});
    with_header(
        &snapshot(&accounts, None),
        &[("scope", scope), ("shards", json!({"of": of, "numbers": [number]}))],
    )
}

pub(crate) fn with_header(snapshot: &str, fields: &[(&str, Value)]) -> String {
    let (header, rest) = snapshot.split_once('\n').unwrap();
    let mut header: Value = serde_json::from_str(header).unwrap();
    for (name, value) in fields {
        header[*name] = value.clone();
    }
    format!("{header}\n{rest}")
}

#[test]
fn a_shard_is_never_taken_for_the_whole() {
    let bench = Bench::offline();
    bench.write("s.jsonl", shard(2, 4, &["blue"]));
    bench.write("p.yaml", FINE);
    let audit = ["audit", "--snapshot=s.jsonl", "-p=p.yaml"];
    let report = bench.command(&audit).args(&["-f=json"]).run().exits(3).report();
    assert_eq!(report.verdict(), "incomplete");
    assert_eq!(
        report.of("collection-incomplete")[0]["title"],
        "The snapshot holds only shard 2 of 4"
    );
    assert_eq!(report.0["summary"]["not_checked"][0]["what"], "accounts");
    assert_eq!(report.0["snapshot"]["complete"], false);
    let table = bench.run(&audit).exits(3).stdout;
    assert!(table.contains("the snapshot holds only shard 2 of 4"), "{table}");
    bench
        .run(&["list", "accounts", "--snapshot=s.jsonl"])
        .exits(3)
        .says(&["holds only shard 2 of 4"]);
    // Also where the shard has no account.
    bench.write("s.jsonl", shard(2, 4, &[]));
    bench.run(&audit).exits(3);
}

#[test]
fn missing_shards_are_told() {
    let bench = Bench::offline();
    bench.write("1.jsonl", shard(1, 4, &["blue"]));
    bench.write("3.jsonl", shard(3, 4, &["green"]));
    bench.write("p.yaml", FINE);
    let merge = ["merge", "1.jsonl", "3.jsonl", "-o=m.jsonl"];
    bench
        .run(&merge)
        .fails_saying(&["the snapshots hold only shards 1, 3 of 4", "--allow-incomplete"]);
    assert!(!bench.path("m.jsonl").exists());
    bench
        .command(&merge)
        .args(&["--allow-incomplete"])
        .run()
        .exits(0)
        .says(&["holds only shards 1, 3 of 4"]);
    bench.run(&["audit", "--snapshot=m.jsonl", "-p=p.yaml"]).exits(3);
    // What is still missing can be added.
    bench.write("2.jsonl", shard(2, 4, &[]));
    bench.write("4.jsonl", shard(4, 4, &["red"]));
    bench
        .run(&["merge", "m.jsonl", "2.jsonl", "4.jsonl", "-o=all.jsonl"])
        .exits(0);
    bench.run(&["audit", "--snapshot=all.jsonl", "-p=p.yaml"]).exits(0);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let bench = Bench::offline();
    let plain = snapshot(&[account("blue", &[], &[])], None);
    let scope = json!({"target": "all-subscriptions", "inventory": false});
    for (first, second, problem) in [
        (
            plain.clone(),
            with_header(&plain, &[("tenant", json!("other"))]),
            "of tenant `other`",
        ),
        (
            plain.clone(),
            with_header(&plain, &[("cloud", json!("china"))]),
            "of cloud `china`",
        ),
        (shard(1, 2, &[]), shard(2, 3, &[]), "shards of different scans"),
        (
            shard(1, 2, &[]),
            with_header(&shard(2, 2, &[]), &[("scope", scope)]),
            "shards of different scans",
        ),
        (plain.clone(), plain.replace("{\"end\"", "{\"enb\""), "2.jsonl:3: "),
        (
            plain.clone(),
            plain.split_inclusive('\n').take(2).collect(),
            "`2.jsonl` holds an interrupted scan",
        ),
        (
            plain.clone(),
            with_header(&plain, &[("shards", json!({"of": 2, "numbers": [3]}))]),
            "2.jsonl:1: `shards`",
        ),
    ] {
        bench.write("1.jsonl", &first);
        bench.write("2.jsonl", &second);
        bench
            .run(&["merge", "1.jsonl", "2.jsonl", "-o=m.jsonl"])
            .fails_saying(&[problem]);
        assert!(!bench.path("m.jsonl").exists(), "{problem}");
    }
}

/// Two shards of different subscriptions are no whole, although there is a first and a second.
#[test]
fn shards_of_named_subscriptions_are_of_the_same_ones() {
    let bench = Bench::offline();
    let scope = json!({"target": "subscriptions", "inventory": true});
    let one = with_header(&shard(1, 2, &[]), &[("scope", scope.clone())]);
    let others = json!([{"id": "5e1f0c1a-0000-4000-8000-000000000002", "name": ""}]);
    bench.write("1.jsonl", &one);
    bench.write(
        "2.jsonl",
        with_header(&shard(2, 2, &[]), &[("scope", scope), ("subscriptions", others)]),
    );
    bench
        .run(&["merge", "1.jsonl", "2.jsonl", "-o=m.jsonl"])
        .fails_saying(&["shards of different scans"]);
}

#[test]
fn a_snapshot_is_never_lost() {
    let bench = Bench::offline();
    let plain = snapshot(&[account("blue", &[], &[])], None);
    bench.write("1.jsonl", &plain);
    bench.write("2.jsonl", &plain);
    bench
        .run(&["merge", "1.jsonl", "2.jsonl", "-o=2.jsonl"])
        .fails_saying(&["would overwrite `2.jsonl`"]);
    bench.write("p.yaml", FINE);
    bench
        .run(&["merge", "1.jsonl", "-o=p.yaml"])
        .fails_saying(&["isn't a snapshot that can be replaced"]);
    assert_eq!(bench.read("p.yaml"), FINE);
    bench
        .run(&["merge", "1.jsonl", "-o", "-"])
        .fails_saying(&["standard output"]);
    bench
        .run(&["merge", "gone.jsonl", "-o=m.jsonl"])
        .fails_saying(&["couldn't read the snapshot `gone.jsonl`"]);
    bench.run(&["merge", "1.jsonl", "-o=new/folder/m.jsonl"]).exits(0);
    assert!(bench.path("new/folder/m.jsonl").exists());
    let left: Vec<_> = fs::read_dir(bench.path("new/folder")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn of_what_two_snapshots_have_the_newer_is_kept() {
    let bench = Bench::offline();
    let role = [("Reader", allows(&["readMetadata"]))];
    let of = |who: &str, time: &str| {
        let text = snapshot(
            &[account("blue", &role, &[(who, 0, "/")]), account("green", &[], &[])],
            None,
        );
        let principal = json!({"principals": [{"id": ANN, "name": time, "kind": "user", "found": true}]});
        let text = text.replace("{\"end\":{", &format!("{principal}\n{{\"end\":{{\"principals\":1,"));
        with_header(&text, &[("taken_at", json!(time))])
    };
    let (old, new) = ("2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z");
    bench.write("old.jsonl", of(ANN, old));
    bench.write("new.jsonl", of(BEN, new));
    for from in [["old.jsonl", "new.jsonl"], ["new.jsonl", "old.jsonl"]] {
        let merge = ["merge", from[0], from[1], "-o=m.jsonl"];
        bench.run(&merge).exits(0).says(&[
            "the newer contents of 1 account that is in several snapshots were kept: blue",
            "the newer contents of 1 principal that is in several snapshots were kept",
            "(2 accounts in 1 subscription, taken at 2026-03-04T05:00:00Z or later)",
        ]);
        let merged = bench.read("m.jsonl");
        assert!(
            merged.contains(BEN) && merged.contains(&format!("\"name\":\"{new}\"")),
            "{merged}"
        );
        assert!(merged.contains(&format!("\"taken_at\":\"{old}\"")), "{merged}");
    }
}

/// Whichever is kept, the other can hold a finding that it lacks.
#[test]
fn of_the_same_time_neither_is_kept() {
    let bench = Bench::offline();
    let role = [("Reader", allows(&["readMetadata"]))];
    let of = |who: &str, time: &str| {
        let text = snapshot(&[account("blue", &role, &[(who, 0, "/")])], None);
        with_header(&text, &[("taken_at", json!(time))])
    };
    let time = "2026-03-04T05:00:00Z";
    bench.write("a.jsonl", of(ANN, time));
    bench.write("b.jsonl", of(BEN, time));
    for merge in [
        ["merge", "a.jsonl", "b.jsonl", "-o=m.jsonl"],
        ["merge", "b.jsonl", "a.jsonl", "-o=m.jsonl"],
    ] {
        let run = bench.command(&merge).args(&["--allow-incomplete"]).run();
        run.fails_saying(&["were taken at the same time and differ in account `blue`", "help: "]);
        assert!(!bench.path("m.jsonl").exists());
    }
    // A third file that is newer decides, wherever it is named.
    bench.write("c.jsonl", of(ANN, "2026-03-04T06:00:00Z"));
    for from in [
        ["a.jsonl", "b.jsonl", "c.jsonl"],
        ["c.jsonl", "b.jsonl", "a.jsonl"],
        ["a.jsonl", "c.jsonl", "b.jsonl"],
    ] {
        let merge = ["merge", from[0], from[1], from[2], "-o=m.jsonl"];
        bench.run(&merge).exits(0).says(&["the newer contents of 1 account"]);
        assert!(bench.read("m.jsonl").contains(ANN), "{from:?}");
    }
}

#[test]
fn of_two_records_of_a_principal_of_one_time_neither_is_kept() {
    let bench = Bench::offline();
    let (five, six) = ("2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z");
    let write = |file: &str, time: &str, name: &str, members: Value| {
        let text = snapshot(&[account("blue", &[], &[])], None);
        let mut group = json!({"id": ANN, "name": name, "kind": "group", "found": true});
        if let Some(list) = members.as_array() {
            group["members"] = json!(list);
            group["members_count"] = json!(list.len());
        }
        let line = json!({ "principals": [group] });
        let text = text.replace("{\"end\":{", &format!("{line}\n{{\"end\":{{\"principals\":1,"));
        bench.write(file, with_header(&text, &[("taken_at", json!(time))]));
    };
    write("a.jsonl", five, "ops", json!([BEN]));
    write("b.jsonl", five, "Ops", json!(null));
    let refused = format!("were taken at the same time and differ in principal `{ANN}`");
    for from in [["a.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]] {
        bench
            .run(&["merge", from[0], from[1], "-o=m.jsonl"])
            .fails_saying(&[&refused]);
    }
    write("b.jsonl", five, "ops", json!([]));
    bench
        .run(&["merge", "a.jsonl", "b.jsonl", "-o=m.jsonl"])
        .fails_saying(&[&refused]);
    // One that only lacks the members says nothing else, and one that is newer decides, wherever it is named.
    write("b.jsonl", five, "ops", json!(null));
    write("c.jsonl", six, "ops", json!(null));
    write("d.jsonl", "2026-03-04T05:30:00Z", "Ops", json!(null));
    for from in [
        ["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"],
        ["d.jsonl", "c.jsonl", "b.jsonl", "a.jsonl"],
        ["b.jsonl", "d.jsonl", "a.jsonl", "c.jsonl"],
    ] {
        let merge = [&["merge"], &from[..], &["-o=m.jsonl"]].concat();
        let outcome = bench.run(&merge).exits(0);
        let merged = bench.read("m.jsonl");
        assert!(merged.contains("\"name\":\"ops\"") && merged.contains(BEN), "{merged}");
        let said = "the members of 1 group are those of an older snapshot, as the newer one has none of it: ops";
        assert!(outcome.stderr.contains(said), "{outcome}");
    }
}

/// A file that says that it holds all shards is a whole one.
#[test]
fn all_shards_are_the_whole() {
    let bench = Bench::offline();
    let whole = snapshot(&[account("blue", &[], &[])], None);
    for (of, numbers) in [(2, json!([1, 2])), (1, json!([1]))] {
        bench.write(
            "s.jsonl",
            with_header(&whole, &[("shards", json!({"of": of, "numbers": numbers}))]),
        );
        bench.write("p.yaml", FINE);
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml"]).exits(0);
        assert!(!outcome.stdout.contains("shard"), "{outcome}");
    }
}

#[test]
fn a_list_that_only_the_older_snapshot_has_is_said() {
    let bench = Bench::offline();
    let role = [("Reader", allows(&["readMetadata"]))];
    let blue = account("blue", &role, &[(ANN, 0, "/")]);
    let mut refused = blue.clone();
    refused["role_assignments"] = json!(null);
    refused["gaps"] =
        json!([{"what": "sqlRoleAssignments", "status": 403, "code": "AuthorizationFailed", "message": "no"}]);
    let at = |account: Value, time: &str| with_header(&snapshot(&[account], None), &[("taken_at", json!(time))]);
    bench.write("old.jsonl", at(blue, "2026-03-04T05:00:00Z"));
    let new = at(refused, "2026-03-04T06:00:00Z").replace("\"gaps\":0", "\"gaps\":1");
    bench.write("new.jsonl", new);
    bench.write("p.yaml", FINE);
    for from in [["old.jsonl", "new.jsonl"], ["new.jsonl", "old.jsonl"]] {
        let merge = ["merge", from[0], from[1], "-o=m.jsonl"];
        bench.run(&merge).exits(0).says(&[
            "role assignments of blue couldn't be read at 2026-03-04T06:00:00Z, so what was read at 2026-03-04T05:00:00Z was dropped",
        ]);
        bench.run(&["audit", "--snapshot=m.jsonl", "-p=p.yaml"]).exits(3);
    }
}

/// The last line says that the scan came to its end.
#[test]
fn an_interrupted_scan_is_merged_only_when_told() {
    let bench = Bench::offline();
    let text = snapshot(&[account("blue", &[], &[])], None);
    bench.write("a.jsonl", &text);
    let end = text.trim_end().rfind('\n').unwrap();
    bench.write("b.jsonl", &text[..=end]);
    let merge = ["merge", "a.jsonl", "b.jsonl", "-o=m.jsonl"];
    bench.run(&merge).exits(2);
    let run = bench.command(&merge).args(&["--allow-incomplete"]).run().exits(0);
    run.says(&["a scan was interrupted, so an audit of the snapshot is incomplete"]);
}
