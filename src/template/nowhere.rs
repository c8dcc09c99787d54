//! The scope of expressions that some other engine left over: it knows no parameters and no other resources.

use super::planned::Target;
use super::scope::Scope;
use super::value::{Node, Value, Why};
use std::sync::Arc;

/// A scope in which nothing is known but the target.
pub(super) struct Nowhere<'t>(pub(super) &'t Target);

impl Scope for Nowhere<'_> {
    fn parameter(&self, name: &str) -> Node {
        Node::made(Value::unknown(
            format!("parameters('{name}')"),
            Why::Parameter(name.into()),
        ))
    }

    fn variable(&self, name: &str) -> Node {
        let why = Why::Elsewhere(format!("the variable `{name}`").into());
        Node::made(Value::unknown(format!("variables('{name}')"), why))
    }

    fn copy_index(&self, _: Option<&str>) -> Option<i64> {
        None
    }

    fn target(&self) -> &Target {
        self.0
    }

    fn deployment(&self) -> Node {
        Node::made(Value::unknown("deployment()", Why::Target("deployment()".into())))
    }

    fn reference(&self, _: &Value, _: bool) -> Option<Node> {
        None
    }

    fn symbol(&self, _: &str) -> Option<Node> {
        None
    }

    fn function(&self, _: &str, _: &str) -> Option<(Vec<Arc<str>>, Node)> {
        None
    }
}
