//! A role assignment at a scope that is none: what it gives isn't known, and no answer and no check says that it gives nothing.

use crate::support::lines::{ANN, BEN, account, allows, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::Value;

const POLICY: &str = "version: 1\naccounts:\n  - local_auth: disabled\n    grants: []\n    deny:\n      - data_actions: [\"*/delete\"]\n        scope: /\n";

/// Ann has a role at `scope`, Ben has none.
fn bench(scope: &str) -> Bench {
    let bench = Bench::offline();
    let delete = [("r", allows(&["sqlDatabases/containers/items/delete"]))];
    bench.write(
        "s.jsonl",
        snapshot(&[account("one", &delete, &[(ANN, 0, scope)])], None),
    );
    bench.write("p.yaml", POLICY);
    bench
}

fn whats(outcome: &Outcome) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rows = document["not_checked"]
        .as_array()
        .or(document["summary"]["not_checked"].as_array());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.unwrap()
        .iter()
        .map(|row| (text(&row["what"]), text(&row["why"])))
        .collect()
}

#[test]
fn an_answer_says_that_it_is_not_known_what_they_give() {
    let says = |bench: &Bench, who: &str| {
        let who = format!("--principal={who}");
        let whats = whats(&bench.run(&["access", "--snapshot=s.jsonl", "-f=json", &who]));
        whats
            .iter()
            .any(|(what, why)| what == "role-assignments" && why.contains("invalid scope"))
    };
    let odd = bench("https://example.com/dbs");
    assert!(says(&odd, ANN));
    assert!(!says(&odd, BEN));
    assert!(!says(&bench("/dbs/orders"), ANN));
}

#[test]
fn rules_on_access_are_not_said_to_hold() {
    for (scope, is_told) in [("https://example.com/dbs", true), ("/dbs/orders", false)] {
        let bench = bench(scope);
        let told = whats(&bench.run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-f=json"]));
        for rule in ["access", "denied-actions"] {
            let is_one = |(what, why): &(String, String)| what == rule && why.contains("scope");
            assert_eq!(told.iter().any(is_one), is_told, "{scope}: {told:#?}");
        }
    }
}
