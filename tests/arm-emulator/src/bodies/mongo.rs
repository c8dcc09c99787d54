//! Bodies of users and roles of MongoDB itself.
//!
//! Source: `cosmos-db/resource-manager/Microsoft.DocumentDB` in the azure-rest-api-specs repository, examples
//! `CosmosDBMongoDBRoleDefinitionList` and `CosmosDBMongoDBUserDefinitionList`.

use serde_json::{Value, json};

use crate::tenant::Account;

/// All custom roles of MongoDB itself. The built-in ones are in no list.
pub(crate) fn mongo_roles(account_id: &str, account: &Account) -> Vec<Value> {
    let body = |role: &crate::tenant::MongoRole| {
        let name = format!("{}.{}", role.db, role.role);
        json!({
            "id": format!("{account_id}/mongodbRoleDefinitions/{name}"),
            "name": name,
            "type": "Microsoft.DocumentDB/databaseAccounts/mongodbRoleDefinitions",
            "properties": {
                "roleName": role.role,
                "type": "CustomRole",
                "databaseName": role.db,
                "privileges": role.privileges,
                "roles": role.roles,
            },
        })
    };
    account.mongo_roles.iter().map(body).collect()
}

/// All users of MongoDB itself.
pub(crate) fn mongo_users(account_id: &str, account: &Account) -> Vec<Value> {
    let body = |user: &crate::tenant::MongoUser| {
        let name = format!("{}.{}", user.db, user.user);
        let properties = json!({
            "userName": user.user,
            "databaseName": user.db,
            "customData": user.custom_data.as_deref().unwrap_or_default(),
            "roles": user.roles,
            "mechanisms": "SCRAM-SHA-256",
            "password": user.password,
        });
        json!({
            "id": format!("{account_id}/mongodbUserDefinitions/{name}"),
            "name": name,
            "type": "Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions",
            "properties": properties,
        })
    };
    account.mongo_users.iter().map(body).collect()
}
