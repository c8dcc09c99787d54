//! What a scan of this version always reads, and a snapshot lacks without a gap that says why: it is unread, and never empty.

use crate::support::{Bench, Outcome, lines};
use serde_json::{Value, json};

const MONGO: &str = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      - name: carts\n        \
                     kind: MongoDB\n        capabilities: [EnableMongo, EnableMongoRoleBasedAccessControl]\n        \
                     disable_local_auth: true\n        disable_key_based_metadata_write_access: true\n        mongo_users:\n          \
                     - { db: orders, user: app, password: planted, custom_data: planted, roles: [{ db: orders, role: read }] }\n";

/// The snapshot of a scan, with its lines changed.
pub(crate) fn changed(bench: &Bench, name: &str, change: impl Fn(&mut Value)) {
    let whole = bench.read("whole.jsonl");
    bench.write(name, lines::changed(&whole, |lines| lines.iter_mut().for_each(change)));
}

pub(crate) fn scanned() -> Bench {
    let bench = Bench::azure(MONGO);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=whole.jsonl"])
        .run()
        .exits(0);
    bench
}

pub(crate) fn audit(bench: &Bench, name: &str, code: i32) -> Outcome {
    let snapshot = format!("--snapshot={name}");
    bench
        .run(&["audit", &snapshot, "-f=json", "--fail-on=never"])
        .exits(code)
}

fn unread(outcome: &Outcome) -> Vec<String> {
    let report = outcome.report();
    let found = report.of("collection-incomplete");
    found
        .iter()
        .map(|one| one["title"].as_str().unwrap().to_owned())
        .collect()
}

/// Leaves out the list of an account or a control plane, or makes it null.
fn without<'f>(of: &'f str, field: &'f str, is_null: bool) -> impl Fn(&mut Value) + 'f {
    move |line| {
        let record = match of {
            "account" if line.get(of).is_some() => line,
            "account" => return,
            _ => match line.get_mut(of) {
                Some(record) => record,
                None => return,
            },
        };
        match is_null {
            true => record[field] = Value::Null,
            false => drop(record.as_object_mut().unwrap().remove(field)),
        }
    }
}

#[test]
fn a_list_that_is_missing_without_a_gap_is_unread() {
    let bench = scanned();
    audit(&bench, "whole.jsonl", 0);
    for (of, field, title) in [
        (
            "account",
            "mongo_users",
            "MongoDB users of carts aren't in the snapshot",
        ),
        (
            "account",
            "mongo_roles",
            "Roles of MongoDB users of carts aren't in the snapshot",
        ),
        (
            "control_plane",
            "delegations",
            "Delegations to other tenants (Azure Lighthouse) of subscription ",
        ),
    ] {
        for is_null in [true, false] {
            changed(&bench, "part.jsonl", without(of, field, is_null));
            let outcome = audit(&bench, "part.jsonl", 3);
            let titles = unread(&outcome);
            assert_eq!(titles.len(), 1, "{titles:?}");
            assert!(titles[0].starts_with(title), "{titles:?}");
            assert!(!outcome.stdout.contains("older version"), "{outcome}");
            assert_eq!(outcome.report().0["snapshot"]["complete"], false);
            // Wherever it is asked, and after a merge.
            let can = ["who-can", "mongodb/remove", "--snapshot=part.jsonl"];
            if of == "account" {
                bench.run(&can).exits(3);
            }
            bench.run(&["merge", "part.jsonl", "-o=merged.jsonl"]);
            assert_eq!(unread(&audit(&bench, "merged.jsonl", 3)), titles);
            bench.run(&["diff", "whole.jsonl", "part.jsonl"]).exits(3);
            let all = bench.run(&["list", "assignments", "--snapshot=part.jsonl"]);
            assert_eq!(all.code, if of == "account" { 3 } else { 0 }, "{all}");
        }
    }
    // A gap says it already.
    changed(&bench, "gap.jsonl", |line| {
        without("account", "mongo_users", false)(line);
        if line.get("account").is_some() {
            line["gaps"] =
                json!([{ "what": "mongodbUserDefinitions", "status": 403, "code": "Forbidden", "message": "" }]);
        }
        if let Some(end) = line.get_mut("end") {
            end["gaps"] = json!(1);
        }
    });
    let titles = unread(&audit(&bench, "gap.jsonl", 3));
    assert_eq!(titles, ["MongoDB users of carts couldn't be read"]);
}

