//! Resources that are seen and not analyzed: Garnet clusters and Azure Cosmos DB for PostgreSQL.

use crate::kinds::{audit, found};
use crate::support::{Bench, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher, Origin};
use serde_json::{Value, json};

pub(crate) const CACHE: &str = "{ name: cache, tags: { team: web } }";
pub(crate) const CITUS: &str = "{ type: Microsoft.DBforPostgreSQL/serverGroupsv2, name: citus }";

/// A subscription with an account as it should be, and these resources.
pub(crate) fn tenant(resources: &str) -> String {
    format!(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    name: data\n    \
         accounts: [{{ name: nosql, disable_local_auth: true, disable_key_based_metadata_write_access: true }}]\n    \
         resources: [{resources}]\n"
    )
}

fn both() -> Bench {
    Bench::azure(&tenant(&format!("{CACHE}, {CITUS}")))
}

const POLICY: &str = "version: 1
accounts:
  - match: { api: sql }
    local_auth: disabled
    grants: []
";

fn policy(more: &str) -> String {
    format!("{POLICY}{more}")
}

fn checks(outcome: &Outcome) -> Vec<String> {
    found(outcome).into_iter().map(|(check, _)| check).collect()
}

#[test]
fn each_is_a_finding_that_can_be_waived_and_no_failed_scan() {
    let bench = both();
    let outcome = audit(&bench, POLICY).exits(1);
    assert_eq!(checks(&outcome), ["not-analyzed", "not-analyzed"]);
    let report = outcome.report();
    let severities: Vec<&Value> = report.of("not-analyzed").iter().map(|one| &one["severity"]).collect();
    assert_eq!(severities, ["medium", "medium"]);
    assert_eq!(report.0["snapshot"]["complete"], true);
    let apis: Vec<&Value> = report.0["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["api"])
        .collect();
    assert_eq!(apis, ["postgresql-cluster", "sql", "garnet-cluster"]);
    // The types are named, each with its clusters.
    let rows = report.0["summary"]["not_checked"].as_array().unwrap();
    let rows: Vec<(&Value, &Value)> = rows
        .iter()
        .filter(|row| row["what"] == "other-resources")
        .map(|row| (&row["why"], &row["accounts"]))
        .collect();
    let why = |title: &str| json!(format!("this version doesn't analyze {title}"));
    assert_eq!(
        rows,
        [
            (&why("Azure Cosmos DB for PostgreSQL clusters"), &json!(1)),
            (&why("Garnet clusters"), &json!(1)),
        ]
    );

    // Accepted, they still stand beside the verdict; other APIs are as strict as before.
    let waiver = |name: &str| {
        format!("  - {{ check: not-analyzed, account: {name}, expires: 2099-01-01, reason: reviewed by hand }}\n")
    };
    let accepted = audit(
        &bench,
        &policy(&format!("waivers:\n{}{}", waiver("cache"), waiver("citus"))),
    )
    .exits(0);
    assert!(
        accepted.report().0["summary"]["not_checked"]
            .to_string()
            .contains("Garnet clusters")
    );
    audit(&bench, &policy("checks: { not-analyzed: off }\n")).exits(0);
    // A waiver of what nothing finds is unused, whatever is not analyzed.
    let unused = "checks: { not-analyzed: off }\nwaivers:\n  - { check: excess-access, account: \"*\", expires: 2099-01-01, reason: x }\n";
    assert_eq!(checks(&audit(&bench, &policy(unused))), ["waiver-unused"]);
    // They have owners like accounts.
    let owned = policy("  - match: { tags: { team: web } }\n    owner: web\n");
    let report = audit(&bench, &owned).exits(1).report();
    let owners: Vec<&Value> = report.of("not-analyzed").iter().map(|one| &one["owner"]).collect();
    assert!(
        owners.iter().any(|owner| owner.to_string().contains("web")),
        "{owners:?}"
    );
}

#[test]
fn filters_and_formats_name_them() {
    let bench = both();
    bench.write("policy.yaml", POLICY);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let audit = |more: &[&str]| bench.run(&[&["audit", "--snapshot=s.jsonl", "-p=policy.yaml"], more].concat());
    let only = audit(&["--only=account=cache", "-f=json"]).exits(1);
    assert_eq!(checks(&only), ["not-analyzed"]);
    audit(&["--only=account=nosql"]).exits(0);
    audit(&["--only=check=not-analyzed"]).exits(1);
    let table = audit(&[]).exits(1);
    for text in [
        "Access to data in cache wasn't analyzed",
        "Access to data in citus wasn't analyzed",
        "other resource types in cache: this version doesn't analyze Garnet clusters",
    ] {
        assert!(table.stdout.contains(text), "{text}: {table}");
    }
    // Nothing of them passes.
    let junit = audit(&["-f=junit"]).exits(1).stdout;
    let suite = junit
        .split("<testsuite ")
        .find(|suite| suite.contains("garnetClusters"))
        .unwrap();
    for case in suite.split("<testcase ").skip(1) {
        let is_other = case.contains("<skipped") || case.contains("<failure");
        let is_of_policy = ["collection-incomplete", "policy-contradiction"]
            .iter()
            .any(|check| case.contains(check));
        assert!(is_other || is_of_policy, "{case}");
    }
    for format in ["html", "markdown", "sarif", "csv", "ndjson", "ocsf"] {
        let shown = audit(&["-f", format]).exits(1);
        assert!(shown.stdout.contains("cache"), "{format}");
    }
}

#[test]
fn a_subscription_without_them_says_nothing() {
    let bench = Bench::azure(&tenant(""));
    let outcome = audit(&bench, POLICY).exits(0);
    assert!(!outcome.stdout.to_lowercase().contains("garnet"), "{outcome}");
    let asked = bench.requests(Origin::Arm);
    let asked = asked.iter().filter(|one| one.path.ends_with("/resources"));
    assert_eq!(asked.count(), 1);
}

/// A subscription of nothing else isn't empty, and Azure RBAC isn't read for it.
#[test]
fn a_subscription_with_nothing_else_is_no_empty_one() {
    let bench = Bench::azure(&tenant(CACHE).replace("accounts: [{", "mongo_clusters: []\n    # ["));
    let outcome = audit(&bench, "version: 1\n").exits(1);
    assert_eq!(checks(&outcome), ["not-analyzed"]);
    let asked = bench.requests(Origin::Arm);
    assert!(!asked.iter().any(|one| one.path.contains("Microsoft.Authorization")));
}

#[test]
fn a_list_that_is_refused_is_incomplete() {
    let bench = both();
    let resources = Matcher::kind("resources");
    for kind in [FaultKind::Forbidden, FaultKind::Html] {
        bench
            .emulator()
            .set_faults(vec![Fault::new(kind).on(resources.clone())]);
        let outcome = audit(&bench, POLICY).exits(3);
        assert_eq!(checks(&outcome), ["collection-incomplete"], "{outcome}");
        assert!(outcome.stdout.contains("Garnet and PostgreSQL clusters"), "{outcome}");
    }
    // Whoever asks about one account that was read gets an answer.
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(3);
    bench.write("policy.yaml", POLICY);
    bench.run(&["audit", "--snapshot=s.jsonl", "-p=policy.yaml"]).exits(3);
}

/// Whatever ignores the filter, other types are passed over, and what is no resource of the type it says is a gap.
#[test]
fn other_types_are_passed_over_and_odd_items_are_gaps() {
    let others =
        "{ type: Microsoft.DocumentDB/fleets, name: fleet }, { type: Microsoft.Compute/virtualMachines, name: vm }";
    let bench = Bench::azure(&format!(
        "ignores_filters: true\n{}",
        tenant(&format!("{CACHE}, {others}"))
    ));
    let outcome = audit(&bench, POLICY).exits(1);
    assert_eq!(checks(&outcome), ["not-analyzed"]);
    let odd = "{ name: cache, raw: { id: nowhere, type: Microsoft.DocumentDB/garnetClusters } }";
    let bench = Bench::azure(&tenant(odd));
    assert_eq!(checks(&audit(&bench, POLICY).exits(3)), ["collection-incomplete"]);
}

#[test]
fn hostile_names_are_shown_clean() {
    let bench = Bench::azure(&tenant("{ name: \"ca\\x1b[31mche<script>\" }"));
    for format in ["table", "html", "markdown"] {
        let shown = bench.signed_in(&["audit", "--all-subscriptions", "-f", format]).run();
        assert!(!shown.stdout.contains('\x1b'), "{format}: {shown}");
        assert!(format != "html" || !shown.stdout.contains("che<script>"), "{shown}");
    }
}

#[test]
fn a_snapshot_keeps_them_and_is_audited_like_the_tenant() {
    let bench = both();
    for shard in ["1/2", "2/2"] {
        let file = format!("-o=s{}.jsonl", &shard[..1]);
        bench
            .signed_in(&["scan", "--all-subscriptions", "--shard", shard, &file])
            .run()
            .exits(0);
    }
    let scan = bench
        .signed_in(&["scan", "--all-subscriptions", "-o=whole.jsonl"])
        .run()
        .exits(0);
    assert!(
        scan.stderr.contains("doesn't analyze 2 accounts and clusters"),
        "{scan}"
    );
    let whole = bench.read("whole.jsonl");
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("{\"resource\":"));
        let mut lines: Vec<String> = lines.map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&whole).len(), 2, "{whole}");
    bench
        .run(&["merge", "s1.jsonl", "s2.jsonl", "-o=merged.jsonl"])
        .exits(0);
    assert_eq!(lines(&bench.read("merged.jsonl")), lines(&whole));
    bench.write("policy.yaml", POLICY);
    let audited = |file: &str| {
        let outcome = bench
            .run(&["audit", "--snapshot", file, "-p=policy.yaml", "-f=json"])
            .exits(1);
        outcome.report().0["findings"].clone()
    };
    let live = audit(&bench, POLICY).exits(1).report().0["findings"].clone();
    assert_eq!(audited("whole.jsonl"), live);
    assert_eq!(audited("merged.jsonl"), live);

    for (from, to, said) in [
        ("\"api\":\"garnet-cluster\"", "\"api\":\"sql\"", "garnetClusters"),
        ("\"name\":\"cache\"", "\"name\":\"other\"", "`name` is `other`"),
        ("\"accounts\":3", "\"accounts\":2", "`end` counts"),
    ] {
        bench.write("other.jsonl", whole.replace(from, to));
        let refused = bench.run(&["audit", "--snapshot=other.jsonl"]).exits(2);
        assert!(refused.stderr.contains(said), "{said}: {refused}");
    }
}

