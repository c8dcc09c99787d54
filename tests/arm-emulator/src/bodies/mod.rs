//! JSON bodies of Cosmos DB resources, shaped like the service's own. Knows the tenant, not HTTP.

mod account;
mod authorization;
mod azure_roles;
mod cluster;
mod data;
mod delegation;
mod mongo;
mod roles;

use serde_json::Value;

pub(crate) use account::account;
pub(crate) use authorization::{Place, assignment, built_in_roles, definition_id, deny, eligible, role};
pub(crate) use cluster::{cassandra_cluster, cluster_id, cluster_users, mongo_cluster};
pub(crate) use data::{containers, databases};
pub(crate) use delegation::delegation;
pub(crate) use mongo::{mongo_roles, mongo_users};
pub(crate) use roles::{role_assignments, role_definitions};

use crate::tenant::Account;

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

fn expand(text: &str, account_id: &str) -> String {
    text.replace("{account}", account_id)
}

/// Expands `{account}` in every string of a raw item.
pub(crate) fn expand_all(raw: &Value, account_id: &str) -> Value {
    match raw {
        Value::String(text) => Value::String(expand(text, account_id)),
        Value::Array(items) => items.iter().map(|item| expand_all(item, account_id)).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(name, value)| (name.clone(), expand_all(value, account_id)))
                .collect(),
        ),
        other => other.clone(),
    }
}
