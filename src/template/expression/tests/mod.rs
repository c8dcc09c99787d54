//! Expressions, and what comes of them.

mod generated;
mod hostile;
mod laws;
mod real;
mod unknowns;
mod values;

use super::*;
use crate::template::planned::{Level, Target};
use crate::template::value::{Form, Value, Why};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Surroundings that a test makes up.
#[derive(Default)]
struct World {
    parameters: BTreeMap<&'static str, Node>,
    target: Target,
}

impl Scope for World {
    fn parameter(&self, name: &str) -> Node {
        self.parameters.get(name).cloned().unwrap_or_else(|| {
            Node::made(Value::unknown(
                format!("parameters('{name}')"),
                Why::Parameter(name.into()),
            ))
        })
    }

    fn variable(&self, name: &str) -> Node {
        self.parameter(name)
    }

    fn copy_index(&self, name: Option<&str>) -> Option<i64> {
        matches!(name, None | Some("loop")).then_some(2)
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn deployment(&self) -> Node {
        Node::made(Value::unknown("deployment()", Why::Target("deployment()".into())))
    }

    fn reference(&self, subject: &Value, _: bool) -> Option<Node> {
        let module = json(r#"{"outputs":{"id":{"value":"/x"}}}"#);
        (subject.as_text()?.as_ref() == "module").then_some(module)
    }

    fn symbol(&self, name: &str) -> Option<Node> {
        (name == "site").then(|| Node::made(Value::text("/sites/site")))
    }

    fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)> {
        let body = match (namespace, name) {
            ("contoso", "greet") => "[concat('hi ', parameters('who'))]",
            ("contoso", "forever") => "[contoso.forever(parameters('who'))]",
            _ => return None,
        };
        Some((vec!["who".into()], Node::made(Value::text(body))))
    }
}

fn json(text: &str) -> Node {
    crate::template::source::Sources::default()
        .parse("x", text.to_owned())
        .unwrap()
}

fn in_world(world: &World, text: &str) -> Node {
    evaluate_text(&format!("[{text}]"), None, world, &Budget::default())
}

/// The value as text: what isn't known in angle brackets.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| shown(&item.value)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, node)| format!("{name:?}:{}", shown(&node.value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Unknown(unknown) if unknown.form == Form::Text => format!("~{}~", unknown.text),
        Value::Unknown(unknown) => format!("<{}>", unknown.text),
    }
}

fn check(cases: &[(&str, &str)]) {
    check_in(&World::default(), cases);
}

fn check_in(world: &World, cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (text, expected, in_world(world, text)))
        .filter(|(_, expected, got)| shown(&got.value) != **expected)
        .map(|(text, expected, got)| {
            let why = got.value.as_unknown().map(|unknown| unknown.why.to_string());
            format!(
                "{text}\n  gives {}\n  not   {expected}\n  {}",
                shown(&got.value),
                why.unwrap_or_default()
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why it isn't known.
fn why(text: &str) -> String {
    let node = in_world(&World::default(), text);
    node.value
        .as_unknown()
        .map_or_else(|| shown(&node.value), |unknown| unknown.why.to_string())
}
