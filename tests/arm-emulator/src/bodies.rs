//! JSON bodies of Cosmos DB resources, shaped like the service's own. Knows the tenant, not HTTP.

use serde_json::{Map, Value, json};

use crate::tenant::{Account, Api, Permission, RoleAssignment, RoleDefinition, RoleType};
use crate::util::{guid_of, is_guid};

/// What short data actions are written below.
const ACTION_PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";
const READER: &str = "00000000-0000-0000-0000-000000000001";
const CONTRIBUTOR: &str = "00000000-0000-0000-0000-000000000002";
/// When everything was created: bodies do not change from run to run.
const CREATED: &str = "2026-06-02T15:35:43.1591888+00:00";
const CREATED_UNIX: u64 = 1_780_414_543;

/// The id of an account, in the casing it is served in.
pub(crate) fn account_id(subscription: &str, account: &Account) -> String {
    account.id.clone().unwrap_or_else(|| {
        format!(
            "/subscriptions/{subscription}/resourceGroups/{}/providers/Microsoft.DocumentDB/databaseAccounts/{}",
            account.resource_group, account.name
        )
    })
}

/// An account, as in lists and by itself.
pub(crate) fn account(subscription: &str, account: &Account) -> Value {
    if let Some(raw) = &account.raw {
        return raw.clone();
    }
    let name = &account.name;
    let host = name.to_ascii_lowercase();
    let endpoint = format!("https://{host}.documents.azure.com:443/");
    let region = account.location.to_ascii_lowercase().replace(' ', "");
    let location = json!({
        "id": format!("{name}-{region}"),
        "locationName": account.location,
        "documentEndpoint": format!("https://{host}-{region}.documents.azure.com:443/"),
        "provisioningState": "Succeeded",
        "failoverPriority": 0,
        "isZoneRedundant": false,
    });
    let api_types = account
        .enabled_api_types
        .as_deref()
        .unwrap_or_else(|| account.api().type_name());
    let key = json!({ "generationTime": CREATED });
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "documentEndpoint": endpoint,
        "sqlEndpoint": endpoint,
        "publicNetworkAccess": "Enabled",
        "enableAutomaticFailover": true,
        "enableMultipleWriteLocations": false,
        "enablePartitionKeyMonitor": false,
        "isVirtualNetworkFilterEnabled": false,
        "virtualNetworkRules": [],
        "EnabledApiTypes": api_types,
        "enableFreeTier": false,
        "enableAnalyticalStorage": false,
        "analyticalStorageConfiguration": {},
        "instanceId": guid_of(name),
        "databaseAccountOfferType": "Standard",
        "defaultIdentity": "FirstPartyIdentity",
        "networkAclBypass": "None",
        "enablePartitionMerge": false,
        "enableBurstCapacity": false,
        "minimalTlsVersion": "Tls12",
        "consistencyPolicy": {
            "defaultConsistencyLevel": "Session",
            "maxIntervalInSeconds": 5,
            "maxStalenessPrefix": 100,
        },
        "configurationOverrides": {},
        "writeLocations": [location],
        "readLocations": [location],
        "locations": [location],
        "failoverPolicies": [{
            "id": format!("{name}-{region}"),
            "locationName": account.location,
            "failoverPriority": 0,
        }],
        "cors": [],
        "capabilities": account.capabilities.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "ipRules": [],
        "backupPolicy": {
            "type": "Periodic",
            "periodicModeProperties": {
                "backupIntervalInMinutes": 240,
                "backupRetentionIntervalInHours": 8,
                "backupStorageRedundancy": "Geo",
            },
        },
        "networkAclBypassResourceIds": [],
        "keysMetadata": {
            "primaryMasterKey": key,
            "secondaryMasterKey": key,
            "primaryReadonlyMasterKey": key,
            "secondaryReadonlyMasterKey": key,
        },
    });
    if let Value::Object(map) = &mut properties {
        set(map, "disableLocalAuth", account.disable_local_auth);
        set(
            map,
            "disableKeyBasedMetadataWriteAccess",
            account.disable_key_based_metadata_write_access,
        );
        map.extend(account.properties.clone());
    }
    json!({
        "id": account_id(subscription, account),
        "name": name,
        "location": account.location,
        "type": "Microsoft.DocumentDB/databaseAccounts",
        "kind": account.kind,
        "tags": account.tags,
        "systemData": { "createdAt": CREATED },
        "properties": properties,
        "identity": { "type": "None" },
    })
}

fn set(map: &mut Map<String, Value>, name: &str, value: Option<bool>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), Value::Bool(value));
    }
}

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

fn expand(text: &str, account_id: &str) -> String {
    text.replace("{account}", account_id)
}

/// Expands `{account}` in every string of a raw item.
pub(crate) fn expand_all(raw: &Value, account_id: &str) -> Value {
    match raw {
        Value::String(text) => Value::String(expand(text, account_id)),
        Value::Array(items) => items
            .iter()
            .map(|item| expand_all(item, account_id))
            .collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(name, value)| (name.clone(), expand_all(value, account_id)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// All databases of an account.
pub(crate) fn databases(account_id: &str, account: &Account) -> Vec<Value> {
    let declared = account
        .databases
        .keys()
        .map(|name| database(account_id, name));
    declared
        .chain(
            account
                .raw_databases
                .iter()
                .map(|raw| expand_all(raw, account_id)),
        )
        .collect()
}

fn database(account_id: &str, name: &str) -> Value {
    let seed = guid_of(&format!("{account_id} {name}"));
    let rid = format!("{}AA==", seed.get(..4).unwrap_or_default());
    json!({
        "id": format!("{account_id}/sqlDatabases/{name}"),
        "type": "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
        "name": name,
        "properties": {
            "resource": {
                "id": name,
                "_rid": rid,
                "_self": format!("dbs/{rid}/"),
                "_etag": etag(&seed),
                "_colls": "colls/",
                "_users": "users/",
                "_ts": CREATED_UNIX,
            },
        },
    })
}

/// All containers of a database.
pub(crate) fn containers(account_id: &str, database: &str, names: &[String]) -> Vec<Value> {
    names
        .iter()
        .map(|name| container(account_id, database, name))
        .collect()
}

fn container(account_id: &str, database: &str, name: &str) -> Value {
    let seed = guid_of(&format!("{account_id} {database} {name}"));
    let rid = format!("{}AI=", seed.get(..8).unwrap_or_default());
    json!({
        "id": format!("{account_id}/sqlDatabases/{database}/containers/{name}"),
        "type": "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
        "name": name,
        "properties": {
            "resource": {
                "id": name,
                "indexingPolicy": {
                    "indexingMode": "consistent",
                    "automatic": true,
                    "includedPaths": [{ "path": "/*" }],
                    "excludedPaths": [{ "path": "/\"_etag\"/?" }],
                },
                "partitionKey": { "paths": ["/id"], "kind": "Hash", "version": 2 },
                "conflictResolutionPolicy": {
                    "mode": "LastWriterWins",
                    "conflictResolutionPath": "/_ts",
                    "conflictResolutionProcedure": "",
                },
                "_rid": rid,
                "_ts": CREATED_UNIX,
                "_self": format!("dbs/{rid}/colls/{rid}/"),
                "_etag": etag(&seed),
                "_docs": "docs/",
                "_sprocs": "sprocs/",
                "_triggers": "triggers/",
                "_udfs": "udfs/",
                "_conflicts": "conflicts/",
            },
        },
    })
}

fn etag(seed: &str) -> String {
    format!("\"{}\"", seed.replace("-4", "-0"))
}
