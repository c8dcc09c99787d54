//! Role definitions as people write them, odd ones included, through the emulator and the real program: nothing of them
//! may be lost.

use crate::bodies::{body, recording};
use crate::sample::Sample;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn actions(role: &Value, field: &str) -> BTreeSet<String> {
    let list = role[field].as_array().unwrap();
    list.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn roles_that_people_write_are_read_without_loss() {
    nothing_is_lost(&body("written_roles.json"));
}

#[test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
fn recorded_roles_are_read_without_loss() {
    let recorded = recording("real_role_definitions.json");
    assert!(recorded.len() >= 20);
    nothing_is_lost(&recorded);
}

fn nothing_is_lost(roles: &[Value]) {
    let written: BTreeMap<String, BTreeSet<String>> = roles
        .iter()
        .map(|role| (format!("role {}", role["n"]), actions(role, "dataActions")))
        .collect();
    let roles: Vec<Value> = written
        .iter()
        .map(|(name, actions)| json!({ "name": name, "permissions": [{ "data_actions": actions }] }))
        .collect();
    // JSON is YAML.
    let tenant = json!({
        "id": "72f988bf-0000-4000-8000-00000000c0de",
        "subscriptions": [{
            "id": "0c05a0c5-0000-4000-8000-000000000001",
            "name": "Recorded",
            "accounts": [{ "name": "recorded", "resource_group": "rg", "disable_local_auth": true,
                "disable_key_based_metadata_write_access": true, "role_definitions": roles }],
        }],
    });
    let sample = Sample::of(arm_emulator::Tenant::from_yaml(&tenant.to_string()).unwrap());
    let roles = sample.run_live(&["list", "roles", "-f", "json"], 0);
    let roles: Vec<Value> = serde_json::from_str(&roles).unwrap();
    let read: BTreeMap<String, BTreeSet<String>> = roles
        .iter()
        .filter(|role| role["built_in"] == false)
        .map(|role| {
            (
                role["role_name"].as_str().unwrap().to_owned(),
                actions(&role["permissions"][0], "data_actions"),
            )
        })
        .collect();
    assert_eq!(read, written);

    // What no catalogue lists is a finding, whoever wrote it.
    let report: Value =
        serde_json::from_str(&sample.run_live(&["audit", "-f", "json", "--fail-on", "never"], 0)).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let unknown = findings.iter().filter(|finding| finding["check"] == "unknown-action");
    let messages: Vec<&str> = unknown.map(|finding| finding["message"].as_str().unwrap()).collect();
    for odd in [
        "items/write`",
        "sqlDatabases/write`",
        "throughputSettings/`",
        "gremlin/*`",
    ] {
        assert!(
            messages.iter().any(|message| message.contains(odd)),
            "{odd} in {messages:#?}"
        );
    }
}
