//! Shapes held against bodies that the real service returned, where such recordings lie beside the repository.

use std::path::Path;

use serde_json::Value;

use crate::client::get;
use crate::samples::{ACCOUNT, SUBSCRIPTION, start};

fn recording(name: &str) -> Option<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = here
        .ancestors()
        .find_map(|folder| std::fs::read_to_string(folder.join("shared/recordings").join(name)).ok())?;
    Some(serde_json::from_str(&text).unwrap())
}

/// Every key of the real body is in ours, with a value of the same type.
fn covers(real: &Value, ours: &Value, at: &str, missing: &mut Vec<String>) {
    match (real, ours) {
        (Value::Object(real), Value::Object(ours)) => {
            for (key, value) in real {
                match ours.get(key) {
                    Some(our) => covers(value, our, &format!("{at}.{key}"), missing),
                    None => missing.push(format!("{at}.{key}")),
                }
            }
        }
        (Value::Array(real), Value::Array(ours)) => {
            if let (Some(real), Some(our)) = (real.first(), ours.first()) {
                covers(real, our, &format!("{at}[]"), missing);
            }
        }
        _ => {
            if std::mem::discriminant(real) != std::mem::discriminant(ours) {
                missing.push(format!("{at}: another type"));
            }
        }
    }
}

async fn compare(name: &str, path: &str, except: &[&str]) {
    let Some(real) = recording(name) else { return };
    let emulator = start().await;
    let ours = get(&emulator, &format!("{path}?api-version=2025-10-15")).await.body;
    let mut missing = Vec::new();
    covers(&real, &ours, "", &mut missing);
    missing.retain(|one| !except.contains(&one.as_str()));
    assert!(missing.is_empty(), "{name}: {missing:?}");
}

#[tokio::test]
async fn role_definitions() {
    let name = "azcli_2022-06-28_api2022-02-15-preview_sqlRoleDefinitions_list.json";
    compare(name, &format!("{ACCOUNT}/sqlRoleDefinitions"), &[]).await;
    let mongo = ACCOUNT
        .replace("cosmos-orders", "cosmos-mongo")
        .replace("Rg-Orders", "rg-mongo");
    let name = "azps_2025-05-07_api2025-05-01-preview_mongoMIRoleDefinitions_list.json";
    compare(name, &format!("{mongo}/mongoMIRoleDefinitions"), &[]).await;
}

#[tokio::test]
async fn a_role_assignment() {
    let path = format!("{ACCOUNT}/sqlRoleAssignments/09d117e6-ab6a-4a8b-948a-c6c34aa631db");
    compare(
        "azcli_2022-06-28_api2022-02-15-preview_sqlRoleAssignment_get.json",
        &path,
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_missing_assignment() {
    let path = format!("{ACCOUNT}/sqlRoleAssignments/d6496da9-2eb3-472a-ba38-140fa2a6a304");
    compare("azcli_2022-06-28_sqlRoleAssignment_404.json", &path, &[]).await;
}

#[tokio::test]
async fn accounts() {
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DocumentDB/databaseAccounts");
    // Options of the recorded account that ours does not use.
    let except = [".value[].properties.configurationOverrides.EnablePerRegionPerPartitionAutoscaleOptIn"];
    compare("c7n_api2025-10-15_databaseAccounts_list.json", &path, &except).await;
}

#[tokio::test]
async fn built_in_roles_are_the_real_ones() {
    let name = "azcli_2022-06-28_api2022-02-15-preview_sqlRoleDefinitions_list.json";
    let Some(real) = recording(name) else { return };
    let emulator = start().await;
    let ours = get(
        &emulator,
        &format!("{ACCOUNT}/sqlRoleDefinitions?api-version=2025-10-15"),
    )
    .await
    .body;
    let built_in = |body: &Value| -> Vec<Value> {
        let items = body["value"].as_array().unwrap().iter();
        items
            .filter(|role| role["properties"]["type"] == "BuiltInRole")
            .map(|role| {
                serde_json::json!([
                    role["name"],
                    role["properties"]["roleName"],
                    role["properties"]["permissions"]
                ])
            })
            .collect()
    };
    assert_eq!(built_in(&ours), built_in(&real));
}

#[tokio::test]
async fn azure_role_assignments() {
    let name = "c7n_api2018-09-01_roleAssignments_list.json";
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments");
    compare(name, &path, &[]).await;
}

#[tokio::test]
async fn azure_roles_are_the_published_ones() {
    let Some(Value::Array(published)) = recording("built-in-roles.json") else {
        return;
    };
    let emulator = start().await;
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions");
    let ours = get(&emulator, &format!("{path}?api-version=2022-04-01")).await.body;
    let ours = ours["value"].as_array().unwrap();
    assert_eq!(ours.len(), 8);
    for role in ours {
        let same = |one: &&Value| one["id"] == role["name"];
        let real = published.iter().find(same).expect("a role that is published");
        let (permissions, properties) = (&real["permissions"][0], &role["properties"]);
        assert_eq!(real["roleName"], properties["roleName"]);
        assert_eq!(real["permissions"].as_array().unwrap().len(), 1);
        for field in ["actions", "notActions", "dataActions", "notDataActions"] {
            assert_eq!(permissions[field], properties["permissions"][0][field], "{role}");
        }
    }
}
