//! The shape of OpenGraph: nodes, edges and their properties.
//!
//! Values of properties are texts, numbers, flags, or lists of one of these: no null and no object. BloodHound keeps a property that
//! an upload doesn't have from the upload before, so that all properties of a kind are always there: a list can be empty, and what isn't
//! known is `unknown`, or an empty text.
//!
//! Source: <https://bloodhound.specterops.io/opengraph/developer/nodes>, section "Property rules", and the schemas
//! `opengraph-node.json` and `opengraph-edge.json` there.

use super::kinds::EdgeKind;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    Text(String),
    Number(usize),
    Flag(bool),
    Texts(Vec<String>),
    Flags(Vec<bool>),
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(stored(text))
    }

    pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Texts(texts.into_iter().map(stored).collect())
    }
}

/// A text that a database can hold. PostgreSQL has no NUL in JSON, and would refuse the whole upload.
fn stored(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Properties, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Properties(pub(super) Vec<(&'static str, Value)>);

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A node.
#[derive(Debug, serde::Serialize)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) kinds: Vec<&'static str>,
    pub(super) properties: Properties,
}

/// An edge. BloodHound has one edge of a kind between two nodes: a second one would replace the properties of the first.
#[derive(Debug, serde::Serialize)]
pub(super) struct Edge<'e> {
    kind: &'static str,
    start: Endpoint<'e>,
    end: Endpoint<'e>,
    properties: Properties,
}

/// The node that an edge begins or ends at.
#[derive(Debug, serde::Serialize)]
struct Endpoint<'e> {
    match_by: &'static str,
    value: &'e str,
}

impl<'e> Edge<'e> {
    pub(super) fn new(kind: EdgeKind, [start, end]: [&'e str; 2], properties: Vec<(&'static str, Value)>) -> Self {
        let at = |value| Endpoint { match_by: "id", value };
        Self {
            kind: kind.name(),
            start: at(start),
            end: at(end),
            properties: Properties(properties),
        }
    }
}
