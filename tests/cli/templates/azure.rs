//! Azure roles that a template assigns: what they open is found at the template's lines.

use super::{ACCOUNTS, APP, GROUP, account_id, audit, bench, safe, template};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const CONTRIBUTOR: &str = "5bd9cd88-fe45-4216-938b-f97437e15450";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const BLOB_READER: &str = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
const FEDERATED: &str = "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59";
const POLICY: &str = "version: 1\naccounts: [{ match: {}, local_auth: disabled, key_metadata_writes: disabled, key_readers: [], \
                      role_admins: [], account_writers: [], grants: [] }]\n";

/// An assignment on the account, or on what `scope` says.
fn assigned(role: &str, scope: Option<&str>) -> Value {
    let id = format!("[resourceId('{ACCOUNTS}', 'orders')]");
    let mut made = json!({
        "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('x')]",
        "properties": {"principalId": APP, "roleDefinitionId": role},
    });
    match scope {
        None => made["scope"] = json!(id),
        Some("") => {}
        Some(scope) => made["scope"] = json!(scope),
    }
    made
}

fn role(guid: &str) -> String {
    format!("[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{guid}')]")
}

fn run(bench: &Bench, resources: Value, more: &[&str]) -> Outcome {
    bench.write("t.json", serde_json::to_string_pretty(&template(resources)).unwrap());
    bench.write("p.yaml", POLICY);
    audit(
        bench,
        &[
            &["--template=t.json", "-p=p.yaml", "-f=json", "--resource-group", GROUP],
            more,
        ]
        .concat(),
    )
}

fn found(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.report();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let findings = report.0["findings"].as_array().unwrap().iter();
    findings
        .map(|one| (text(one, "check"), text(one, "confidence")))
        .collect()
}

fn not_checked(outcome: &Outcome) -> String {
    outcome.report().0["summary"]["not_checked"].to_string()
}

#[test]
fn what_azure_roles_open_is_found_at_their_lines() {
    let bench = bench();
    let outcome = run(&bench, json!([safe(), assigned(&role(CONTRIBUTOR), None)]), &[]).exits(1);
    let of = |check: &str| (check.to_owned(), "possible".to_owned());
    // Without the tenant, a deny assignment can be in the way.
    assert_eq!(
        found(&outcome),
        [of("self-grant"), of("local-auth-switch")],
        "{outcome}"
    );
    let report = outcome.report();
    let text = bench.read("t.json");
    let line = text.lines().position(|line| line.contains("guid('x')")).unwrap();
    let at = report.0["findings"][0]["template"]["line"].as_u64().unwrap() as usize;
    // It begins before its name.
    assert!(at <= line + 1 && line < at + 8, "{at} {line}: {text}");
    assert!(!outcome.stdout.contains("az role assignment"), "{outcome}");
    assert!(
        not_checked(&outcome).contains("a template doesn't say which roles are assigned already"),
        "{outcome}"
    );
    // What has no scope of its own is on the resource group.
    let outcome = run(&bench, json!([safe(), assigned(&role(OWNER), Some(""))]), &[]).exits(1);
    assert!(found(&outcome).contains(&of("role-assignment-write")), "{outcome}");
    // On something else, it opens nothing.
    let storage = "[resourceId('Microsoft.Storage/storageAccounts', 's')]";
    run(&bench, json!([safe(), assigned(&role(OWNER), Some(storage))]), &[]).exits(0);
    let listed = bench.run(&["access", "--template=t.json", "--resource-group", GROUP]);
    assert!(!listed.stdout.contains(APP), "{listed}");
}

