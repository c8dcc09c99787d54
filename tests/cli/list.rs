//! `list` and `explain`, and what the program says of itself. Whole outputs.

use crate::support::{Bench, assert_same, golden, sample};
use serde_json::Value;

const KINDS: [&str; 3] = ["accounts", "roles", "assignments"];

/// A folder with the snapshot of the sample tenant, but for the account whose roles fill pages.
fn contoso() -> Bench {
    let bench = Bench::contoso();
    let scan = ["scan", "--all-subscriptions", "-o=whole.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run().exits(0);
    let whole = bench.read("whole.jsonl");
    let lines = whole
        .lines()
        .filter(|line| !line.contains("databaseAccounts/sandbox-tenants\""));
    let fewer: String = lines.map(|line| format!("{line}\n")).collect();
    let all = sample::accounts();
    bench.write(
        "s.jsonl",
        fewer.replace(&format!("\"accounts\":{all}"), &format!("\"accounts\":{}", all - 1)),
    );
    bench
}

#[test]
fn lists() {
    let bench = contoso();
    for (kind, number) in [("accounts", sample::accounts() - 1), ("roles", 42), ("assignments", 26)] {
        let list = |format: &str| bench.run(&["list", kind, "--snapshot=s.jsonl", "-f", format]).exits(3);
        let (table, json, csv) = (list("table"), list("json"), list("csv"));
        golden(&format!("list/{kind}.txt"), &table.stdout);
        golden(&format!("list/{kind}.json"), &json.stdout);
        golden(&format!("list/{kind}.csv"), &csv.stdout);
        assert_eq!(csv.stdout.lines().count(), number + 1);
        let rows: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(rows.len(), number);
        // What could not be read is told beside the list, whatever its format.
        for outcome in [&table, &json, &csv] {
            golden("list/gaps.stderr", &outcome.stderr);
        }
    }
}

#[test]
fn live_lists() {
    let bench = Bench::contoso();
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run().exits(0);
    for kind in KINDS {
        let live = bench
            .signed_in(&["list", kind, "--all-subscriptions", "--quiet"])
            .run()
            .exits(3);
        let file = bench.run(&["list", kind, "--snapshot=s.jsonl"]).exits(3);
        assert_same(&live.stdout, &file.stdout, kind);
        assert_eq!(live.stderr, file.stderr);
    }
}

#[test]
fn narrow_lists() {
    let bench = contoso();
    for kind in KINDS {
        for width in ["60", "80", "100"] {
            let outcome = bench
                .command(&["list", kind, "--snapshot=s.jsonl", "--allow-incomplete"])
                .env("COLUMNS", width)
                .run()
                .exits(0);
            crate::table::assert_fits(&outcome.stdout, width);
        }
    }
}

#[test]
fn explain() {
    let bench = Bench::offline();
    golden("explain/overview.txt", &bench.run(&["explain"]).exits(0).stdout);
    golden(
        "explain/excess-access.txt",
        &bench.run(&["explain", "excess-access"]).exits(0).stdout,
    );
    let overview = bench.run(&["explain"]).stdout;
    let mut checks = 0;
    for line in overview.lines().filter(|line| line.starts_with("  ")) {
        let id = line.split_whitespace().next().unwrap();
        let one = bench.run(&["explain", id]).exits(0).stdout;
        assert!(one.starts_with(&format!("{id} (")), "{one}");
        for heading in ["\nWhat\n", "\nWhy it matters\n", "\nHow to fix\n"] {
            assert!(one.contains(heading), "{one}");
        }
        checks += 1;
    }
    assert_eq!(checks, cosmos_rbac::checks::CHECKS.len());
    bench
        .run(&["explain", "exces-access"])
        .fails_saying(&["`exces-access`", "did you mean `excess-access`?"]);
    bench
        .run(&["explain", "EXCESS-ACCESS"])
        .fails_saying(&["`EXCESS-ACCESS`"]);
    bench
        .run(&["explain", "xyz"])
        .fails_saying(&["`xyz`", "list all checks"]);
    bench.run(&["explain", "\u{1b}[31m"]).fails_saying(&["\\x1b[31m"]);
}

#[test]
fn help() {
    let bench = Bench::offline();
    for (name, arguments) in [
        ("cosmos-rbac", &["--help"][..]),
        ("audit", &["audit", "--help"]),
        ("scan", &["scan", "--help"]),
        ("access", &["access", "--help"]),
        ("who-can", &["who-can", "--help"]),
        ("merge", &["merge", "--help"]),
        ("list", &["list", "--help"]),
        ("waive", &["waive", "--help"]),
        ("policy", &["policy", "--help"]),
        ("policy-init", &["policy", "init", "--help"]),
        ("explain", &["explain", "--help"]),
        ("schema", &["schema", "--help"]),
    ] {
        let outcome = bench.run(arguments).exits(0);
        assert_eq!(outcome.stderr, "");
        golden(&format!("help/{name}.txt"), &outcome.stdout);
        // Values of the environment may be secrets; they are no part of a help text.
        let with_environment = bench
            .command(arguments)
            .env("AZURE_TENANT_ID", "a-tenant-of-mine")
            .env("AZURE_AUTHORITY_HOST", "https://login.example")
            .run()
            .exits(0);
        assert_eq!(with_environment.stdout, outcome.stdout);
    }
    let short = bench.run(&["audit", "-h"]).exits(0).stdout;
    assert!(short.contains("--fail-on"), "{short}");
}

/// Every command that there is has its help text above.
#[test]
fn every_command_has_its_golden_help() {
    let text = Bench::offline().run(&["--help"]).exits(0).stdout;
    let commands = text.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "audit",
            "scan",
            "access",
            "who-can",
            "diff",
            "merge",
            "list",
            "waive",
            "policy",
            "explain",
            "schema",
            "completions",
            "help"
        ]
    );
}

#[test]
fn version() {
    let bench = Bench::offline();
    let number = concat!("cosmos-rbac ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(bench.run(&["-V"]).exits(0).stdout, number);
    let long = bench.run(&["--version"]).exits(0).stdout;
    let rest = long.strip_prefix(number).unwrap();
    let [commit, actions] = rest.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(commit.starts_with("commit: "), "{commit}");
    assert!(actions.starts_with("data actions: as documented on 20"), "{actions}");
}
