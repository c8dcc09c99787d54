//! The directory: principals as Microsoft Graph describes them. No crate of the SDK has models of these.

use super::failure::cut;
use super::item::{Item, Malformed};
use super::prune::required;
use crate::model::azure_rbac::Level;
use crate::model::{AzureScope, PrincipalId, PrincipalKind, PrincipalRecord};
use serde_json::Value;

/// Reads a directory object. Of one that the caller may not read there are only a type and an id; that it is there is
/// known all the same (learn.microsoft.com/graph/permissions-overview, "Limited information returned for inaccessible
/// member objects").
pub(crate) fn principal(item: &Value) -> Result<Option<Item<PrincipalRecord>>, Malformed> {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let is = |name: &str, value: &str| text(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
    let kind = match text("@odata.type") {
        Some("#microsoft.graph.user") if is("userType", "Guest") => PrincipalKind::Guest,
        Some("#microsoft.graph.user") => PrincipalKind::User,
        Some("#microsoft.graph.group") => PrincipalKind::Group,
        Some("#microsoft.graph.servicePrincipal") if is("servicePrincipalType", "ManagedIdentity") => {
            PrincipalKind::ManagedIdentity
        }
        Some("#microsoft.graph.servicePrincipal") => PrincipalKind::ServicePrincipal,
        _ => PrincipalKind::Unknown,
    };
    let record = PrincipalRecord {
        id: id(item)?,
        name: cut(text("displayName").unwrap_or_default().to_owned()),
        kind,
        found: true,
        created: text("createdDateTime").and_then(|text| text.parse().ok()),
        members: None,
        members_bounded: false,
        members_count: None,
        resource_id: (kind == PrincipalKind::ManagedIdentity)
            .then(|| resource_id(item))
            .flatten(),
    };
    Ok(Some(record.into()))
}

/// The ARM id among the alternative names of a managed identity's service principal; the other name says whether it is
/// user-assigned (`isExplicit=True`), as the id does (learn.microsoft.com/graph/api/resources/serviceprincipal,
/// `alternativeNames`).
fn resource_id(item: &Value) -> Option<String> {
    let names = item
        .get("alternativeNames")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    let mut ids = names.filter(|id| AzureScope::new(*id).level() == Level::Resource);
    ids.next().map(str::to_owned)
}

fn id(item: &Value) -> Result<PrincipalId, Malformed> {
    required(item, "/id").map(PrincipalId::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(item: Value) -> PrincipalRecord {
        principal(&item).unwrap().unwrap().value
    }

    #[test]
    fn kinds_are_told_apart() {
        for (type_, field, value, kind) in [
            ("user", "userType", json!("Member"), PrincipalKind::User),
            ("user", "userType", json!("guest"), PrincipalKind::Guest),
            ("user", "userType", Value::Null, PrincipalKind::User),
            ("group", "x", Value::Null, PrincipalKind::Group),
            (
                "servicePrincipal",
                "servicePrincipalType",
                json!("Application"),
                PrincipalKind::ServicePrincipal,
            ),
            (
                "servicePrincipal",
                "servicePrincipalType",
                json!("ManagedIdentity"),
                PrincipalKind::ManagedIdentity,
            ),
            ("device", "x", json!(7), PrincipalKind::Unknown),
        ] {
            let record = read(json!({"@odata.type": format!("#microsoft.graph.{type_}"), "id": "A", field: value}));
            assert_eq!(
                (record.kind, record.id.as_str(), record.found),
                (kind, "a", true),
                "{type_} {value}"
            );
        }
    }

    #[test]
    fn a_managed_identity_has_the_id_of_its_resource() {
        let id = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
        let with = |kind: &str, names: Value| {
            let item = json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": "a", "servicePrincipalType": kind,
                "alternativeNames": names});
            read(item).resource_id
        };
        assert_eq!(
            with("ManagedIdentity", json!(["isExplicit=True", id])).as_deref(),
            Some(id)
        );
        assert_eq!(with("ManagedIdentity", json!(["isExplicit=False", 7])), None);
        assert_eq!(with("ManagedIdentity", Value::Null), None);
        assert_eq!(with("Application", json!([id])), None);
    }

    #[test]
    fn what_is_hidden_or_odd_is_left_out() {
        let record = read(json!({"id": "a", "displayName": null, "createdDateTime": "yesterday"}));
        assert_eq!((record.name.as_str(), record.created), ("", None));
        let record =
            read(json!({"id": "a", "displayName": "x".repeat(9_000), "createdDateTime": "2026-01-15T08:00:00Z"}));
        assert!(record.name.len() < 3_000 && record.created.is_some());
        for bad in [
            json!({"displayName": "x"}),
            json!({"id": ""}),
            json!({"id": 7}),
            json!(7),
        ] {
            assert!(principal(&bad).is_err(), "{bad}");
        }
    }
}
