//! What a function sees that a template defines: its parameters, and nothing else of the template but other functions.

use super::super::planned::Target;
use super::super::scope::Scope;
use super::super::value::{Node, Value, Why};
use std::sync::Arc;

/// The inside of a function.
pub(super) struct Inside<'a> {
    pub(super) outer: &'a dyn Scope,
    /// With its namespace.
    pub(super) name: &'a str,
    /// Its parameters.
    pub(super) names: &'a [Arc<str>],
    /// Their values.
    pub(super) args: &'a [Node],
}

impl Scope for Inside<'_> {
    fn parameter(&self, name: &str) -> Node {
        let mut own = self.names.iter().zip(self.args);
        match own.find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, arg)) => arg.clone(),
            None => {
                let why = format!("the function `{}` has no parameter `{name}`", self.name);
                Node::made(Value::unknown(format!("parameters('{name}')"), Why::Wrong(why.into())))
            }
        }
    }

    fn variable(&self, name: &str) -> Node {
        let why = format!(
            "the function `{}` uses the variable `{name}`; functions see only their parameters",
            self.name
        );
        Node::made(Value::unknown(format!("variables('{name}')"), Why::Wrong(why.into())))
    }

    fn copy_index(&self, _: Option<&str>) -> Option<i64> {
        None
    }

    fn target(&self) -> &Target {
        self.outer.target()
    }

    fn deployment(&self) -> Node {
        self.outer.deployment()
    }

    fn reference(&self, subject: &Value, full: bool) -> Option<Node> {
        self.outer.reference(subject, full)
    }

    fn symbol(&self, name: &str) -> Option<Node> {
        self.outer.symbol(name)
    }

    fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)> {
        let (names, output) = self.outer.function(namespace, name)?;
        // In Azure, a function can't call itself, nor one that calls it.
        if self.name.eq_ignore_ascii_case(&format!("{namespace}.{name}")) {
            let why = Why::Wrong(format!("the function `{}` calls itself", self.name).into());
            return Some((names, Node::made(Value::unknown(self.name, why))));
        }
        Some((names, output))
    }
}

/// "1 argument", "2 arguments".
pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "argument" } else { "arguments" }
}
