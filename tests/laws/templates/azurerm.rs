//! Accounts of NoSQL as resources of Terraform's provider `azurerm`, as far as it can express them.

use super::{Form, deployable, is_found_alike};
use crate::cases;
use crate::plans::policy;
use crate::strategies::{Shapes, plan};
use cosmos_rbac::model::{AccountRecord, Api, Permission};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A plan that makes the account. Known values only: what a new account's own ID is part of isn't known before the apply, so that
/// all of it is there already and stays.
fn printed(record: &AccountRecord) -> Value {
    let account = &record.account;
    let id = account.id.as_str();
    let of = |kind: &str, number: usize, id: String, mut values: Value| {
        values["id"] = json!(id);
        let name = format!("r{number}");
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
            "change": {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}, "after_sensitive": false}})
    };
    let within = json!({"resource_group_name": account.id.resource_group(), "account_name": account.id.name()});
    let with = |mut values: Value| {
        values
            .as_object_mut()
            .unwrap()
            .extend(within.as_object().unwrap().clone());
        values
    };
    let mut all = vec![of(
        "azurerm_cosmosdb_account",
        0,
        id.to_owned(),
        json!({
            "name": account.id.name(), "resource_group_name": account.id.resource_group(), "location": account.location, "tags": account.tags,
            "kind": "GlobalDocumentDB", "capabilities": [],
            "local_authentication_enabled": account.local_auth_disabled.map(|is| !is),
            "local_authentication_disabled": account.local_auth_disabled,
            "access_key_metadata_writes_enabled": account.key_metadata_writes_disabled.map(|is| !is),
            "backup": [{"type": "Periodic"}],
        }),
    )];
    let last = |id: &str| id.rsplit('/').next().unwrap().to_owned();
    for role in record.role_definitions() {
        let permission = |one: &Permission| {
            let actions: Vec<&str> = one.data_actions.iter().map(|pattern| pattern.as_str()).collect();
            json!({"data_actions": actions})
        };
        let permissions: Vec<Value> = role.permissions.iter().map(permission).collect();
        all.push(of("azurerm_cosmosdb_sql_role_definition", all.len(), role.id.clone(), with(json!({
            "name": role.role_name, "role_definition_id": last(&role.id), "assignable_scopes": role.assignable_scopes,
            "type": if role.claims_built_in { "BuiltInRole" } else { "CustomRole" }, "permissions": permissions,
        }))));
    }
    for one in record.role_assignments() {
        all.push(of("azurerm_cosmosdb_sql_role_assignment", all.len(), one.id.clone(), with(json!({
            "name": last(&one.id), "role_definition_id": one.role_definition_id, "principal_id": one.principal_id, "scope": one.scope,
        }))));
    }
    for database in record.databases.iter().flatten() {
        let name = database.name.as_str();
        let above = format!("{id}/sqlDatabases/{name}");
        all.push(of(
            "azurerm_cosmosdb_sql_database",
            all.len(),
            above.clone(),
            with(json!({"name": name})),
        ));
        for container in database.containers.iter().flatten() {
            all.push(of(
                "azurerm_cosmosdb_sql_container",
                all.len(),
                format!("{above}/containers/{container}"),
                with(json!({"name": container, "database_name": name})),
            ));
        }
    }
    json!({"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": all})
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_terraform_has_is_found_as_if_it_was_scanned(plan in plan(Shapes::Any)) {
        let mut plan = plan;
        plan.api = Api::Sql;
        let (plan, scanned) = deployable(plan);
        let record = &scanned.accounts[0];
        // The provider has no `notDataActions`.
        let takes_away = |one: &Permission| !one.not_data_actions.is_empty();
        prop_assume!(!record.role_definitions().iter().flat_map(|role| &role.permissions).any(takes_away));
        let printed = printed(record);
        let policy = policy(std::slice::from_ref(&plan), 0);
        is_found_alike(&scanned, vec![(Form::Terraform, printed)], &policy)?;
    }
}
