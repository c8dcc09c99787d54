//! `owner:` in a policy: every finding of these accounts carries it, in every format.

use crate::support::lines::{ANN, SUBSCRIPTION, account, allows, snapshot};
use crate::support::{Bench, Outcome};
use cosmos_rbac::report::Format;
use serde_json::{Value, json};

/// Two accounts with keys, and somebody who owns the subscription of both.
fn shop() -> String {
    let mut accounts = ["blue", "green"].map(|name| account(name, &[("All", allows(&["*"]))], &[(ANN, 0, "/")]));
    for one in &mut accounts {
        one["account"]["local_auth_disabled"] = json!(false);
    }
    let scope = format!("/subscriptions/{SUBSCRIPTION}");
    let owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    let plane = json!({"control_plane": {
        "subscription": SUBSCRIPTION,
        "role_assignments": [{
            "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{ANN}"),
            "role_definition_id": format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{owner}"),
            "principal_id": ANN, "principal_type": "User", "scope": scope}],
        "role_definitions": [{
            "id": format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{owner}"),
            "role_name": "Owner", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["*"], "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "gaps": []}});
    snapshot(&accounts, Some(plane))
}

const POLICY: &str = "
version: 1
accounts:
  - { name: all, local_auth: disabled, key_readers: [] }
  - { name: blue, match: { account: blue }, owner: team-blue }
  - { name: green, match: { account: green }, owner: Team Green }
";

fn audit(policy: &str, arguments: &[&str]) -> Outcome {
    let bench = Bench::offline();
    bench.write("s.jsonl", shop());
    bench.write("p.yaml", policy);
    let audit = ["audit", "--snapshot=s.jsonl", "-p=p.yaml"];
    bench.command(&[&audit[..], arguments].concat()).run()
}

#[test]
fn a_finding_has_the_owners_of_all_accounts_that_it_concerns() {
    let report = audit(POLICY, &["-f=json"]).exits(1).report();
    let owners: Vec<_> = report
        .of("local-auth-enabled")
        .iter()
        .map(|one| one["owner"].clone())
        .collect();
    assert_eq!(owners, [json!("team-blue"), json!("Team Green")]);
    assert_eq!(report.of("key-access")[0]["owner"], "Team Green, team-blue");
    assert_eq!(report.account("green")["owner"], "Team Green");
}

#[test]
fn where_the_policy_names_nobody_there_is_no_owner() {
    let policy = "version: 1\naccounts: [{ local_auth: disabled }]\n";
    let report = audit(policy, &["-f=json"]).exits(1).report();
    assert!(report.findings().iter().all(|one| one["owner"].is_null()));
    assert_eq!(report.account("blue")["owner"], Value::Null);
}

#[test]
fn every_format_has_the_owner() {
    for format in Format::ALL.iter().filter(|format| **format != Format::Table) {
        let shown = audit(POLICY, &["-f", format.name()]).exits(1).stdout;
        assert!(shown.contains("Team Green"), "{}: {shown}", format.name());
        assert!(shown.contains("Team Green, team-blue"), "{}: {shown}", format.name());
    }
    let table = audit(POLICY, &["--details"]).exits(1).stdout;
    let told = |line: &str| line.trim_start().starts_with("owner:") && line.ends_with(" Team Green, team-blue");
    assert!(table.lines().any(told), "{table}");
}

#[test]
fn a_hostile_owner_is_text() {
    let policy = POLICY.replace("Team Green", "\"=1+1<img src=x>\"");
    let shown = |format: &str| audit(&policy, &["-f", format]).exits(1).stdout;
    for format in ["html", "markdown", "junit"] {
        assert!(!shown(format).contains("<img"), "{format}");
    }
    assert!(shown("csv").contains(",\"'=1+1<img src=x>\""));
}

#[test]
fn two_owners_of_an_account_contradict_each_other() {
    // Only the names say that both blocks match, so it is a finding there, and no owner is lost.
    let policy =
        format!("{POLICY}  - {{ name: all greens, match: {{ account: \"*reen\", tags: {{}} }}, owner: other }}\n");
    audit(&policy, &[]).fails_saying(&["`owner` is `Team Green` in block `green`, but `other` in block `all greens`"]);
    let policy = policy.replace("account: green }", "subscription: 5e1f*, account: \"gr*\" }");
    let report = audit(&policy, &["-f=json"]).exits(1).report();
    let [found] = report.of("policy-contradiction")[..] else {
        panic!("one contradiction")
    };
    assert_eq!(found["title"], "Policy blocks disagree about the owner of green");
    assert_eq!(found["owner"], "Team Green, other");
}

#[test]
fn the_same_owner_can_be_said_twice() {
    let policy = POLICY.replace("{ name: all,", "{ name: all, owner: same,");
    let policy = policy.replace("team-blue", "same").replace("Team Green", "same");
    let report = audit(&policy, &["-f=json"]).exits(1).report();
    assert_eq!(report.of("key-access")[0]["owner"], "same");
}

#[test]
fn an_owner_is_one_name() {
    for (owner, problem) in [
        ("\"\"", "`owner` is empty"),
        ("\"a, b\"", "`owner` has a comma"),
        ("[a]", "`owner`"),
    ] {
        let policy = POLICY.replace("team-blue", owner);
        audit(&policy, &[]).fails_saying(&[problem, "p.yaml:5:"]);
    }
}
