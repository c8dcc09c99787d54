//! Parameters files, and the parameters that a deployment hands to a template in it.

use super::super::value::{Node, Value, Why};
use std::collections::HashMap;
use std::sync::Arc;

/// What a `parameters` object gives: a value each, or the name of a secret. Names are in lower case.
pub(in crate::template) fn parameters(object: &Node) -> HashMap<String, Node> {
    let fields = object.value.as_object().into_iter().flat_map(|fields| fields.iter());
    let one = fields.filter_map(|(name, given)| Some((name.to_ascii_lowercase(), of(name, given)?)));
    one.collect()
}

/// `None`: what is handed over is nothing, and the default counts.
fn of(name: &Arc<str>, given: &Node) -> Option<Node> {
    if given.get("reference").is_some() {
        let why = Why::KeyVault(Arc::clone(name));
        let value = Value::unknown(format!("parameters('{name}')"), why);
        return Some(Node { value, at: given.at });
    }
    let value = given.get("value")?;
    match &value.value {
        Value::Null => None,
        _ => Some(filled(value)),
    }
}

/// A value, with what other tools fill in as not known: `${NAME}` as the Azure Developer CLI has it, `#{NAME}#` and `__NAME__` as
/// tasks of pipelines do.
fn filled(node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) => match placeholder(text) {
            Some(found) => Value::unknown(format!("'{text}'"), Why::Placeholder(found)),
            None => return node.clone(),
        },
        Value::List(items) => Value::List(Arc::new(items.iter().map(filled).collect())),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, node)| (Arc::clone(name), filled(node)));
            Value::Object(Arc::new(fields.collect()))
        }
        _ => return node.clone(),
    };
    Node { value, at: node.at }
}

fn placeholder(text: &str) -> Option<Arc<str>> {
    let between = |open: &str, close: &str| {
        let start = text.find(open)?;
        let rest = text.get(start..)?;
        let end = rest.get(open.len()..)?.find(close)? + open.len() + close.len();
        rest.get(..end).filter(|found| found.len() > open.len() + close.len())
    };
    let is_word = |found: &&str| found.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let found = between("${", "}").or_else(|| between("#{", "}#"));
    found.or_else(|| between("__", "__").filter(is_word)).map(Arc::from)
}
