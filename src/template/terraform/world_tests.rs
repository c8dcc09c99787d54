use super::super::testing::{account, changed, configured, created, plan_of, properties, read_for, read_plan};
use crate::template::planned::Target;
use serde_json::{Value as Json, json};

const ASSIGNMENT: &str = "azurerm_cosmosdb_sql_role_assignment";

/// What a role assignment has for a field that isn't known. `at`: its address; `changes`: the other resources.
fn unknown(at: &str, field: &str, changes: Vec<Json>, root: Json) -> Json {
    let after = json!({"account_name": "orders", "resource_group_name": "rg", "name": "n"});
    let own = created(at, after, json!({field: true}));
    let plan = read_plan(&plan_of([vec![own], changes].concat(), root));
    assert_eq!(plan.unread, []);
    let own = plan
        .resources
        .iter()
        .find(|one| one.resource_type.ends_with("sqlRoleAssignments"));
    let name = match field {
        "principal_id" => "principalId",
        "role_definition_id" => "roleDefinitionId",
        other => other,
    };
    properties(own.unwrap())[name].clone()
}

#[test]
fn principals_are_called_by_what_gives_them() {
    let simple = |references: &[&str]| {
        let root = json!({"resources": [configured(&format!("{ASSIGNMENT}.s"), &[("principal_id", references)])]});
        unknown(&format!("{ASSIGNMENT}.s"), "principal_id", vec![], root)
    };
    let own = format!("?{ASSIGNMENT}.s.principal_id");
    for (references, wanted) in [
        (
            &[
                "azurerm_linux_web_app.x.identity[0].principal_id",
                "azurerm_linux_web_app.x.identity[0]",
                "azurerm_linux_web_app.x.identity",
                "azurerm_linux_web_app.x",
            ][..],
            "?azurerm_linux_web_app.x.identity[0].principal_id",
        ),
        (
            &["data.azuread_group.g.object_id", "data.azuread_group.g"],
            "?data.azuread_group.g.object_id",
        ),
        (&["local.app_principal_id"], "?local.app_principal_id"),
        // A list: which of its items is meant isn't told.
        (&["local.principals"], &own),
        (&["azurerm_linux_web_app.x.identity", "azurerm_linux_web_app.x"], &own),
        (&["local.a_id", "local.b_id"], &own),
        (&["each.value.principal_id", "each.value"], &own),
        // `x[*].principal_id`, of which no instance is in the plan.
        (&["azurerm_user_assigned_identity.x"], &own),
        (&[], &own),
    ] {
        assert_eq!(simple(references), json!(wanted), "{references:?}");
    }
}

#[test]
fn identities_are_told_apart_by_their_keys() {
    let at = format!("{ASSIGNMENT}.s[\"a\"]");
    let identity = |key: &str| {
        created(
            &format!("azurerm_user_assigned_identity.x{key}"),
            json!({}),
            json!({"principal_id": true}),
        )
    };
    let read = |references: &[&str], keys: &[&str]| {
        let root = json!({"resources": [configured(&format!("{ASSIGNMENT}.s"), &[("principal_id", references)])]});
        let identities = keys.iter().map(|key| identity(key)).collect();
        unknown(&at, "principal_id", identities, root)
    };
    let whole = "azurerm_user_assigned_identity.x";
    let keys = ["[\"a\"]", "[\"b\"]"];
    assert_eq!(
        read(&[whole, "each.key"], &keys),
        format!("?{whole}[\"a\"].principal_id")
    );
    assert_eq!(read(&[whole], &["[0]"]), format!("?{whole}[0].principal_id"));
    assert_eq!(read(&[whole], &keys), format!("?{at}.principal_id"));
}

