//! What is worked out once: parameters, variables, outputs.

use super::super::value::{Node, Value, Why};
use std::cell::RefCell;
use std::collections::HashMap;

/// What something is that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Named {
    Parameter,
    Variable,
    Output,
}

/// What is known of it; `None`: it is being worked out.
#[derive(Debug, Default)]
pub(super) struct Memo(RefCell<HashMap<(Named, String), Option<Node>>>);

impl Memo {
    /// Works something out, once. What needs itself is an error, in Azure too.
    pub(super) fn remember(&self, named: Named, name: &str, make: impl FnOnce() -> Node) -> Node {
        let key = (named, name.to_ascii_lowercase());
        match self.0.borrow().get(&key) {
            Some(Some(known)) => return known.clone(),
            Some(None) => {
                let why = Why::Wrong(format!("`{name}` is defined by itself").into());
                return Node::made(Value::unknown(name, why));
            }
            None => {}
        }
        self.0.borrow_mut().insert(key.clone(), None);
        let made = make();
        self.0.borrow_mut().insert(key, Some(made.clone()));
        made
    }
}
