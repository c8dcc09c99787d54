//! `members` of groups: who is in a group and isn't listed is a finding, and what wasn't compared is said.

use crate::report::Report;
use crate::support::lines::{ANN, BEN, SUBSCRIPTION, account, account_id, allows, changed, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const TEAM: &str = "dddddddd-0000-4000-8000-0000000000dd";
const NIGHT: &str = "dddddddd-0000-4000-8000-0000000000ee";

/// The team can read in these accounts; the directory has these records.
fn tenant(accounts: &[&str], records: Option<&[Value]>) -> String {
    let roles = [("Reader", allows(&["readMetadata"]))];
    let accounts: Vec<Value> = accounts
        .iter()
        .map(|name| account(name, &roles, &[(TEAM, 0, "/")]))
        .collect();
    let text = snapshot(&accounts, None);
    let Some(records) = records else { return text };
    let (lines, _) = text.rsplit_once("{\"end\"").unwrap();
    let end = json!({"end": {"accounts": accounts.len(), "gaps": 0, "control_planes": 0, "principals": records.len()}});
    format!("{lines}{}\n{end}\n", json!({"principals": records}))
}

fn user(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "kind": "user", "found": true})
}

fn group(id: &str, name: &str, members: &[&str]) -> Value {
    json!({"id": id, "name": name, "kind": "group", "found": true, "members": members, "members_count": members.len()})
}

/// A policy that allows the team what it has, and lists its members.
fn policy(members: &str) -> String {
    format!(
        "version: 1
principals:
  ann: {{ id: {ANN}, kind: user }}
  team: {{ id: {TEAM}, kind: group{members} }}
accounts:
  - grants: [{{ principal: team, data_actions: [readMetadata], scope: /, presence: optional }}]
    local_auth: disabled
"
    )
}

fn audit(snapshot: &str, policy: &str, arguments: &[&str]) -> Outcome {
    let bench = Bench::offline();
    bench.write("s.jsonl", snapshot);
    bench.write("p.yaml", policy);
    let audit = ["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-q"];
    bench.run(&[&audit[..], arguments].concat())
}

/// The directory: Ann and Ben are in the team, if nothing else is said.
fn directory() -> Vec<Value> {
    vec![user(ANN, "Ann"), user(BEN, "Ben"), group(TEAM, "Team", &[ANN, BEN])]
}

fn json(snapshot: &str, policy: &str, code: i32) -> Report {
    audit(snapshot, policy, &["-f=json"]).exits(code).report()
}

#[test]
fn a_member_that_is_not_listed_is_named_with_what_the_group_has() {
    let tenant = tenant(&["blue", "green"], Some(&directory()));
    let report = json(&tenant, &policy(", members: [ann]"), 1);
    let found = report.of("group-member");
    assert_eq!(found.len(), 1, "{found:?}");
    let found = found[0];
    assert_eq!(
        (
            &found["severity"],
            &found["subject"],
            &found["principal"]["id"],
            &found["title"]
        ),
        (
            &json!("high"),
            &json!(TEAM),
            &json!(BEN),
            &json!("Ben is an unlisted member of team")
        )
    );
    assert_eq!(
        found["message"],
        format!(
            "`Ben ({BEN})` is in the group `team`. Not listed in `members`. The group has role assignments in `blue` and `green`."
        )
    );
    assert_eq!(
        found["reach"]["named"],
        json!([account_id("blue"), account_id("green")])
    );
    assert!(found["reach"].get("azure_scope").is_none(), "{found}");
    assert_eq!(
        (&found["policy"]["line"], &found["policy"]["column"]),
        (&json!(4), &json!(66))
    );
    assert_eq!(
        found["remedy"]["command"],
        format!("az ad group member remove --group {TEAM} --member-id {BEN}")
    );
    let cause = &report.0["causes"][0];
    assert_eq!(
        (&cause["change"]["kind"], &cause["change"]["objects"]),
        (&json!("group-members"), &json!([TEAM]))
    );
    assert_eq!(
        (
            &cause["closes"]["by_severity"]["high"],
            &cause["opens"]["by_severity"]["high"]
        ),
        (&json!(1), &json!(0))
    );
}

#[test]
fn who_is_listed_or_not_in_the_group_is_no_finding() {
    let tenant = tenant(&["blue"], Some(&directory()));
    for members in [
        format!(", members: [ann, {BEN}]"),
        format!(", members: [ann, {BEN}, {NIGHT}]"),
        String::new(),
    ] {
        let report = json(&tenant, &policy(&members), 0);
        assert!(report.of("group-member").is_empty(), "{members}");
    }
    let report = json(&tenant, &policy(", members: []"), 1);
    assert_eq!(report.of("group-member").len(), 2);
    assert_eq!(report.0["causes"][0]["title"], "team has 2 unlisted members");
}

