//! A graph, looked up by what its nodes say of themselves rather than by their ids.

use super::list;
use super::shape::parts;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A graph, to look things up in.
pub(super) struct Graph<'g> {
    pub(super) nodes: BTreeMap<&'g str, &'g Value>,
    pub(super) edges: &'g Vec<Value>,
}

impl<'g> Graph<'g> {
    pub(super) fn of(graph: &'g Value) -> Self {
        let (nodes, edges) = parts(graph);
        let nodes = nodes
            .iter()
            .map(|node| (node["id"].as_str().unwrap(), &node["properties"]));
        Self {
            nodes: nodes.collect(),
            edges,
        }
    }

    pub(super) fn end(&self, edge: &Value, end: &str) -> &'g Value {
        self.nodes[edge[end]["value"].as_str().unwrap()]
    }

    pub(super) fn text(&self, edge: &Value, end: &str, field: &str) -> String {
        self.end(edge, end)[field].as_str().unwrap().to_owned()
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'g Value> {
        self.edges.iter().filter(move |edge| edge["kind"] == kind)
    }
}

pub(super) fn texts(value: &Value) -> BTreeSet<String> {
    list(value).map(|text| text.as_str().unwrap().to_owned()).collect()
}

pub(super) fn rank(words: &[&str], word: &Value) -> usize {
    words
        .iter()
        .position(|one| word == one)
        .unwrap_or_else(|| panic!("{word}"))
}
