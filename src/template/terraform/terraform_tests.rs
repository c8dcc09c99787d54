use super::testing::{ID, account, body, configured, created, plan_of, properties, read_for, read_plan, shown};
use super::*;
use crate::arm;
use crate::model::{Api, RoleKind};
use serde_json::{Value as Json, json};

#[test]
fn a_new_account_with_what_belongs_to_it() {
    let own = ["azurerm_cosmosdb_account.a.id", "azurerm_cosmosdb_account.a"];
    let role = [
        "azurerm_cosmosdb_sql_role_definition.r.id",
        "azurerm_cosmosdb_sql_role_definition.r",
    ];
    let identity = [
        "azurerm_user_assigned_identity.x.principal_id",
        "azurerm_user_assigned_identity.x",
    ];
    let changes = vec![
        account(
            json!({"id": true, "local_authentication_enabled": true, "local_authentication_disabled": true,
            "capabilities": true, "backup": true, "primary_key": true}),
        ),
        created(
            "azurerm_cosmosdb_sql_database.d",
            json!({"name": "sales", "account_name": "orders", "resource_group_name": "rg"}),
            json!({"id": true, "throughput": true}),
        ),
        created(
            "azurerm_cosmosdb_sql_container.c",
            json!({"name": "carts", "database_name": "sales", "account_name": "orders", "resource_group_name": "rg"}),
            json!({"id": true}),
        ),
        created(
            "azurerm_cosmosdb_sql_role_definition.r",
            json!({"name": "Cart reader", "account_name": "orders", "resource_group_name": "rg", "type": "CustomRole",
                "assignable_scopes": [null],
                "permissions": [{"data_actions": ["Microsoft.DocumentDB/databaseAccounts/readMetadata"]}]}),
            json!({"id": true, "role_definition_id": true, "assignable_scopes": [true], "permissions": [{"data_actions": [false]}]}),
        ),
        created(
            "azurerm_cosmosdb_sql_role_assignment.s",
            json!({"account_name": "orders", "resource_group_name": "rg"}),
            json!({"id": true, "name": true, "principal_id": true, "role_definition_id": true, "scope": true}),
        ),
    ];
    let root = json!({"resources": [
        configured("azurerm_cosmosdb_account.a", &[("name", &[])]),
        configured("azurerm_cosmosdb_sql_role_definition.r", &[("assignable_scopes", &own)]),
        configured("azurerm_cosmosdb_sql_role_assignment.s",
            &[("principal_id", &identity), ("role_definition_id", &role), ("scope", &own)]),
    ]});
    let plan = read_plan(&plan_of(changes, root));
    assert_eq!(plan.unread, []);
    let [account, database, container, role, assignment] = plan.resources.as_slice() else {
        panic!("{:?}", plan.resources);
    };
    assert_eq!(account.id, ID);
    assert_eq!(
        shown(&account.body),
        json!({
            "kind": "GlobalDocumentDB", "location": "westeurope", "tags": {"env": "prod"},
            "properties": {
                "capabilities": [], "disableLocalAuth": false, "disableKeyBasedMetadataWriteAccess": false,
            },
        })
    );
    assert_eq!(database.id, format!("{ID}/sqlDatabases/sales"));
    assert_eq!(properties(database), json!({"resource": {"id": "sales"}}));
    assert_eq!(container.id, format!("{ID}/sqlDatabases/sales/containers/carts"));
    let role_id = format!("{ID}/sqlRoleDefinitions/{{azurerm_cosmosdb_sql_role_definition.r.role_definition_id}}");
    // An assignment's role definition is found by its flat ID.
    assert_eq!(role.id, flat(&role_id));
    assert_eq!(
        properties(role),
        json!({
            "roleName": "Cart reader", "type": "CustomRole",
            "assignableScopes": ["?azurerm_cosmosdb_sql_role_definition.r.assignable_scopes[0]"],
            "permissions": [{"dataActions": ["Microsoft.DocumentDB/databaseAccounts/readMetadata"]}],
        })
    );
    assert_eq!(
        assignment.id,
        flat(&format!(
            "{ID}/sqlRoleAssignments/{{azurerm_cosmosdb_sql_role_assignment.s.name}}"
        ))
    );
    assert_eq!(
        properties(assignment),
        json!({
            "roleDefinitionId": format!("?{role_id}"),
            "principalId": "?azurerm_user_assigned_identity.x.principal_id",
            // The same references as those of `"${azurerm_cosmosdb_account.a.id}/dbs/sales"`.
            "scope": "?azurerm_cosmosdb_sql_role_assignment.s.scope",
        })
    );
    for one in &plan.resources {
        assert!(one.at.is_some() && one.body.get("properties").unwrap().at.is_some());
        assert_eq!(one.presence, Presence::Deployed);
    }
}

