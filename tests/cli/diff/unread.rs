//! What a scan didn't read: it is said, and nobody gained or lost access by it.

use super::{changed, diff, document, without_gaps};
use crate::resources::{CACHE, CITUS, tenant};
use crate::support::{Bench, sample};
use serde_json::{Value, json};

/// An account that neither scan listed is no account that didn't change.
#[test]
fn a_scan_that_lists_not_every_account_is_incomplete() {
    let bench = sample::bench();
    let cut = changed(|lines| {
        without_gaps(lines);
        lines.pop();
    });
    let gap = |what: &str| {
        changed(|lines| {
            without_gaps(lines);
            let gap = json!({"what": what, "status": 403, "code": "AuthorizationFailed", "message": "no"});
            let mut gap = json!({ "gap": gap });
            if what == "databaseAccounts" {
                gap["gap"]["subscription"] = json!("0c05a0c5-0000-4000-8000-000000000001");
            }
            let end = lines.len() - 1;
            lines.insert(end, gap);
            lines.last_mut().unwrap()["end"]["gaps"] = json!(1);
        })
    };
    for snapshot in [cut, gap("databaseAccounts"), gap("subscriptions")] {
        bench.write("part.jsonl", snapshot);
        let outcome = diff(&bench, &["part.jsonl", "part.jsonl"]).exits(3);
        let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
        let expected = "accounts that weren't listed can be missing";
        assert!(words.join(" ").contains(expected), "{outcome}");
        let found = document(&diff(&bench, &["part.jsonl", "part.jsonl", "-f=json"]).exits(3));
        assert_eq!(found["complete"], false, "{found:#}");
    }
}

/// The sample without gaps, with a change to what it says of principals.
fn with_principals(change: impl Fn(&mut Vec<Value>)) -> String {
    changed(|lines| {
        without_gaps(lines);
        let mut number = 0;
        for line in lines.iter_mut() {
            if let Some(principals) = line["principals"].as_array_mut() {
                change(principals);
                number += principals.len();
            }
        }
        lines.last_mut().unwrap()["end"]["principals"] = json!(number);
    })
}

/// Whatever only one of the scans read of the directory and of Azure RBAC, nobody gained or lost access by it.
#[test]
fn what_one_scan_did_not_read_is_not_compared() {
    let bench = sample::bench();
    bench.write("whole.jsonl", changed(without_gaps));
    let without_graph = changed(|lines| {
        without_gaps(lines);
        lines[0]["scope"]["graph"] = json!(false);
        lines.retain(|line| !line["principals"].is_array());
        let end = lines.last_mut().unwrap();
        end["end"].as_object_mut().unwrap().remove("principals");
    });
    let without_group = with_principals(|all| all.retain(|one| one["name"] != "Auditors"));
    let without_identities = with_principals(|all| all.retain(|one| one["kind"] != "managed-identity"));
    let without_members = with_principals(|all| {
        for one in all.iter_mut().filter(|one| one["name"] == "Sandbox Owners") {
            one.as_object_mut().unwrap().remove("members");
        }
    });
    let without_list = |list: &'static str, what: &'static str| {
        changed(move |lines| {
            without_gaps(lines);
            let mut gaps = 0;
            for plane in lines.iter_mut().filter_map(|line| line.get_mut("control_plane")) {
                plane[list] = json!(null);
                let gap = json!({"what": what, "status": 403, "code": "AuthorizationFailed", "message": "no"});
                plane["gaps"].as_array_mut().unwrap().push(gap);
                gaps += 1;
            }
            lines.last_mut().unwrap()["end"]["gaps"] = json!(gaps);
        })
    };
    let cases = [
        (
            without_graph,
            "members of groups and places of managed identities weren't read",
        ),
        (without_group, "Auditors: members of the group couldn't all be read"),
        (
            without_identities,
            "who can act as the managed identity couldn't be read",
        ),
        (
            without_members,
            "Sandbox Owners: members of the group couldn't all be read",
        ),
        (
            without_list("eligible", "roleEligibilityScheduleInstances"),
            "eligible role assignments couldn't be read",
        ),
        (
            without_list("deny_assignments", "denyAssignments"),
            "deny assignments couldn't be read",
        ),
        (
            without_list("role_assignments", "roleAssignments"),
            "Azure role assignments couldn't be read",
        ),
        (
            without_list("role_definitions", "roleDefinitions"),
            "Azure role definitions couldn't be read",
        ),
    ];
    for (snapshot, expected) in cases {
        bench.write("part.jsonl", snapshot);
        for both in [["whole.jsonl", "part.jsonl"], ["part.jsonl", "whole.jsonl"]] {
            let outcome = diff(&bench, &[both[0], both[1], "--fail-on-gain"]).exits(3);
            let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
            assert!(words.join(" ").contains(expected), "{expected}: {outcome}");
            assert!(
                outcome
                    .stdout
                    .contains("No access was gained or lost in what was compared."),
                "{expected}: {outcome}"
            );
        }
    }
}

#[test]
fn a_cluster_that_is_only_listed_comes_or_goes() {
    let bench = Bench::azure(&tenant(CACHE));
    let scan = |bench: &Bench, file: &str| {
        bench
            .signed_in(&["scan", "--all-subscriptions", &format!("-o={file}")])
            .run()
            .exits(0);
    };
    scan(&bench, "one.jsonl");
    let other = Bench::azure(&tenant(CITUS));
    scan(&other, "two.jsonl");
    bench.write("two.jsonl", other.read("two.jsonl"));
    let compared = bench.run(&["diff", "one.jsonl", "two.jsonl", "-f=json"]);
    let difference: Value = serde_json::from_str(&compared.stdout).unwrap();
    let names = |list: &str| difference["accounts"][list].to_string();
    assert!(
        names("added").contains("citus") && names("removed").contains("cache"),
        "{compared}"
    );
    // Of what this version doesn't read nothing failed.
    bench.run(&["diff", "one.jsonl", "one.jsonl"]).exits(0);
    bench.run(&["diff", "two.jsonl", "one.jsonl"]).exits(0);
}
