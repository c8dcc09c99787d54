use super::super::testing::{account, changed, configured, created, plan_of, properties, read_plan, shown};
use crate::template::planned::Presence;
use serde_json::{Value as Json, json};

const GROUP: &str = "/subscriptions/s/resourceGroups/rg";

fn of(kind: &str) -> String {
    format!("Microsoft.DocumentDB/{kind}@2025-04-15")
}

#[test]
fn bodies_are_objects_or_strings_that_hold_one() {
    let body = json!({"kind": "GlobalDocumentDB", "properties": {"disableLocalAuth": true, "createMode": "Default"}});
    for body in [body.clone(), body.to_string().into()] {
        let after = json!({
            "type": of("databaseAccounts"), "name": "orders", "parent_id": GROUP, "body": body,
            "location": "westeurope", "tags": {"env": "prod"},
        });
        let plan = read_plan(&plan_of(
            vec![created("azapi_resource.a", after, json!({"id": true}))],
            json!({}),
        ));
        assert_eq!((plan.unread.len(), plan.resources.len()), (0, 1));
        let own = &plan.resources[0];
        assert_eq!(
            own.id,
            format!("{GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/orders")
        );
        assert_eq!(own.resource_type, "Microsoft.DocumentDB/databaseAccounts");
        assert_eq!(
            shown(&own.body),
            json!({
                "kind": "GlobalDocumentDB", "properties": {"disableLocalAuth": true, "createMode": "Default"},
                "location": "westeurope", "tags": {"env": "prod"},
            })
        );
        assert!(
            own.body
                .at_path(&["properties", "disableLocalAuth"])
                .unwrap()
                .at
                .is_some()
        );
    }
    let read = |after: Json, unknown: Json| {
        let after = [
            json!({"type": of("databaseAccounts"), "name": "orders", "parent_id": GROUP}),
            after,
        ];
        let mut all = after[0].clone();
        all.as_object_mut()
            .unwrap()
            .extend(after[1].as_object().unwrap().clone());
        properties(&read_plan(&plan_of(vec![created("azapi_resource.a", all, unknown)], json!({}))).resources[0])
    };
    assert_eq!(
        read(json!({"body": "{"}), json!({})),
        "?azapi_resource.a.body.properties"
    );
    assert_eq!(
        read(json!({}), json!({"body": true})),
        "?azapi_resource.a.body.properties"
    );
    assert_eq!(read(json!({}), json!({})), json!({}));
    assert_eq!(
        read(
            json!({"body": {"properties": {"capabilities": []}}}),
            json!({"body": {"properties": {"disableLocalAuth": true}}})
        ),
        json!({"capabilities": [], "disableLocalAuth": "?azapi_resource.a.body.properties.disableLocalAuth"})
    );
}

#[test]
fn children_lie_in_what_their_parent_refers_to() {
    let parent = |name: &str| [format!("azapi_resource.{name}.id"), format!("azapi_resource.{name}")];
    let (group, account) = (parent("g"), parent("a"));
    let group: Vec<&str> = group.iter().map(String::as_str).collect();
    let account: Vec<&str> = account.iter().map(String::as_str).collect();
    let unknown = json!({"parent_id": true, "id": true});
    let changes = vec![
        created(
            "azapi_resource.g",
            json!({"type": "Microsoft.Resources/resourceGroups@2024-03-01", "name": "rg"}),
            json!({"id": true, "parent_id": true}),
        ),
        created(
            "azapi_resource.a",
            json!({"type": of("databaseAccounts"), "name": "orders"}),
            unknown.clone(),
        ),
        created(
            "azapi_resource.r",
            json!({"type": of("databaseAccounts/sqlRoleAssignments"), "name": "n"}),
            unknown.clone(),
        ),
        // `"${azapi_resource.a.id}/sqlDatabases/sales"`.
        created(
            "azapi_resource.c",
            json!({"type": of("databaseAccounts/sqlDatabases/containers"), "name": "carts"}),
            unknown,
        ),
        created(
            "azapi_resource.w",
            json!({"type": "Microsoft.Web/sites@2024-03-01", "name": "w"}),
            json!({}),
        ),
    ];
    let root = json!({"resources": [
        configured("azapi_resource.a", &[("parent_id", &group)]),
        configured("azapi_resource.r", &[("parent_id", &account)]),
        configured("azapi_resource.c", &[("parent_id", &account)]),
    ]});
    let plan = read_plan(&plan_of(changes, root));
    let ids: Vec<&str> = plan.resources.iter().map(|one| one.id.as_str()).collect();
    let start = "/subscriptions/{subscription}/resourceGroups";
    let accounts = format!("{start}/rg/providers/Microsoft.DocumentDB/databaseAccounts");
    let unknown = "{azapi_resource.c.parent_id}";
    assert_eq!(
        ids,
        [
            format!("{accounts}/orders"),
            format!("{accounts}/orders/sqlRoleAssignments/n"),
            format!(
                "{start}/{unknown}/providers/Microsoft.DocumentDB/databaseAccounts/{unknown}/sqlDatabases/{unknown}/containers/carts"
            ),
        ]
    );
}

