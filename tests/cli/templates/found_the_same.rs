//! What a template deploys is then found by a scan as it was found in the template.

use super::{APP, GROUP, audit, bench};
use crate::support::{Bench, Outcome};
use serde_json::Value;
use std::collections::BTreeSet;

/// An account that is there already.
const OTHER: &str = "      - { name: other, resource_group: other, disable_local_auth: true, disable_key_based_metadata_write_access: true }\n";
const OPERATOR: &str = "7c1f3a52-4be0-4a0a-8a43-9a2b6f0d5c11";

/// The template, with Azure roles on the account and on the resource group.
fn with_azure_roles(template: &str) -> String {
    let one = |name: &str, role: &str, who: &str, scope: &str| {
        format!(
            "\"{name}\": {{\"type\": \"Microsoft.Authorization/roleAssignments\", \"apiVersion\": \"2022-04-01\", \
             \"name\": \"[guid('{name}')]\",{scope} \"properties\": {{\"principalId\": \"{who}\", \"principalType\": \"ServicePrincipal\", \"roleDefinitionId\": \
             \"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{role}')]\"}}}},\n"
        )
    };
    let account = " \"scope\": \"[resourceId('Microsoft.DocumentDB/databaseAccounts', parameters('accountName'))]\",";
    let both = [
        one("keys", "5bd9cd88-fe45-4216-938b-f97437e15450", APP, account),
        one("owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", OPERATOR, ""),
    ];
    template.replace("\"resources\": {\n", &format!("\"resources\": {{\n{}", both.concat()))
}

/// What there is of a finding that doesn't depend on where it was read.
fn findings(outcome: &Outcome) -> BTreeSet<String> {
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let of = |one: &Value| {
        let fields = [
            "check",
            "severity",
            "confidence",
            "state",
            "title",
            "scope",
            "role",
            "data_actions",
            "message",
        ];
        let principal = &one["principal"]["id"];
        format!("{principal} {}", fields.map(|name| one[name].to_string()).join(" "))
    };
    report["findings"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn deployed_it_is_found_the_same() {
    let azure = |disabled: bool| {
        Bench::azure(&format!(
            "subscriptions:\n  - id: 11111111-1111-1111-1111-111111111111\n    accounts:\n{OTHER}      - name: orders-yg7rmqaaz5i5g\n        \
             resource_group: shop\n        disable_local_auth: {disabled}\n        \
             disable_key_based_metadata_write_access: true\n        \
             tags: {{ env: prod }}\n        databases: {{ shop: [orders, invoices] }}\n        role_definitions:\n          - \
             {{ name: Orders Writer, permissions: [{{ data_actions: [Microsoft.DocumentDB/databaseAccounts/readMetadata, \
             Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*, \
             Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*] }}] }}\n        role_assignments:\n          - \
             {{ role: Orders Writer, principal_id: {APP}, scope: \"{{account}}/dbs/shop\" }}\n    rbac:\n      \
             role_assignments:\n        - {{ role: DocumentDB Account Contributor, principal_id: {APP}, scope: \
             \"account:orders-yg7rmqaaz5i5g\" }}\n        - {{ role: Owner, principal_id: {OPERATOR}, scope: \"rg:shop\" }}\n"
        ))
    };
    // Into a tenant that has only another account yet.
    let before = Bench::azure(&format!(
        "subscriptions:\n  - id: 11111111-1111-1111-1111-111111111111\n    accounts:\n{OTHER}"
    ));
    before
        .signed_in(&["scan", "--all-subscriptions", "--no-graph", "-o=before.jsonl"])
        .run()
        .exits(0);
    let before = before.read("before.jsonl");
    for disabled in [false, true] {
        let live = azure(disabled);
        let own = bench();
        let given = own
            .read("orders.parameters.json")
            .replace("\"value\": true", &format!("\"value\": {disabled}"));
        own.write("orders.parameters.json", given);
        own.write("orders.json", with_azure_roles(&own.read("orders.json")));
        for policy in [
            own.read("policy.yaml"),
            own.read("policy.yaml").replace("/dbs/shop", "/dbs/other"),
        ] {
            let policy = policy.replace(
                "    grants:",
                "    key_readers: []\n    role_admins: []\n    account_writers: []\n    grants:",
            );
            own.write("policy.yaml", &policy);
            live.write("policy.yaml", &policy);
            let given = [
                "--template=orders.json",
                "--parameters=orders.parameters.json",
                "-p=policy.yaml",
                "-f=json",
            ];
            own.write("before.jsonl", &before);
            let planned = audit(
                &own,
                &[&given[..], &["--against=before.jsonl", "--resource-group", GROUP]].concat(),
            );
            let scan = [
                "audit",
                "--all-subscriptions",
                "--no-graph",
                "-p=policy.yaml",
                "-f=json",
            ];
            let after = live.signed_in(&scan).run();
            assert_eq!(planned.code, after.code, "{planned}\n{after}");
            // How old keys are only the deployed account says.
            let of_keys = |one: &String| one.contains("\"key-age\"");
            let known = |outcome: &Outcome| -> BTreeSet<String> {
                findings(outcome).into_iter().filter(|one| !of_keys(one)).collect()
            };
            let found = known(&after);
            assert_eq!(known(&planned), found);
            let checks = ["key-access", "self-grant", "role-assignment-write", "local-auth-switch"];
            let is_found = |check: &&&str| found.iter().any(|one| one.contains(&format!("\"{check}\"")));
            // Where keys don't work, nobody reads them.
            assert_eq!(checks.iter().filter(is_found).count(), if disabled { 3 } else { 4 });
        }
    }
}
