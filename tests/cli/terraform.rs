//! Plans of Terraform before they are applied.

use crate::support::{Bench, Outcome, repository};
use serde_json::{Value, json};
use std::fs;

const POLICY: &str = "version: 1\naccounts: [{ name: every account, local_auth: disabled }]\n";

/// The plan of an app's identity that reads and writes items, changed.
fn bench(change: impl Fn(&mut Value)) -> Bench {
    let bench = Bench::offline();
    let text = fs::read_to_string(repository("tests/bodies/terraform/managed_identity.json")).unwrap();
    let mut plan = serde_json::from_str(&text).unwrap();
    change(&mut plan);
    fs::write(bench.path("plan.json"), serde_json::to_string_pretty(&plan).unwrap()).unwrap();
    fs::write(bench.path("policy.yaml"), POLICY).unwrap();
    bench
}

fn audit(bench: &Bench) -> Outcome {
    bench.run(&[
        "audit",
        "--color=never",
        "--template=plan.json",
        "-p=policy.yaml",
        "--details",
    ])
}

/// Sets the field of the account, which is the first resource.
fn local_auth(plan: &mut Value, enabled: bool) {
    let change = &mut plan["resource_changes"][0]["change"];
    change["after"]["local_authentication_enabled"] = json!(enabled);
    change["after_unknown"]["local_authentication_enabled"] = json!(false);
}

#[test]
fn keys_of_a_new_account_fail_at_their_line() {
    // Neither field is set.
    let unset = audit(&bench(|_| {})).exits(1).stdout;
    assert!(
        unset.contains("Key-based authentication is enabled on cosmos-orders"),
        "{unset}"
    );
    let set = bench(|plan| local_auth(plan, true));
    let text = fs::read_to_string(set.path("plan.json")).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("local_authentication_enabled\": true"))
        .unwrap()
        + 1;
    let set = audit(&set).exits(1).stdout;
    assert!(set.contains(&format!("plan.json:{line}:")), "line {line}: {set}");
    let off = audit(&bench(|plan| local_auth(plan, false))).stdout;
    assert!(!off.contains("Key-based authentication is enabled"), "{off}");
}

#[test]
fn an_assignment_in_a_module_finds_its_role() {
    let bench = bench(|_| {});
    let access = bench.run(&["access", "--color=never", "--template=plan.json"]).stdout;
    assert!(access.contains("azurerm_user_assigned_identity.web"), "{access}");
    assert!(
        access.contains("Cart writer") && !access.contains("any role"),
        "{access}"
    );
    let words: Vec<&str> = access.split_whitespace().collect();
    let why = "its scope isn't known: `azurerm_cosmosdb_account.orders.id` is known only after the deployment";
    assert!(words.join(" ").contains(why), "{access}");
}

#[test]
fn a_plan_that_is_not_whole_never_passes() {
    let clean = |plan: &mut Value| {
        local_auth(plan, false);
        // Without roles and assignments, nothing of the account is unknown.
        let changes = plan["resource_changes"].as_array_mut().unwrap();
        changes.retain(|change| !change["type"].as_str().unwrap().contains("role"));
    };
    audit(&bench(clean)).exits(0);
    for (field, value) in [
        ("errored", json!(true)),
        ("complete", json!(false)),
        ("format_version", json!("2.0")),
    ] {
        let outcome = audit(&bench(|plan| {
            clean(plan);
            plan[field] = value.clone();
        }));
        assert_ne!(outcome.code, 0, "{field}: {}", outcome.stdout);
    }
    let new = audit(&bench(|plan| {
        clean(plan);
        let thing = json!({
            "address": "azurerm_cosmosdb_new_thing.x", "mode": "managed", "type": "azurerm_cosmosdb_new_thing",
            "name": "x", "change": {"actions": ["create"], "after": {"token": "s3cret"}, "after_unknown": {}},
        });
        plan["resource_changes"].as_array_mut().unwrap().push(thing);
    }));
    assert_ne!(new.code, 0, "{}", new.stdout);
    assert!(
        new.stdout.contains("azurerm_cosmosdb_new_thing.x") && !new.stdout.contains("s3cret"),
        "{}",
        new.stdout
    );
}

#[test]
fn azure_roles_are_known_by_their_names_and_scopes() {
    let assigned = |plan: &mut Value, role: &str, scope: &str| {
        let change = json!({
            "address": "azurerm_role_assignment.more", "mode": "managed", "type": "azurerm_role_assignment", "name": "more",
            "change": {"actions": ["create"], "before": null, "after_unknown": {"id": true, "name": true, "scope": true},
                "after": {"principal_id": "11111111-2222-3333-4444-555555555555", "role_definition_name": role}},
        });
        plan["resource_changes"].as_array_mut().unwrap().push(change);
        let (resource, _) = scope.rsplit_once('.').unwrap();
        let configured = json!({
            "address": "azurerm_role_assignment.more", "mode": "managed", "type": "azurerm_role_assignment", "name": "more",
            "provider_config_key": "azurerm", "expressions": {"scope": {"references": [scope, resource]}},
        });
        let resources = &mut plan["configuration"]["root_module"]["resources"];
        resources.as_array_mut().unwrap().push(configured);
    };
    for (role, scope, says, is_said) in [
        (
            "Owner",
            "azurerm_resource_group.orders.id",
            "through `Owner` at resource group `rg-orders`",
            true,
        ),
        (
            "owner",
            "azurerm_cosmosdb_account.orders.id",
            "through `Owner` at `/subscriptions/",
            true,
        ),
        ("Owner", "azurerm_key_vault.other.id", "through `Owner`", false),
        (
            "Owner",
            "var.scope",
            "the scope of an Azure role assignment isn't known: `var.scope`",
            true,
        ),
        (
            "Storage Blob Data Reader",
            "azurerm_resource_group.orders.id",
            "Storage Blob",
            false,
        ),
        (
            "My role",
            "azurerm_resource_group.orders.id",
            "the definition of the role `My role`",
            true,
        ),
    ] {
        let bench = bench(|plan| assigned(plan, role, scope));
        let outcome = bench.run(&[
            "audit",
            "--color=never",
            "--template=plan.json",
            "--details",
            "--fail-on=never",
        ]);
        let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
        assert_eq!(
            words.join(" ").contains(says),
            is_said,
            "{role} {scope}: {}",
            outcome.stdout
        );
        assert!(!outcome.stdout.contains("No command is given"), "{}", outcome.stdout);
    }
}
