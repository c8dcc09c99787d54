//! `diff`: who gained and who lost access between two snapshots.

mod unplaced;
mod unread;

use crate::support::{Bench, Outcome, golden, lines, sample};
use serde_json::{Value, json};

/// The sample with a change.
fn changed(change: impl FnOnce(&mut Vec<Value>)) -> String {
    let then = std::fs::read_to_string(crate::support::repository("reports/sample/contoso.jsonl")).unwrap();
    lines::changed(&then, change)
}

fn account<'l>(lines: &'l mut [Value], name: &str) -> &'l mut Value {
    lines.iter_mut().find(|line| line["account"]["name"] == name).unwrap()
}

/// The account whose role assignments couldn't be read, and those of which no role assignments are listed.
const UNREAD: [&str; 3] = ["staging-orders", "cosmos-vectors", "sandbox-ring"];

/// Without these accounts, everything can be compared.
fn without_gaps(lines: &mut Vec<Value>) {
    lines.retain(|line| !UNREAD.iter().any(|name| sample::account(line)["name"] == *name));
    let end = lines.last_mut().unwrap();
    end["end"]["accounts"] = json!(sample::accounts() - UNREAD.len());
    end["end"]["gaps"] = json!(0);
}

fn diff(bench: &Bench, arguments: &[&str]) -> Outcome {
    bench.command(&["diff"]).args(arguments).run()
}

