//! A resource of the provider `azurerm` while it is made into one of Azure Resource Manager.

use super::super::value::{Fields, Node, Spot, Value, Why};
use super::change::Change;
use super::world::World;
use std::sync::Arc;

/// A resource that is being read.
#[derive(Clone, Copy)]
pub(super) struct Of<'w, 'p> {
    pub(super) world: &'w World<'p>,
    pub(super) change: &'w Change<'p>,
}

/// Fields of an object; what is `None` is absent.
pub(super) type Pairs = Vec<(&'static str, Option<Node>)>;

impl Of<'_, '_> {
    pub(super) fn field(self, name: &str) -> Option<Node> {
        self.world.field(self.change, name)
    }

    pub(super) fn object(self, fields: impl IntoIterator<Item = (&'static str, Option<Node>)>) -> Node {
        object(fields, self.change.at)
    }

    pub(super) fn made(self, value: Value) -> Node {
        Node {
            value,
            at: self.change.at,
        }
    }

    /// A field that has a default.
    pub(super) fn or_text(self, field: &str, default: &str) -> Option<Node> {
        Some(self.field(field).unwrap_or_else(|| self.made(Value::text(default))))
    }

    /// What the ID of a principal is made of is one thing, and that is what it is called.
    pub(super) fn principal(self, field: &str) -> Option<Node> {
        let node = self.field(field)?;
        let is_later = node
            .value
            .as_unknown()
            .is_some_and(|unknown| matches!(unknown.why, Why::Deployment(_)));
        let source = self.world.source(self.change, field).filter(|_| is_later);
        Some(match source.filter(|source| !source.rest.is_empty()) {
            Some(source) => Node {
                value: Value::unknown(source.text(), Why::Deployment(source.text().into())),
                at: node.at,
            },
            None => node,
        })
    }

    /// A list of blocks, with the names that Azure Resource Manager has for their fields.
    pub(super) fn each(self, field: &str, names: &[(&'static str, &'static str)]) -> Option<Node> {
        let block = |block: &Node| {
            let fields = names.iter().map(|(arm, own)| (*arm, block.get(own).cloned()));
            object(fields, block.at)
        };
        self.field(field).map(|blocks| mapped(blocks, block))
    }
}

/// An object.
pub(super) fn object(fields: impl IntoIterator<Item = (&'static str, Option<Node>)>, at: Option<Spot>) -> Node {
    let fields = fields.into_iter().filter_map(|(name, node)| Some((name.into(), node?)));
    Node {
        value: Value::Object(Arc::new(fields.collect::<Fields>())),
        at,
    }
}

/// Each item of a list made into another; what is no list stays.
pub(super) fn mapped(list: Node, item: impl Fn(&Node) -> Node) -> Node {
    let Some(items) = list.value.as_list() else {
        return list;
    };
    // An item of which nothing is known stays so.
    let one = |node: &Node| match node.value {
        Value::Object(_) => item(node),
        _ => node.clone(),
    };
    Node {
        value: Value::List(Arc::new(items.iter().map(one).collect())),
        at: list.at,
    }
}

/// The only block of a kind.
pub(super) fn first(blocks: &Node) -> Option<&Node> {
    blocks.value.as_list()?.first()
}
