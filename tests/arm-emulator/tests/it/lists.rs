//! What ARM's lists hold, and how they page.

use arm_emulator::{Emulator, Generate, Options, Tenant};
use serde_json::json;

use crate::arm::{VERSION, accounts};
use crate::client::{all, get};
use crate::samples::{ACCOUNT, SUBSCRIPTION, start, start_with};

#[tokio::test]
async fn lists_hold_what_the_tenant_says() {
    let emulator = start().await;
    let answer = get(&emulator, &accounts()).await;
    assert_eq!(
        answer.names(),
        ["cosmos-orders", "cosmos-legacy", "cosmos-graph", "cosmos-mongo"]
    );
    assert!(answer.body["value"][1]["properties"].get("disableLocalAuth").is_none());
    assert!(answer.body.get("nextLink").is_none());

    let roles = get(&emulator, &format!("{ACCOUNT}/sqlRoleDefinitions?{VERSION}")).await;
    let names: Vec<_> = roles.body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["properties"]["roleName"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "Custom Read/Write role",
            "Cosmos DB Built-in Data Reader",
            "Cosmos DB Built-in Data Contributor"
        ]
    );
    assert_eq!(
        roles.body["value"][0]["properties"]["permissions"][0]["dataActions"][1],
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*"
    );

    let databases = get(&emulator, &format!("{ACCOUNT}/sqlDatabases?{VERSION}")).await;
    assert_eq!(databases.names(), ["Empty", "rbacsample"]);
    assert!(databases.body["value"][0]["properties"]["resource"]["_rid"].is_string());
    let containers = get(
        &emulator,
        &format!("{ACCOUNT}/sqlDatabases/rbacsample/containers?{VERSION}"),
    )
    .await;
    assert_eq!(containers.names(), ["data", "audit log"]);
    let path = format!("{ACCOUNT}/sqlDatabases/rbacsample/containers/audit%20log?{VERSION}");
    assert_eq!(
        get(&emulator, &path).await.body["properties"]["resource"]["id"],
        "audit log"
    );
}

#[tokio::test]
async fn raw_items_are_served_as_they_are() {
    let emulator = start().await;
    let path = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000002/providers/Microsoft.DocumentDB/databaseAccounts";
    let answer = get(&emulator, &format!("{path}?{VERSION}")).await;
    let odd = &answer.body["value"][0];
    assert_eq!(odd["properties"]["disableLocalAuth"], "true");
    assert_eq!(
        answer.body["value"][1],
        json!({ "name": "cosmos-broken", "properties": 5 })
    );
    let roles = get(
        &emulator,
        &format!("{}/sqlRoleDefinitions?{VERSION}", odd["id"].as_str().unwrap()),
    )
    .await;
    assert_eq!(roles.body["value"][0]["properties"]["type"], 1);
    assert_eq!(roles.body["value"][0]["properties"]["assignableScopes"][0], odd["id"]);
}

#[tokio::test]
async fn other_apis_have_lists_of_their_own() {
    let emulator = start().await;
    let base = |name: &str, group: &str| ACCOUNT.replace("cosmos-orders", name).replace("Rg-Orders", group);
    let graph = base("cosmos-graph", "Rg-Orders");
    let roles = get(&emulator, &format!("{graph}/gremlinRoleDefinitions?{VERSION}")).await;
    assert_eq!(
        roles.body["value"][1]["properties"]["permissions"][0]["dataActions"][3],
        "Microsoft.DocumentDB/databaseAccounts/gremlin/*"
    );
    assert_eq!(
        get(&emulator, &format!("{graph}/gremlinDatabases?{VERSION}"))
            .await
            .names(),
        ["g1"]
    );
    // Roles of every API are there, data of the own one only.
    for kind in ["sql", "table", "cassandra", "gremlin", "mongoMI"] {
        let of_kind = |list: &str| format!("{graph}/{kind}{list}?{VERSION}");
        assert_eq!(
            get(&emulator, &of_kind("RoleDefinitions")).await.names().len(),
            2,
            "{kind}"
        );
        assert_eq!(get(&emulator, &of_kind("RoleAssignments")).await.status, 200, "{kind}");
    }
    let old = get(
        &emulator,
        &format!("{graph}/gremlinRoleDefinitions?api-version=2025-10-15"),
    )
    .await;
    assert_eq!(old.status, 404);
    for list in ["sqlDatabases", "mongodbUserDefinitions"] {
        let answer = get(&emulator, &format!("{graph}/{list}?{VERSION}")).await;
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (400, Some("BadRequest")),
            "{list}"
        );
    }
    let mongo = base("cosmos-mongo", "rg-mongo");
    for list in [
        "mongodbRoleDefinitions",
        "mongodbUserDefinitions",
        "mongoMIRoleAssignments",
    ] {
        assert_eq!(
            get(&emulator, &format!("{mongo}/{list}?{VERSION}")).await.body,
            json!({ "value": [] }),
            "{list}"
        );
    }
    assert_eq!(
        get(&emulator, &format!("{mongo}/mongoMIRoleDefinitions?{VERSION}"))
            .await
            .names()
            .len(),
        2
    );
}