fn document(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[test]
fn every_format_shows_what_changed() {
    let bench = sample::bench();
    for (format, end) in [("table", "txt"), ("json", "json"), ("markdown", "md"), ("html", "html")] {
        let outcome = diff(&bench, &["contoso.jsonl", "today.jsonl", "-f", format]).exits(3);
        golden(&format!("diff/sample.{end}"), &outcome.stdout);
        assert_eq!(outcome.stderr, "", "{outcome}");
    }
}

#[test]
fn nothing_differs_from_itself() {
    let bench = sample::bench();
    let outcome = diff(&bench, &["contoso.jsonl", "contoso.jsonl", "--fail-on-gain"]).exits(3);
    assert!(
        outcome
            .stdout
            .contains("No access was gained or lost in what was compared."),
        "{outcome}"
    );
    bench.write("whole.jsonl", changed(without_gaps));
    let outcome = diff(&bench, &["whole.jsonl", "whole.jsonl", "--fail-on-gain"]).exits(0);
    assert!(
        outcome.stdout.contains(&format!(
            "No access was gained or lost in {} accounts.",
            sample::accounts() - UNREAD.len()
        )),
        "{outcome}"
    );
    assert!(!outcome.stdout.contains("Not compared"), "{outcome}");
}

#[test]
fn a_gain_fails_where_it_is_asked_for() {
    let bench = sample::bench();
    let both = ["contoso.jsonl", "today.jsonl"];
    diff(&bench, &both).exits(3);
    diff(&bench, &["contoso.jsonl", "today.jsonl", "--allow-incomplete"]).exits(0);
    diff(&bench, &["contoso.jsonl", "today.jsonl", "--fail-on-gain"]).exits(1);
    // Only lost access.
    bench.write(
        "less.jsonl",
        changed(|lines| account(lines, "cosmos-ledger")["role_assignments"] = json!([])),
    );
    diff(
        &bench,
        &["contoso.jsonl", "less.jsonl", "--fail-on-gain", "--allow-incomplete"],
    )
    .exits(0);
    // Keys that nobody is known to read are a gain, too: who has one gets in.
    bench.write(
        "keys.jsonl",
        changed(|lines| account(lines, "cosmos-ledger")["account"]["local_auth_disabled"] = json!(false)),
    );
    let outcome = diff(&bench, &["contoso.jsonl", "keys.jsonl", "--fail-on-gain"]).exits(1);
    assert!(
        outcome
            .stdout
            .contains("~ key-based authentication  disabled → enabled"),
        "{outcome}"
    );
}

#[test]
fn an_account_that_appeared_is_told_once() {
    let bench = sample::bench();
    bench.write(
        "fewer.jsonl",
        changed(|lines| {
            lines.retain(|line| line["account"]["name"] != "cosmos-ledger");
            lines.last_mut().unwrap()["end"]["accounts"] = json!(sample::accounts() - 1);
        }),
    );
    let outcome = diff(&bench, &["fewer.jsonl", "contoso.jsonl", "--fail-on-gain"]).exits(1);
    assert!(
        outcome.stdout.contains("\ncosmos-ledger\n  + account added  "),
        "{outcome}"
    );
    let found = document(&diff(&bench, &["contoso.jsonl", "fewer.jsonl", "-f=json"]).exits(3));
    assert_eq!(found["accounts"]["removed"].as_array().unwrap().len(), 1, "{found:#}");
    let lost = found["lost"].as_array().unwrap();
    assert!(
        lost.len() > 3 && lost.iter().all(|row| row["because"] == "account"),
        "{found:#}"
    );
}

#[test]
fn what_a_scan_did_not_look_for_is_not_gone() {
    let bench = sample::bench();
    let subscription = "0c05a0c5-0000-4000-8000-000000000001";
    bench.write(
        "part.jsonl",
        changed(|lines| {
            let subscriptions = lines[0]["subscriptions"].as_array_mut().unwrap();
            subscriptions.retain(|one| one["id"] != subscription);
            lines.retain(|line| sample::account(line)["subscription"] != subscription);
            let accounts = lines.iter().filter(|line| sample::account(line).is_object()).count();
            lines.last_mut().unwrap()["end"]["accounts"] = json!(accounts);
        }),
    );
    let found = document(&diff(&bench, &["contoso.jsonl", "part.jsonl", "-f=json"]).exits(3));
    assert_eq!(found["accounts"]["removed"], json!([]));
    assert_eq!(found["lost"], json!([]));
    let text = found["not_compared"].to_string();
    assert!(
        text.contains("cosmos-ledger: the subscription isn't in the new scan"),
        "{text}"
    );
}

#[test]
fn whoever_joins_a_group_gains_what_it_has() {
    let bench = sample::bench();
    let joined = changed(|lines| {
        for line in lines.iter_mut() {
            for principal in line["principals"].as_array_mut().into_iter().flatten() {
                if principal["name"] == "Auditors" {
                    let members = principal["members"].as_array_mut().unwrap();
                    members.push(json!("0a11ce00-0000-4000-8000-000000000004"));
                    if principal["members_count"].is_number() {
                        principal["members_count"] = json!(members_count(principal));
                    }
                }
            }
        }
    });
    bench.write("joined.jsonl", joined);
    let outcome = diff(&bench, &["contoso.jsonl", "joined.jsonl", "--fail-on-gain"]).exits(1);
    assert!(
        outcome.stdout.contains("support-tool  joined group Auditors"),
        "{outcome}"
    );
}

fn members_count(principal: &Value) -> usize {
    principal["members"].as_array().unwrap().len()
}

/// Nothing known decides the condition, neither before nor after.
#[test]
fn a_condition_that_changed_is_said() {
    let bench = sample::bench();
    let loosened = changed(|lines| {
        let planes = lines.iter_mut().filter_map(|line| line.get_mut("control_plane"));
        let planes = planes.filter_map(|plane| plane["role_assignments"].as_array_mut());
        for one in planes.flatten().filter(|one| one["condition"].is_string()) {
            let condition = one["condition"].as_str().unwrap();
            one["condition"] = json!(format!("({condition}) OR (@Request[a:b] StringEquals 'c')"));
        }
    });
    bench.write("loosened.jsonl", loosened);
    let outcome = diff(&bench, &["contoso.jsonl", "loosened.jsonl"]).exits(3);
    assert!(
        outcome
            .stdout
            .contains("Dora Delegate: the effect of the changed condition of role"),
        "{outcome}"
    );
}

#[test]
fn snapshots_that_cannot_be_compared() {
    let bench = sample::bench();
    bench.write(
        "other.jsonl",
        changed(|lines| lines[0]["tenant"] = json!("00000000-0000-4000-8000-00000000abcd")),
    );
    diff(&bench, &["contoso.jsonl", "other.jsonl"]).fails_saying(&[
        "the snapshots are of different tenants",
        "help: compare two snapshots of one tenant",
    ]);
    diff(&bench, &["-", "-"]).fails_saying(&["standard input (`-`) can be read only once"]);
    diff(&bench, &["contoso.jsonl"]).fails_saying(&["required"]);
    diff(&bench, &["contoso.jsonl", "today.jsonl", "--all-subscriptions"]).fails_saying(&["cannot be used with"]);
    diff(&bench, &["contoso.jsonl", "today.jsonl", "-o=json=today.jsonl"]).fails_saying(&["would overwrite"]);
    let swapped = diff(&bench, &["today.jsonl", "contoso.jsonl"]).exits(3);
    assert!(swapped.stderr.contains("warning: OLD was taken after NEW"), "{swapped}");
}

#[test]
fn a_snapshot_can_come_from_standard_input_and_reports_go_to_files() {
    let bench = sample::bench();
    let arguments = ["diff", "-", "today.jsonl", "-o=diff.html", "-o=json=diff.json"];
    let outcome = bench
        .command(&arguments)
        .input(bench.read("contoso.jsonl"))
        .run()
        .exits(3);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("1 principal gained access."), "{outcome}");
    assert!(outcome.stderr.contains("Wrote diff.html\nWrote diff.json"), "{outcome}");
    assert!(bench.read("diff.html").starts_with("<!DOCTYPE html>"));
    let schema: Value = serde_json::from_str(&bench.run(&["schema", "diff"]).stdout).unwrap();
    let found: Value = serde_json::from_str(&bench.read("diff.json")).unwrap();
    jsonschema::validate(&schema, &found).unwrap();
}