#[test]
fn readers_of_bodies_take_what_is_known() {
    let group = json!({"account_name": "orders", "resource_group_name": "rg"});
    let with = |fields: Json| {
        let mut all = group.clone();
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        all
    };
    let database = format!("{ID}/mongodbDatabases/sales").replace("{subscription}", "s");
    let cluster = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/mongoClusters/m";
    let changes = vec![
        account(json!({})),
        created(
            "azurerm_cosmosdb_sql_role_definition.r",
            with(
                json!({"name": "Reader", "role_definition_id": "11111111-1111-1111-1111-111111111111",
                "assignable_scopes": [ID], "permissions": [{"data_actions": ["a/read"]}]}),
            ),
            json!({}),
        ),
        created(
            "azurerm_cosmosdb_sql_role_assignment.s",
            with(
                json!({"name": "22222222-2222-2222-2222-222222222222", "principal_id": "p", "scope": ID,
                "role_definition_id": format!("{ID}/sqlRoleDefinitions/11111111-1111-1111-1111-111111111111")}),
            ),
            json!({}),
        ),
        created(
            "azurerm_cosmosdb_mongo_role_definition.m",
            json!({"cosmos_mongo_database_id": database, "role_name": "own", "inherited_role_names": ["read"],
                "privilege": [{"actions": ["find"], "resource": [{"collection_name": "carts", "db_name": "sales"}]}]}),
            json!({}),
        ),
        created(
            "azurerm_cosmosdb_mongo_user_definition.u",
            json!({"cosmos_mongo_database_id": database, "username": "app", "password": "p4ss",
                "inherited_role_names": ["own"]}),
            json!({}),
        ),
        created(
            "azurerm_mongo_cluster.m",
            json!({"name": "m", "resource_group_name": "rg", "authentication_methods": ["MicrosoftEntraID"],
                "administrator_password": "p4ss", "location": "westeurope"}),
            json!({}),
        ),
        created(
            "azurerm_mongo_cluster_user.u",
            json!({"mongo_cluster_id": cluster, "object_id": "o", "principal_type": "user",
                "identity_provider_type": "MicrosoftEntraID", "role": [{"database": "admin", "name": "root"}]}),
            json!({}),
        ),
        created(
            "azurerm_cosmosdb_cassandra_cluster.c",
            json!({"name": "c", "resource_group_name": "rg", "default_admin_password": "p4ss",
                "authentication_method": "None"}),
            json!({}),
        ),
        created(
            "azurerm_role_assignment.a",
            json!({"name": "33333333-3333-3333-3333-333333333333", "scope": "/subscriptions/s", "principal_id": "p",
                "role_definition_name": "owner"}),
            json!({"role_definition_id": true}),
        ),
        created(
            "azurerm_role_definition.d",
            json!({"name": "Keys", "role_definition_id": "44444444-4444-4444-4444-444444444444",
                "scope": "/subscriptions/s", "permissions": [{"actions": ["*"]}]}),
            json!({"assignable_scopes": true}),
        ),
    ];
    let plan = read_plan(&plan_of(changes, json!({})));
    assert_eq!(plan.unread, []);
    let text = format!("{plan:?}");
    assert!(!text.contains("p4ss"), "{text}");
    let bodies: Vec<Json> = plan.resources.iter().map(body).collect();
    let of = |number: usize| &bodies[number];
    assert!(arm::listed_account(of(0)).is_ok());
    let role = arm::role_definition(of(1), RoleKind::Sql).unwrap().unwrap();
    assert_eq!((role.value.role_name.as_str(), role.gaps.len()), ("Reader", 0));
    let assignment = arm::role_assignment(of(2), RoleKind::Sql).unwrap().unwrap().value;
    assert_eq!(assignment.scope, ID);
    let own = arm::mongo_role(of(3)).unwrap().unwrap().value;
    assert_eq!((own.name.db.as_str(), own.name.role.as_str()), ("sales", "own"));
    assert_eq!((own.privileges.len(), own.roles[0].role.as_str()), (1, "read"));
    assert_eq!(
        own.id,
        database.replace("mongodbDatabases/sales", "mongodbRoleDefinitions/sales.own")
    );
    let user = arm::mongo_user(of(4)).unwrap().unwrap().value;
    assert_eq!((user.user.as_str(), user.roles[0].role.as_str()), ("app", "own"));
    let mongo = arm::listed_cluster(of(5), Api::MongoCluster).unwrap().account;
    assert_eq!(mongo.authentication, ["MicrosoftEntraID"]);
    let user = arm::cluster_user(of(6)).unwrap().unwrap().value;
    assert_eq!(user.id, format!("{cluster}/users/o"));
    let cassandra = arm::listed_cluster(of(7), Api::CassandraCluster).unwrap().account;
    assert_eq!(cassandra.authentication, ["None"]);
    let owner = arm::azure_role_assignment(of(8)).unwrap().unwrap().value;
    assert!(
        owner
            .role_definition_id
            .ends_with("/8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
    );
    let role = arm::azure_role_definition(of(9)).unwrap().unwrap().value;
    assert_eq!((role.role_name.as_str(), role.assignable_scopes.len()), ("Keys", 1));
    assert!(
        role.id
            .ends_with("/roleDefinitions/44444444-4444-4444-4444-444444444444"),
        "{}",
        role.id
    );
}

/// The way to a built-in role that the provider's documentation shows. Of a new account, it is read during the deployment.
#[test]
fn a_role_of_a_data_source_is_known_by_its_guid() {
    let guid = "00000000-0000-0000-0000-000000000002";
    let mut data = created(
        "azurerm_cosmosdb_sql_role_definition.built_in",
        json!({"role_definition_id": guid, "account_name": "orders", "resource_group_name": "rg"}),
        json!({"id": true, "permissions": true}),
    );
    data["mode"] = "data".into();
    data["address"] = "data.azurerm_cosmosdb_sql_role_definition.built_in".into();
    data["change"]["actions"] = json!(["read"]);
    let assignment = created(
        "azurerm_cosmosdb_sql_role_assignment.s",
        json!({"account_name": "orders", "resource_group_name": "rg", "principal_id": "p", "scope": ID}),
        json!({"role_definition_id": true, "name": true}),
    );
    let root = json!({"resources": [configured("azurerm_cosmosdb_sql_role_assignment.s", &[("role_definition_id", &[
        "data.azurerm_cosmosdb_sql_role_definition.built_in.id",
        "data.azurerm_cosmosdb_sql_role_definition.built_in",
    ])])]});
    let plan = read_for(
        &plan_of(vec![data, assignment], root),
        &Target {
            subscription: Some("s".into()),
            resource_group: None,
            ..Target::default()
        },
    );
    let [assignment] = plan.resources.as_slice() else {
        panic!("{:?}", plan.resources);
    };
    let role = format!("{ID}/sqlRoleDefinitions/{guid}").replace("{subscription}", "s");
    assert_eq!(properties(assignment)["roleDefinitionId"], json!(role));
}

/// An identity of an app that reads and writes items: all in one plan, the role assignment in a module.
#[test]
fn a_plan_as_terraform_prints_it() {
    let text = include_str!("../../../tests/bodies/terraform/managed_identity.json");
    let plan = read_plan(&serde_json::from_str(text).unwrap());
    assert_eq!(plan.unread, []);
    let start = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/rg-orders/providers";
    let account = format!("{start}/Microsoft.DocumentDB/databaseAccounts/cosmos-orders");
    let [database, container, role, operator, assignment] = &plan.resources[1..] else {
        panic!("{:?}", plan.resources);
    };
    let first = &plan.resources[0];
    assert_eq!(
        (first.id.as_str(), properties(first)["disableLocalAuth"].clone()),
        (account.as_str(), json!(false))
    );
    assert!(arm::listed_account(&body(first)).is_ok());
    assert_eq!(database.id, format!("{account}/sqlDatabases/sales"));
    assert_eq!(container.id, format!("{account}/sqlDatabases/sales/containers/carts"));
    let of_role =
        format!("{account}/sqlRoleDefinitions/{{azurerm_cosmosdb_sql_role_definition.writer.role_definition_id}}");
    assert_eq!(role.id, flat(&of_role));
    assert!(arm::role_definition(&body(role), RoleKind::Sql).is_ok());
    let found = properties(operator);
    assert_eq!(
        (found["scope"].as_str(), found["roleDefinitionId"].as_str()),
        (
            Some(account.as_str()),
            Some("/providers/Microsoft.Authorization/roleDefinitions/5bd9cd88-fe45-4216-938b-f97437e15450")
        )
    );
    assert_eq!(
        properties(assignment),
        json!({
            "roleDefinitionId": format!("?{of_role}"),
            "principalId": "?azurerm_user_assigned_identity.web.principal_id",
            "scope": "?module.access.azurerm_cosmosdb_sql_role_assignment.this[\"web\"].scope",
        })
    );
    let scope = assignment.body.at_path(&["properties", "scope"]).unwrap();
    assert_eq!(
        scope.value.as_unknown().unwrap().why.to_string(),
        "`azurerm_cosmosdb_account.orders.id` is known only after the deployment"
    );
}
