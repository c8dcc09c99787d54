use super::super::testing::{account, changed, configured, created, plan_of, read_plan};
use crate::template::planned::Presence;
use serde_json::{Value as Json, json};

/// What isn't read of a plan, as sentences.
fn unread(plan: &Json) -> Vec<String> {
    let found = read_plan(plan).unread;
    assert!(found.iter().all(|one| one.at.is_some()));
    found.iter().map(|one| format!("{}: {}", one.what, one.why)).collect()
}

fn of_one(address: &str, after: Json, unknown: Json, references: &[(&str, &[&str])]) -> Vec<String> {
    let root = json!({"resources": [configured(address, references)]});
    unread(&plan_of(vec![created(address, after, unknown)], root))
}

#[test]
fn a_plan_that_is_not_whole_says_so() {
    let with = |field: &str, value: Json| {
        let mut plan = plan_of(vec![account(json!({}))], json!({}));
        plan[field] = value;
        plan
    };
    for (plan, wanted) in [
        (
            with("errored", json!(true)),
            "the rest of the plan: the file doesn't include what Terraform couldn't plan because of an error",
        ),
        (
            with("complete", json!(false)),
            "the rest of the plan: the file doesn't include everything that the configuration declares, because the plan isn't complete",
        ),
        (
            with("format_version", json!("2.0")),
            "the plan: this version doesn't read version `2.0` of the format",
        ),
        (
            with(
                "deferred_changes",
                json!([{"reason": "unknown", "resource_change": account(json!({}))}]),
            ),
            "the resource `azurerm_cosmosdb_account.a`: the file doesn't include changes that Terraform has deferred to a later plan",
        ),
        (
            with(
                "action_invocations",
                json!([
                    {"address": "action.azapi_resource_action.keys", "type": "azapi_resource_action", "config_values":
                        {"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "action": "regenerateKey"}},
                    {"address": "action.azapi_resource_action.list", "type": "azapi_resource_action", "config_values":
                        {"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "action": "listKeys"}},
                    {"address": "action.azapi_resource_action.vm", "type": "azapi_resource_action", "config_values":
                        {"type": "Microsoft.Compute/virtualMachines@2025-04-01", "action": "start"}},
                    {"address": "action.azurerm_virtual_machine_power.vm", "type": "azurerm_virtual_machine_power"},
                ]),
            ),
            "the action `action.azapi_resource_action.keys`: the file doesn't include what the action changes",
        ),
        (
            with(
                "planned_values",
                json!({"root_module": {"resources": [{"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account"}],
                    "child_modules": [{"resources": [
                        {"address": "module.m.azurerm_cosmosdb_account.b", "mode": "managed", "type": "azurerm_cosmosdb_account"},
                        {"address": "module.m.data.azurerm_cosmosdb_account.c", "mode": "data", "type": "azurerm_cosmosdb_account"},
                        {"address": "module.m.random_uuid.d", "mode": "managed", "type": "random_uuid"}]}]}}),
            ),
            "the resource `module.m.azurerm_cosmosdb_account.b`: the file doesn't include its entry in `resource_changes`, which says what isn't known yet",
        ),
        (
            with("resource_changes", json!([{"address": "x"}])),
            "an entry of `resource_changes`: it has no `address`, `type`, `name` or `change`",
        ),
        (
            json!({"format_version": "1.2", "planned_values": {"root_module": {"resources": [{}]}}}),
            "the plan's resources: the file doesn't include `resource_changes`, which say what isn't known yet",
        ),
    ] {
        assert_eq!(unread(&plan), [wanted]);
    }
    assert_eq!(unread(&json!({"format_version": "1.2"})), [""; 0]);
    // Older versions don't say whether a plan is complete.
    let mut old = plan_of(vec![], json!({}));
    old["complete"] = Json::Null;
    assert_eq!(unread(&old), [""; 0]);
}

#[test]
fn what_could_grant_access_and_is_not_read_is_named() {
    let template = |text: &str| json!({"template_content": text});
    let action = |action: &str| json!({"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "action": action, "resource_id": "/x"});
    for (address, after, references, wanted) in [
        (
            "azurerm_cosmosdb_new_thing.x",
            json!({}),
            &[][..],
            Some("this version doesn't read resources of the type `azurerm_cosmosdb_new_thing`"),
        ),
        (
            "azurerm_mongo_cluster_new.x",
            json!({}),
            &[],
            Some("this version doesn't read resources of the type `azurerm_mongo_cluster_new`"),
        ),
        ("azurerm_cosmosdb_sql_trigger.x", json!({}), &[], None),
        ("azurerm_mongo_cluster_firewall_rule.x", json!({}), &[], None),
        ("azurerm_storage_account.x", json!({}), &[], None),
        (
            "azurerm_resource_group_template_deployment.x",
            template("{\"resources\": [{\"type\": \"Microsoft.DocumentDB/databaseAccounts\"}]}"),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azurerm_subscription_template_deployment.x",
            json!({"template_spec_version_id": "/x"}),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azurerm_resource_group_template_deployment.x",
            template("{\"resources\": [{\"type\": \"Microsoft.Web/sites\"}]}"),
            &[],
            None,
        ),
        (
            "azurerm_resource_group_template_deployment.x",
            template(r#"{"resources": [{"type": "\u004dicrosoft.\u0044ocumentDB/databaseAccounts"}]}"#),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azurerm_management_group_template_deployment.x",
            template("{\"resources\": [{\"type\": \"Microsoft.ManagedServices/registrationAssignments\"}]}"),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azurerm_subscription_template_deployment.x",
            template(
                r#"{"resources": [{"type": "Microsoft.Web/sites", "name": "x", "identity": {"type": "[parameters('kind')]"}}]}"#,
            ),
            &[],
            None,
        ),
        (
            "azurerm_tenant_template_deployment.x",
            template("{'x"),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azapi_resource.x",
            json!({"type": "Microsoft.Resources/deployments@2024-03-01"}),
            &[],
            Some("this version doesn't read templates in a plan of Terraform"),
        ),
        (
            "azapi_resource_action.x",
            action("regenerateKey"),
            &[],
            Some("the file doesn't include what the action changes"),
        ),
        ("azapi_resource_action.x", action("listKeys"), &[], None),
        (
            "azuread_group_member.x",
            json!({"group_object_id": "g"}),
            &[],
            Some("this version doesn't read members of groups in a plan of Terraform"),
        ),
        (
            "azuread_group.x",
            json!({"display_name": "g", "members": ["a"]}),
            &[],
            Some("this version doesn't read members of groups in a plan of Terraform"),
        ),
        ("azuread_group.x", json!({"display_name": "g"}), &[], None),
        (
            "azurerm_pim_eligible_role_assignment.x",
            json!({"scope": "/subscriptions/s"}),
            &[],
            Some("this version doesn't read role assignments of Privileged Identity Management in a plan of Terraform"),
        ),
        (
            "azurerm_app_service_connection.x",
            json!({"target_resource_id": "/x/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlDatabases/d"}),
            &[],
            Some("the file doesn't include the role assignments that the connection makes"),
        ),
        (
            "azurerm_app_service_connection.x",
            json!({"target_resource_id": "/x/providers/Microsoft.Storage/storageAccounts/a"}),
            &[],
            None,
        ),
        (
            "azurerm_virtual_hub_connection.x",
            json!({"virtual_hub_id": "/x"}),
            &[],
            None,
        ),
        (
            "azapi_resource.x",
            json!({"type": "Microsoft.DocumentDB/databaseAccounts@2025-04-15", "name": "a", "parent_id": "/x"}),
            &[("sensitive_body", &[][..])],
            Some("Terraform marks `azapi_resource.x.sensitive_body` as sensitive"),
        ),
    ] {
        let wanted: Vec<String> = wanted
            .map(|why| format!("the resource `{address}`: {why}"))
            .into_iter()
            .collect();
        assert_eq!(
            of_one(address, after.clone(), json!({}), references),
            wanted,
            "{address} {after}"
        );
    }
    assert_eq!(
        of_one(
            "azurerm_app_service_connection.x",
            json!({}),
            json!({"target_resource_id": true}),
            &[]
        )
        .len(),
        1
    );
    assert_eq!(
        of_one(
            "azapi_resource.x",
            json!({"name": "a"}),
            json!({"type": true}),
            &[("type", &["random_pet.x.id"])]
        ),
        ["the resource `azapi_resource.x`: `random_pet.x.id` is known only after the deployment"]
    );
}

#[test]
fn who_can_act_as_an_identity_and_what_is_delegated_is_not_analyzed() {
    for kind in [
        "azuread_application_federated_identity_credential",
        "azuread_service_principal_password",
        "azurerm_federated_identity_credential",
        "azurerm_lighthouse_assignment",
        "azurerm_virtual_machine_run_command",
    ] {
        let address = format!("{kind}.x");
        let named = |change: Json| {
            let plan = read_plan(&plan_of(vec![change], json!({})));
            plan.not_analyzed.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        assert_eq!(named(created(&address, json!({}), json!({}))), [kind]);
        for (action, after) in [("no-op", json!({})), ("delete", Json::Null)] {
            let change = changed(&address, &[action], json!({}), after, json!({}));
            assert_eq!(named(change), [] as [&str; 0], "{kind} {action}");
        }
    }
}

#[test]
fn what_is_deleted_replaced_or_forgotten() {
    let id = |name: &str| {
        format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}")
    };
    let state =
        |name: &str| json!({"id": id(name), "name": name, "resource_group_name": "rg", "kind": "GlobalDocumentDB"});
    let new = |name: &str| json!({"name": name, "resource_group_name": "rg"});
    let at = |name: &str| format!("azurerm_cosmosdb_account.{name}");
    let unknown = json!({"id": true});
    let mut deposed = changed(&at("same"), &["delete"], state("same"), Json::Null, json!({}));
    deposed["deposed"] = "12345678".into();
    let mut read = changed(&at("data"), &["read"], Json::Null, new("data"), json!({}));
    read["mode"] = "data".into();
    let plan = plan_of(
        vec![
            changed(&at("gone"), &["delete"], state("gone"), Json::Null, json!({})),
            changed(
                &at("renamed"),
                &["delete", "create"],
                state("old"),
                new("new"),
                unknown.clone(),
            ),
            changed(
                &at("same"),
                &["create", "delete"],
                state("same"),
                new("same"),
                unknown.clone(),
            ),
            deposed,
            changed(&at("forgotten"), &["forget"], state("forgotten"), Json::Null, json!({})),
            changed(&at("kept"), &["create", "forget"], state("left"), new("kept"), unknown),
            changed(
                &at("unchanged"),
                &["no-op"],
                state("unchanged"),
                state("unchanged"),
                json!({}),
            ),
            changed(
                "azurerm_storage_account.x",
                &["delete"],
                json!({"id": "/x"}),
                Json::Null,
                json!({}),
            ),
            read,
        ],
        json!({}),
    );
    let mut plan = plan;
    plan["configuration"]["provider_config"] = json!({});
    let found = read_plan(&plan);
    let deleted: Vec<&str> = found.deleted.iter().map(|(id, _)| id.as_str()).collect();
    // Of what is made anew, what lies in it goes.
    assert_eq!(deleted, [id("gone"), id("old"), id("same")]);
    let names: Vec<(&str, bool)> = found
        .resources
        .iter()
        .map(|one| (one.id.rsplit('/').next().unwrap(), one.presence == Presence::Existing))
        .collect();
    assert_eq!(
        names,
        [
            ("new", false),
            ("same", false),
            ("forgotten", true),
            ("kept", false),
            ("left", true),
            ("unchanged", false),
        ]
    );
}
