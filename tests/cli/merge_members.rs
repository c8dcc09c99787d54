//! `merge`: the members of a group that only an older snapshot has are known only as far as nobody can have joined since.

use crate::support::lines::{ANN, BEN, account, allows, changed, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const CREW: &str = "dddddddd-0000-4000-8000-00000000000d";
const OTHER: &str = "5e1f0c1a-0000-4000-8000-000000000002";
const POLICY: &str = "version: 1\nprincipals:\n  crew: { id: dddddddd-0000-4000-8000-00000000000d, kind: group, members: \
                      [aaaaaaaa-0000-4000-8000-00000000000a] }\naccounts: [{ name: all }]\n";

/// A scan of `shop`, where the crew has a role; `members`: if it asked the directory, and who was in the crew.
fn scan(time: &str, members: Option<Value>, change: impl FnOnce(&mut Vec<Value>)) -> String {
    let role = [("r", allows(&["readMetadata"]))];
    let text = snapshot(&[account("shop", &role, &[(CREW, 0, "/")])], None);
    changed(&text, |lines| {
        lines[0]["taken_at"] = json!(time);
        lines[0]["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": [], "control_plane": false, "graph": members.is_some()});
        if let Some(members) = members {
            let end = lines.len() - 1;
            let mut crew = json!({"id": CREW, "name": "crew", "kind": "group", "found": true, "members_count": 1});
            crew["members"] = members;
            let people = [
                json!({"id": ANN, "name": "ann", "kind": "user", "found": true}),
                json!({"id": BEN, "name": "ben", "kind": "user", "found": true}),
                crew,
            ];
            lines[end]["end"]["principals"] = json!(people.len());
            lines.insert(end, json!({"principals": people}));
        }
        change(lines);
    })
}

/// Merges two, in both orders, and asks whether Ben can do something.
fn merged(old: &str, new: &str) -> [(Outcome, Outcome); 2] {
    let bench = Bench::offline();
    bench.write("old.jsonl", old);
    bench.write("new.jsonl", new);
    bench.write("p.yaml", POLICY);
    [["old.jsonl", "new.jsonl"], ["new.jsonl", "old.jsonl"]].map(|[one, other]| {
        let merged = bench.run(&["merge", one, other, "-o=m.jsonl"]);
        let audit = bench.run(&["audit", "--snapshot=m.jsonl", "-p=p.yaml", "-f=json"]);
        (merged, audit)
    })
}

/// Whether an audit says that members of groups aren't known in full.
fn is_open(audit: &Outcome) -> bool {
    let report = audit.report();
    let rows = report.0["summary"]["not_checked"].as_array().unwrap();
    rows.iter().any(|row| row["what"] == "group-members")
}

const MONDAY: &str = "2026-03-02T05:00:00Z";
const LATER: &str = "2026-03-02T09:00:00Z";
const TUESDAY: &str = "2026-03-03T05:00:00Z";

#[test]
fn members_of_before_a_newer_scan_without_the_directory_are_not_all_that_can_be() {
    let old = scan(MONDAY, Some(json!([ANN])), |_| ());
    for new in [LATER, TUESDAY] {
        for (merge, audit) in merged(&old, &scan(new, None, |_| ())) {
            merge
                .exits(0)
                .says(&["the members of 1 group are those of an older snapshot"]);
            assert!(is_open(&audit), "{new} {audit}");
        }
    }
}

#[test]
fn members_that_the_newer_scan_read_are_known() {
    let (old, new) = (json!([ANN, BEN]), json!([ANN]));
    for (_, audit) in merged(&scan(MONDAY, Some(old), |_| ()), &scan(TUESDAY, Some(new), |_| ())) {
        assert!(!is_open(&audit), "{audit}");
        assert_eq!(audit.report().of("group-member").len(), 0, "{audit}");
    }
}

/// What was read of a subscription, and of the groups there, is of one time.
#[test]
fn a_newer_scan_of_another_subscription_leaves_members_known() {
    let elsewhere = |lines: &mut Vec<Value>| {
        let text = serde_json::to_string(&lines).unwrap();
        *lines = serde_json::from_str(&text.replace(crate::support::lines::SUBSCRIPTION, OTHER)).unwrap();
    };
    for (_, audit) in merged(
        &scan(MONDAY, Some(json!([ANN])), |_| ()),
        &scan(TUESDAY, None, elsewhere),
    ) {
        assert!(!is_open(&audit), "{audit}");
    }
}

/// A scan of another subscription asked for them, too, and got no answer.
#[test]
fn members_that_a_newer_scan_could_not_read_are_not_known() {
    let elsewhere = |member_of: Option<&'static str>| {
        move |lines: &mut Vec<Value>| {
            let people = lines
                .iter_mut()
                .find_map(|line| line["principals"].as_array_mut())
                .unwrap();
            people[2].as_object_mut().unwrap().remove("members");
            people[2].as_object_mut().unwrap().remove("members_count");
            if let Some(id) = member_of {
                people[1] = json!({"id": id, "name": "all", "kind": "group", "found": true, "members": [CREW], "members_count": 1});
            }
            let text = serde_json::to_string(&lines).unwrap();
            *lines = serde_json::from_str(&text.replace(crate::support::lines::SUBSCRIPTION, OTHER)).unwrap();
        }
    };
    // Members of a group within a group aren't read: nothing was asked for in vain.
    for (member_of, open) in [(None, true), (Some("dddddddd-0000-4000-8000-0000000000dd"), false)] {
        let new = scan(LATER, Some(json!([])), elsewhere(member_of));
        for (_, audit) in merged(&scan(MONDAY, Some(json!([ANN])), |_| ()), &new) {
            assert_eq!(is_open(&audit), open, "{member_of:?} {audit}");
        }
    }
}
