//! `policy init` as a command: what it writes where, and what it refuses.

use super::made::{account, id, owners, principal, snapshot};
use crate::support::{Bench, golden, sample};
use serde_json::json;

#[test]
fn the_sample_is_drafted() {
    let bench = sample::bench();
    let arguments = ["policy", "init", "--snapshot", "contoso.jsonl", "-o", "new.yaml"];
    let outcome = bench.command(&arguments).env("COLUMNS", "80").run().exits(3);
    assert_eq!(outcome.stdout, "");
    let policy = bench.read("new.yaml");
    golden("policy-init/contoso.yaml", &policy);
    golden("policy-init/contoso.txt", &outcome.stderr);
    let printed = bench.run(&["policy", "init", "--snapshot", "contoso.jsonl"]).exits(3);
    assert_eq!(printed.stdout, policy, "the same to standard output");
    assert!(
        printed.stderr.starts_with(&format!(
            "Drafted 107 grants and 97 custom roles of {} accounts.\n",
            sample::accounts()
        )),
        "{printed}"
    );
    let longest = policy.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(120), "{longest:?}");
}

#[test]
fn the_starter_is_a_policy() {
    let bench = sample::bench();
    let outcome = bench.run(&["policy", "init"]).exits(0);
    assert_eq!(outcome.stderr, "");
    bench.write("starter.yaml", &outcome.stdout);
    bench
        .run(&["audit", "--snapshot", "contoso.jsonl", "-p", "starter.yaml"])
        .exits(1);
    // What is commented out is a policy as well.
    let all: String = outcome
        .stdout
        .lines()
        .map(|line| match line.trim_start().strip_prefix("# ") {
            Some(rest) if rest.starts_with([' ', '-']) || rest.ends_with(':') || rest.starts_with("match:") => {
                let indent = line.len() - line.trim_start().len();
                format!("{}{rest}\n", " ".repeat(indent))
            }
            _ => format!("{line}\n"),
        })
        .collect();
    bench.write("all.yaml", all);
    bench
        .run(&["audit", "--snapshot", "contoso.jsonl", "-p", "all.yaml"])
        .exits(1);
    let wrote = bench.run(&["policy", "init", "-o", "new.yaml"]).exits(0);
    assert_eq!(wrote.stderr, "Wrote new.yaml: a policy to start from.\n");
    assert_eq!(bench.read("new.yaml"), outcome.stdout);
    bench
        .run(&["policy", "init", "--account", "cosmos-*"])
        .fails_saying(&["--snapshot"]);
}

#[test]
fn a_file_is_replaced_only_when_told() {
    let bench = sample::bench();
    let arguments = ["policy", "init", "--snapshot", "contoso.jsonl", "-o"];
    let before = bench.read("policy.yaml");
    bench
        .command(&arguments)
        .args(&["policy.yaml"])
        .run()
        .fails_saying(&["`policy.yaml` already exists", "--force"]);
    assert_eq!(bench.read("policy.yaml"), before);
    bench
        .command(&arguments)
        .args(&["contoso.jsonl", "--force"])
        .run()
        .fails_saying(&["would overwrite `contoso.jsonl`"]);
    bench
        .command(&arguments)
        .args(&["policy.yaml", "--force", "--merge-into", "policy.yaml"])
        .run()
        .fails_saying(&["would overwrite `policy.yaml`"]);
    bench
        .command(&arguments)
        .args(&["policies"])
        .run()
        .fails_saying(&["folder"]);
    bench
        .command(&arguments)
        .args(&["policy.yaml", "--force", "-q"])
        .run()
        .exits(3);
    assert!(bench.read("policy.yaml").starts_with("# Drafted by"));
    bench.write("file", "");
    bench
        .command(&arguments)
        .args(&["file/new.yaml"])
        .run()
        .fails_saying(&["couldn't", "file"]);
}

#[test]
fn without_accounts_there_is_nothing_to_draft() {
    let bench = Bench::offline();
    bench.write("empty.jsonl", snapshot(Vec::new(), owners(&[]), Vec::new()));
    let outcome = bench.run(&["policy", "init", "--snapshot", "empty.jsonl", "-o", "new.yaml"]);
    let outcome = outcome.exits(4);
    assert!(
        outcome.stderr.contains("no Azure Cosmos DB accounts found"),
        "{outcome}"
    );
    assert!(!bench.path("new.yaml").exists());
}

