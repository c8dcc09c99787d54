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

    /// What the ID of a principal is made of, where that is one thing, is what the principal is called.
    pub(super) fn principal(self, field: &str) -> Option<Node> {
        let node = self.field(field)?;
        let Some(text) = self.principal_source(field).filter(|_| is_later(&node)) else {
            return Some(node);
        };
        Some(Node {
            value: Value::unknown(text.as_str(), Why::Deployment(text.as_str().into())),
            at: node.at,
        })
    }

    fn principal_source(self, field: &str) -> Option<String> {
        let mut source = self.world.source(self.change, field)?;
        let is_identity = source.resource.starts_with("azurerm_user_assigned_identity.");
        if is_identity && source.rest.is_empty() && self.world.find(&source).is_some() {
            source.rest = ".principal_id".to_owned();
        }
        // `element(local.owners, 0)` and `element(local.owners, 1)` have the same reference. What has the name of one ID is
        // no list.
        let last = source.rest.rsplit('.').next().unwrap_or_default();
        last.to_ascii_lowercase().ends_with("id").then(|| source.text())
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

/// Whether a value is known after the deployment.
pub(super) fn is_later(node: &Node) -> bool {
    let unknown = node.value.as_unknown();
    unknown.is_some_and(|unknown| matches!(unknown.why, Why::Deployment(_)))
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