#[test]
fn variables_and_outputs_of_modules_are_followed() {
    let identity = [
        "azurerm_user_assigned_identity.x.principal_id",
        "azurerm_user_assigned_identity.x",
    ];
    let output = ["module.identity.principal_id", "module.identity"];
    let inner = configured(&format!("{ASSIGNMENT}.s"), &[("principal_id", &["var.principal_id"])]);
    let root = |given: Json, outputs: Json| {
        json!({"module_calls": {
            "access": {"expressions": {"principal_id": given}, "module": {"resources": [inner]}},
            "identity": {"module": {"outputs": {"principal_id": {"expression": outputs}}}},
        }})
    };
    let at = format!("module.access.{ASSIGNMENT}.s");
    let read = |root: Json| unknown(&at, "principal_id", vec![], root);
    assert_eq!(
        read(root(json!({"references": identity}), json!({}))),
        "?azurerm_user_assigned_identity.x.principal_id"
    );
    assert_eq!(
        read(root(json!({"references": output}), json!({"references": identity}))),
        "?module.identity.azurerm_user_assigned_identity.x.principal_id"
    );
    // An output that is made of several.
    let several = json!({"references": ["local.a", "local.b"]});
    assert_eq!(
        read(root(json!({"references": output}), several)),
        "?module.identity.principal_id"
    );
    // A variable that is made of several, or of the key of the module's call.
    assert_eq!(
        read(root(json!({"references": ["local.a_id", "local.b_id"]}), json!({}))),
        "?module.access.var.principal_id"
    );
    let each = root(json!({"references": ["each.value.id", "each.value"]}), json!({}));
    let at = format!("module.access[\"eu\"].{ASSIGNMENT}.s");
    assert_eq!(
        unknown(&at, "principal_id", vec![], each),
        "?module.access[\"eu\"].var.principal_id"
    );
}

#[test]
fn role_definitions_are_found_by_their_keys() {
    let role = |at: &str| {
        let after = json!({"name": at, "account_name": "orders", "resource_group_name": "rg", "role_definition_id": at.replace(['[', ']', '"', '.'], "-")});
        created(at, after, json!({"id": true}))
    };
    let kind = "azurerm_cosmosdb_sql_role_definition";
    let roles = |keys: &[&str]| {
        keys.iter()
            .map(|key| role(&format!("{kind}.r{key}")))
            .collect::<Vec<_>>()
    };
    let read = |own: &str, references: &[&str], keys: &[&str]| {
        let root =
            json!({"resources": [configured(&format!("{ASSIGNMENT}.s"), &[("role_definition_id", references)])]});
        let found = unknown(&format!("{ASSIGNMENT}.s{own}"), "role_definition_id", roles(keys), root);
        let text = found.as_str().unwrap().to_owned();
        text.rsplit('/').next().unwrap().to_owned()
    };
    let whole = format!("{kind}.r");
    let id = format!("{kind}.r.id");
    let first = [format!("{kind}.r[0].id"), format!("{kind}.r[0]"), whole.clone()];
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    let not_known = |own: &str| format!("?{ASSIGNMENT}.s{own}.role_definition_id");
    assert_eq!(read("", &[&id, &whole], &[""]), format!("{kind}-r"));
    assert_eq!(read("", &first, &["[0]", "[1]"]), format!("{kind}-r-0-"));
    // `one(r[*].id)`.
    assert_eq!(read("", &[&whole], &["[0]"]), format!("{kind}-r-0-"));
    assert_eq!(read("", &[&whole], &["[0]", "[1]"]), not_known(""));
    // `r[each.key].id`.
    let keys = ["[\"a\"]", "[\"b\"]"];
    assert_eq!(read("[\"b\"]", &[&whole, "each.key"], &keys), format!("{kind}-r--b--"));
    assert_eq!(read("[\"c\"]", &[&whole, "each.key"], &keys), not_known("[\"c\"]"));
    assert_eq!(read("[\"b\"]", &[&whole, "each.value"], &keys), not_known("[\"b\"]"));
    // `r[count.index].id`, or `r[floor(count.index / 2)].id`.
    assert_eq!(read("[0]", &[&whole, "count.index"], &["[0]"]), format!("{kind}-r-0-"));
    assert_eq!(read("[0]", &[&whole, "count.index"], &["[0]", "[1]"]), not_known("[0]"));
    // A name or a GUID is no ID, and what is made of an ID that is known would be known.
    let guid = format!("{kind}.r.role_definition_id");
    assert_eq!(read("", &[&guid, &whole], &[""]), not_known(""));
}