/// Every account has the roles that the service brings along.
#[test]
fn a_built_in_role_is_never_missing() {
    let bench = Bench::azure(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      - name: carts\n        \
         role_assignments: [{ role: 00000000-0000-0000-0000-000000000002, principal_id: a11ce000-0000-4000-8000-000000000001 }]\n",
    );
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=whole.jsonl"])
        .run()
        .exits(0);
    let can = |name: &str, code| bench.run(&["who-can", "delete", "--snapshot", name]).exits(code);
    can("whole.jsonl", 0);
    changed(&bench, "lost.jsonl", |line| {
        if line.get("account").is_some() {
            line["role_definitions"] = json!([]);
        }
    });
    let titles = unread(&audit(&bench, "lost.jsonl", 3));
    assert_eq!(titles, ["Role definitions of carts aren't in the snapshot"]);
    let outcome = can("lost.jsonl", 0);
    assert!(
        outcome
            .stdout
            .starts_with("1 principal possibly can delete items in carts."),
        "{outcome}"
    );
}

/// It couldn't have them, and that is said.
#[test]
fn what_an_older_version_wrote_is_not_checked() {
    let bench = scanned();
    changed(&bench, "old.jsonl", |line| {
        if let Some(scope) = line.get_mut("scope") {
            drop(scope.as_object_mut().unwrap().remove("clusters"));
        }
        without("account", "mongo_users", false)(line);
        without("account", "mongo_roles", false)(line);
        without("control_plane", "delegations", false)(line);
    });
    let outcome = audit(&bench, "old.jsonl", 0);
    assert_eq!(unread(&outcome), [""; 0]);
    for what in ["mongo-users", "delegations"] {
        let rows = outcome.report().0["summary"]["not_checked"].clone();
        let rows = rows.as_array().unwrap();
        assert!(rows.iter().any(|row| row["what"] == what), "{what}: {outcome}");
    }
    bench
        .run(&["who-can", "mongodb/remove", "--snapshot=old.jsonl"])
        .exits(3);
}

#[test]
fn members_without_their_number_are_not_all() {
    let bench = scanned();
    let group = json!({ "id": "aaaaaaaa-0000-4000-8000-00000000000a", "name": "team", "kind": "group", "found": true, "members": [] });
    changed(&bench, "group.jsonl", |line| {
        if line.get("principals").is_some() {
            line["principals"] = json!([group]);
        }
        if let Some(end) = line.get_mut("end") {
            end["principals"] = json!(1);
        }
    });
    let outcome = audit(&bench, "group.jsonl", 0);
    assert!(
        outcome.stdout.contains("not all members were read: groups `team`"),
        "{outcome}"
    );
}

/// Two numbers, each with its name: what fails the audit, and what the sentence of the verdict counts.
#[test]
fn what_fails_and_what_could_not_be_read_are_counted_apart() {
    let bench = Bench::contoso();
    for fail_on in ["medium", "high", "critical"] {
        let fail_on = format!("--fail-on={fail_on}");
        let audit = |format| bench.audit(&["-p=contoso.yaml", &fail_on, format]).exits(1);
        let report = audit("-f=json").report();
        let summary = &report.0["summary"];
        let is_gap = |finding: &&Value| finding["check"] == "collection-incomplete";
        let all = report.findings();
        let counts = |finding: &&Value| finding["state"] == "new";
        let gaps = all.iter().filter(is_gap).filter(counts).count() as u64;
        assert!(gaps > 0);
        let number = |field: &str| summary[field].as_u64().unwrap();
        let gaps = if fail_on.ends_with("critical") { 0 } else { gaps };
        assert_eq!(number("at_or_above_fail_on"), number("failing") + gaps, "{fail_on}");
        let said = format!("\nFailed: {} of {} ", number("at_or_above_fail_on"), number("findings"));
        let table = audit("-f=table").stdout;
        assert!(table.contains(&said), "{said}: {table}");
    }
    let never = bench.audit(&["-p=contoso.yaml", "--fail-on=never", "-f=json"]);
    assert!(never.report().0["summary"].get("at_or_above_fail_on").is_none());
}