#[test]
fn a_member_of_a_nested_group_is_removed_there() {
    let records = [
        user(ANN, "Ann"),
        user(BEN, "Ben"),
        group(NIGHT, "Night Shift", &[BEN]),
        group(TEAM, "Team", &[ANN, BEN, NIGHT]),
    ];
    let report = json(
        &tenant(&["blue"], Some(&records)),
        &policy(&format!(", members: [ann, {NIGHT}]")),
        1,
    );
    let found = report.of("group-member");
    assert_eq!((found.len(), &found[0]["principal"]["id"]), (1, &json!(BEN)));
    let message = found[0]["message"].as_str().unwrap();
    assert!(
        message.contains("is in the group `team` through `Night Shift`. "),
        "{message}"
    );
    let remedy = &found[0]["remedy"];
    assert_eq!(remedy["command"], Value::Null);
    assert_eq!(
        remedy["steps"][0]["changes"],
        "Remove `Ben` from `Night Shift`, or `Night Shift` from `team`."
    );
}

#[test]
fn members_that_were_not_read_are_said_to_be_not_checked() {
    let unread = json!({"id": TEAM, "name": "Team", "kind": "group", "found": true});
    let lost = json!({"id": TEAM, "name": "", "kind": "unknown", "found": false});
    // Who asked and got no answer has no complete audit.
    for (records, code, why) in [
        (
            None,
            0,
            "the policy lists members of `team`, and principals weren't looked up",
        ),
        (
            Some(vec![user(ANN, "Ann")]),
            3,
            "the policy lists members of `team`, which isn't in the snapshot",
        ),
        (
            Some(vec![unread]),
            3,
            "the policy lists members of `team`, which weren't read",
        ),
        (
            Some(vec![lost]),
            3,
            "the policy lists members of `team`, which Microsoft Graph didn't find",
        ),
        (
            Some(vec![user(TEAM, "Team")]),
            0,
            "the policy lists members of `team`, which isn't a group in the directory",
        ),
    ] {
        let tenant = tenant(&["blue"], records.as_deref());
        let report = json(&tenant, &policy(", members: []"), code);
        let is_incomplete = report.of("collection-incomplete").len() == 1;
        assert_eq!(is_incomplete, code == 3, "{why}");
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        let is_one = |row: &&Value| row["what"] == "group-members" && row["why"] == why;
        assert!(rows.iter().any(|row| is_one(&row)), "{why}: {rows:#?}");
        // A policy that lists no members has nothing to compare.
        let report = json(&tenant, &policy(""), 0);
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        assert!(!rows.iter().any(|row| is_one(&row)), "{rows:#?}");
    }
}

/// A scan that reads some of the members of a group is as good as none for a policy that lists all.
#[test]
fn members_that_were_read_in_part_leave_an_audit_incomplete() {
    let mut some = group(TEAM, "Team", &[ANN]);
    some["members_bounded"] = json!(true);
    let tenant = tenant(&["blue"], Some(&[user(ANN, "Ann"), some]));
    let report = json(&tenant, &policy(", members: [ann]"), 3);
    let [found] = report.of("collection-incomplete")[..] else {
        panic!("{:#?}", report.0)
    };
    assert_eq!(found["title"], "Members of team couldn't be read");
    assert_eq!(found["policy"]["line"], 4);
    json(&tenant, &policy(""), 0);
}

#[test]
fn a_waiver_names_the_member() {
    let tenant = tenant(&["blue"], Some(&directory()));
    let waived = |waiver: &str| {
        let waiver = format!("  - {{ check: group-member, {waiver}, expires: 2026-12-31, reason: CHG-1 }}\n");
        json(&tenant, &format!("{}waivers:\n{waiver}", policy(", members: [ann]")), 0)
    };
    for waiver in [format!("principal: {BEN}"), format!("account: blue, principal: {BEN}")] {
        assert_eq!(waived(&waiver).of("group-member")[0]["state"], "waived", "{waiver}");
    }
    let scope = policy(", members: [ann]")
        + "waivers:\n  - { check: group-member, scope: /, expires: 2026-12-31, reason: a }\n";
    audit(&tenant, &scope, &[])
        .exits(2)
        .fails_saying(&["findings of `group-member` have no scope"]);
}

