//! The role that the recipes' identity gets: exactly what a scan asks for, in all three spellings.

use crate::permissions;
use crate::support::lines::{ANN, SUBSCRIPTION, account, snapshot};
use crate::support::{Bench, repository};
use serde_json::json;
use std::collections::BTreeSet;

fn recipe(name: &str) -> String {
    std::fs::read_to_string(repository("docs/recipes/bicep").join(name)).unwrap()
}

fn lower<'a>(actions: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    actions.map(str::to_ascii_lowercase).collect()
}

/// The texts of `var actions = […]`.
fn listed_in_bicep(text: &str) -> Vec<&str> {
    let list = text.split("var actions = [\n").nth(1).unwrap();
    let lines = list.split("\n]").next().unwrap().lines();
    lines
        .map(|line| line.trim().trim_start_matches('\'').trim_end_matches('\''))
        .collect()
}

#[test]
fn its_actions_are_those_that_a_scan_asks_for() {
    let template: serde_json::Value = serde_json::from_str(&recipe("auditor-role.json")).unwrap();
    let listed = template["variables"]["actions"].as_array().unwrap();
    let asked = permissions::actions();
    assert_eq!(lower(listed.iter().map(|action| action.as_str().unwrap())), asked);
    assert_eq!(listed.len(), asked.len(), "one is there twice");
    let [role, assignment] = template["resources"].as_array().unwrap().as_slice() else {
        panic!("{template}")
    };
    let permission = &role["properties"]["permissions"][0];
    assert_eq!(permission["actions"], "[variables('actions')]");
    for none in ["notActions", "dataActions", "notDataActions"] {
        assert_eq!(permission[none], json!([]), "{none}");
    }
    // The role that is assigned is the one that is defined.
    let id = assignment["properties"]["roleDefinitionId"].as_str().unwrap();
    let name = role["name"].as_str().unwrap();
    assert!(
        id.ends_with(&format!(
            "'Microsoft.Authorization/roleDefinitions', {})]",
            &name[1..name.len() - 1]
        )),
        "{id}"
    );
    assert_eq!(assignment["dependsOn"], json!([id]));

    let bicep = recipe("auditor-role.bicep");
    let listed = listed_in_bicep(&bicep);
    assert_eq!(lower(listed.iter().copied()), asked);
    assert_eq!(listed.len(), asked.len());
}

/// At a management group the tool says what it can't know; at a subscription it knows all, and finds nothing new.
#[test]
fn the_template_opens_no_bypass() {
    let bench = Bench::offline();
    bench.write("role.json", recipe("auditor-role.json"));
    let report = bench
        .run(&["audit", "--template=role.json", "-f=json"])
        .exits(3)
        .report();
    assert_eq!(report.of("collection-incomplete").len(), report.findings().len());

    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_definitions": [], "role_assignments": [],
                       "deny_assignments": [], "eligible": [], "gaps": []}});
    bench.write("s.jsonl", snapshot(&[account("a", &[], &[])], Some(plane)));
    let parameters = json!({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                            "contentVersion": "1.0.0.0", "parameters": {"principalId": {"value": ANN}}});
    bench.write("p.json", parameters.to_string());
    let at_subscription = recipe("auditor-role.json")
        .replace("managementGroup().id", "subscription().id")
        .replace("managementGroupDeploymentTemplate", "subscriptionDeploymentTemplate");
    let audit = |text: &str| {
        bench.write("role.json", text);
        let target = format!("--subscription={SUBSCRIPTION}");
        let audit = [
            "audit",
            "--template=role.json",
            "--parameters=p.json",
            "--against=s.jsonl",
        ];
        bench.command(&audit).args(&[&target, "-f=json"]).run().report()
    };
    let report = audit(&at_subscription);
    assert_eq!((report.verdict(), report.findings()), ("pass", &[][..]));
    // That is no vacuous answer.
    let [read, write] = ["read", "write"].map(|verb| format!("databaseAccounts/sqlRoleAssignments/{verb}"));
    let report = audit(&at_subscription.replacen(&read, &write, 1));
    assert_eq!(report.of("self-grant").len(), 1);
}
