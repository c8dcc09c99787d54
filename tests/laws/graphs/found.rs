//! What is told of findings, against those of the report.

use super::graph::{Graph, rank};
use super::list;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The findings of an item: check, severity, state.
fn findings(own: &Value) -> BTreeSet<String> {
    let columns = ["checks", "check_severities", "check_states"];
    let number = own["checks"].as_array().unwrap().len();
    let all = (0..number).map(|place| json!(columns.map(|column| &own[column][place])).to_string());
    all.collect()
}

pub(super) fn check(graph: &Graph<'_>, report: &Value) {
    let told = |finding: &Value| json!([finding["check"], finding["severity"], finding["state"]]).to_string();
    let severities = ["none", "note", "low", "medium", "high", "critical"];
    let is_worst = |own: &Value, all: &[&Value]| {
        let counting = all.iter().filter(|finding| finding["state"] == "new");
        let worst = counting.map(|finding| rank(&severities, &finding["severity"])).max();
        assert_eq!(own["severity"], severities[worst.unwrap_or(0)], "{own}");
    };
    let of_account = |finding: &Value, id: &Value| {
        finding["account"] == *id || list(&finding["reach"]["named"]).any(|one| one == id)
    };
    for node in graph.nodes.values().filter(|node| !node["gaps"].is_null()) {
        let own: Vec<&Value> = list(&report["findings"])
            .filter(|one| of_account(one, &node["account_id"]))
            .collect();
        assert_eq!(
            findings(node),
            own.iter().map(|one| told(one)).collect(),
            "{}",
            node["name"]
        );
        is_worst(node, &own);
    }
    // What is told of an edge is a finding about one of its assignments in this account.
    let mut on_edges: BTreeSet<(String, String)> = BTreeSet::new();
    for edge in graph
        .edges
        .iter()
        .filter(|edge| !edge["properties"]["account"].is_null())
    {
        let (own, account) = (&edge["properties"], graph.end(edge, "end"));
        let assignments: Vec<String> = list(&own["role_assignments"])
            .map(|id| id.as_str().unwrap().to_ascii_lowercase())
            .collect();
        let about: Vec<&Value> = list(&report["findings"])
            .filter(|finding| {
                let subject = finding["subject"].as_str().unwrap_or_default().to_ascii_lowercase();
                let is_open = finding["check"] == "no-authentication";
                (is_open || assignments.contains(&subject)) && of_account(finding, &account["account_id"])
            })
            .collect();
        let known: BTreeSet<String> = about.iter().map(|one| told(one)).collect();
        assert!(findings(own).is_subset(&known), "{own} {known:?}");
        let is_told = |finding: &&&Value| findings(own).contains(&told(finding));
        is_worst(own, &about.iter().filter(is_told).copied().collect::<Vec<_>>());
        for finding in about.iter().filter(is_told) {
            on_edges.insert((
                finding["fingerprint"].as_str().unwrap().to_owned(),
                account["account_id"].as_str().unwrap().to_owned(),
            ));
        }
    }
    // What is excessive or forbidden is on an edge.
    for finding in list(&report["findings"]) {
        let is_of_access = ["excess-access", "denied-access", "no-authentication"]
            .iter()
            .any(|check| finding["check"] == *check);
        if is_of_access && !finding["account"].is_null() {
            let key = (
                finding["fingerprint"].as_str().unwrap().to_owned(),
                finding["account"].as_str().unwrap().to_owned(),
            );
            assert!(on_edges.contains(&key), "{finding}");
        }
        for account in list(&finding["reach"]["named"]) {
            let key = (
                finding["fingerprint"].as_str().unwrap().to_owned(),
                account.as_str().unwrap().to_owned(),
            );
            let is_of_azure = ["key-access", "self-grant", "local-auth-switch", "role-assignment-write"]
                .iter()
                .any(|check| finding["check"] == *check);
            assert!(!is_of_azure || on_edges.contains(&key), "{finding}");
        }
    }
}
