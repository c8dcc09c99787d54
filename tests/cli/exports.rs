//! `-o parquet=DIR` and `-o opengraph=FILE`: what is written and what is refused, and that nothing else of the audit changes. What they say is
//! compared in `tests/laws`, and by their readers in `tests/formats`.

use crate::support::{Bench, Outcome, repository};
use std::fs;

fn sample() -> Bench {
    let bench = Bench::offline();
    for (name, path) in [
        ("s.jsonl", "reports/sample/contoso.jsonl"),
        ("p.yaml", "policies/contoso.yaml"),
    ] {
        fs::copy(repository(path), bench.path(name)).unwrap();
    }
    bench
}

fn audit(bench: &Bench, outputs: &[&str]) -> Outcome {
    let audit = ["audit", "--snapshot=s.jsonl", "-p=p.yaml"];
    bench.command(&audit).args(outputs).run()
}

#[test]
fn a_graph_is_a_file_or_printed_and_changes_nothing_else() {
    let bench = sample();
    let alone = audit(&bench, &["-f=json"]).exits(1);
    let beside = audit(&bench, &["-f=json", "-o", "new/tenant.opengraph.json"]).exits(1);
    assert_eq!(alone.stdout, beside.stdout);
    assert!(
        beside.stderr.contains("Wrote new/tenant.opengraph.json"),
        "{}",
        beside.stderr
    );
    let written = bench.read("new/tenant.opengraph.json");
    for outputs in [&["-f=opengraph"][..], &["-o=opengraph=-"]] {
        assert!(audit(&bench, outputs).exits(1).stdout == written, "{outputs:?}");
    }
    // The file is replaced, also one that another run is about.
    audit(&bench, &["-o=opengraph=new/tenant.opengraph.json"]).exits(1);
    assert!(bench.read("new/tenant.opengraph.json") == written);
}

#[test]
fn a_graph_is_whole_or_refused() {
    let bench = sample();
    bench.write("main.json", r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}"#);
    for output in ["-f=opengraph", "-o=opengraph=graph.json"] {
        audit(&bench, &[output, "--only=account=cosmos-orders"]).fails_saying(&["nor of a part (`--only`)"]);
        let run = bench.run(&["audit", "--template=main.json", output]);
        run.fails_saying(&["so it can't be of a template"]);
        assert!(!bench.path("graph.json").exists());
    }
    for (outputs, said) in [
        (
            &["-o=opengraph="][..],
            "write for example `opengraph=report.opengraph.json`",
        ),
        (&["-o=opengraph=s.jsonl"], "which this command reads"),
        (&["-o=opengraph=a", "-o=json=./a"], "two reports would be written to"),
        (&["-f=opengraph", "-o=json=-"], "two reports would be written to"),
    ] {
        audit(&bench, outputs).fails_saying(&[said]);
    }
}

