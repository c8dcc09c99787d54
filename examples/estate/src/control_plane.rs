//! Azure RBAC: administrators and readers of each subscription, among roles that have nothing to do with Cosmos DB.

use super::principals::group;
use super::{Size, guid};
use serde_json::{Value, json};

/// The line of a subscription's Azure RBAC.
pub(crate) fn control_plane(size: &Size, subscription: usize, subscriptions: usize) -> Value {
    let root = format!("/subscriptions/{}", guid(1, subscription));
    let roles = [
        ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "*"),
        ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "*/read"),
        ("5bd9cd88-fe45-4216-938b-f97437e15450", "DocumentDB Account Contributor", "Microsoft.DocumentDb/databaseAccounts/*"),
        ("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor", "Microsoft.Compute/virtualMachines/*"),
    ]
    .map(|(id, name, action)| {
        json!({"id": format!("{root}/providers/Microsoft.Authorization/roleDefinitions/{id}"), "role_name": name, "built_in": true,
            "assignable_scopes": ["/"], "permissions": [{"actions": [action], "not_actions": []}]})
    });
    let [owner, reader, operator, other] = &roles;
    let own = size.azure_roles / subscriptions + usize::from(subscription < size.azure_roles % subscriptions);
    let assigned: Vec<Value> = (0..own)
        .map(|place| {
            // The administrators are a group that the policy knows.
            let (role, principal, kind) = match place {
                0 => (owner, group(0), "Group"),
                1 => (operator, group(1), "Group"),
                2..6 => (reader, guid(6, place), "User"),
                _ => (other, guid(6, place), "User"),
            };
            let scope = match place {
                0..6 => root.clone(),
                _ => format!("{root}/resourceGroups/rg-{}", place % 20),
            };
            let id = format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{}", guid(8, place));
            json!({"id": id, "role_definition_id": role["id"], "principal_id": principal, "principal_type": kind, "scope": scope})
        })
        .collect();
    json!({"control_plane": {"subscription": guid(1, subscription), "role_assignments": assigned, "role_definitions": roles,
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}})
}