#[tokio::test]
async fn lists_page_by_absolute_and_by_relative_links() {
    for relative in [false, true] {
        let options = Options {
            page_size: 1,
            relative_next_link: relative,
            ..Options::default()
        };
        let emulator = start_with(options).await;
        let first = get(&emulator, &accounts()).await;
        let next = first.body["nextLink"].as_str().unwrap().to_owned();
        assert_eq!(next.starts_with("https://localhost:"), !relative, "{next}");
        assert!(next.contains("%24skiptoken=") && next.contains(VERSION), "{next}");
        let (items, pages) = all(&emulator, &accounts()).await;
        assert_eq!((items.len(), pages), (4, 4));
        let (items, _) = all(&emulator, &format!("{ACCOUNT}/sqlRoleDefinitions?{VERSION}")).await;
        assert_eq!(items.len(), 3);
        let (items, _) = all(&emulator, &format!("/subscriptions?{VERSION}")).await;
        assert_eq!(items.len(), 2);
    }
    let emulator = start().await;
    let answer = get(&emulator, &format!("{}&$skiptoken=made-up", accounts())).await;
    assert_eq!((answer.status, answer.code()), (400, "InvalidSkipToken"));
}

#[tokio::test]
async fn lists_may_begin_and_end_oddly() {
    let options = Options {
        empty_first_page: true,
        empty_next_link_at_end: true,
        page_size: 2,
        ..Options::default()
    };
    let emulator = start_with(options).await;
    assert_eq!(get(&emulator, &accounts()).await.body["value"], json!([]));
    let (items, pages) = all(&emulator, &accounts()).await;
    assert_eq!((items.len(), pages), (4, 3));
}

#[tokio::test]
async fn management_groups_list_all_below_them() {
    let emulator = start().await;
    let below = |id: &str| format!("/providers/Microsoft.Management/managementGroups/{id}/descendants?{VERSION}");
    let answer = get(&emulator, &below("CONTOSO")).await;
    assert_eq!(
        answer.names(),
        [
            "production",
            "sandbox",
            SUBSCRIPTION,
            "5E1F0C1A-0000-4000-8000-000000000002"
        ]
    );
    assert_eq!(answer.body["value"][2]["type"], "/subscriptions");
    assert_eq!(
        answer.body["value"][2]["properties"]["parent"]["id"],
        "/providers/Microsoft.Management/managementGroups/production"
    );
    assert_eq!(get(&emulator, &below(emulator.tenant_id())).await.names().len(), 5);
}

#[tokio::test]
async fn large_tenants_are_made_as_they_are_asked_for() {
    let rule = Generate {
        subscriptions: 100,
        accounts_per_subscription: 1000,
        ..Generate::default()
    };
    let emulator = Emulator::start(Tenant::generate(rule), Options::default())
        .await
        .unwrap();
    let subscriptions = get(&emulator, &format!("/subscriptions?{VERSION}")).await;
    assert_eq!(subscriptions.body["value"].as_array().unwrap().len(), 100);
    let last = subscriptions.body["value"][99]["id"].as_str().unwrap();
    let answer = get(
        &emulator,
        &format!("{last}/providers/Microsoft.DocumentDB/databaseAccounts?{VERSION}"),
    )
    .await;
    assert_eq!(answer.names().len(), 1000);
    let account = answer.body["value"][999]["id"].as_str().unwrap().to_lowercase();
    assert_eq!(
        get(&emulator, &format!("{account}?{VERSION}")).await.body,
        answer.body["value"][999]
    );
    assert_eq!(
        get(&emulator, &format!("{account}/sqlRoleDefinitions?{VERSION}"))
            .await
            .names()
            .len(),
        4
    );
    assert_eq!(
        get(&emulator, &format!("{account}/sqlRoleAssignments?{VERSION}"))
            .await
            .names()
            .len(),
        4
    );
    assert_eq!(
        get(&emulator, &format!("{account}/sqlDatabases?{VERSION}"))
            .await
            .names(),
        ["db0", "db1"]
    );
    assert_eq!(
        get(&emulator, &format!("{account}x/sqlDatabases?{VERSION}"))
            .await
            .status,
        404
    );
}