/// A scan that was cut off has a graph that says so.
#[test]
fn a_graph_of_nothing_has_the_verdict() {
    let bench = sample();
    let text = bench.read("s.jsonl");
    bench.write("empty.jsonl", format!("{}\n", text.lines().next().unwrap()));
    let outcome = bench.run(&["audit", "--snapshot=empty.jsonl", "-f=opengraph"]).exits(3);
    let graph: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let nodes = graph["graph"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1, "{outcome}");
    assert_eq!(nodes[0]["kinds"][0], "CosmosRbac_Run");
    assert_eq!(nodes[0]["properties"]["complete"], false);
    assert_eq!(graph["graph"]["edges"], serde_json::json!([]));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_parquet_says_so() {
    let outcome = audit(&sample(), &["-o", "parquet=tables"]);
    outcome.fails_saying(&[
        "this program was built without Parquet",
        "help: build it with the feature `parquet`",
    ]);
}

#[cfg(feature = "parquet")]
mod parquet {
    use super::{audit, sample};
    use crate::support::Bench;
    use std::collections::BTreeMap;
    use std::fs;

    const FILES: [&str; 6] = [
        "access.parquet",
        "accounts.parquet",
        "bypasses.parquet",
        "findings.parquet",
        "not_checked.parquet",
        "runs.parquet",
    ];

    /// The files of a folder.
    fn files(bench: &Bench, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(bench.path(folder)).unwrap().map(Result::unwrap);
        let file = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        };
        entries.map(file).collect()
    }

    #[test]
    fn a_folder_of_tables_is_the_same_every_time_and_changes_nothing_else() {
        let bench = sample();
        let alone = audit(&bench, &["-f=json"]).exits(1);
        let beside = audit(&bench, &["-f=json", "-o", "parquet=new/tables"]).exits(1);
        assert_eq!(alone.stdout, beside.stdout);
        assert!(beside.stderr.contains("Wrote new/tables"), "{}", beside.stderr);
        let first = files(&bench, "new/tables");
        assert!(first.keys().eq(FILES), "{:?}", first.keys());
        for (name, file) in &first {
            assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"), "{name}");
        }
        // Other files stay.
        bench.write("new/tables/notes.txt", "mine");
        audit(&bench, &["-o", "parquet=new/tables"]).exits(1);
        let mut again = files(&bench, "new/tables");
        assert_eq!(again.remove("notes.txt").as_deref(), Some(&b"mine"[..]));
        assert!(first == again);
    }

    #[test]
    fn an_export_is_whole_or_refused() {
        let bench = sample();
        bench.write("file", "");
        for (outputs, said) in [
            (
                &["-o=parquet="][..],
                "the folder is missing; write for example `parquet=tables`",
            ),
            (&["-o=parquet=-"], "`parquet=` takes a folder, not standard output"),
            (&["-o=parquet=file"], "`parquet=` takes a folder, and this is a file"),
            (&["-o=parquet=t", "-o=parquet=./t"], "two reports would be written to"),
            (
                &["-o=parquet=t", "-o=json=t/access.parquet"],
                "two reports would be written to",
            ),
            (
                &["-o=json=t/runs.parquet", "-o=parquet=t"],
                "two reports would be written to",
            ),
            (
                &["-o=parquet=t", "--only=account=cosmos-orders"],
                "nor of a part (`--only`)",
            ),
        ] {
            audit(&bench, outputs).fails_saying(&[said]);
            assert!(!bench.path("t").exists(), "{outputs:?}");
        }
        fs::create_dir(bench.path("t")).unwrap();
        fs::copy(bench.path("p.yaml"), bench.path("t/runs.parquet")).unwrap();
        let reads = bench.run(&["audit", "--snapshot=s.jsonl", "-p=t/runs.parquet", "-o=parquet=t"]);
        reads.fails_saying(&["which this command reads"]);
    }

    #[test]
    fn that_a_snapshot_is_too_old_is_in_the_table_of_what_was_not_checked() {
        let bench = sample();
        audit(&bench, &["-o=parquet=now"]).exits(1);
        audit(&bench, &["-o=parquet=late", "--max-age=1m"]).exits(1);
        let table = |folder: &str| fs::read(bench.path(&format!("{folder}/not_checked.parquet"))).unwrap();
        assert!(table("now") != table("late"));
    }

    #[test]
    fn a_template_is_not_exported() {
        let bench = sample();
        bench.write("main.json", r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}"#);
        let run = bench.run(&["audit", "--template=main.json", "-o=parquet=t"]);
        run.fails_saying(&["so it can't be of a template", "help: "]);
    }

    /// As a matrix of a pipeline would: a job a shard, then a job that merges and exports.
    #[test]
    fn shards_that_are_merged_export_what_one_scan_does() {
        let bench = Bench::contoso();
        let scan = |more: &[&str]| {
            let scan = ["scan", "--all-subscriptions", "-q", "--allow-incomplete"];
            bench.signed_in(&scan).args(more).run().exits(0);
        };
        scan(&["-o=whole.jsonl"]);
        bench.run(&["merge", "whole.jsonl", "-o=one.jsonl"]).exits(0);
        let names: Vec<String> = (1..=3).map(|number| format!("shard-{number}.jsonl.zst")).collect();
        for (place, name) in names.iter().enumerate() {
            scan(&[&format!("--shard={}/3", place + 1), "-o", name]);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        bench.command(&["merge", "-o=merged.jsonl"]).args(&names).run().exits(0);
        let export = |snapshot: &str, to: &str| {
            let (snapshot, to) = (format!("--snapshot={snapshot}"), format!("-o=parquet={to}"));
            bench.run(&["audit", &snapshot, "-p=contoso.yaml", &to]).exits(1);
        };
        export("one.jsonl", "one");
        export("merged.jsonl", "merged");
        export("whole.jsonl", "whole");
        let one = files(&bench, "one");
        assert!(one == files(&bench, "merged"));
        assert!(
            one == files(&bench, "whole"),
            "the order of a snapshot's lines doesn't matter"
        );
    }

    /// The verdict of a scan that was cut off is in the tables, too.
    #[test]
    fn an_export_of_nothing_has_its_columns_and_the_verdict() {
        let bench = sample();
        let text = bench.read("s.jsonl");
        let header = text.lines().next().unwrap();
        bench.write("empty.jsonl", format!("{header}\n"));
        bench
            .run(&["audit", "--snapshot=empty.jsonl", "-o=parquet=empty"])
            .exits(3);
        assert!(files(&bench, "empty").keys().eq(FILES));
    }
    /// Tables of two runs are never taken for one: what says that they are whole goes first.
    #[test]
    fn a_folder_that_is_half_written_has_no_run() {
        let bench = sample();
        audit(&bench, &["-o=parquet=tables"]).exits(1);
        assert!(bench.path("tables/runs.parquet").exists());
        // A limit on the size of files fails as a full disk does.
        let script = r#"trap "" XFSZ; ulimit -f 1; exec "$0" "$@""#;
        let export = ["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-o=parquet=tables"];
        bench.command(&export).through(script).run().exits(2);
        assert!(!bench.path("tables/runs.parquet").exists());
        audit(&bench, &["-o=parquet=tables"]).exits(1);
        assert!(files(&bench, "tables").keys().eq(FILES));
    }
}

/// Nothing that isn't a table of the program's own is written over, nor anything outside the folder.
#[cfg(all(feature = "parquet", unix))]
#[test]
fn tables_take_no_foreign_place() {
    let bench = sample();
    let tables = &["-o=parquet=tables"][..];
    audit(&bench, tables).exits(1);
    let runs = || fs::read(bench.path("tables/runs.parquet")).unwrap();
    let written = runs();
    audit(&bench, tables).exits(1);
    assert!(runs() == written);
    bench.write("precious.txt", "precious");
    fs::remove_file(bench.path("tables/access.parquet")).unwrap();
    std::os::unix::fs::symlink("../precious.txt", bench.path("tables/access.parquet")).unwrap();
    audit(&bench, tables).fails_saying(&["tables/access.parquet", "it is a symbolic link"]);
    assert_eq!(bench.read("precious.txt"), "precious");
    fs::remove_file(bench.path("tables/access.parquet")).unwrap();
    for foreign in ["account,owner\n", "PAR1 of another program PAR1"] {
        bench.write("tables/access.parquet", foreign);
        audit(&bench, tables).fails_saying(&["cosmos-rbac didn't write the file that is there"]);
        assert_eq!(bench.read("tables/access.parquet"), foreign);
    }
    // What is refused is refused before anything is touched.
    assert!(runs() == written);
}

/// Two runs at a time would leave tables of both.
#[cfg(feature = "parquet")]
#[test]
fn one_run_at_a_time_writes_tables() {
    let bench = sample();
    fs::create_dir(bench.path("tables")).unwrap();
    let lock = bench.path("tables/.cosmos-rbac-tables.lock");
    let held = fs::File::create(&lock).unwrap();
    held.lock().unwrap();
    audit(&bench, &["-o=parquet=tables"]).fails_saying(&["another run is writing tables there"]);
    drop(held);
    // As a run leaves it that was killed.
    audit(&bench, &["-o=parquet=tables"]).exits(1);
    assert!(!lock.exists());
    audit(&bench, &["-o=parquet=tables"]).exits(1);
    assert!(!lock.exists());
}

#[cfg(all(unix, feature = "parquet"))]
#[test]
fn who_is_interrupted_while_tables_are_written_leaves_no_lock() {
    let bench = sample();
    let script = r#""$0" "$@" & pid=$!
        tries=0; until test -e tables/.cosmos-rbac-tables.lock || test $tries -gt 300000; do tries=$((tries + 1)); done; /usr/bin/sleep 0.02
        kill -TERM $pid; wait $pid"#;
    let audit_of_tables = ["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-o=parquet=tables"];
    let outcome = bench.command(&audit_of_tables).through(script).run();
    assert!([1, 3].contains(&outcome.code), "{outcome}");
    assert!(!bench.path("tables/.cosmos-rbac-tables.lock").exists(), "{outcome}");
    audit(&bench, &["-o=parquet=tables"]).exits(1);
}
