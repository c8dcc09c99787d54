//! Plans for tests, as Terraform prints them, and what is read of them.

use super::super::planned::{Plan, Planned, Target};
use super::super::source::Sources;
use super::super::value::{Node, Value};
use super::read;
use serde_json::{Value as Json, json};

pub(super) const ID: &str =
    "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/orders";

/// A resource that is created: what is known of it, what isn't.
pub(super) fn created(address: &str, after: Json, unknown: Json) -> Json {
    changed(address, &["create"], Json::Null, after, unknown)
}

pub(super) fn changed(address: &str, actions: &[&str], before: Json, after: Json, unknown: Json) -> Json {
    let (module, rest) = match address.rfind("module.") {
        Some(at) => {
            let after = &address[at..];
            // `module.NAME` or `module.NAME["key"]`, then the resource.
            let end = at + after[7..].find('.').unwrap() + 7;
            (Some(&address[..end]), &address[end + 1..])
        }
        None => (None, address),
    };
    let (resource, index) = match rest.split_once('[') {
        Some((resource, index)) => (resource, serde_json::from_str(index.trim_end_matches(']')).unwrap()),
        None => (rest, Json::Null),
    };
    let (kind, name) = resource.split_once('.').unwrap();
    let mut entry = json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": unknown, "after_sensitive": {}},
    });
    if let Some(module) = module {
        entry["module_address"] = module.into();
    }
    if !index.is_null() {
        entry["index"] = index;
    }
    entry
}

/// A resource of the configuration, with the references of its fields.
pub(super) fn configured(address: &str, references: &[(&str, &[&str])]) -> Json {
    let expressions = references.iter().map(|(field, references)| {
        let value = match references {
            [] => json!({"constant_value": "…"}),
            _ => json!({"references": references}),
        };
        ((*field).to_owned(), value)
    });
    json!({"address": address, "mode": "managed", "expressions": Json::Object(expressions.collect())})
}

pub(super) fn plan_of(changes: Vec<Json>, root_module: Json) -> Json {
    json!({
        "format_version": "1.2", "resource_changes": changes,
        "configuration": {"root_module": root_module}, "complete": true, "errored": false,
    })
}

pub(super) fn read_plan(plan: &Json) -> Plan {
    read_for(plan, &Target::default())
}

pub(super) fn read_for(plan: &Json, target: &Target) -> Plan {
    let mut sources = Sources::default();
    let root = sources.parse("plan.json", plan.to_string()).unwrap();
    read(&root, target)
}

/// As JSON, with what isn't known as its text and a mark.
pub(super) fn shown(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(is) => (*is).into(),
        Value::Number(number) => number.clone().into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(shown).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, node)| (name.to_string(), shown(node)))
            .collect(),
        Value::Unknown(unknown) => format!("?{}", unknown.text).into(),
    }
}

pub(super) fn properties(planned: &Planned) -> Json {
    shown(planned.body.get("properties").unwrap())
}

/// As the readers of bodies take it: with its ID.
pub(super) fn body(planned: &Planned) -> Json {
    let mut body = shown(&planned.body);
    body["id"] = planned.id.clone().into();
    body
}

pub(super) fn account(unknown: Json) -> Json {
    let after = json!({
        "name": "orders", "resource_group_name": "rg", "location": "westeurope", "kind": "GlobalDocumentDB",
        "access_key_metadata_writes_enabled": true, "tags": {"env": "prod"},
    });
    created("azurerm_cosmosdb_account.a", after, unknown)
}
