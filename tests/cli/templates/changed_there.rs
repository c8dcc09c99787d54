//! What a file changes in a tenant that is there: accounts that are replaced or updated in part, and identities that resources get.

use crate::support::lines::{ANN, SUBSCRIPTION, account, account_id, allows, changed, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const IDENTITY: &str = "1d000000-0000-4000-8000-000000000001";

fn identity_id(name: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    )
}

/// Ann and a user-assigned identity can read the account `shop`, which speaks `api`.
fn tenant(api: &str) -> String {
    let read = [("r", allows(&["sqlDatabases/containers/items/read"]))];
    let (roles, assignments): (&[_], &[_]) = match api {
        "sql" => (&read, &[(ANN, 0, "/dbs/orders"), (IDENTITY, 0, "/dbs/orders")]),
        _ => (&[], &[]),
    };
    let mut account = account("shop", roles, assignments);
    account["account"]["api"] = json!(api);
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [], "role_definitions": [],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    changed(&snapshot(&[account], Some(plane)), |lines| {
        lines[0]["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"], "control_plane": true,
            "graph": true});
        let identity = json!({"id": IDENTITY, "name": "id-orders", "kind": "managed-identity", "found": true,
            "resource_id": identity_id("id-orders")});
        let people = json!([{"id": ANN, "name": "ann", "kind": "user", "found": true}, identity]);
        let end = lines.len() - 1;
        lines[end]["end"]["principals"] = json!(2);
        lines.insert(end, json!({"principals": people}));
    })
}

/// A plan of Terraform with these changes of resources: type, name, actions, before, after.
fn plan(changes: &[(&str, &[&str], Value, Value)]) -> Value {
    let changes = changes.iter().map(|(kind, actions, before, after)| {
        json!({"address": format!("{kind}.a"), "mode": "managed", "type": kind, "name": "a",
            "provider_name": "registry.terraform.io/hashicorp/azurerm",
            "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}, "before_sensitive": false,
                "after_sensitive": {}}})
    });
    json!({"format_version": "1.2", "terraform_version": "1.9.5", "resource_changes": changes.collect::<Vec<_>>(),
        "configuration": {"root_module": {}}, "complete": true, "errored": false})
}

fn template(resources: Value) -> Value {
    json!({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "resources": resources})
}

fn bench(api: &str, file: &Value) -> Bench {
    let bench = Bench::offline();
    bench.write("tenant.jsonl", tenant(api));
    bench.write("file.json", file.to_string());
    bench.write(
        "p.yaml",
        "version: 1\naccounts: [{ name: all, local_auth: disabled }]\n",
    );
    bench
}

fn diff(file: &Value) -> Outcome {
    bench("sql", file).run(&["diff", "tenant.jsonl", "--template=file.json", "--fail-on-gain"])
}

