//! Gaps in what this version doesn't know, and in tags: whatever could be there isn't known.

use crate::unsaid::{audit, changed, scanned};
use serde_json::json;

/// A newer version can fail to read what this one doesn't know: it could hold anything.
#[test]
fn a_gap_in_something_unknown_is_of_its_account() {
    let bench = scanned();
    for (what, told, gap) in [
        (
            "fancyRoleAssignments",
            "account",
            "`fancyRoleAssignments` couldn't be read: 403 Forbidden",
        ),
        ("tags", "policy", "the account's tags couldn't be read: 403 Forbidden"),
    ] {
        changed(&bench, "gap.jsonl", |line| {
            if line.get("account").is_some() {
                line["gaps"] = json!([{ "what": what, "status": 403, "code": "Forbidden", "message": "" }]);
            }
            if let Some(end) = line.get_mut("end") {
                end["gaps"] = json!(1);
            }
        });
        let report = audit(&bench, "gap.jsonl", 3).report();
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| row["why"] == gap)
            .unwrap_or_else(|| panic!("{rows:?}"));
        assert_eq!((&row["what"], &row["accounts"]), (&json!(told), &json!(1)));
        let code = if what == "tags" { 0 } else { 3 };
        let diff = bench.run(&["diff", "whole.jsonl", "gap.jsonl"]).exits(code);
        assert_eq!(diff.stdout.contains(what), code == 3, "{diff}");
    }
}

/// An account whose tags weren't read can be the one that is asked about, and any block can be for it.
#[test]
fn an_account_without_known_tags_is_never_left_out() {
    let bench = scanned();
    changed(&bench, "gap.jsonl", |line| {
        if line.get("account").is_some() {
            line["gaps"] = json!([{ "what": "tags", "status": 403, "code": "Forbidden", "message": "" }]);
        }
        if let Some(end) = line.get_mut("end") {
            end["gaps"] = json!(1);
        }
    });
    bench.write(
        "tags.yaml",
        "version: 1\naccounts:\n  - { name: prod, match: { tags: { env: prod } }, owner: shop, local_auth: disabled, grants: [] }\n",
    );
    let audited = |more: &str| {
        let all = [
            "audit",
            "--snapshot=gap.jsonl",
            "-p=tags.yaml",
            "-f=json",
            "--fail-on=never",
            more,
        ];
        bench.run(&all).exits(3).report()
    };
    for more in ["--color=never", "--only=tag=env=prod", "--only=owner=shop"] {
        let report = audited(more);
        let checks: Vec<&str> = report.0["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["check"].as_str())
            .collect();
        assert!(checks.contains(&"collection-incomplete"), "{checks:?}");
        assert!(!checks.contains(&"account-unmanaged"), "{checks:?}");
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        assert!(
            rows.iter().all(|row| row["why"] != "the policy has no grants"),
            "{rows:?}"
        );
    }
    let access = bench.run(&["access", "--snapshot=gap.jsonl", "--tag=env=prod", "-f=json"]);
    assert!(access.stdout.contains("carts"), "{access}");
    // It needn't have the tag, and whoever asks hears that.
    let warning = "warning: the tags of `carts` couldn't be read.";
    access.says(&[warning]);
    let who_can = bench.run(&["who-can", "read", "--snapshot=gap.jsonl", "--tag=env=prod"]);
    who_can.says(&[warning, "every account that could have the tag"]);
    let others = bench.run(&["who-can", "read", "--snapshot=gap.jsonl"]);
    assert!(!others.stderr.contains("the tags"), "{others}");
}