#[test]
fn a_known_member_is_new_where_the_group_gets_access() {
    let (list, before) = (policy(", members: [ann]"), tenant(&["blue"], Some(&directory())));
    let since = |policy: &str, after: &str, code: i32| {
        let bench = Bench::offline();
        bench.write("then.yaml", &list);
        bench.write("now.yaml", policy);
        bench.write("then.jsonl", &before);
        bench.write("now.jsonl", after);
        bench.run(&[
            "audit",
            "--snapshot=then.jsonl",
            "-p=then.yaml",
            "-o=json=base.json",
            "-q",
        ]);
        let now = [
            "audit",
            "--snapshot=now.jsonl",
            "-p=now.yaml",
            "--baseline=base.json",
            "-q",
            "-f=json",
        ];
        bench.run(&now).exits(code).report()
    };
    assert_eq!(since(&list, &before, 0).of("group-member")[0]["state"], "known");
    let more = tenant(&["blue", "green"], Some(&directory()));
    assert_eq!(since(&list, &more, 1).of("group-member")[0]["state"], "new");
    // Fixed once they were removed; not where nobody looked.
    let removed = [user(ANN, "Ann"), group(TEAM, "Team", &[ANN])];
    assert_eq!(
        since(&list, &tenant(&["blue"], Some(&removed)), 0).0["fixed"][0]["check"],
        "group-member"
    );
    assert_eq!(since(&list, &tenant(&["blue"], None), 0).0["fixed"], json!([]));
    assert_eq!(since(&policy(""), &before, 0).0["fixed"], json!([]));
}

#[test]
fn hostile_names_are_text_in_every_format() {
    let hostile = "\u{1b}[2J<img src=x>\u{202e}=1+1";
    let records = [user(ANN, "Ann"), user(BEN, hostile), group(TEAM, hostile, &[ANN, BEN])];
    let tenant = tenant(&["blue"], Some(&records));
    for format in cosmos_rbac::report::Format::ALL {
        let shown = audit(&tenant, &policy(", members: []"), &["-f", format.name()])
            .exits(1)
            .stdout;
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{}: {shown}", format.name());
    }
}

/// What the policy doesn't list can't deviate from it. That is said, and fails nothing.
#[test]
fn groups_without_listed_members_are_not_checked() {
    let row = |report: &Report| -> Vec<Value> {
        let rows = report.0["summary"]["not_checked"].as_array().unwrap().iter();
        rows.filter(|row| row["what"] == "membership").cloned().collect()
    };
    let case = |outcome: &Outcome| {
        let text = &outcome.stdout;
        let at = text.find("name=\"group-member\"").unwrap();
        let rest = &text[at..];
        rest[..rest.find("<testcase").unwrap_or(rest.len())].to_owned()
    };
    let known = tenant(&["blue", "green"], Some(&directory()));
    let without = row(&json(&known, &policy(""), 0));
    assert_eq!(without.len(), 1, "{without:?}");
    assert_eq!(without[0]["why"], "the policy has no `members` of the group `team`");
    assert_eq!(without[0]["accounts"], 2);
    assert!(case(&audit(&known, &policy(""), &["-f=junit"]).exits(0)).contains("<skipped"));
    // Listed, or in a group that is listed.
    let listed = policy(&format!(", members: [ann, {BEN}]"));
    assert!(row(&json(&known, &listed, 0)).is_empty());
    assert!(!case(&audit(&known, &listed, &["-f=junit"]).exits(0)).contains("<skipped"));
    let nested = [
        user(ANN, "Ann"),
        group(TEAM, "Team", &[ANN, NIGHT]),
        group(NIGHT, "Night", &[ANN]),
    ];
    let named = policy(", members: [ann, night]")
        .replace("  team:", &format!("  night: {{ id: {NIGHT}, kind: group }}\n  team:"));
    let nested = tenant(&["blue"], Some(&nested));
    assert!(row(&json(&nested, &named, 0)).is_empty());
    let neither = row(&json(&nested, &named.replace(", members: [ann, night]", ""), 0));
    assert_eq!(
        neither[0]["why"],
        "the policy has no `members` of the groups `team` and `night`"
    );
}

/// Who may act as managed identities can't be checked where nobody could be looked up; who didn't ask hears it elsewhere.
#[test]
fn a_rule_about_identities_needs_a_directory() {
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [], "role_definitions": [],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    for (is_asked, rule, code) in [
        (true, "identity_admins", 3),
        (true, "role_admins", 0),
        (false, "identity_admins", 0),
    ] {
        let text = changed(&snapshot(&[account("blue", &[], &[])], Some(plane.clone())), |lines| {
            lines[0]["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
                "resources": [], "control_plane": true, "graph": is_asked});
        });
        let policy = format!("version: 1\naccounts: [{{ {rule}: [], local_auth: disabled }}]\n");
        let report = json(&text, &policy, code);
        let found = report.of("collection-incomplete");
        assert_eq!(found.len(), usize::from(code == 3), "{rule}: {found:?}");
    }
}