#[test]
fn an_identity_that_a_resource_gets_is_not_compared() {
    let site = |identity: Value| {
        template(
            json!([{"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "w", "identity": identity}]),
        )
    };
    let with = |id: &str| site(json!({"type": "UserAssigned", "userAssignedIdentities": {id: {}}}));
    let computed = format!(
        "[resourceId('{SUBSCRIPTION}', 'ids', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-orders')]"
    );
    let block = |id: &str| json!({"name": "w", "identity": [{"type": "UserAssigned", "identity_ids": [id]}]});
    let app = |id: &str, actions: &[&str]| plan(&[("azurerm_linux_web_app", actions, Value::Null, block(id))]);
    let own = identity_id("id-orders");
    for file in [
        with(&own),
        with(&own.to_ascii_uppercase()),
        with(&computed),
        site(json!("[parameters('which')]")),
        app(&own, &["create"]),
        app(&own, &["update"]),
    ] {
        let outcome = diff(&file).exits(0);
        let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
        let says = "Not compared id-orders: who can act as the managed identity isn't known in the template (the template attaches it to a resource";
        assert!(words.join(" ").contains(says), "{file:#}\n{outcome}");
    }
    // Others, those that it has already, and those that the file makes itself and that have nothing yet.
    let mut made = site(json!({"type": "UserAssigned", "userAssignedIdentities": {"[parameters('which')]": {}}}));
    let identity =
        json!({"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "new"});
    made["resources"].as_array_mut().unwrap().push(identity);
    let mut left_out = with(&own);
    left_out["resources"][0]["condition"] = json!(false);
    for file in [
        with(&identity_id("other")),
        app(&identity_id("other"), &["create"]),
        app(&own, &["no-op"]),
        made,
        left_out,
    ] {
        let outcome = diff(&file).exits(0);
        assert!(!outcome.stdout.contains("Not compared"), "{file:#}\n{outcome}");
    }
}

#[test]
fn nothing_in_an_account_stays_when_it_is_replaced() {
    let values = |location: &str| {
        json!({"id": account_id("shop"), "name": "shop", "resource_group_name": "rg", "location": location, "kind": "GlobalDocumentDB",
            "local_authentication_enabled": false, "access_key_metadata_writes_enabled": false, "capabilities": []})
    };
    let of = |actions: &[&str]| {
        plan(&[(
            "azurerm_cosmosdb_account",
            actions,
            values("westeurope"),
            values("northeurope"),
        )])
    };
    for actions in [["delete", "create"], ["create", "delete"]] {
        let outcome = diff(&of(&actions)).exits(0);
        assert!(outcome.stdout.contains("2 principals lost access"), "{outcome}");
    }
    let outcome = diff(&of(&["update"])).exits(0);
    assert!(outcome.stdout.contains("No access was gained or lost"), "{outcome}");
    // Terraform leaves what it manages there, as its name stays, and makes it again the next time only.
    let assignment = json!({"id": format!("{}/sqlRoleAssignments/d0000000-0000-4000-8000-000000000000", account_id("shop")),
        "account_name": "shop", "resource_group_name": "rg", "name": "d0000000-0000-4000-8000-000000000000", "principal_id": ANN,
        "role_definition_id": format!("{}/sqlRoleDefinitions/c0000000-0000-4000-8000-000000000000", account_id("shop")),
        "scope": format!("{}/dbs/orders", account_id("shop"))});
    for (actions, lost) in [
        (&["delete", "create"][..], "2 principals lost access"),
        (&["update"], "No access was gained or lost"),
    ] {
        let file = plan(&[
            (
                "azurerm_cosmosdb_account",
                actions,
                values("westeurope"),
                values("northeurope"),
            ),
            (
                "azurerm_cosmosdb_sql_role_assignment",
                &["no-op"],
                assignment.clone(),
                assignment.clone(),
            ),
        ]);
        let outcome = diff(&file).exits(0);
        assert!(outcome.stdout.contains(lost), "{outcome}");
    }
}

/// What `azapi_update_resource` leaves as it is, the tenant says.
#[test]
fn an_account_that_is_updated_in_part_is_as_it_is_there() {
    let after = json!({"type": "Microsoft.DocumentDB/databaseAccounts@2024-05-15", "resource_id": account_id("shop"),
        "body": {"properties": {"disableLocalAuth": true}}});
    let file = plan(&[("azapi_update_resource", &["create"], Value::Null, after)]);
    for api in ["sql", "cassandra", "gremlin"] {
        let bench = bench(api, &file);
        let audit = [
            "audit",
            "--template=file.json",
            "--against=tenant.jsonl",
            "-p=p.yaml",
            "-f=json",
        ];
        let report = bench.run(&audit).report();
        assert!(
            report.of("collection-incomplete").is_empty(),
            "{api} {:#?}",
            report.findings()
        );
        assert_eq!(report.of("foreign-role-kind").len(), 0, "{api}");
        bench.run(&["diff", "tenant.jsonl", "--template=file.json"]).exits(0);
    }
    // Without the tenant, nobody knows.
    let bench = bench("sql", &file);
    let report = bench
        .run(&["audit", "--template=file.json", "-p=p.yaml", "-f=json"])
        .exits(3)
        .report();
    assert!(!report.of("collection-incomplete").is_empty());
}

/// An assignment above subscriptions says nothing of delegations.
#[test]
fn an_assignment_at_a_management_group_makes_no_snapshot_older() {
    let group = "/providers/Microsoft.Management/managementGroups/corp";
    let after = json!({"scope": group, "role_definition_name": "Reader", "principal_id": ANN, "name": "b0000000-0000-4000-8000-000000000001"});
    let file = plan(&[("azurerm_role_assignment", &["create"], Value::Null, after)]);
    let outcome = bench("sql", &file).run(&["audit", "--template=file.json", "--against=tenant.jsonl", "-p=p.yaml"]);
    assert!(!outcome.stdout.contains("older version"), "{outcome}");
}