/// Which of the two it is.
#[test]
fn a_verdict_says_whether_the_scan_is_incomplete_or_too_old() {
    let bench = scanned();
    let verdict = |name: &str, more: &[&str]| {
        let snapshot = format!("--snapshot={name}");
        bench
            .run(&[&["audit", &snapshot, "--fail-on=critical"][..], more].concat())
            .exits(3)
            .stdout
    };
    let old = "The snapshot is older than --max-age allows.";
    let part = "The scan is incomplete.";
    let said = verdict("whole.jsonl", &["--max-age=1m"]);
    assert!(
        said.contains(&format!("\nIncomplete: {old}")) && !said.contains(part),
        "{said}"
    );
    let whole = bench.read("whole.jsonl");
    let (cut, _) = whole.trim_end().rsplit_once('\n').unwrap();
    bench.write("cut.jsonl", format!("{cut}\n"));
    let said = verdict("cut.jsonl", &[]);
    assert!(
        said.contains(&format!("\nIncomplete: {part}")) && !said.contains(old),
        "{said}"
    );
    let said = verdict("cut.jsonl", &["--max-age=1m"]);
    assert!(said.contains(&format!("\nIncomplete: {part} {old}")), "{said}");
}

/// A fix stands below what it makes readable, and below nothing else that is said of the same account or cluster.
#[test]
fn the_fix_of_a_gap_stands_below_it() {
    let bench = Bench::contoso();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=whole.jsonl"])
        .run()
        .exits(3);
    let gap = |what: &str| json!({ "what": what, "status": 403, "code": "AuthorizationFailed", "message": "" });
    for (of, field, what) in [
        ("cluster", "authentication", "authConfig"),
        ("account", "local_auth_disabled", "disableLocalAuth"),
    ] {
        let name = if of == "cluster" {
            "mongo-tickets"
        } else {
            "cosmos-vectors"
        };
        changed(&bench, "part.jsonl", |line| {
            // The gap that the sample has.
            if line["account"]["name"] == "staging-orders" {
                for list in ["role_definitions", "role_assignments", "gaps"] {
                    line[list] = json!([]);
                }
            }
            if line[of]["name"] == name {
                line[of][field] = Value::Null;
                line["gaps"] = json!([gap(what)]);
            }
        });
        let table = bench.run(&["audit", "--snapshot=part.jsonl", "--details"]).stdout;
        let (_, below) = table.split_once("\nNot checked").unwrap();
        let lines: Vec<&str> = below.lines().collect();
        let fix = lines.iter().position(|line| line.contains("fix:")).unwrap();
        let before = lines[..fix].join(" ");
        let last = before.rsplit(name).next().unwrap();
        assert!(last.contains("the setting couldn't be read: 403"), "{name}: {below}");
    }
}

/// The built-in policy is no file of the repository that is annotated.
#[test]
fn an_annotation_leads_to_no_file_that_is_not_there() {
    let bench = scanned();
    bench.write(
        "open.yaml",
        "version: 1\naccounts: [{ match: { api: mongo }, local_auth: enabled }]\n",
    );
    for (format, word) in [("-f=github", "file="), ("-f=azure-devops", "sourcepath=")] {
        let audit = ["audit", "--snapshot=whole.jsonl", format];
        let built_in = bench.run(&["audit", "--snapshot=whole.jsonl", format]).stdout;
        assert!(!built_in.contains(word), "{built_in}");
        let own = bench.command(&audit).args(&["-p=open.yaml"]).run().stdout;
        assert!(own.contains(&format!("{word}open.yaml")), "{own}");
    }
}