#[test]
fn names_that_are_not_known_join_what_belongs_together() {
    let kind = "azurerm_cosmosdb_account";
    let after = json!({"resource_group_name": "rg", "location": "westeurope"});
    let accounts = ["a", "b"].map(|name| {
        created(
            &format!("{kind}.{name}"),
            after.clone(),
            json!({"name": true, "id": true}),
        )
    });
    let child = created(
        "azurerm_cosmosdb_sql_database.d",
        json!({"name": "d/../x", "resource_group_name": "rg"}),
        json!({"account_name": true}),
    );
    let suffix = ["random_string.s.result", "random_string.s"];
    let root = json!({"resources": [
        // `"a-${random_string.s.result}"` and `"b-${random_string.s.result}"`.
        configured("azurerm_cosmosdb_account.a", &[("name", &suffix)]),
        configured("azurerm_cosmosdb_account.b", &[("name", &suffix)]),
        configured("azurerm_cosmosdb_sql_database.d",
            &[("account_name", &["azurerm_cosmosdb_account.b.name", "azurerm_cosmosdb_account.b"])]),
    ]});
    let plan = read_plan(&plan_of([accounts.to_vec(), vec![child]].concat(), root));
    let ids: Vec<&str> = plan.resources.iter().map(|one| one.id.as_str()).collect();
    let start = "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts";
    assert_eq!(
        ids,
        [
            format!("{start}/{{azurerm_cosmosdb_account.a.name}}"),
            format!("{start}/{{azurerm_cosmosdb_account.b.name}}"),
            // A name with a slash is no name.
            format!(
                "{start}/{{azurerm_cosmosdb_account.b.name}}/sqlDatabases/{{azurerm_cosmosdb_sql_database.d.name}}"
            ),
        ]
    );
}

#[test]
fn the_subscription_comes_from_the_plan_or_the_user() {
    let subscription = |plan: &Json, said: Option<&str>| {
        let target = Target {
            subscription: said.map(Into::into),
            resource_group: None,
            ..Target::default()
        };
        let plan = read_for(plan, &target);
        let own = plan
            .resources
            .iter()
            .find(|one| one.resource_type.ends_with("databaseAccounts"));
        own.unwrap().id.split('/').nth(2).unwrap().to_owned()
    };
    let mut root = json!({"resources": [configured("azurerm_cosmosdb_account.a", &[])]});
    root["resources"][0]["provider_config_key"] = "azurerm.eu".into();
    let plan = plan_of(vec![account(json!({"id": true}))], root.clone());
    assert_eq!(subscription(&plan, None), "{subscription}");
    assert_eq!(subscription(&plan, Some("said")), "said");
    let group = |at: &str, subscription: &str| {
        let state = json!({"id": format!("/subscriptions/{subscription}/resourceGroups/{at}"), "name": "rg"});
        changed(
            &format!("azurerm_resource_group.{at}"),
            &["no-op"],
            state.clone(),
            state,
            json!({}),
        )
    };
    let mut there = root.clone();
    for at in ["g", "h"] {
        let mut group = configured(&format!("azurerm_resource_group.{at}"), &[]);
        group["provider_config_key"] = "azurerm.eu".into();
        there["resources"].as_array_mut().unwrap().push(group);
    }
    let one = plan_of(vec![account(json!({"id": true})), group("g", "SEEN")], there.clone());
    assert_eq!(subscription(&one, None), "seen");
    let two = plan_of(
        vec![account(json!({"id": true})), group("g", "a"), group("h", "b")],
        there,
    );
    assert_eq!(subscription(&two, None), "{subscription}");
    let mut configured = plan.clone();
    configured["configuration"]["provider_config"] =
        json!({"azurerm.eu": {"expressions": {"subscription_id": {"references": ["var.subscription"]}}}});
    configured["variables"] = json!({"subscription": {"value": "configured"}});
    assert_eq!(subscription(&configured, Some("said")), "configured");
    let mut own = plan;
    own["resource_changes"][0]["change"]["after"]["id"] =
        "/subscriptions/own/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/orders".into();
    assert_eq!(subscription(&own, Some("said")), "own");
}

#[test]
fn what_is_sensitive_is_not_read() {
    let mut change = account(json!({}));
    change["change"]["after_sensitive"] = json!({"tags": {"env": true}, "location": true, "name": true});
    let plan = read_plan(&plan_of(vec![change], json!({})));
    let text = format!("{:?}", plan.resources);
    assert!(
        !text.contains("prod") && !text.contains("westeurope") && !text.contains("\"orders\""),
        "{text}"
    );
    let tags = plan.resources[0].body.at_path(&["tags", "env"]).unwrap();
    let unknown = tags.value.as_unknown().unwrap();
    assert_eq!(
        unknown.why.to_string(),
        "Terraform marks `azurerm_cosmosdb_account.a.tags.env` as sensitive"
    );
    assert!(plan.resources[0].id.ends_with("/{azurerm_cosmosdb_account.a.name}"));
}