#[test]
fn roles_are_known_or_said() {
    let bench = bench();
    // A role that opens nothing is fine, and nothing is to be said of it.
    let outcome = run(&bench, json!([safe(), assigned(&role(BLOB_READER), Some(""))]), &[]).exits(0);
    assert!(!not_checked(&outcome).contains("Azure role assignment"), "{outcome}");
    for (guid, says) in [
        (READER, "the file doesn't include the definition of the role `Reader`"),
        (
            FEDERATED,
            "the file doesn't include the definition of the role `Managed Identity Contributor`",
        ),
        (
            "11111111-2222-3333-4444-555555555555",
            "the file doesn't include the definition of the role `11111111-2222-3333-4444-555555555555`",
        ),
    ] {
        let outcome = run(&bench, json!([safe(), assigned(&role(guid), Some(""))]), &[]).exits(0);
        assert!(not_checked(&outcome).contains(says), "{says}: {outcome}");
    }
    for (resources, says) in [
        (
            json!([safe(), assigned("[parameters('given')]", None)]),
            "the role of an Azure role assignment isn't known: the parameter `given` has no value",
        ),
        (
            json!([safe(), assigned(&role(OWNER), Some("[parameters('given')]"))]),
            "the scope of an Azure role assignment isn't known",
        ),
    ] {
        let outcome = run(&bench, resources, &[]).exits(3);
        assert!(outcome.stdout.contains(says), "{says}: {outcome}");
    }
    // A role of the template's own.
    let custom = |actions: Value| {
        json!({
            "type": "Microsoft.Authorization/roleDefinitions", "apiVersion": "2022-04-01", "name": "[guid('custom')]",
            "properties": {"roleName": "Key Reader", "assignableScopes": ["[resourceGroup().id]"],
                "permissions": [{"actions": actions, "notActions": []}]},
        })
    };
    let own = "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', guid('custom'))]";
    let grants = json!(["Microsoft.DocumentDB/databaseAccounts/write"]);
    let outcome = run(&bench, json!([safe(), custom(grants), assigned(own, None)]), &[]).exits(1);
    assert_eq!(
        found(&outcome),
        [("local-auth-switch".to_owned(), "possible".to_owned())],
        "{outcome}"
    );
    assert!(outcome.stdout.contains("Key Reader"), "{outcome}");
    let none = json!(["Microsoft.Storage/*"]);
    run(&bench, json!([safe(), custom(none), assigned(own, None)]), &[]).exits(0);
    let unknown = json!("[parameters('given')]");
    let outcome = run(&bench, json!([safe(), custom(unknown), assigned(own, None)]), &[]).exits(3);
    assert!(
        outcome.stdout.contains("the permissions of the Azure role"),
        "{outcome}"
    );
}

#[test]
fn what_a_condition_decides_is_possible_and_says_why() {
    let bench = bench();
    let mut maybe = assigned(&role(CONTRIBUTOR), None);
    maybe["condition"] = json!("[parameters('flag')]");
    let outcome = run(&bench, json!([safe(), maybe]), &["--details"]).exits(1);
    assert!(
        outcome
            .stdout
            .contains("it isn't known whether the role assignment is deployed: the parameter `flag` has no value"),
        "{outcome}"
    );
}

