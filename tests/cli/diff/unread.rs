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

/// No list of a subscription in which the account wasn't could have said who had access to it.
#[test]
fn whoever_has_azure_roles_where_an_account_was_moved_to_gained_access() {
    let bench = Bench::offline();
    let subscriptions =
        [1, 2].map(|number| format!("{number}{number}{number}{number}0000-0000-4000-8000-000000000000"));
    let snapshot = |home: usize| {
        let own = &subscriptions[home];
        let other = &subscriptions[1 - home];
        let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z",
            "cloud": "public", "tenant": "t", "subscriptions": [{"id": own, "name": "own"}, {"id": other, "name": "other"}]});
        let id =
            format!("/subscriptions/{own}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/orders");
        let account = json!({"account": {"id": id, "name": "orders", "resource_group": "rg", "subscription": own,
            "location": "westeurope", "api": "sql", "tags": {}, "local_auth_disabled": true,
            "key_metadata_writes_disabled": true}, "role_definitions": [], "role_assignments": [], "databases": [],
            "gaps": []});
        let scope = format!("/subscriptions/{own}");
        let principal = format!("eeee000{home}-0000-4000-8000-000000000000");
        let role = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        let owner = json!({"id": role, "role_name": "Owner", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["*"], "not_actions": []}]});
        let assignment = json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/a{home}"),
            "role_definition_id": role, "principal_id": principal, "principal_type": "User", "scope": scope});
        // Azure RBAC is read where there are accounts.
        let plane = json!({"control_plane": {"subscription": own, "role_definitions": [owner],
            "role_assignments": [assignment], "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
        let end = json!({"end": {"accounts": 1, "gaps": 0, "control_planes": 1}});
        format!("{header}\n{account}\n{plane}\n{end}\n")
    };
    bench.write("old.jsonl", snapshot(0));
    bench.write("new.jsonl", snapshot(1));
    let found = document(&diff(&bench, &["old.jsonl", "new.jsonl", "--fail-on-gain", "-f=json"]).exits(1));
    let principals = |list: &str| {
        let rows = found[list].as_array().unwrap().iter();
        let ids = rows.map(|row| row["principal"]["id"].as_str().unwrap().to_owned());
        ids.collect::<std::collections::BTreeSet<_>>()
    };
    assert!(
        principals("gained").contains("eeee0001-0000-4000-8000-000000000000"),
        "{found:#}"
    );
    assert!(
        principals("lost").contains("eeee0000-0000-4000-8000-000000000000"),
        "{found:#}"
    );
}

/// No switch was changed: the keys of an account with another API come to have, or to lose, an effect.
#[test]
fn keys_that_another_api_lets_work_are_a_row() {
    let bench = sample::bench();
    let of_api = |api: &'static str| {
        changed(|lines| {
            without_gaps(lines);
            for line in lines
                .iter_mut()
                .filter(|line| line["account"]["name"] == "cosmos-catalog")
            {
                line["account"]["api"] = json!(api);
                for list in ["role_definitions", "role_assignments"] {
                    line[list] = json!([]);
                }
            }
        })
    };
    bench.write("sql.jsonl", of_api("sql"));
    bench.write("table.jsonl", of_api("table"));
    for (old, new, row, verdict) in [
        (
            "sql.jsonl",
            "table.jsonl",
            "  + break-glass",
            "3 principals gained access (possible).",
        ),
        (
            "table.jsonl",
            "sql.jsonl",
            "  - break-glass",
            "3 principals lost access (possible).",
        ),
    ] {
        let outcome = diff(&bench, &[old, new]).exits(0);
        assert!(
            outcome.stdout.contains(row) && outcome.stdout.contains(verdict),
            "{outcome}"
        );
    }
}

/// A role of which nobody knows what it grants, and another one: it can have become more.
#[test]
fn users_with_another_role_of_unknown_effect_are_named() {
    let bench = sample::bench();
    let with = |cluster: &'static str, account: &'static str| {
        changed(move |lines| {
            without_gaps(lines);
            for line in lines.iter_mut() {
                for (place, db, role) in [("/cluster/users", "admin", cluster), ("/mongo_users", "carts", account)] {
                    let users = line.pointer_mut(place).and_then(Value::as_array_mut);
                    for user in users.into_iter().flatten() {
                        user["roles"] = json!([{"db": db, "role": role}]);
                    }
                }
            }
        })
    };
    bench.write("old.jsonl", with("odd", "odd"));
    bench.write("cluster.jsonl", with("superb", "odd"));
    bench.write("account.jsonl", with("odd", "superb"));
    let of_cluster = "mongo-tickets: the effect of the changed roles of support-tool and";
    let of_account = "what MongoDB users have through `carts.odd` and `carts.superb` couldn't be read";
    for (new, code, said) in [
        ("old.jsonl", 0, ""),
        ("cluster.jsonl", 3, of_cluster),
        ("account.jsonl", 3, of_account),
    ] {
        let run = diff(&bench, &["old.jsonl", new, "--fail-on-gain"]).exits(code);
        let words: Vec<&str> = run.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(said), "{run}");
    }
}

/// What couldn't be read of Azure RBAC under a name that this version doesn't know could be anything.
#[test]
fn an_unknown_gap_of_a_subscription_is_not_compared() {
    let bench = sample::bench();
    bench.write("whole.jsonl", changed(without_gaps));
    let odd = changed(|lines| {
        without_gaps(lines);
        let plane = lines
            .iter_mut()
            .find(|line| line.get("control_plane").is_some())
            .unwrap();
        plane["control_plane"]["gaps"] =
            json!([{"what": "roleAssignmentApprovals", "status": 404, "code": "NotFound", "message": "no"}]);
        lines.last_mut().unwrap()["end"]["gaps"] = json!(1);
    });
    bench.write("odd.jsonl", odd);
    for files in [["whole.jsonl", "odd.jsonl"], ["odd.jsonl", "whole.jsonl"]] {
        let outcome = diff(&bench, &[files[0], files[1], "--fail-on-gain"]).exits(3);
        assert!(
            outcome.stdout.contains("`roleAssignmentApprovals` couldn't be read"),
            "{outcome}"
        );
    }
    bench
        .run(&["policy", "init", "--snapshot=odd.jsonl", "-o=drafted.yaml"])
        .exits(3)
        .says(&["`roleAssignmentApprovals` of Azure RBAC weren't read"]);
}
