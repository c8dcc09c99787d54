//! The extension definition: it tells BloodHound what the kinds are, which icons they have, and which edges paths follow.
//!
//! Source: <https://bloodhound.specterops.io/opengraph/developer/graph-definition>.

use super::kinds::{EdgeKind, NodeKind, SOURCE};
use serde_json::{Value, json};

/// What every kind begins with.
const NAMESPACE: &str = "CosmosRbac";

/// The extension definition, which BloodHound calls a schema.
pub fn extension() -> Value {
    let nodes = NodeKind::ALL.map(|kind| {
        let mut node = json!({
            "name": kind.name(),
            "display_name": words(kind.name()),
            "description": kind.description(),
            "is_display_kind": kind.icon().is_some(),
        });
        if let (Some((icon, color)), Some(node)) = (kind.icon(), node.as_object_mut()) {
            node.insert("icon".to_owned(), icon.into());
            node.insert("color".to_owned(), color.into());
        }
        node
    });
    let edges = EdgeKind::ALL.map(|kind| {
        json!({
            "name": kind.name(),
            "description": kind.description(),
            "is_traversable": kind.is_traversable(),
        })
    });
    json!({
        "schema": {
            "name": NAMESPACE,
            "display_name": "Azure Cosmos DB access (cosmos-rbac)",
            "version": concat!("v", env!("CARGO_PKG_VERSION")),
            "namespace": NAMESPACE,
        },
        "node_kinds": nodes,
        "relationship_kinds": edges,
        // It makes the source known, by which its nodes can be deleted.
        "environments": [{
            "environment_kind": NodeKind::Account.name(),
            "source_kind": SOURCE,
            "principal_kinds": [NodeKind::PasswordUser.name(), NodeKind::Anyone.name()],
        }],
        "relationship_findings": [],
    })
}

/// `PasswordUser` as words: "Cosmos DB password user".
fn words(name: &str) -> String {
    let name = name.split_once('_').map_or(name, |(_, name)| name);
    let mut words = "Cosmos DB".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}
