//! The text of an ARM template that a plan of Terraform deploys. It isn't audited: only whether it can have to do with access is found out.

use crate::template::kinds::{Standing, standing};
use serde_json::Value;

/// Whether nothing that the template deploys can decide who has access. What can't be read as JSON could.
pub(super) fn is_harmless(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|template: Value| is_plain(&template))
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            // An identity has a type, too, and no name.
            let has = |field: &str| fields.keys().any(|name| name.eq_ignore_ascii_case(field));
            let is_resource = has("name") || has("apiVersion");
            let is_type = name.eq_ignore_ascii_case("type");
            let is_link = ["templateLink", "parametersLink"]
                .iter()
                .any(|link| name.eq_ignore_ascii_case(link));
            !is_link && is_plain(value) && !(is_type && value.as_str().is_some_and(|kind| decides(kind, is_resource)))
        }),
        Value::Array(items) => items.iter().all(is_plain),
        // Names in an expression can become a type elsewhere.
        Value::String(text) => !names_ours(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether resources of a type can decide who has access. Types of parameters have no slash; of a deployment, what it deploys counts. An
/// expression can be any type, if it is the type of a resource.
fn decides(kind: &str, is_resource: bool) -> bool {
    let kind = kind.trim();
    let is_deployment = kind.eq_ignore_ascii_case("microsoft.resources/deployments");
    (is_resource && kind.starts_with('['))
        || (kind.contains('/') && !is_deployment && standing(kind) != Standing::Harmless)
}

/// Whether a text names something that has to do with access to data, or a template that is elsewhere.
pub(super) fn names_ours(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "microsoft.documentdb",
        "microsoft.authorization",
        "servergroupsv2",
        "templatelink",
    ]
    .iter()
    .any(|word| text.contains(word))
}
