use super::testing::{account, configured, created, plan_of, read_plan};
use serde_json::{Value as Json, json};

/// Every value of a plan, by its place.
fn places(json: &Json, at: String, found: &mut Vec<String>) {
    match json {
        Json::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                places(item, format!("{at}/{number}"), found);
            }
        }
        Json::Object(fields) => {
            for (name, item) in fields {
                places(item, format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

#[test]
fn odd_values_anywhere_are_no_panic_and_no_password() {
    let reference = |field: &'static str, to: &'static [&'static str]| (field, to);
    let changes = vec![
        account(json!({"id": true, "capabilities": [{"name": true}], "tags": {"env": true}})),
        created(
            "module.m[\"k\"].azurerm_cosmosdb_sql_role_assignment.s[0]",
            json!({"account_name": "orders", "resource_group_name": "rg"}),
            json!({"principal_id": true, "role_definition_id": true, "scope": true}),
        ),
        created(
            "azurerm_cosmosdb_mongo_user_definition.u",
            json!({"username": "app", "password": "p4ss", "inherited_role_names": ["own"]}),
            json!({"cosmos_mongo_database_id": true}),
        ),
        created(
            "azapi_resource.a",
            json!({"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "name": "b", "body": "{\"properties\": {}}"}),
            json!({"parent_id": true}),
        ),
        created(
            "azapi_update_resource.a",
            json!({"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "body": {"properties": {}}}),
            json!({"resource_id": true}),
        ),
    ];
    let root = json!({
        "resources": [
            configured("azapi_resource.a", &[reference("parent_id", &["azurerm_resource_group.g.id"])]),
            configured("azapi_update_resource.a", &[reference("resource_id", &["azapi_resource.a.id"])]),
        ],
        "module_calls": {"m": {
            "expressions": {"id": {"references": ["module.m.out"]}},
            "module": {
                "resources": [configured("azurerm_cosmosdb_sql_role_assignment.s",
                    &[reference("principal_id", &["var.id"]), reference("scope", &["module.m.x"])])],
                "outputs": {"out": {"expression": {"references": ["var.id"]}}},
            },
        }},
    });
    let plan = plan_of(changes, root);
    let mut all = Vec::new();
    places(&plan, String::new(), &mut all);
    for place in all {
        for odd in [
            json!(null),
            json!(true),
            json!(7),
            json!("{/x"),
            json!([[]]),
            json!({"a": {"references": [1]}}),
        ] {
            let mut other = plan.clone();
            if let Some(value) = other.pointer_mut(&place) {
                *value = odd;
            }
            let text = format!("{:?}", read_plan(&other));
            assert!(!text.contains("p4ss"), "{place}: {text}");
        }
    }
}

/// Two outputs that are made of each other. Terraform refuses them; a file can have them.
#[test]
fn circles_end() {
    let out = |of: &str| json!({"expression": {"references": [of]}});
    let own = |name: &str, to: &str| {
        let change = created(
            &format!("azurerm_cosmosdb_mongo_cluster.{name}").replace("cosmosdb_mongo", "mongo"),
            json!({"location": "x"}),
            json!({"name": true, "resource_group_name": true}),
        );
        let to = format!("azurerm_mongo_cluster.{to}.resource_group_name");
        (
            change,
            configured(
                &format!("azurerm_mongo_cluster.{name}"),
                &[("resource_group_name", &[to.as_str()])],
            ),
        )
    };
    let ((a, of_a), (b, of_b)) = (own("a", "b"), own("b", "a"));
    let root = json!({
        "resources": [of_a, of_b, configured("azurerm_cosmosdb_sql_role_assignment.s",
            &[("principal_id", &["module.m.a_id"]), ("role_definition_id", &["azurerm_cosmosdb_cassandra_table.t.id"])]),
            configured("azurerm_cosmosdb_cassandra_table.t", &[("cassandra_keyspace_id", &["azurerm_cosmosdb_cassandra_table.t.id"])])],
        "module_calls": {"m": {
            "expressions": {"a": {"references": ["module.m.a_id"]}},
            "module": {"outputs": {"a_id": out("var.a"), "b": out("module.m.a_id")}},
        }},
    });
    let assignment = created(
        "azurerm_cosmosdb_sql_role_assignment.s",
        json!({"account_name": "orders", "resource_group_name": "rg"}),
        json!({"principal_id": true, "role_definition_id": true}),
    );
    let table = created(
        "azurerm_cosmosdb_cassandra_table.t",
        json!({}),
        json!({"cassandra_keyspace_id": true}),
    );
    let plan = read_plan(&plan_of(vec![a, b, assignment, table], root));
    assert_eq!(plan.resources.len(), 4);
}