/// A tenant with one account and the Azure roles that are given.
fn tenant(definitions: Value, gaps: bool) -> String {
    let subscription = "11111111-1111-1111-1111-111111111111";
    let head = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": subscription, "name": "s"}]});
    let account = json!({"account": {"id": account_id(), "name": "orders", "resource_group": "shop", "subscription": subscription,
        "location": "", "api": "sql", "tags": {}, "local_auth_disabled": true, "key_metadata_writes_disabled": true},
        "role_definitions": [], "role_assignments": [], "databases": [], "gaps": []});
    let plane = json!({"control_plane": {"subscription": subscription, "role_assignments": [], "role_definitions": definitions,
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    let planes = usize::from(!gaps);
    let end = json!({"end": {"accounts": 1, "gaps": 0, "control_planes": planes}});
    let lines = if gaps {
        vec![head, account, end]
    } else {
        vec![head, account, plane, end]
    };
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_tenant_knows_more_roles_and_what_denies_them() {
    let bench = bench();
    let custom = "99999999-2222-3333-4444-555555555555";
    let known = json!([{"id": format!("/providers/Microsoft.Authorization/roleDefinitions/{custom}"), "role_name": "Switcher",
        "built_in": false, "assignable_scopes": ["/"], "permissions": [{"actions": ["Microsoft.DocumentDB/databaseAccounts/write"], "not_actions": []}]}]);
    bench.write("s.jsonl", tenant(known, false));
    let outcome = run(&bench, json!([assigned(&role(custom), None)]), &["--against=s.jsonl"]).exits(1);
    assert_eq!(
        found(&outcome),
        [("local-auth-switch".to_owned(), "certain".to_owned())],
        "{outcome}"
    );
    assert!(!not_checked(&outcome).contains("isn't analyzed"), "{outcome}");
    let gain = bench
        .run(&[
            "diff",
            "s.jsonl",
            "--template=t.json",
            "--resource-group",
            GROUP,
            "--fail-on-gain",
        ])
        .exits(1);
    assert!(
        gain.stdout.contains("Switcher") && gain.stdout.contains("with ARM template t.json"),
        "{gain}"
    );
    // Of a tenant whose Azure RBAC wasn't read, that is said as before.
    bench.write("s.jsonl", tenant(json!([]), true));
    let outcome = run(
        &bench,
        json!([assigned(&role(CONTRIBUTOR), None)]),
        &["--against=s.jsonl"],
    )
    .exits(1);
    assert!(not_checked(&outcome).contains("--no-control-plane"), "{outcome}");
    // Where the resource group isn't known, it could be any.
    bench.write("s.jsonl", tenant(json!([]), false));
    bench.write(
        "t.json",
        template(json!([assigned(&role(OWNER), Some(""))])).to_string(),
    );
    let outcome = audit(
        &bench,
        &["--template=t.json", "-p=p.yaml", "-f=json", "--against=s.jsonl"],
    )
    .exits(3);
    assert!(
        outcome.stdout.contains("it isn't known which accounts of the snapshot"),
        "{outcome}"
    );
}

#[test]
fn an_identity_of_the_tenant_can_be_taken_over() {
    let bench = bench();
    let identity = "22222222-3333-4444-5555-666666666666";
    let resource = format!("{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-id");
    let reader = format!(
        "{}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001",
        account_id()
    );
    let snapshot = tenant(json!([]), false);
    let granted = json!([{"id": format!("{}/sqlRoleAssignments/a", account_id()), "role_definition_id": reader,
        "principal_id": identity, "scope": account_id()}]);
    let definition = json!([{"id": reader, "role_name": "Cosmos DB Built-in Data Reader", "built_in": true,
        "assignable_scopes": [account_id()], "permissions": [{"data_actions": [format!("{ACCOUNTS}/readMetadata")], "not_data_actions": []}]}]);
    let principal = json!({"principals": [{"id": identity, "name": "orders-id", "kind": "managed-identity", "found": true,
        "resource_id": resource}]});
    let mut lines: Vec<Value> = (snapshot.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    lines[1]["role_definitions"] = definition;
    lines[1]["role_assignments"] = granted;
    lines[3]["end"]["principals"] = json!(1);
    lines.insert(3, principal);
    let snapshot: String = lines.iter().map(|line| format!("{line}\n")).collect();
    bench.write("s.jsonl", snapshot);
    let contributor = role("b24988ac-6180-42a0-ab88-20f7382dd24c");
    let own = format!(
        "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', '{}')]",
        "orders-id"
    );
    let outcome = run(
        &bench,
        json!([assigned(&contributor, Some(&own))]),
        &["--against=s.jsonl"],
    )
    .exits(1);
    assert!(
        found(&outcome).iter().any(|(check, _)| check == "identity-takeover"),
        "{outcome}"
    );
    let report = outcome.report();
    let findings = report.0["findings"].as_array().unwrap();
    let takeover = findings.iter().find(|one| one["check"] == "identity-takeover").unwrap();
    assert_eq!(takeover["template"]["file"], "t.json", "{outcome}");
}

#[test]
fn roles_of_a_subscription_are_assigned_there() {
    let bench = bench();
    bench.write("s.jsonl", tenant(json!([]), false));
    let mut own = template(json!([assigned(&role(OWNER), Some(""))]));
    own["$schema"] =
        json!("https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#");
    own["resources"][0]["properties"]["roleDefinitionId"] = json!(format!(
        "[resourceId('Microsoft.Authorization/roleDefinitions', '{OWNER}')]"
    ));
    bench.write("t.json", own.to_string());
    bench.write("p.yaml", POLICY);
    let with = [
        "--template=t.json",
        "-p=p.yaml",
        "--against=s.jsonl",
        "--subscription=11111111-1111-1111-1111-111111111111",
    ];
    let outcome = audit(&bench, &[&with[..], &["-f=json"]].concat()).exits(1);
    let certain = ("role-assignment-write".to_owned(), "certain".to_owned());
    assert!(found(&outcome).contains(&certain), "{outcome}");
}
