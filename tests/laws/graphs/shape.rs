//! What BloodHound takes: the rules of its documentation for nodes, edges and their properties, and what is kept besides so that a
//! second upload leaves nothing of the first.
//!
//! Source: <https://bloodhound.specterops.io/opengraph/developer/nodes>, …/edges and …/graph-data.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kind that a property's value has; lists are of one kind.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "flag",
        Value::Array(items) => {
            let kinds: BTreeSet<&str> = items.iter().map(kind_of).collect();
            assert!(kinds.len() < 2, "a list of several kinds: {value}");
            assert!(!kinds.contains("list"), "a list of lists: {value}");
            "list"
        }
        Value::Object(_) | Value::Null => panic!("no value of a property: {value}"),
    }
}

/// Every text in a value.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(own) => own.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// Checks the properties of a node or edge. All of one kind have the same ones, of the same kinds.
fn properties(item: &Value, kind: &str, known: &mut BTreeMap<String, BTreeMap<String, &'static str>>) {
    let own: BTreeMap<String, &str> = item["properties"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let is_plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(name.chars().all(is_plain), "{name}");
            // `objectid` is the id of the node, and BloodHound writes the others.
            assert!(
                !["objectid", "lastseen", "reconcile"].contains(&name.as_str()),
                "{name}"
            );
            (name.clone(), kind_of(value))
        })
        // Only who has a name is shown by it.
        .filter(|(name, _)| name != "displayname")
        .collect();
    assert_eq!(
        known.entry(kind.to_owned()).or_insert_with(|| own.clone()),
        &own,
        "{kind}"
    );
}

fn is_kind(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.is_empty() && text.chars().all(is_plain) && !text.to_ascii_lowercase().starts_with("tag")
}

/// The nodes and edges of a document.
pub(crate) fn parts(graph: &Value) -> (&Vec<Value>, &Vec<Value>) {
    let top: Vec<&String> = graph.as_object().unwrap().keys().collect();
    assert_eq!(
        top,
        ["graph"],
        "`metadata.source_kind` would be put on users of other collectors"
    );
    (
        graph["graph"]["nodes"].as_array().unwrap(),
        graph["graph"]["edges"].as_array().unwrap(),
    )
}

/// Checks a document.
pub(crate) fn check(graph: &Value) {
    let (nodes, edges) = parts(graph);
    let (mut ids, mut known) = (BTreeSet::new(), BTreeMap::new());
    for node in nodes {
        let id = node["id"].as_str().unwrap();
        assert_eq!(id, id.to_uppercase(), "BloodHound puts ids into upper case");
        assert!(!id.contains(':') && !id.is_empty(), "{id}");
        assert!(ids.insert(id), "two nodes are {id}");
        let kinds: Vec<&str> = node["kinds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|kind| kind.as_str().unwrap())
            .collect();
        assert!(
            (1..=3).contains(&kinds.len()) && kinds.iter().all(|kind| is_kind(kind)),
            "{kinds:?}"
        );
        // Deleting the source must delete nothing of other collectors.
        let is_of_azure = kinds.contains(&"AZBase");
        assert_eq!(is_of_azure, !kinds.contains(&"CosmosRbac_Base"), "{kinds:?}");
        // An `AZBase` has the properties of all others of Entra ID.
        properties(node, if is_of_azure { "AZBase" } else { kinds[0] }, &mut known);
    }
    let mut seen = BTreeSet::new();
    for edge in edges {
        let kind = edge["kind"].as_str().unwrap();
        assert!(is_kind(kind) && kind.starts_with("CosmosRbac_"), "{kind}");
        let ends = ["start", "end"].map(|end| {
            assert_eq!(edge[end]["match_by"], "id");
            edge[end]["value"].as_str().unwrap()
        });
        assert!(ends.iter().all(|end| ids.contains(end)), "{edge}");
        assert!(
            seen.insert((ends, kind)),
            "a second edge would replace the first: {edge}"
        );
        properties(edge, kind, &mut known);
    }
    let mut all = Vec::new();
    texts(graph, &mut all);
    assert!(!all.iter().any(|text| text.contains('\0')), "PostgreSQL refuses NUL");
}