#[test]
fn lists_questions_and_drafts_say_so() {
    let bench = both();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let listed = bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).exits(0);
    for text in ["cache", "Garnet", "citus", "PostgreSQL", "not analyzed"] {
        assert!(listed.stdout.contains(text), "{text}: {listed}");
    }
    let said = "who has access to `cache` isn't listed: this version doesn't analyze Garnet clusters";
    assert!(listed.stderr.contains(said), "{listed}");
    let answer = bench.run(&["who-can", "write", "--snapshot=s.jsonl"]).exits(3);
    assert!(
        answer.stdout.contains("this version doesn't analyze Garnet clusters"),
        "{answer}"
    );
    for (account, code) in [("nosql", 1), ("cache", 3)] {
        for action in ["write", "manage"] {
            let arguments = ["who-can", action, "--snapshot=s.jsonl", "--account", account];
            bench.run(&arguments).exits(code);
        }
    }
    let draft = bench.run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"]);
    for said in [
        "resources that aren't analyzed, waived for now: cache and citus",
        "this version doesn't analyze Garnet clusters",
    ] {
        assert!(draft.stderr.contains(said), "{said}: {draft}");
    }
    // A block of theirs would have no rules.
    let text = bench.read("draft.yaml");
    assert_eq!(text.matches("match:").count(), 1, "{text}");
    let checked = bench
        .run(&["policy", "check", "draft.yaml", "--snapshot=s.jsonl"])
        .exits(0);
    assert!(!checked.stderr.contains("warning"), "{checked}");
    bench.run(&["audit", "--snapshot=s.jsonl", "-p=draft.yaml"]).exits(0);
}

