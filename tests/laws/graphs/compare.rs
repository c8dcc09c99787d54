//! What the edges have to say, made of the JSON of the report and of the answer.

use super::graph::Graph;
use super::{Export, found, list, rows};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn check(export: &Export) {
    let graph = Graph::of(&export.graph);
    rows::check_access(&graph, &export.access);
    rows::check_groups(&graph, &export.access);
    check_azure(&graph, &export.report);
    check_accounts(&graph, export);
    found::check(&graph, &export.report);
    check_run(&graph, export);
}

/// What Azure roles give: the report has one entry for all accounts.
fn check_azure(graph: &Graph<'_>, report: &Value) {
    let kinds = [
        ("read-keys", "CosmosRbac_CanReadKeys"),
        ("read-only-keys", "CosmosRbac_CanReadReadOnlyKeys"),
        ("change-account", "CosmosRbac_CanChangeAccount"),
        ("grant-data", "CosmosRbac_CanGrantAccess"),
        ("assign-roles", "CosmosRbac_CanAssignAzureRoles"),
    ];
    let mut found: BTreeMap<String, [i64; 2]> = BTreeMap::new();
    for (way, kind) in kinds {
        for edge in graph.of_kind(kind) {
            let own = &edge["properties"];
            let confidences = own["confidences"].as_array().unwrap();
            let best = if confidences.contains(&json!("certain")) {
                "certain"
            } else {
                "possible"
            };
            assert_eq!(own["confidence"], best);
            for (place, confidence) in confidences.iter().enumerate() {
                let columns = ["actions", "role_assignments", "azure_scopes", "eligible"];
                let path = columns.map(|column| &own[column][place]);
                let key = json!([graph.text(edge, "start", "principal_id"), way, path]).to_string();
                found.entry(key).or_default()[usize::from(confidence != "certain")] += 1;
            }
        }
    }
    let mut expected: BTreeMap<String, [i64; 2]> = BTreeMap::new();
    for way in list(&report["ways"]) {
        let columns = ["action", "role_assignment", "azure_scope", "eligible"];
        // Without an action, the role definition wasn't read.
        let path = columns.map(|column| way.get(column).cloned().unwrap_or_else(|| json!("")));
        let key = json!([way["principal"]["id"], way["way"], path]).to_string();
        let counted = expected.entry(key).or_default();
        counted[0] += way["certain_accounts"].as_i64().unwrap();
        counted[1] += way["possible_accounts"].as_i64().unwrap();
    }
    expected.retain(|_, counted| *counted != [0, 0]);
    assert_eq!(found, expected);
}

/// An account that couldn't be read doesn't look like one that nobody has access to.
fn check_accounts(graph: &Graph<'_>, export: &Export) {
    let Export { report, access, .. } = export;
    let accounts = graph
        .nodes
        .values()
        .filter(|node| !node["access_complete"].is_null() && node["verdict"].is_null());
    let accounts: BTreeMap<&str, &&Value> = accounts
        .map(|node| (node["account_id"].as_str().unwrap(), node))
        .collect();
    assert_eq!(accounts.len(), list(&report["accounts"]).count());
    // Whether there are others is nothing about one that is there.
    let others = ["accounts", "clusters", "other-resources", "undeployed"];
    for account in list(&report["accounts"]) {
        let id = account["id"].as_str().unwrap();
        let node = accounts[id];
        assert_eq!(node["not_checked"], account["not_checked"]);
        let reasons = list(&access["not_checked"]).filter(|reason| match reason["accounts"].as_array() {
            Some(some) => some.contains(&account["id"]),
            None => !others.iter().any(|other| reason["what"] == *other),
        });
        let reasons: Vec<(&Value, &Value)> = reasons.map(|reason| (&reason["what"], &reason["why"])).collect();
        let is_complete = reasons.is_empty();
        let kind = ["CosmosRbac_NotReadInFull", "CosmosRbac_ReadInFull"][usize::from(is_complete)];
        let of_run: Vec<&Value> = graph
            .edges
            .iter()
            .filter(|edge| {
                edge["kind"].as_str().unwrap().ends_with("ReadInFull") && graph.text(edge, "end", "account_id") == id
            })
            .collect();
        let [edge] = of_run[..] else { panic!("{id}: {of_run:?}") };
        assert_eq!(edge["kind"], kind);
        assert_eq!(node["access_complete"], is_complete);
        for own in [&edge["properties"], node] {
            let own = list(&own["access_not_known"]).zip(list(&own["access_not_known_why"]));
            assert_eq!(own.collect::<Vec<_>>(), reasons);
        }
    }
}

fn check_run(graph: &Graph<'_>, export: &Export) {
    let Export { report, access, .. } = export;
    let runs: Vec<&&Value> = graph.nodes.values().filter(|node| !node["verdict"].is_null()).collect();
    let [run] = runs[..] else { panic!("{runs:?}") };
    let summary = &report["summary"];
    assert_eq!(run["verdict"], summary["verdict"]);
    assert_eq!(run["complete"], report["snapshot"]["complete"]);
    assert_eq!(run["access_complete"], access["complete"]);
    for field in ["findings", "failing", "known", "waived"] {
        assert_eq!(run[field], summary[field], "{field}");
    }
    let of_audit = list(&summary["not_checked"]).map(|one| ("audit", one, one["accounts"].as_u64()));
    let of_access =
        list(&access["not_checked"]).map(|one| ("access", one, one["accounts"].as_array().map(|all| all.len() as u64)));
    let all: Vec<Value> = of_audit
        .chain(of_access)
        .map(|(source, one, number)| {
            json!([
                source,
                one["what"],
                one["why"],
                number.map_or("unknown".to_owned(), |number| number.to_string())
            ])
        })
        .collect();
    let columns = [
        "not_checked_source",
        "not_checked",
        "not_checked_why",
        "not_checked_accounts",
    ];
    let number = run["not_checked"].as_array().unwrap().len();
    let own: Vec<Value> = (0..number)
        .map(|place| json!(columns.map(|column| &run[column][place])))
        .collect();
    assert_eq!(own, all);
    for item in graph
        .nodes
        .values()
        .copied()
        .chain(graph.edges.iter().map(|edge| &edge["properties"]))
    {
        assert_eq!(item["taken_at"], report["snapshot"]["taken_at"]);
    }
}
