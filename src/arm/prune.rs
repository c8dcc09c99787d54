//! From the JSON of an item to a model of the SDK.
//!
//! Items are pruned to the fields that the audit reads before a model sees them, since one unknown `backupPolicy.type`,
//! `identity.type` or odd date in a field that nobody reads would lose the whole item. A field that is read and has the
//! wrong type is taken out as well, and told: the rest of the item is worth keeping.

use super::item::Malformed;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Keeps what lies at the paths (names joined by `.`; lists are walked through), and nothing else.
pub(super) fn prune(value: &Value, paths: &[&str]) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter_map(|(name, value)| {
                let below: Vec<&str> = paths
                    .iter()
                    .filter_map(|path| path.strip_prefix(name.as_str()))
                    .collect();
                if below.contains(&"") {
                    return Some((name.clone(), value.clone()));
                }
                let below: Vec<&str> = below.iter().filter_map(|path| path.strip_prefix('.')).collect();
                (!below.is_empty()).then(|| (name.clone(), prune(value, &below)))
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| prune(item, paths)).collect(),
        other => other.clone(),
    }
}

/// Takes a field out.
pub(super) fn take(item: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, field) = pointer.rsplit_once('/')?;
    item.pointer_mut(parent)?.as_object_mut()?.remove(field)
}

/// Takes a field out unless it is as wanted. Returns whether it stayed, or was not there to begin with and need not be.
pub(super) fn keep_if(item: &mut Value, pointer: &str, wanted: impl Fn(&Value) -> bool) -> bool {
    let keep = wanted(item.pointer(pointer).unwrap_or(&Value::Null));
    if !keep {
        take(item, pointer);
    }
    keep
}

pub(super) fn is_strings(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

pub(super) fn names(list: &Value) -> Option<Vec<&str>> {
    list.as_array()?.iter().map(|item| item.get("name")?.as_str()).collect()
}

pub(super) fn required<'i>(item: &'i Value, pointer: &str) -> Result<&'i str, Malformed> {
    let text = item.pointer(pointer).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).ok_or_else(|| {
        let field = pointer.rsplit('/').next().unwrap_or_default();
        format!("the item has no `{field}`")
    })
}

pub(super) fn model<T: DeserializeOwned>(item: Value) -> Result<T, Malformed> {
    serde_json::from_value(item).map_err(|error| format!("the item doesn't match the API's description: {error}"))
}