#[test]
fn a_part_of_the_accounts_is_drafted() {
    let bench = sample::bench();
    let init = [
        "policy",
        "init",
        "--snapshot",
        "contoso.jsonl",
        "--allow-incomplete",
        "-o",
    ];
    bench
        .command(&init)
        .args(&["cosmos.yaml", "--account", "COSMOS-*"])
        .run()
        .exits(0);
    let text = bench.read("cosmos.yaml");
    assert!(
        text.contains("cosmos-orders") && !text.contains("sandbox-lab"),
        "{text}"
    );
    // The other part fits to it.
    bench
        .command(&init)
        .args(&[
            "others.yaml",
            "--account=s*",
            "--account=hackathon-*",
            "--account=mongo-*",
        ])
        .run()
        .exits(0);
    let audit = [
        "audit",
        "--snapshot",
        "contoso.jsonl",
        "-p",
        "cosmos.yaml",
        "-p",
        "others.yaml",
        "-f",
        "json",
    ];
    assert_eq!(deviations(&bench, &audit), [""; 0]);
    bench
        .command(&init)
        .args(&["none.yaml", "--account", "x*"])
        .run()
        .fails_saying(&["no account is named `x*`", "list accounts"]);
}

#[test]
fn accounts_that_are_new_are_added_in_a_second_file() {
    let bench = Bench::offline();
    let (ann, bob) = (id(1), id(2));
    let old = account("orders-eu", &[], &[(&ann, 0, "/dbs/a")]);
    let new = account(
        "orders-us",
        &[("Writer", json!(["Microsoft.DocumentDB/databaseAccounts/readMetadata"]))],
        &[(&ann, 2, "/"), (&bob, 1, "/dbs/a")],
    );
    let people = vec![principal(&ann, "Ann", "user"), principal(&bob, "Bob", "user")];
    bench.write("tenant.jsonl", snapshot(vec![old, new], owners(&[&ann]), people));
    let policy = format!(
        "version: 1\nprincipals:\n  the reader: {{ id: {ann}, kind: user }}\naccounts:\n  - match: {{ account: orders-eu }}\n    \
         grants:\n      - {{ principal: the reader, role: Cosmos DB Built-in Data Reader, scope: /dbs/a }}\n  # Not there any more.\n  \
         - match: {{ account: orders-us-old }}\n    local_auth: enabled\n"
    );
    bench.write("policy.yaml", &policy);
    let init = [
        "policy",
        "init",
        "--snapshot",
        "tenant.jsonl",
        "--merge-into",
        "policy.yaml",
        "-o",
    ];
    let outcome = bench.command(&init).args(&["new.yaml"]).run().exits(0);
    assert_eq!(bench.read("policy.yaml"), policy, "the policy stays as it is");
    let text = bench.read("new.yaml");
    assert!(
        text.contains("principal: the reader") && !text.contains("Ann"),
        "{text}"
    );
    assert!(!text.contains("orders-eu"), "{text}");
    assert!(
        outcome
            .stderr
            .ends_with("Next  cosmos-rbac audit --snapshot tenant.jsonl -p policy.yaml -p new.yaml\n"),
        "{outcome}"
    );
    let audit = [
        "audit",
        "--snapshot",
        "tenant.jsonl",
        "-p",
        "policy.yaml",
        "-p",
        "new.yaml",
        "-f",
        "json",
    ];
    let left = deviations(&bench, &audit);
    assert_eq!(left, ["policy-unused"], "what was wrong with the policy before");
    let again = [
        "policy",
        "init",
        "--snapshot",
        "tenant.jsonl",
        "--merge-into",
        "policy.yaml",
        "--merge-into",
        "new.yaml",
    ];
    let outcome = bench.run(&again).exits(0);
    assert!(outcome.stdout.ends_with("\nversion: 1\n"), "{outcome}");
    assert!(outcome.stderr.contains("covered by the policy"), "{outcome}");
}

