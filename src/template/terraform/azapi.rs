//! Resources of the provider `azapi`: they have the body that is sent to Azure Resource Manager.

use super::super::planned::{Planned, Presence};
use super::super::value::{Fields, Node, Spot, Value, Why};
use super::change::Change;
use super::config::{Source, whole_references};
use super::ids::known_or_not;
use super::resource::{is_later, object};
use super::rows::{azapi_type, is_of};
use super::world::World;
use std::sync::Arc;

/// The body of an `azapi_resource`, or what an `azapi_update_resource` sets.
pub(super) fn body(world: &World<'_>, change: &Change<'_>) -> Node {
    let sent = sent(world, change);
    let mut fields: Vec<(Arc<str>, Node)> = match &sent.value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, node)| (Arc::clone(name), node.clone()))
            .collect(),
        Value::Unknown(unknown) => {
            let text = format!("{}.properties", unknown.text);
            let value = Value::unknown(text, unknown.why.clone());
            vec![("properties".into(), Node { value, at: sent.at })]
        }
        _ => Vec::new(),
    };
    for name in ["location", "tags"] {
        // What isn't set is unknown to Terraform, since the service has the last word.
        let said = world
            .field(change, name)
            .filter(|node| node.value.as_unknown().is_none() || world.sets(change, name));
        if let Some(node) = said {
            fields.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
            fields.push((name.into(), node));
        }
    }
    if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("properties")) {
        let value = Value::Object(Arc::default());
        fields.push(("properties".into(), Node { value, at: sent.at }));
    }
    let value = Value::Object(Arc::new(fields.into_iter().collect()));
    let body = without_secrets(&Node { value, at: change.at });
    match referred(world, change, &body) {
        Some(properties) => over(&body, &object([("properties", Some(properties))], body.at)),
        None => body,
    }
}

/// What a role assignment's body refers to. The plan lists the references of the body as a whole, but only one of its fields
/// can hold the ID of a principal, and one that of a role definition.
fn referred(world: &World<'_>, change: &Change<'_>, body: &Node) -> Option<Node> {
    let of = azapi_type(change)?.to_ascii_lowercase();
    let role = format!("{}roledefinitions", of.strip_suffix("roleassignments")?);
    let expression = world.config.expression(&change.module, &change.resource, "body");
    let references = whole_references(expression);
    let sources = references
        .iter()
        .filter_map(|one| world.config.follow(&change.module, one));
    let sources: Vec<Source> = sources.collect();
    let principals = sources.iter().filter(|source| {
        let last = source.rest.rsplit('.').next().unwrap_or_default();
        ["principal_id", "object_id", "principalid"].contains(&last.to_ascii_lowercase().as_str())
    });
    let principals: Vec<String> = principals.map(Source::text).collect();
    let roles = sources
        .iter()
        .filter(|source| source.rest == ".id")
        .filter_map(|source| world.find(source));
    let roles: Vec<String> = roles
        .filter(|found| is_of(found, &role))
        .filter_map(|found| world.id(found))
        .collect();
    let field = |name: &str, make: &dyn Fn(&Node) -> Option<Value>| {
        let node = body.at_path(&["properties", name]).filter(|node| is_later(node))?;
        Some(Node {
            value: make(node)?,
            at: node.at,
        })
    };
    let principal = field("principalId", &|_| match principals.as_slice() {
        [one] => Some(Value::unknown(one.as_str(), Why::Deployment(one.as_str().into()))),
        _ => None,
    });
    let role = field("roleDefinitionId", &|node| match roles.as_slice() {
        [one] => Some(known_or_not(one.clone(), node.value.as_unknown()?.why.clone())),
        _ => None,
    });
    let is_any = principal.is_some() || role.is_some();
    is_any.then(|| object([("principalId", principal), ("roleDefinitionId", role)], body.at))
}

/// What is sent: an object, or in version 1 of the provider a string that holds one.
fn sent(world: &World<'_>, change: &Change<'_>) -> Node {
    let empty = Value::Object(Arc::default());
    let Some(node) = world.field(change, "body") else {
        return Node {
            value: empty,
            at: change.at,
        };
    };
    let Some(text) = node.value.as_text() else {
        return node;
    };
    let value = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(json) => return from_json(json, node.at),
        Err(error) => Value::unknown(
            change.place("body"),
            Why::Wrong(format!("`body` isn't valid JSON: {error}").into()),
        ),
    };
    Node { value, at: node.at }
}

fn from_json(json: serde_json::Value, at: Option<Spot>) -> Node {
    use serde_json::Value as Json;
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(is) => Value::Bool(is),
        Json::Number(number) => Value::Number(number),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::List(Arc::new(items.into_iter().map(|item| from_json(item, at)).collect())),
        Json::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name.into(), from_json(value, at)));
            Value::Object(Arc::new(fields.collect()))
        }
    };
    Node { value, at }
}

/// Without passwords and custom data of users: nobody reads them, so they go no further than here.
fn without_secrets(node: &Node) -> Node {
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["password", "secret", "customdata", "connectionstring"]
            .iter()
            .any(|word| name.contains(word))
    };
    let value = match &node.value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !is_secret(name));
            let kept = kept.map(|(name, node)| (Arc::clone(name), without_secrets(node)));
            Value::Object(Arc::new(kept.collect::<Fields>()))
        }
        Value::List(items) => Value::List(Arc::new(items.iter().map(without_secrets).collect())),
        other => other.clone(),
    };
    Node { value, at: node.at }
}

/// Puts what an `azapi_update_resource` sets over the resource of that ID. Of one that is there already, nothing else is known.
pub(super) fn update(planned: &mut Vec<Planned>, update: Planned) {
    let own = planned
        .iter_mut()
        .find(|one| one.id.eq_ignore_ascii_case(&update.id) && one.presence == Presence::Deployed);
    match own {
        Some(one) => one.body = over(&one.body, &update.body),
        None => planned.push(Planned {
            body: over(&unsaid(&update), &update.body),
            ..update
        }),
    }
}

/// What an account or a cluster has, of which a change of it says nothing.
fn unsaid(update: &Planned) -> Node {
    let unknown = |name: &str| {
        let value = Value::unknown(format!("{}.{name}", update.id), Why::AsItIs);
        Some(Node { value, at: update.at })
    };
    let settings = [
        "disableLocalAuth",
        "disableKeyBasedMetadataWriteAccess",
        "capabilities",
        "authConfig",
        "authenticationMethod",
    ];
    let settings = object(settings.map(|name| (name, unknown(name))), update.at);
    let own = ["kind", "tags"].map(|name| (name, unknown(name)));
    object(own.into_iter().chain([("properties", Some(settings))]), update.at)
}

/// One value over another: objects are put together, everything else is replaced.
fn over(below: &Node, above: &Node) -> Node {
    let (Value::Object(old), Value::Object(new)) = (&below.value, &above.value) else {
        return above.clone();
    };
    let mut fields = Fields::clone(old);
    for (name, node) in new.iter() {
        let node = match old.get(name) {
            Some(below) => over(below, node),
            None => node.clone(),
        };
        fields.set(Arc::clone(name), node);
    }
    Node {
        value: Value::Object(Arc::new(fields)),
        at: below.at,
    }
}

#[cfg(test)]
#[path = "azapi_tests.rs"]
mod tests;