/// What an older version wrote doesn't say that there are none.
#[test]
fn a_snapshot_that_did_not_ask_says_so() {
    let bench = Bench::azure(&tenant(CACHE));
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=new.jsonl"])
        .run()
        .exits(0);
    let new = bench.read("new.jsonl");
    let lines = new.lines().filter(|line| !line.starts_with("{\"resource\":"));
    let old: String = lines.map(|line| format!("{line}\n")).collect();
    let (before, after) = old.split_once("\"resources\":[").unwrap();
    let (_, after) = after.split_once("],").unwrap();
    bench.write(
        "old.jsonl",
        format!("{before}{after}").replace("\"accounts\":2", "\"accounts\":1"),
    );
    bench.write("policy.yaml", POLICY);
    let said = "Garnet clusters and Azure Cosmos DB for PostgreSQL clusters";
    let shown = bench.run(&["audit", "--snapshot=old.jsonl", "-p=policy.yaml"]).exits(0);
    assert!(shown.stdout.contains(said), "{shown}");
    let shown = bench.run(&["list", "accounts", "--snapshot=old.jsonl"]).exits(0);
    assert!(shown.stderr.contains(said), "{shown}");
    bench.run(&["who-can", "delete", "--snapshot=old.jsonl"]).exits(3);
    let draft = bench.run(&["policy", "init", "--snapshot=old.jsonl"]).exits(3);
    assert!(draft.stdout.contains(&format!("{said} weren't listed")), "{draft}");
    // They weren't there to be missed, so they aren't new.
    let compared = bench.run(&["diff", "old.jsonl", "new.jsonl", "-f=json"]).exits(3);
    let difference: Value = serde_json::from_str(&compared.stdout).unwrap();
    assert_eq!(difference["accounts"]["added"], json!([]), "{compared}");
    assert!(compared.stdout.contains(said), "{compared}");
}
