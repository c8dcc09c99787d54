//! Bodies of data-plane role definitions and assignments, of every API.

use serde_json::{Value, json};

use super::{expand, expand_all};
use crate::tenant::{Account, Api, Permission, RoleAssignment, RoleDefinition, RoleType};
use crate::util::{guid_of, is_guid};

/// What short data actions are written below.
const ACTION_PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";

/// All role definitions of an API in an account, the built-in ones last, as the service lists them: accounts have those of
/// every API. Source: exports of accounts at api-version 2026-04-01-preview.
pub(crate) fn role_definitions(account_id: &str, account: &Account, api: Api) -> Vec<Value> {
    let (custom, _) = account.roles(api);
    let built_in = account.built_in_roles.then(|| built_in_roles(api));
    custom
        .iter()
        .chain(built_in.iter().flatten())
        .map(|role| role_definition(account_id, api, role))
        .collect()
}

/// All role assignments of an API in an account.
pub(crate) fn role_assignments(account_id: &str, account: &Account, api: Api) -> Vec<Value> {
    let (_, assignments) = account.roles(api);
    assignments
        .iter()
        .map(|assignment| role_assignment(account_id, account, api, assignment))
        .collect()
}

/// The pair of roles that every account has of an API.
fn built_in_roles(api: Api) -> [RoleDefinition; 2] {
    let x = match api {
        Api::Sql => "sqlDatabases",
        Api::Table => "tables",
        other => other.prefix(),
    };
    let items = if api == Api::Sql { "items" } else { "entities" };
    let mut reader = vec!["readMetadata".to_owned()];
    let mut contributor = reader.clone();
    // The newer APIs have more, and numbers of their own.
    let is_newer = !matches!(api, Api::Sql | Api::Table);
    if is_newer {
        reader.push("throughputSettings/read".to_owned());
        contributor.extend(["throughputSettings/read", "throughputSettings/write"].map(str::to_owned));
    }
    reader.extend([
        format!("{x}/containers/executeQuery"),
        format!("{x}/containers/readChangeFeed"),
        format!("{x}/containers/{items}/read"),
    ]);
    if api != Api::Sql {
        contributor.push(format!("{x}/*"));
    }
    if is_newer {
        contributor.extend([format!("{x}/write"), format!("{x}/delete")]);
    }
    contributor.extend([format!("{x}/containers/*"), format!("{x}/containers/{items}/*")]);
    let role = |number: usize, data_actions| RoleDefinition {
        id: built_in_id(api, number),
        name: built_in_name(api, number),
        role_type: RoleType::BuiltIn,
        permissions: vec![Permission {
            data_actions,
            not_data_actions: Vec::new(),
        }],
        ..RoleDefinition::default()
    };
    [role(0, reader), role(1, contributor)]
}

/// The id of the reader (0) and the contributor (1) of an API.
fn built_in_id(api: Api, number: usize) -> String {
    let first = if matches!(api, Api::Sql | Api::Table) { 1 } else { 3 };
    format!("00000000-0000-0000-0000-00000000000{}", first + number)
}

fn built_in_name(api: Api, number: usize) -> String {
    let of = match api {
        Api::Sql | Api::Table => "",
        Api::Cassandra => "Cassandra ",
        Api::Gremlin => "Gremlin ",
        Api::Mongo => "Mongo ",
    };
    let what = if number == 0 { "Reader" } else { "Contributor" };
    format!("Cosmos DB {of}Built-in Data {what}")
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
    if action.to_ascii_lowercase().starts_with("microsoft.") || action.starts_with('*') || action.is_empty() {
        action.to_owned()
    } else {
        format!("{ACTION_PREFIX}{action}")
    }
}

fn role_assignment(account_id: &str, account: &Account, api: Api, assignment: &RoleAssignment) -> Value {
    let collection = format!("{}RoleAssignments", api.prefix());
    if let Some(raw) = &assignment.raw {
        return expand_all(raw, account_id);
    }
    let role = if assignment.role.starts_with('/') || assignment.role.starts_with('{') {
        expand(&assignment.role, account_id)
    } else {
        let id = role_named(account, api, &assignment.role).unwrap_or_else(|| assignment.role.clone());
        format!("{account_id}/{}RoleDefinitions/{id}", api.prefix())
    };
    let scope = if assignment.scope.is_empty() {
        account_id.to_owned()
    } else {
        expand(&assignment.scope, account_id)
    };
    let id = if assignment.id.is_empty() {
        guid_of(&format!("{account_id} {role} {} {scope}", assignment.principal_id))
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

fn role_named(account: &Account, api: Api, name: &str) -> Option<String> {
    if is_guid(name) {
        return None;
    }
    let (declared, _) = account.roles(api);
    let declared = declared.iter().find(|role| role.name == name).map(definition_id);
    // Older tenants name the built-in roles without the API.
    let plain = |number| name == built_in_name(api, number) || name == built_in_name(Api::Sql, number);
    let built_in = || {
        (0..2)
            .find(|number| plain(*number))
            .map(|number| built_in_id(api, number))
    };
    declared.or_else(built_in)
}
