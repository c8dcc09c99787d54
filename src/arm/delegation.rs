//! Azure Lighthouse: registration assignments, with the offers that they accept. No crate of the SDK has models of these.
//!
//! Who has which role is required. An assignment that does not bring it, as when it was listed without
//! `$expandRegistrationDefinition`, is malformed rather than one that delegates nothing.

use super::failure::cut;
use super::item::{Item, Malformed};
use super::prune::{is_strings, required};
use crate::model::{Authorization, Delegation};
use serde_json::Value;

/// Reads a registration assignment.
pub(crate) fn delegation(item: &Value) -> Result<Option<Item<Delegation>>, Malformed> {
    let id = required(item, "/id")?;
    let scope = scope(id).ok_or("the item's `id` doesn't say what is delegated")?;
    let offer = item.pointer("/properties/registrationDefinition/properties");
    let offer = offer.ok_or("the item has no `registrationDefinition`")?;
    let text = |name: &str| offer.get(name).and_then(Value::as_str);
    let value = Delegation {
        id: id.to_owned(),
        scope: scope.into(),
        name: cut(text("registrationDefinitionName").unwrap_or_default().to_owned()),
        managing_tenant: required(offer, "/managedByTenantId")?.to_owned(),
        managing_tenant_name: text("managedByTenantName").map(|name| cut(name.to_owned())),
        authorizations: authorizations(offer.get("authorizations"))?,
        eligible_authorizations: match offer.get("eligibleAuthorizations") {
            None | Some(Value::Null) => Vec::new(),
            given => authorizations(given)?,
        },
    };
    Ok(Some(value.into()))
}

/// The subscription or resource group that a registration assignment is in.
fn scope(id: &str) -> Option<&str> {
    let end = id.to_ascii_lowercase().rfind("/providers/microsoft.managedservices/")?;
    id.get(..end).filter(|scope| !scope.is_empty())
}

fn authorizations(list: Option<&Value>) -> Result<Vec<Authorization>, Malformed> {
    let list = list.and_then(Value::as_array);
    let list = list.ok_or("the offer has no list of `authorizations`")?;
    list.iter().map(authorization).collect()
}

fn authorization(item: &Value) -> Result<Authorization, Malformed> {
    let name = item.get("principalIdDisplayName").and_then(Value::as_str);
    let assignable = item.get("delegatedRoleDefinitionIds").unwrap_or(&Value::Null);
    if !(assignable.is_null() || is_strings(assignable)) {
        return Err("`delegatedRoleDefinitionIds` isn't a list of strings".to_owned());
    }
    let assignable = assignable.as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(Authorization {
        principal_id: required(item, "/principalId")?.into(),
        principal_name: name.filter(|name| !name.is_empty()).map(|name| cut(name.to_owned())),
        role_definition_id: required(item, "/roleDefinitionId")?.to_owned(),
        delegated_role_definition_ids: assignable.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedServices/registrationAssignments/a";

    fn item(offer: &Value) -> Value {
        json!({"id": ID, "properties": {"registrationDefinition": {"properties": offer}}})
    }

    #[test]
    fn an_assignment_without_its_offer_delegates_nobody_knows_what() {
        let whole =
            json!({"managedByTenantId": "t", "authorizations": [{"principalId": "P", "roleDefinitionId": "r"}]});
        let read = delegation(&item(&whole)).unwrap().unwrap().value;
        assert_eq!(
            (read.scope.as_str(), read.managed_by()),
            ("/subscriptions/s/resourceGroups/g", "t")
        );
        assert_eq!(read.authorizations[0].principal_id.as_str(), "p");
        for (field, wrong) in [
            ("authorizations", json!(null)),
            ("authorizations", json!([{"principalId": "p"}])),
            (
                "authorizations",
                json!([{"principalId": "p", "roleDefinitionId": "r", "delegatedRoleDefinitionIds": "x"}]),
            ),
            ("eligibleAuthorizations", json!({})),
            ("managedByTenantId", json!("")),
        ] {
            let mut offer = whole.clone();
            offer[field] = wrong;
            assert!(delegation(&item(&offer)).is_err(), "{offer}");
        }
        assert!(delegation(&json!({"id": ID, "properties": {}})).is_err());
        assert!(delegation(&json!({"id": "/x", "properties": item(&whole)["properties"]})).is_err());
    }
}