#[test]
fn updates_are_put_over_what_they_change() {
    let update = |target: Json, unknown: Json, body: Json| {
        let mut after = json!({"type": of("databaseAccounts"), "body": body});
        after
            .as_object_mut()
            .unwrap()
            .extend(target.as_object().unwrap().clone());
        created("azapi_update_resource.u", after, unknown)
    };
    let off = json!({"properties": {"disableLocalAuth": true}});
    let own = ["azurerm_cosmosdb_account.a.id", "azurerm_cosmosdb_account.a"];
    let root = json!({"resources": [
        configured("azurerm_cosmosdb_account.a", &[]),
        configured("azapi_update_resource.u", &[("resource_id", &own)]),
    ]});
    // Before what it changes, as the file has it.
    let both = vec![
        update(json!({}), json!({"resource_id": true}), off.clone()),
        account(json!({"id": true})),
    ];
    let plan = read_plan(&plan_of(both, root));
    assert_eq!((plan.unread.len(), plan.resources.len()), (0, 1));
    let found = properties(&plan.resources[0]);
    assert_eq!(
        (
            found["disableLocalAuth"].clone(),
            found["disableKeyBasedMetadataWriteAccess"].clone()
        ),
        (json!(true), json!(false))
    );
    // Of an account that the plan doesn't make.
    let there = format!("{GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/there");
    let plan = read_plan(&plan_of(
        vec![update(json!({"resource_id": there}), json!({}), off.clone())],
        json!({}),
    ));
    assert_eq!(
        (plan.resources[0].id.as_str(), &plan.resources[0].presence),
        (there.as_str(), &Presence::Deployed)
    );
    let found = properties(&plan.resources[0]);
    assert_eq!(found["disableLocalAuth"], json!(true));
    assert_eq!(found["capabilities"], json!(format!("?{there}.capabilities")));
    let by_name = update(json!({"parent_id": GROUP, "name": "there"}), json!({}), off.clone());
    let plan = read_plan(&plan_of(vec![by_name], json!({})));
    assert_eq!(plan.resources[0].id, there);
    // Of which account isn't known.
    let plan = read_plan(&plan_of(
        vec![update(json!({}), json!({"resource_id": true}), off)],
        json!({}),
    ));
    assert_eq!((plan.unread.len(), plan.resources.len()), (1, 0));
    // To take an update out of the configuration changes nothing.
    let state = json!({"type": of("databaseAccounts"), "id": there});
    let gone = changed("azapi_update_resource.u", &["delete"], state, Json::Null, json!({}));
    let plan = read_plan(&plan_of(vec![gone], json!({})));
    assert_eq!((plan.resources.len(), plan.deleted.len(), plan.unread.len()), (0, 0, 0));
}

#[test]
fn passwords_and_custom_data_have_no_place() {
    let after = json!({
        "type": of("databaseAccounts/mongodbUserDefinitions"), "name": "orders.app",
        "parent_id": format!("{GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/orders"),
        "body": {"properties": {
            "userName": "app", "databaseName": "orders", "password": "p4ss", "customData": "c5tom",
            "roles": [{"db": "orders", "role": "read"}], "mechanisms": "m6ch",
        }},
    });
    let mut change = created("azapi_resource.u", after, json!({}));
    change["change"]["after_sensitive"] = json!({"body": {"properties": {"mechanisms": true}}});
    let plan = read_plan(&plan_of(vec![change], json!({})));
    let text = format!("{plan:?}");
    assert!(
        !["p4ss", "c5tom", "m6ch"].iter().any(|secret| text.contains(secret)),
        "{text}"
    );
    assert_eq!(
        properties(&plan.resources[0])["roles"],
        json!([{"db": "orders", "role": "read"}])
    );
}

#[test]
fn a_role_assignment_has_one_principal_and_one_role() {
    let identity = [
        "azurerm_user_assigned_identity.x.principal_id",
        "azurerm_user_assigned_identity.x",
    ];
    let role = ["azapi_resource.role.id", "azapi_resource.role"];
    let account = ["azapi_resource.a.id", "azapi_resource.a"];
    let below = format!("{GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/orders");
    let changes = vec![
        created(
            "azapi_resource.role",
            json!({"type": of("databaseAccounts/sqlRoleDefinitions"), "name": "r", "parent_id": below}),
            json!({"id": true}),
        ),
        created(
            "azapi_resource.s",
            json!({"type": of("databaseAccounts/sqlRoleAssignments"), "name": "s", "parent_id": below}),
            json!({"body": {"properties": {"principalId": true, "roleDefinitionId": true, "scope": true}}}),
        ),
    ];
    let read = |references: &[&[&str]]| {
        let root = json!({"resources": [configured("azapi_resource.s", &[("body", &references.concat())])]});
        properties(&read_plan(&plan_of(changes.clone(), root)).resources[1])
    };
    let scope = "?azapi_resource.s.body.properties.scope";
    assert_eq!(
        read(&[&identity, &role, &account]),
        json!({
            "principalId": "?azurerm_user_assigned_identity.x.principal_id",
            "roleDefinitionId": format!("{below}/sqlRoleDefinitions/r"),
            "scope": scope,
        })
    );
    let other = [
        "azurerm_user_assigned_identity.y.principal_id",
        "azurerm_user_assigned_identity.y",
    ];
    assert_eq!(
        read(&[&identity, &other, &account]),
        json!({
            "principalId": "?azapi_resource.s.body.properties.principalId",
            "roleDefinitionId": "?azapi_resource.s.body.properties.roleDefinitionId",
            "scope": scope,
        })
    );
    let whole = created(
        "azapi_resource.s",
        json!({"type": of("databaseAccounts/sqlRoleAssignments"), "name": "s", "parent_id": below}),
        json!({"body": true}),
    );
    let root = json!({"resources": [configured("azapi_resource.s", &[("body", &identity)])]});
    let plan = read_plan(&plan_of(vec![whole], root));
    assert_eq!(properties(&plan.resources[0]), "?azapi_resource.s.body.properties");
}
