//! Bodies of planned resources as JSON, in which what is not known reads like the string that it would be a part of.

use super::super::arm::flat;
use super::super::planned::Planned;
use super::super::value::{Node, Unknown, Value};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The body, as the readers of Azure's answers take it.
pub(super) fn body(planned: &Planned) -> Json {
    let mut body = to_json(&planned.body);
    if !body.is_object() {
        body = json!({});
    }
    if let Some(fields) = body.as_object_mut() {
        fields.insert("id".to_owned(), json!(planned.id));
        fields.entry("properties").or_insert_with(|| json!({}));
    }
    body
}

/// A value as JSON.
pub(super) fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(is) => Json::Bool(*is),
        Value::Number(number) => Json::Number(number.clone()),
        Value::Text(text) => Json::String(text.to_string()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, node)| (name.to_string(), to_json(node)));
            Json::Object(fields.collect::<Map<_, _>>())
        }
        Value::Unknown(unknown) => Json::String(flat(&unknown.in_text())),
    }
}

/// Sets a property that the body leaves to the service's default.
pub(super) fn or_default(body: &mut Json, name: &str, default: Json) {
    if let Some(properties) = body.pointer_mut("/properties").and_then(Json::as_object_mut) {
        let is_absent = properties.get(name).is_none_or(Json::is_null);
        if is_absent {
            properties.insert(name.to_owned(), default);
        }
    }
}

/// Why something below a path is not known.
pub(super) fn unknown<'n>(planned: &'n Planned, path: &[&str]) -> Option<&'n Arc<Unknown>> {
    let mut node = &planned.body;
    for name in path {
        if let Value::Unknown(unknown) = &node.value {
            return Some(unknown);
        }
        node = node.get(name)?;
    }
    node.value.first_unknown()
}

/// Sets a field.
pub(super) fn set(body: &mut Json, name: &str, value: Json) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