/// A waiver would accept it for the other account, too, of which the draft says nothing.
#[test]
fn what_also_concerns_accounts_outside_the_draft_is_said_and_not_waived() {
    let bench = Bench::offline();
    let gone = json!({ "id": id(7), "name": "", "kind": "user", "found": false });
    let accounts = ["orders", "billing"].map(|name| account(name, &[], &[])).to_vec();
    bench.write("tenant.jsonl", snapshot(accounts, owners(&[&id(7)]), vec![gone]));
    bench.write(
        "policy.yaml",
        "version: 1\naccounts:\n  - match: { account: orders }\n    local_auth: disabled\n    grants: []\n    role_admins: []\n",
    );
    let init = [
        "policy",
        "init",
        "--snapshot=tenant.jsonl",
        "--merge-into=policy.yaml",
        "-o=new.yaml",
    ];
    let outcome = bench.run(&init).exits(0);
    outcome.says(&[
        "An audit with it still has 2 findings that also concern accounts outside the draft",
        "role-assignment-write: ",
        "Not waived, because a waiver would accept",
    ]);
    let text = bench.read("new.yaml");
    assert!(text.contains("# TODO: not waived, because"), "{text}");
    let audit = [
        "audit",
        "--snapshot=tenant.jsonl",
        "-p=policy.yaml",
        "-p=new.yaml",
        "-f=json",
    ];
    let left = deviations(&bench, &audit);
    assert!(left.contains(&"role-assignment-write".to_owned()), "{left:?}");
}

#[test]
fn a_draft_that_is_too_large_says_how_to_split_it() {
    let bench = Bench::offline();
    let one = |number: usize| {
        let group = if number.is_multiple_of(5) { "stage" } else { "prod" };
        let names: Vec<String> = (0..40)
            .map(|role| format!("{}-{number}-{role}", "x".repeat(400)))
            .collect();
        let roles: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), json!(["readMetadata"])))
            .collect();
        account(&format!("{group}-{number}"), &roles, &[])
    };
    let accounts = (0..100).map(one).collect();
    bench.write("tenant.jsonl", snapshot(accounts, owners(&[]), Vec::new()));
    let init = ["policy", "init", "--snapshot=tenant.jsonl", "-o=new.yaml"];
    bench.run(&init).fails_saying(&[
        "the policy for 100 accounts would have 3 MiB; a policy file has at most 1 MiB",
        "help: draft a policy for each part of the accounts, for example --account 'stage-*' (20 accounts), --account 'prod-",
        "smaller part",
        "`--merge-into` with the files so far drafts the rest",
    ]);
    assert!(!bench.path("new.yaml").exists());
    bench.command(&init).args(&["--account=stage-*"]).run().exits(0);
}

/// Where nothing was found because nothing was compared, a policy is what comes next.
#[test]
fn an_audit_without_a_policy_suggests_to_draft_one() {
    let bench = Bench::offline();
    bench.write(
        "tenant.jsonl",
        snapshot(vec![account("orders", &[], &[])], owners(&[]), Vec::new()),
    );
    let audit = ["audit", "--snapshot", "tenant.jsonl"];
    let table = bench.command(&audit).args(&["--fail-on", "high"]).run().exits(0).stdout;
    let next = table.split("\nNext  ").nth(1).unwrap();
    let init = "cosmos-rbac policy init --snapshot tenant.jsonl -o policy.yaml";
    let access = "cosmos-rbac access --snapshot tenant.jsonl";
    assert_eq!(next, format!("{init}\n      {access}\n"));
    bench.run(&init.split(' ').skip(1).collect::<Vec<_>>()).exits(0);
    bench.run(&access.split(' ').skip(1).collect::<Vec<_>>()).exits(1);
    let table = bench.command(&audit).args(&["-p", "policy.yaml"]).run().exits(0).stdout;
    assert!(!table.contains("policy init"), "{table}");
}

/// The checks of the deviations that an audit finds and that aren't waived.
pub(super) fn deviations(bench: &Bench, audit: &[&str]) -> Vec<String> {
    let outcome = bench.run(audit);
    assert!(outcome.code != 2, "{outcome}");
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let drift = |check: &str| {
        let found = cosmos_rbac::checks::CHECKS.iter().find(|one| one.id == check);
        let group = found.unwrap().group;
        group == cosmos_rbac::finding::Group::Drift || group == cosmos_rbac::finding::Group::Bypass
    };
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["state"] == "new" && finding["severity"] != "note")
        .map(|finding| finding["check"].as_str().unwrap().to_owned())
        .filter(|check| drift(check))
        .collect()
}
