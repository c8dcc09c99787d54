//! Subscriptions of which the snapshot has no accounts: filters know them by name and ID, and say why there is nothing.

use crate::support::lines::{SUBSCRIPTION, account, changed, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const OTHER: &str = "5e1f0c1a-0000-4000-8000-000000000002";

/// A snapshot of a subscription with an account, and of another one, of which there is a gap, a control plane, or neither.
fn bench(gap: Option<&Value>, plane: Option<&Value>) -> Bench {
    let bench = Bench::offline();
    let text = snapshot(&[account("blue", &[], &[])], plane.cloned());
    let text = changed(&text, |lines| {
        lines[0]["subscriptions"] = json!([{"id": SUBSCRIPTION, "name": "shop"}, {"id": OTHER, "name": "Prod B"}]);
        if let Some(gap) = gap {
            let end = lines.len() - 1;
            lines[end]["end"]["gaps"] = json!(1);
            lines.insert(end, gap.clone());
        }
    });
    bench.write("s.jsonl", text);
    bench
}

fn gap() -> Value {
    json!({"gap": {"subscription": OTHER, "what": "databaseAccounts", "status": 403, "code": "AuthorizationFailed", "message": "no"}})
}

fn audit(bench: &Bench, only: &[&str]) -> Outcome {
    let only: Vec<String> = only.iter().map(|one| format!("--only={one}")).collect();
    let only: Vec<&str> = only.iter().map(String::as_str).collect();
    bench.command(&["audit", "--snapshot=s.jsonl"]).args(&only).run()
}

fn who_can(bench: &Bench, more: &[&str]) -> Outcome {
    bench
        .command(&["who-can", "read", "--snapshot=s.jsonl"])
        .args(more)
        .run()
}

/// The answer says it, in lines of any length.
#[track_caller]
fn prints(outcome: &Outcome, text: &str) {
    assert!(outcome.stdout.replace('\n', " ").contains(text), "{outcome}");
}

const UNREAD: &str = "Accounts of subscription Prod B couldn't be read";

#[test]
fn one_whose_accounts_were_not_read_is_incomplete() {
    let bench = bench(Some(&gap()), None);
    for only in [
        "subscription=Prod B",
        "subscription=prod*",
        &format!("subscription={OTHER}"),
    ] {
        prints(&audit(&bench, &[only]).exits(3), "Incomplete: The scan is incomplete.");
        let report = bench
            .run(&["audit", "--snapshot=s.jsonl", "-f=json", "--only", only])
            .exits(3)
            .report();
        assert_eq!(report.findings().len(), 1, "{only}");
        assert_eq!(report.of("collection-incomplete")[0]["title"], UNREAD);
    }
    // With another filter, too.
    audit(&bench, &["subscription=Prod B", "account=blue"]).exits(3);
    for asked in ["Prod B", "prod*", OTHER] {
        let outcome = who_can(&bench, &["--in-subscription", asked]).exits(3);
        prints(
            &outcome,
            "The snapshot has no Azure Cosmos DB accounts in the subscriptions that --in-subscription names. Not everything",
        );
        outcome.says(&["the list of accounts couldn't be read: 403"]);
    }
    // The other one isn't concerned.
    let shop = audit(&bench, &["subscription=shop"]);
    assert!(!shop.stdout.contains(UNREAD), "{shop}");
}

#[test]
fn one_without_accounts_is_empty() {
    let plane = json!({"control_plane": {"subscription": OTHER, "role_assignments": [], "role_definitions": [],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    for plane in [None, Some(&plane)] {
        let bench = bench(None, plane);
        prints(
            &audit(&bench, &["subscription=Prod B"]).exits(4),
            "Nothing to audit: the snapshot has no Azure Cosmos DB accounts in the subscriptions that `--only` chooses.",
        );
        for format in ["html", "junit", "sarif", "markdown"] {
            bench
                .run(&[
                    "audit",
                    "--snapshot=s.jsonl",
                    "--only=subscription=Prod B",
                    "-f",
                    format,
                ])
                .exits(4);
        }
        prints(
            &who_can(&bench, &["--in-subscription=Prod B"]).exits(4),
            "The snapshot has no Azure Cosmos DB accounts in the subscriptions that --in-subscription names.",
        );
    }
}

#[test]
fn a_typing_error_is_still_one() {
    let bench = bench(Some(&gap()), None);
    audit(&bench, &["subscription=Prod C"]).fails_saying(&[
        "no subscription matches `--only subscription=Prod C`",
        "did you mean `Prod B`?",
    ]);
    who_can(&bench, &["--in-subscription=Prod C"]).fails_saying(&[
        "no account is in a subscription that matches `Prod C`",
        "did you mean `Prod B`?",
    ]);
    // Of a subscription that has accounts, none that fits is one, too.
    who_can(&bench, &["--in-subscription=*", "--account=red"]).fails_saying(&["no account matches `red`"]);
}