#[test]
fn names_do_nothing() {
    let bench = sample::bench();
    let name = "<script>\u{1b}[2J\u{202e}|`@org ##vso[x]\r\n::error::";
    let hostile = changed(|lines| {
        without_gaps(lines);
        account(lines, "cosmos-ledger")["role_assignments"] = json!([]);
        for line in lines.iter_mut() {
            for principal in line["principals"].as_array_mut().into_iter().flatten() {
                principal["name"] = json!(name);
            }
            for role in line["role_definitions"].as_array_mut().into_iter().flatten() {
                role["role_name"] = json!(name);
            }
        }
    });
    bench.write("hostile.jsonl", hostile);
    bench.write("whole.jsonl", changed(without_gaps));
    for (old, new) in [("hostile.jsonl", "whole.jsonl"), ("whole.jsonl", "hostile.jsonl")] {
        for format in ["table", "json", "markdown", "html"] {
            let outcome = diff(&bench, &[old, new, "-f", format]).exits(0);
            for bad in ["\u{1b}", "\u{202e}", "<script>", "##vso", "\n::"] {
                assert!(
                    !outcome.stdout.contains(bad) || (format, bad) == ("json", "<script>"),
                    "{bad:?} {outcome}"
                );
            }
        }
    }
}

/// The later scan is made on the spot.
#[test]
fn what_is_there_now_can_be_compared_with_a_snapshot() {
    let bench = Bench::contoso();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=then.jsonl"])
        .run()
        .exits(3);
    let outcome = bench
        .signed_in(&["diff", "then.jsonl", "--all-subscriptions", "--fail-on-gain"])
        .run()
        .exits(3);
    assert!(
        outcome
            .stdout
            .contains("No access was gained or lost in what was compared."),
        "{outcome}"
    );
}

/// What is read of another API's roles on one night only adds data actions that are told apart, and takes nothing away.
#[test]
fn roles_of_another_api_that_come_or_go_change_nothing_else() {
    let bench = sample::bench();
    bench.write("with.jsonl", changed(without_gaps));
    let is_gremlin = |one: &Value| one["kind"] == "gremlin";
    let without = |lists: &'static [&'static str]| {
        changed(move |lines| {
            without_gaps(lines);
            let lab = account(lines, "sandbox-lab");
            for list in lists {
                lab[*list].as_array_mut().unwrap().retain(|one| !is_gremlin(one));
            }
        })
    };
    bench.write("without.jsonl", without(&["role_definitions", "role_assignments"]));
    for (old, new, code, gained, lost) in [
        ("with.jsonl", "without.jsonl", 0, 0, 1),
        ("without.jsonl", "with.jsonl", 1, 1, 0),
    ] {
        let outcome = diff(&bench, &[old, new, "--fail-on-gain", "-f=json"]).exits(code);
        let document = document(&outcome);
        let count = |list: &str| document[list].as_array().unwrap().len();
        assert_eq!((count("gained"), count("lost")), (gained, lost), "{outcome}");
    }
}
