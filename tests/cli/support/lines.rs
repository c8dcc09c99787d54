//! Snapshots written by hand: as many lines as a test needs, and nothing else in them.

use serde_json::{Value, json};

/// The subscription of [`account`]s.
pub(crate) const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
/// Somebody.
pub(crate) const ANN: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
/// Somebody else.
pub(crate) const BEN: &str = "bbbbbbbb-0000-4000-8000-00000000000b";

/// The id of an account.
pub(crate) fn account_id(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}")
}

/// A role definition's GUID.
pub(crate) fn role_guid(number: usize) -> String {
    format!("c0000000-0000-4000-8000-{number:012x}")
}

/// An account without keys; `roles` are names with their permissions, `assignments` say who has which role where.
pub(crate) fn account(name: &str, roles: &[(&str, Value)], assignments: &[(&str, usize, &str)]) -> Value {
    let id = account_id(name);
    let roles = roles.iter().enumerate().map(|(number, (role, permissions))| {
        json!({"id": format!("{id}/sqlRoleDefinitions/{}", role_guid(number)), "role_name": role, "built_in": false,
               "assignable_scopes": ["/"], "permissions": permissions})
    });
    let assignments = assignments.iter().enumerate().map(|(number, (who, role, scope))| {
        json!({"id": format!("{id}/sqlRoleAssignments/d0000000-0000-4000-8000-{number:012x}"),
               "role_definition_id": format!("{id}/sqlRoleDefinitions/{}", role_guid(*role)),
               "principal_id": who, "scope": scope})
    });
    let databases =
        json!([{"name": "orders", "containers": ["open", "closed"]}, {"name": "ledger", "containers": ["x"]}]);
    json!({"account": {"id": id, "name": name, "resource_group": "rg", "subscription": SUBSCRIPTION,
                       "location": "westeurope", "api": "sql", "tags": {}, "local_auth_disabled": true,
                       "key_metadata_writes_disabled": true},
           "role_definitions": roles.collect::<Vec<_>>(), "role_assignments": assignments.collect::<Vec<_>>(),
           "databases": databases, "gaps": []})
}

/// Permissions that allow these data actions, and no others.
pub(crate) fn allows(actions: &[&str]) -> Value {
    json!([{"data_actions": actions.iter().map(|action| full(action)).collect::<Vec<_>>(), "not_data_actions": []}])
}

/// A data action in full.
pub(crate) fn full(action: &str) -> String {
    match action {
        "*" => action.to_owned(),
        _ => format!("Microsoft.DocumentDB/databaseAccounts/{action}"),
    }
}

/// A whole snapshot.
pub(crate) fn snapshot(accounts: &[Value], control_plane: Option<Value>) -> String {
    let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-03-04T05:05:06Z",
                        "cloud": "public", "tenant": "72f988bf-0000-4000-8000-00000000c0de",
                        "subscriptions": [{"id": SUBSCRIPTION, "name": "shop"}]});
    let planes = usize::from(control_plane.is_some());
    let gaps: usize = accounts
        .iter()
        .filter_map(|account| account["gaps"].as_array())
        .map(Vec::len)
        .sum();
    let end = json!({"end": {"accounts": accounts.len(), "gaps": gaps, "control_planes": planes}});
    let lines = std::iter::once(&header)
        .chain(accounts)
        .chain(&control_plane)
        .chain([&end]);
    lines.map(|line| format!("{line}\n")).collect()
}

/// A snapshot with its lines changed.
pub(crate) fn changed(snapshot: &str, change: impl FnOnce(&mut Vec<Value>)) -> String {
    let mut lines: Vec<Value> = snapshot
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    change(&mut lines);
    lines.iter().map(|line| format!("{line}\n")).collect()
}
