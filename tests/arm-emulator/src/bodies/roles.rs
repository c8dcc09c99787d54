//! Bodies of data-plane role definitions and assignments, of every API.

use serde_json::{Value, json};

use super::{expand, expand_all};
use crate::tenant::{Account, Api, Permission, RoleAssignment, RoleDefinition, RoleType};
use crate::util::{guid_of, is_guid};

/// What short data actions are written below.
const ACTION_PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";
const READER: &str = "00000000-0000-0000-0000-000000000001";
const CONTRIBUTOR: &str = "00000000-0000-0000-0000-000000000002";

/// All role definitions of an account, the built-in ones last, as the service lists them.
pub(crate) fn role_definitions(account_id: &str, account: &Account) -> Vec<Value> {
    let api = account.api();
    let custom = account
        .role_definitions
        .iter()
        .map(|role| role_definition(account_id, api, role));
    let built_in = account.built_in_roles.then(|| built_in_roles(api));
    custom
        .chain(
            built_in
                .iter()
                .flatten()
                .map(|role| role_definition(account_id, api, role)),
        )
        .collect()
}

/// All role assignments of an account.
pub(crate) fn role_assignments(account_id: &str, account: &Account) -> Vec<Value> {
    let collection = format!("{}RoleAssignments", account.api().prefix());
    account
        .role_assignments
        .iter()
        .map(|assignment| role_assignment(account_id, account, &collection, assignment))
        .collect()
}

/// The pair of roles that every account of an API has.
fn built_in_roles(api: Api) -> [RoleDefinition; 2] {
    let (reader, contributor): (Vec<String>, Vec<String>) = match api {
        Api::Sql => (
            [
                "readMetadata",
                "sqlDatabases/containers/executeQuery",
                "sqlDatabases/containers/readChangeFeed",
                "sqlDatabases/containers/items/read",
            ]
            .map(str::to_owned)
            .into(),
            [
                "readMetadata",
                "sqlDatabases/containers/*",
                "sqlDatabases/containers/items/*",
            ]
            .map(str::to_owned)
            .into(),
        ),
        other => {
            let x = if other == Api::Table {
                "tables"
            } else {
                other.prefix()
            };
            (
                vec![
                    "readMetadata".to_owned(),
                    "throughputSettings/read".to_owned(),
                    format!("{x}/containers/executeQuery"),
                    format!("{x}/containers/readChangeFeed"),
                    format!("{x}/containers/entities/read"),
                ],
                vec![
                    "readMetadata".to_owned(),
                    "throughputSettings/read".to_owned(),
                    "throughputSettings/write".to_owned(),
                    format!("{x}/*"),
                    format!("{x}/containers/*"),
                    format!("{x}/containers/entities/*"),
                ],
            )
        }
    };
    let role = |id: &str, name: &str, data_actions| RoleDefinition {
        id: id.to_owned(),
        name: name.to_owned(),
        role_type: RoleType::BuiltIn,
        permissions: vec![Permission {
            data_actions,
            not_data_actions: Vec::new(),
        }],
        ..RoleDefinition::default()
    };
    [
        role(READER, "Cosmos DB Built-in Data Reader", reader),
        role(
            CONTRIBUTOR,
            "Cosmos DB Built-in Data Contributor",
            contributor,
        ),
    ]
}

fn role_definition(account_id: &str, api: Api, role: &RoleDefinition) -> Value {
    if let Some(raw) = &role.raw {
        return expand_all(raw, account_id);
    }
    let collection = format!("{}RoleDefinitions", api.prefix());
    let id = definition_id(role);
    let scopes: Vec<String> = if role.assignable_scopes.is_empty() {
        vec![account_id.to_owned()]
    } else {
        role.assignable_scopes
            .iter()
            .map(|scope| expand(scope, account_id))
            .collect()
    };
    let permissions: Vec<Value> = role
        .permissions
        .iter()
        .map(|permission| {
            json!({
                "dataActions": permission.data_actions.iter().map(|one| full_action(one)).collect::<Vec<_>>(),
                "notDataActions": permission.not_data_actions.iter().map(|one| full_action(one)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "id": format!("{account_id}/{collection}/{id}"),
        "name": id,
        "properties": {
            "roleName": role.name,
            "type": match role.role_type { RoleType::Custom => "CustomRole", RoleType::BuiltIn => "BuiltInRole" },
            "assignableScopes": scopes,
            "permissions": permissions,
        },
        "type": format!("Microsoft.DocumentDB/databaseAccounts/{collection}"),
    })
}

fn definition_id(role: &RoleDefinition) -> String {
    if role.id.is_empty() {
        guid_of(&role.name)
    } else {
        role.id.clone()
    }
}

/// Short actions get the prefix; anything that names a provider (or is a bare wildcard) stays as it is.
fn full_action(action: &str) -> String {
    if action.to_ascii_lowercase().starts_with("microsoft.")
        || action.starts_with('*')
        || action.is_empty()
    {
        action.to_owned()
    } else {
        format!("{ACTION_PREFIX}{action}")
    }
}

fn role_assignment(
    account_id: &str,
    account: &Account,
    collection: &str,
    assignment: &RoleAssignment,
) -> Value {
    if let Some(raw) = &assignment.raw {
        return expand_all(raw, account_id);
    }
    let role = if assignment.role.starts_with('/') || assignment.role.starts_with('{') {
        expand(&assignment.role, account_id)
    } else {
        let id = role_named(account, &assignment.role).unwrap_or_else(|| assignment.role.clone());
        format!(
            "{account_id}/{}RoleDefinitions/{id}",
            account.api().prefix()
        )
    };
    let scope = if assignment.scope.is_empty() {
        account_id.to_owned()
    } else {
        expand(&assignment.scope, account_id)
    };
    let id = if assignment.id.is_empty() {
        guid_of(&format!(
            "{account_id} {role} {} {scope}",
            assignment.principal_id
        ))
    } else {
        assignment.id.clone()
    };
    json!({
        "id": format!("{account_id}/{collection}/{id}"),
        "name": id,
        "properties": {
            "roleDefinitionId": role,
            "principalId": assignment.principal_id,
            "scope": scope,
        },
        "type": format!("Microsoft.DocumentDB/databaseAccounts/{collection}"),
    })
}

fn role_named(account: &Account, name: &str) -> Option<String> {
    if is_guid(name) {
        return None;
    }
    let declared = account
        .role_definitions
        .iter()
        .find(|role| role.name == name)
        .map(definition_id);
    declared.or(match name {
        "Cosmos DB Built-in Data Reader" => Some(READER.to_owned()),
        "Cosmos DB Built-in Data Contributor" => Some(CONTRIBUTOR.to_owned()),
        _ => None,
    })
}
