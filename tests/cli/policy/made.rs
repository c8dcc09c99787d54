//! Snapshots that are made for a test, line by line.

use serde_json::{Value, json};

pub(super) const SUBSCRIPTION: &str = "0c05a0c5-0000-4000-8000-000000000001";

/// A snapshot of accounts and principals, complete, and with Azure RBAC of the one subscription.
pub(super) fn snapshot(accounts: Vec<Value>, azure: Value, principals: Vec<Value>) -> String {
    let number = accounts.len();
    let header = json!({
        "format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public", "tenant": "t",
        "subscriptions": [{ "id": SUBSCRIPTION, "name": "Production" }],
        "scope": { "target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"],
            "control_plane": true, "graph": true },
    });
    let end = json!({ "end": { "accounts": number, "gaps": 0, "control_planes": 1, "principals": principals.len() } });
    let mut lines = vec![header];
    lines.extend(accounts);
    lines.extend([azure, json!({ "principals": principals }), end]);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Azure RBAC of the subscription: who is assigned Owner there.
pub(super) fn owners(ids: &[&str]) -> Value {
    let at = format!("/subscriptions/{SUBSCRIPTION}");
    let role = format!("{at}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
    let assignment = |(number, id): (usize, &&str)| {
        json!({
            "id": format!("{at}/providers/Microsoft.Authorization/roleAssignments/{number:08x}-0000-4000-8000-00000000000a"),
            "role_definition_id": role, "principal_id": id, "scope": at,
        })
    };
    json!({ "control_plane": {
        "subscription": SUBSCRIPTION,
        "role_definitions": [{ "id": role, "role_name": "Owner", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{ "actions": ["*"], "not_actions": [] }] }],
        "role_assignments": ids.iter().enumerate().map(assignment).collect::<Vec<_>>(),
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": [],
    } })
}

/// An account with databases `a` and `b`; roles by name and data actions, and assignments by principal, role and scope. The roles
/// are counted after the two that are built in.
pub(super) fn account(name: &str, roles: &[(&str, Value)], assignments: &[(&str, usize, &str)]) -> Value {
    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
    );
    let built_in = cosmos_rbac::model::RoleKind::Sql.row().builtin.iter();
    let built_in = built_in.map(|role| (role.name, json!(role.data_actions), true));
    let all: Vec<_> = built_in
        .chain(roles.iter().map(|(name, actions)| (*name, actions.clone(), false)))
        .collect();
    let role_id = |place: usize| match place {
        0 | 1 => format!(
            "{id}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000{}",
            place + 1
        ),
        _ => format!("{id}/sqlRoleDefinitions/{place:08x}-0000-4000-8000-000000000001"),
    };
    let definitions = all.iter().enumerate().map(|(place, (name, actions, built_in))| {
        json!({
            "id": role_id(place), "role_name": name, "built_in": built_in, "assignable_scopes": [id],
            "permissions": [{ "data_actions": actions, "not_data_actions": [] }],
        })
    });
    let definitions: Vec<Value> = definitions.collect();
    let assignments = assignments.iter().enumerate().map(|(place, (principal, role, scope))| {
        json!({
            "id": format!("{id}/sqlRoleAssignments/{place:08x}-0000-4000-8000-000000000002"),
            "role_definition_id": role_id(*role), "principal_id": principal,
            "scope": format!("{id}{}", scope.trim_end_matches('/')),
        })
    });
    let assignments: Vec<Value> = assignments.collect();
    json!({
        "account": {
            "id": id, "name": name, "resource_group": "rg", "subscription": SUBSCRIPTION, "location": "westeurope", "api": "sql",
            "tags": {}, "local_auth_disabled": true, "key_metadata_writes_disabled": true, "backup": "periodic",
        },
        "role_definitions": definitions, "role_assignments": assignments,
        "databases": [{ "name": "a", "containers": ["c", "d"] }, { "name": "b", "containers": [] }],
        "gaps": [],
    })
}

/// A principal of the directory.
pub(super) fn principal(id: &str, name: &str, kind: &str) -> Value {
    json!({ "id": id, "name": name, "kind": kind, "found": true })
}

/// The object ID of a number.
pub(super) fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-{number:012x}")
}
