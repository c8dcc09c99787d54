//! Shapes held against bodies as the real service returns them: those of `tests/bodies` always, recordings where
//! `COSMOS_RBAC_RECORDINGS` names a folder with them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::client::get;
use crate::samples::{ACCOUNT, SUBSCRIPTION, start};

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn body(name: &str) -> Value {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../bodies").join(name))
}

fn recording(name: &str) -> Value {
    let folder = std::env::var_os("COSMOS_RBAC_RECORDINGS").expect("COSMOS_RBAC_RECORDINGS names the recordings");
    read(&PathBuf::from(folder).join(name))
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

async fn ours(path: &str, version: &str) -> Value {
    get(&start().await, &format!("{path}?api-version={version}")).await.body
}

async fn compare(real: &Value, path: &str, except: &[&str]) {
    let ours = ours(path, "2026-03-15").await;
    let mut missing = Vec::new();
    covers(real, &ours, "", &mut missing);
    missing.retain(|one| !except.contains(&one.as_str()));
    assert!(missing.is_empty(), "{path}: {missing:?}");
}

fn sql_roles() -> String {
    format!("{ACCOUNT}/sqlRoleDefinitions")
}

fn mongo_roles() -> String {
    let account = ACCOUNT.replace("cosmos-orders", "cosmos-mongo");
    format!("{}/mongoMIRoleDefinitions", account.replace("Rg-Orders", "rg-mongo"))
}

fn assignment(id: &str) -> String {
    format!("{ACCOUNT}/sqlRoleAssignments/{id}")
}

const THERE: &str = "09d117e6-ab6a-4a8b-948a-c6c34aa631db";
const MISSING: &str = "d6496da9-2eb3-472a-ba38-140fa2a6a304";

fn accounts() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DocumentDB/databaseAccounts")
}

fn azure_assignments() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments")
}

/// The built-in roles of a list, by what makes them so.
fn built_in(body: &Value) -> Vec<[Value; 3]> {
    let roles = body["value"].as_array().unwrap().iter();
    roles
        .filter(|role| role["properties"]["type"] == "BuiltInRole")
        .map(|role| {
            let properties = &role["properties"];
            [&role["name"], &properties["roleName"], &properties["permissions"]].map(Value::clone)
        })
        .collect()
}

#[tokio::test]
async fn bodies_have_the_shape_of_the_real_ones() {
    compare(&body("sql_role_definitions.json"), &sql_roles(), &[]).await;
    compare(&body("mongo_role_definitions.json"), &mongo_roles(), &[]).await;
    compare(&body("sql_role_assignment.json"), &assignment(THERE), &[]).await;
    compare(&body("missing_role_assignment.json"), &assignment(MISSING), &[]).await;
    compare(&body("accounts.json"), &accounts(), &[]).await;
    compare(&body("azure_role_assignments.json"), &azure_assignments(), &[]).await;
}

#[tokio::test]
async fn built_in_roles_are_the_real_ones() {
    let (ours, real) = (
        ours(&sql_roles(), "2026-03-15").await,
        body("sql_role_definitions.json"),
    );
    assert_eq!(built_in(&ours), built_in(&real));
    assert_eq!(built_in(&real).len(), 2);
}

#[tokio::test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
async fn recorded_bodies_have_the_same_shape() {
    let cosmos = |name: &str| recording(&format!("azcli_2022-06-28_{name}.json"));
    let roles = cosmos("api2022-02-15-preview_sqlRoleDefinitions_list");
    compare(&roles, &sql_roles(), &[]).await;
    assert_eq!(built_in(&ours(&sql_roles(), "2026-03-15").await), built_in(&roles));
    let mongo = recording("azps_2025-05-07_api2025-05-01-preview_mongoMIRoleDefinitions_list.json");
    compare(&mongo, &mongo_roles(), &[]).await;
    let one = cosmos("api2022-02-15-preview_sqlRoleAssignment_get");
    compare(&one, &assignment(THERE), &[]).await;
    compare(&cosmos("sqlRoleAssignment_404"), &assignment(MISSING), &[]).await;
    // Options of the recorded account that ours does not use.
    let except = [".value[].properties.configurationOverrides.EnablePerRegionPerPartitionAutoscaleOptIn"];
    let real = recording("c7n_api2025-10-15_databaseAccounts_list.json");
    compare(&real, &accounts(), &except).await;
    let real = recording("c7n_api2018-09-01_roleAssignments_list.json");
    compare(&real, &azure_assignments(), &[]).await;
}

#[tokio::test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
async fn recorded_azure_roles_are_ours() {
    let Value::Array(published) = recording("built-in-roles.json") else {
        panic!("a list of roles");
    };
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions");
    let ours = ours(&path, "2022-04-01").await;
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
