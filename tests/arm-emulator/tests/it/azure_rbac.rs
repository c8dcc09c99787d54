//! Azure RBAC's lists: what is at a subscription, above it and below it.

use arm_emulator::{Emulator, Generate, Options, Tenant};
use serde_json::{Value, json};

use crate::client::{all, get};
use crate::samples::{ACCOUNT, SUBSCRIPTION, TENANT, start, start_with};

const OTHER: &str = "5e1f0c1a-0000-4000-8000-000000000002";
const VERSION: &str = "api-version=2022-04-01";

fn list(subscription: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/providers/Microsoft.Authorization/{name}?{VERSION}")
}

async fn items(emulator: &Emulator, path: &str) -> Vec<Value> {
    let answer = get(emulator, path).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body["value"].as_array().unwrap().clone()
}

fn texts(items: &[Value], property: &str) -> Vec<String> {
    let text = |item: &Value| item["properties"][property].as_str().unwrap_or_default().to_owned();
    items.iter().map(text).collect()
}

#[tokio::test]
async fn assignments_are_listed_from_above_and_below() {
    let emulator = start().await;
    let found = items(&emulator, &list(SUBSCRIPTION, "roleAssignments")).await;
    let own = format!("/subscriptions/{SUBSCRIPTION}");
    assert_eq!(
        texts(&found, "scope"),
        [
            ACCOUNT,
            "/",
            "/providers/Microsoft.Management/managementGroups/contoso",
            &own
        ]
    );
    // A role's id is below the subscription only in assignments that are.
    let roles = texts(&found, "roleDefinitionId");
    assert!(roles[0].starts_with(&own) && roles[0].ends_with("7d5e0e58-0000-4000-8000-000000000001"));
    assert!(
        roles[1].starts_with("/providers/") && roles[2].starts_with("/providers/"),
        "{roles:?}"
    );
    assert_eq!(
        texts(&found, "principalType"),
        ["ServicePrincipal", "User", "Group", "User"]
    );
    assert_eq!(found[0]["properties"]["condition"], Value::Null);
    assert_eq!(found[1]["properties"]["conditionVersion"], "2.0");
    let ids: Vec<_> = found.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(
        ids[1].starts_with("/providers/Microsoft.Authorization/roleAssignments/"),
        "{ids:?}"
    );
    // Another subscription sees what is above both.
    let other = items(&emulator, &list(OTHER, "roleAssignments")).await;
    assert_eq!(other.len(), 1);
    assert_eq!(other[0]["id"], found[2]["id"]);
}

#[tokio::test]
async fn roles_below_the_subscription_are_listed_when_asked_for() {
    let emulator = start().await;
    let path = list(SUBSCRIPTION, "roleDefinitions");
    let plain = texts(&items(&emulator, &path).await, "roleName");
    assert_eq!(plain.len(), 8);
    assert!(plain.contains(&"DocumentDB Account Contributor".to_owned()));
    let below = items(&emulator, &format!("{path}&$filter=atScopeAndBelow()")).await;
    assert_eq!(below.len(), 9);
    assert_eq!(below[0]["properties"]["roleName"], "Key helper");
    assert_eq!(
        below[0]["properties"]["permissions"][0]["notActions"],
        json!(["Microsoft.DocumentDB/databaseAccounts/delete"])
    );
}

#[tokio::test]
async fn a_role_may_be_there_without_being_listed() {
    let text = TENANT.replace("unlisted: false", "unlisted: true");
    let emulator = Emulator::start(Tenant::from_yaml(&text).unwrap(), Options::default())
        .await
        .unwrap();
    let path = list(SUBSCRIPTION, "roleDefinitions");
    assert_eq!(
        items(&emulator, &format!("{path}&$filter=atScopeAndBelow()"))
            .await
            .len(),
        8
    );
    let one = |id: &str| path.replace('?', &format!("/{id}?"));
    let answer = get(&emulator, &one("7D5E0E58-0000-4000-8000-000000000001")).await;
    assert_eq!(answer.body["properties"]["roleName"], "Key helper");
    let answer = get(&emulator, &one("7d5e0e58-0000-4000-8000-00000000dead")).await;
    assert_eq!((answer.status, answer.code()), (404, "RoleDefinitionDoesNotExist"));
}

#[tokio::test]
async fn the_filter_stays_on_every_page() {
    let emulator = start_with(Options {
        page_size: 4,
        ..Options::default()
    })
    .await;
    let path = format!("{}&$filter=atScopeAndBelow()", list(SUBSCRIPTION, "roleDefinitions"));
    let (found, pages) = all(&emulator, &path).await;
    assert_eq!((found.len(), pages), (9, 3));
}

#[tokio::test]
async fn denials_and_eligible_roles_are_listed() {
    let emulator = start().await;
    let denied = items(&emulator, &list(SUBSCRIPTION, "denyAssignments")).await;
    let properties = &denied[0]["properties"];
    assert_eq!(
        properties["principals"],
        json!([{ "id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined" }])
    );
    assert_eq!(properties["excludePrincipals"][0]["type"], "User");
    assert_eq!(properties["description"], "merged over the rendered ones, unchecked");
    let eligible = items(&emulator, &list(SUBSCRIPTION, "roleEligibilityScheduleInstances")).await;
    assert_eq!(texts(&eligible, "endDateTime"), ["2027-01-01T00:00:00Z"]);
    assert!(items(&emulator, &list(OTHER, "denyAssignments")).await.is_empty());
    let unknown = get(&emulator, &list(OTHER, "madeUpThings")).await;
    assert_eq!((unknown.status, unknown.code()), (404, "InvalidResourceType"));
}

#[tokio::test]
async fn without_the_licence_only_those_lists_are_refused() {
    let text = TENANT.replace("no_pim_licence: false", "no_pim_licence: true");
    let emulator = Emulator::start(Tenant::from_yaml(&text).unwrap(), Options::default())
        .await
        .unwrap();
    let answer = get(&emulator, &list(SUBSCRIPTION, "roleEligibilityScheduleInstances")).await;
    assert_eq!((answer.status, answer.code()), (400, "AadPremiumLicenseRequired"));
    assert_eq!(get(&emulator, &list(SUBSCRIPTION, "roleAssignments")).await.status, 200);
}

#[tokio::test]
async fn a_subscription_may_have_as_many_assignments_as_azure_allows() {
    let rule = Generate {
        azure_role_assignments: 4000,
        ..Generate::default()
    };
    let subscription = rule.subscription_id(0);
    let emulator = Emulator::start(Tenant::generate(rule), Options::default())
        .await
        .unwrap();
    let (found, pages) = all(&emulator, &list(&subscription, "roleAssignments")).await;
    assert_eq!((found.len(), pages), (4000, 4));
    let ids: std::collections::HashSet<_> = found.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 4000);
    let (roles, _) = all(&emulator, &list(&subscription, "roleDefinitions")).await;
    assert_eq!(roles.len(), 8);
}
