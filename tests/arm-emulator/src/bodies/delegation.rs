//! Bodies of Azure Lighthouse: what `Microsoft.ManagedServices` lists. Not recorded; the shape is that of the example of
//! "Registration Assignments - List" in the reference of api-version 2022-10-01.

use serde_json::{Value, json};

use super::authorization::{Place, given_or_made};
use crate::tenant::{AzureRbac, DelegatedRole, Delegation};
use crate::util::guid_of;

/// A registration assignment with its definition, as it is when that is asked for.
pub(crate) fn delegation(place: &Place<'_>, all: &[&AzureRbac], given: &Delegation) -> Value {
    let scope = place.scope(&given.scope);
    let id = given_or_made(&given.id, &["delegation", &scope, &given.name]);
    let definition = guid_of(&format!("offer {id}"));
    let definition_id = child(&scope, "registrationDefinitions", &definition);
    let named = |list: &[DelegatedRole]| -> Vec<Value> {
        list.iter().map(|one| authorization(place, all, one, &scope)).collect()
    };
    json!({
        "properties": {
            "registrationDefinitionId": definition_id,
            "provisioningState": "Succeeded",
            "registrationDefinition": {
                "properties": {
                    "description": "",
                    "authorizations": named(&given.authorizations),
                    "eligibleAuthorizations": named(&given.eligible),
                    "registrationDefinitionName": given.name,
                    "managedByTenantId": given.managing_tenant,
                    "managedByTenantName": given.managing_tenant_name,
                    "provisioningState": "Succeeded",
                },
                "plan": null,
                "id": definition_id,
                "type": "Microsoft.ManagedServices/registrationDefinitions",
                "name": definition,
            },
        },
        "id": child(&scope, "registrationAssignments", &id),
        "type": "Microsoft.ManagedServices/registrationAssignments",
        "name": id,
    })
}

fn authorization(place: &Place<'_>, all: &[&AzureRbac], given: &DelegatedRole, scope: &str) -> Value {
    // Roles are named by their GUIDs here.
    let role = |name: &str| -> String {
        let id = place.role_id(all, name, scope);
        id.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let mut body = json!({
        "principalId": given.principal_id,
        "principalIdDisplayName": given.principal_name,
        "roleDefinitionId": role(&given.role),
    });
    if let (false, Some(body)) = (given.assignable.is_empty(), body.as_object_mut()) {
        let roles: Vec<String> = given.assignable.iter().map(|name| role(name)).collect();
        body.insert("delegatedRoleDefinitionIds".to_owned(), roles.into());
    }
    body
}

fn child(scope: &str, list: &str, id: &str) -> String {
    format!("{scope}/providers/Microsoft.ManagedServices/{list}/{id}")
}
