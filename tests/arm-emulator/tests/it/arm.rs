//! What ARM answers when all is well, and when the client is at fault.

use arm_emulator::{Authorization, Emulator, Generate, Options, Origin, Tenant};
use serde_json::json;

use crate::client::{all, build, get, read, try_get};
use crate::samples::{ACCOUNT, SUBSCRIPTION, start, start_with};

const VERSION: &str = "api-version=2025-10-15";

fn accounts() -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DocumentDB/databaseAccounts?{VERSION}"
    )
}

#[tokio::test]
async fn requests_need_a_token_and_a_version() {
    let emulator = start().await;
    let client = build(&emulator);
    let url = format!("{}/subscriptions?{VERSION}", emulator.arm_endpoint());

    let answer = read(client.get(&url)).await.unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "AuthenticationFailed")
    );
    assert!(
        answer
            .header("www-authenticate")
            .starts_with("Bearer authorization_uri=\"https://localhost:")
    );
    let answer = read(client.get(&url).bearer_auth("a.b.c")).await.unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "InvalidAuthenticationToken")
    );
    let answer = read(client.get(&url).bearer_auth(emulator.graph_token()))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "InvalidAuthenticationTokenAudience")
    );
    emulator.expire_tokens();
    let answer = read(client.get(&url).bearer_auth(emulator.token()))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "ExpiredAuthenticationToken")
    );
    let seen: Vec<_> = emulator
        .requests()
        .iter()
        .map(|request| request.authorization)
        .collect();
    assert_eq!(
        seen,
        [
            Authorization::Absent,
            Authorization::Invalid,
            Authorization::Invalid,
            Authorization::Expired
        ]
    );

    let emulator = start().await;
    for (query, code) in [
        ("", "MissingApiVersionParameter"),
        ("?api-version=latest", "InvalidApiVersionParameter"),
        ("?api-version=2025-10-15-beta", "InvalidApiVersionParameter"),
    ] {
        let answer = get(&emulator, &format!("/subscriptions{query}")).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{query}");
    }
    assert_eq!(
        get(&emulator, "/subscriptions?api-version=2025-05-01-preview")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn answers_carry_arms_headers() {
    let emulator = start().await;
    let answer = get(&emulator, &accounts()).await;
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(answer.header("x-ms-request-id").len(), 36);
    assert_eq!(answer.header("x-ms-correlation-request-id").len(), 36);
    assert_eq!(
        answer.header("x-ms-ratelimit-remaining-subscription-reads"),
        "1099"
    );
    assert_eq!(
        answer.header("x-ms-ratelimit-remaining-subscription-global-reads"),
        "16499"
    );
    assert_ne!(
        get(&emulator, &accounts()).await.header("x-ms-request-id"),
        answer.header("x-ms-request-id")
    );
}

#[tokio::test]
async fn paths_ignore_case_and_bodies_keep_it() {
    let emulator = start().await;
    let answer = get(&emulator, &format!("{}?{VERSION}", ACCOUNT.to_uppercase())).await;
    assert_eq!(answer.body["id"], ACCOUNT);
    assert_eq!(answer.body["properties"]["disableLocalAuth"], true);
    assert_eq!(answer.body["properties"]["minimalTlsVersion"], "Tls13");
    assert_eq!(answer.body["properties"]["EnabledApiTypes"], "Sql");
    let answer = get(
        &emulator,
        &format!("{}/SQLROLEASSIGNMENTS?{VERSION}", ACCOUNT.to_lowercase()),
    )
    .await;
    let first = &answer.body["value"][0];
    assert_eq!(
        first["id"],
        format!("{ACCOUNT}/sqlRoleAssignments/09d117e6-ab6a-4a8b-948a-c6c34aa631db")
    );
    assert_eq!(
        first["properties"]["scope"],
        format!("{ACCOUNT}/dbs/rbacsample/colls/data")
    );
    assert_eq!(
        first["properties"]["roleDefinitionId"],
        format!("{ACCOUNT}/sqlRoleDefinitions/be79875a-2cc4-40d5-8958-566017875b39")
    );
}

#[tokio::test]
async fn lists_hold_what_the_tenant_says() {
    let emulator = start().await;
    let answer = get(&emulator, &accounts()).await;
    assert_eq!(
        answer.names(),
        [
            "cosmos-orders",
            "cosmos-legacy",
            "cosmos-graph",
            "cosmos-mongo"
        ]
    );
    assert!(
        answer.body["value"][1]["properties"]
            .get("disableLocalAuth")
            .is_none()
    );
    assert!(answer.body.get("nextLink").is_none());

    let roles = get(
        &emulator,
        &format!("{ACCOUNT}/sqlRoleDefinitions?{VERSION}"),
    )
    .await;
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

    let assignments = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization");
    let one = get(
        &emulator,
        &format!("{assignments}/roleAssignments?api-version=2022-04-01"),
    )
    .await;
    assert_eq!(one.names(), ["af976bc5-0274-4870-8442-94daae0d29a1"]);
    let none = get(
        &emulator,
        &format!("{assignments}/denyAssignments?api-version=2022-04-01"),
    )
    .await;
    assert_eq!(none.body, json!({ "value": [] }));
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
        &format!(
            "{}/sqlRoleDefinitions?{VERSION}",
            odd["id"].as_str().unwrap()
        ),
    )
    .await;
    assert_eq!(roles.body["value"][0]["properties"]["type"], 1);
    assert_eq!(
        roles.body["value"][0]["properties"]["assignableScopes"][0],
        odd["id"]
    );
}

#[tokio::test]
async fn other_apis_have_lists_of_their_own() {
    let emulator = start().await;
    let base = |name: &str, group: &str| {
        ACCOUNT
            .replace("cosmos-orders", name)
            .replace("Rg-Orders", group)
    };
    let graph = base("cosmos-graph", "Rg-Orders");
    let roles = get(
        &emulator,
        &format!("{graph}/gremlinRoleDefinitions?{VERSION}"),
    )
    .await;
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
    for list in [
        "sqlRoleDefinitions",
        "sqlDatabases",
        "tableRoleAssignments",
        "mongodbUserDefinitions",
    ] {
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
            get(&emulator, &format!("{mongo}/{list}?{VERSION}"))
                .await
                .body,
            json!({ "value": [] }),
            "{list}"
        );
    }
    assert_eq!(
        get(
            &emulator,
            &format!("{mongo}/mongoMIRoleDefinitions?{VERSION}")
        )
        .await
        .names()
        .len(),
        2
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_services_words() {
    let emulator = start().await;
    let unknown = ACCOUNT.replace("cosmos-orders", "nobody");
    let answer = get(
        &emulator,
        &format!("{unknown}/sqlRoleAssignments?{VERSION}"),
    )
    .await;
    assert_eq!((answer.status, answer.code()), (404, "ResourceNotFound"));

    let id = "d6496da9-2eb3-472a-ba38-140fa2a6a304";
    let answer = get(
        &emulator,
        &format!("{ACCOUNT}/sqlRoleAssignments/{id}?{VERSION}"),
    )
    .await;
    assert_eq!(
        (answer.status, answer.body["code"].as_str()),
        (404, Some("NotFound"))
    );
    let message = answer.body["message"].as_str().unwrap();
    assert!(message.starts_with(&format!(
        "Unable to find a SQL Role Assignment with ID [{id}].\r\nActivityId: "
    )));

    let answer = get(
        &emulator,
        &format!("{ACCOUNT}/sqlDatabases/RBACSAMPLE/containers?{VERSION}"),
    )
    .await;
    assert_eq!(
        (answer.status, answer.body["code"].as_str()),
        (404, Some("NotFound")),
        "names keep their case"
    );

    for (path, status, code) in [
        (
            "/subscriptions/00000000-0000-0000-0000-00000000dead",
            404,
            "SubscriptionNotFound",
        ),
        ("/subscriptions/not-a-guid", 400, "InvalidSubscriptionId"),
        (
            "/providers/Microsoft.Management/managementGroups/nobody/descendants",
            403,
            "AuthorizationFailed",
        ),
        ("/nothing", 404, "MissingSubscription"),
    ] {
        let answer = get(&emulator, &format!("{path}?{VERSION}")).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    let answer = get(&emulator, &format!("{ACCOUNT}/sqlRoleFoo?{VERSION}")).await;
    assert_eq!((answer.status, answer.code()), (404, "InvalidResourceType"));
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
        assert!(
            next.contains("%24skiptoken=") && next.contains(VERSION),
            "{next}"
        );
        let (items, pages) = all(&emulator, &accounts()).await;
        assert_eq!((items.len(), pages), (4, 4));
        let (items, _) = all(
            &emulator,
            &format!("{ACCOUNT}/sqlRoleDefinitions?{VERSION}"),
        )
        .await;
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
    let below = |id: &str| {
        format!("/providers/Microsoft.Management/managementGroups/{id}/descendants?{VERSION}")
    };
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
    assert_eq!(
        get(&emulator, &below(emulator.tenant_id()))
            .await
            .names()
            .len(),
        5
    );
}

#[tokio::test]
async fn nothing_can_be_changed_and_keys_ring_a_bell() {
    let emulator = start().await;
    let client = build(&emulator);
    let url = |rest: &str| format!("{}{ACCOUNT}{rest}?{VERSION}", emulator.arm_endpoint());
    for method in ["PUT", "DELETE", "PATCH", "POST"] {
        let request = client
            .request(method.parse().unwrap(), url(""))
            .bearer_auth(emulator.token())
            .json(&json!({}));
        let answer = read(request).await.unwrap();
        assert_eq!(
            (answer.status, answer.code()),
            (403, "AuthorizationFailed"),
            "{method}"
        );
    }
    assert_eq!(
        client
            .head(url(""))
            .bearer_auth(emulator.token())
            .send()
            .await
            .unwrap()
            .status(),
        405
    );
    assert_eq!(emulator.requests()[0].method, "PUT");
    assert!(!emulator.key_endpoint_was_called());
    // Even a request without a token counts.
    client.get(url("/readonlykeys")).send().await.unwrap();
    assert!(emulator.key_endpoint_was_called());
    emulator.clear_log();
    assert!(!emulator.key_endpoint_was_called());
    let answer = read(client.post(url("/listKeys")).bearer_auth(emulator.token()))
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
    assert!(emulator.key_endpoint_was_called());
}

#[tokio::test]
async fn the_log_tells_what_was_asked() {
    let emulator = start().await;
    get(&emulator, &accounts()).await;
    get(
        &emulator,
        "/subscriptions/not-a-guid?api-version=2022-12-01",
    )
    .await;
    let log = emulator.requests();
    assert_eq!(log.len(), 2);
    assert_eq!(
        (log[0].method.as_str(), log[0].origin, log[0].status),
        ("GET", Origin::Arm, Some(200))
    );
    assert!(log[0].path.ends_with("/databaseAccounts"));
    assert_eq!(
        (log[0].query.as_str(), log[0].authorization),
        (VERSION, Authorization::Valid)
    );
    assert_eq!(log[1].status, Some(400));
    emulator.clear_log();
    assert_eq!(
        (emulator.request_count(), emulator.requests().len()),
        (0, 0)
    );

    let quiet = start_with(Options {
        record_log: false,
        ..Options::default()
    })
    .await;
    get(&quiet, &accounts()).await;
    assert_eq!((quiet.request_count(), quiet.requests().len()), (1, 0));
}

#[tokio::test]
async fn the_metadata_of_the_cloud_needs_no_token() {
    let emulator = start().await;
    let client = build(&emulator);
    let get = async |version: &str| {
        let url = format!(
            "{}/metadata/endpoints?api-version={version}",
            emulator.arm_endpoint()
        );
        read(client.get(url)).await.unwrap().body
    };
    let login = format!("{}/", emulator.authority_host());
    assert_eq!(
        get("2015-01-01").await["authentication"]["loginEndpoint"],
        login
    );
    assert_eq!(
        get("2019-05-01").await[0]["authentication"]["loginEndpoint"],
        login
    );
    assert_eq!(
        get("2022-09-01").await["resourceManager"],
        format!("{}/", emulator.arm_endpoint())
    );
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
    let account = answer.body["value"][999]["id"]
        .as_str()
        .unwrap()
        .to_lowercase();
    assert_eq!(
        get(&emulator, &format!("{account}?{VERSION}")).await.body,
        answer.body["value"][999]
    );
    assert_eq!(
        get(
            &emulator,
            &format!("{account}/sqlRoleDefinitions?{VERSION}")
        )
        .await
        .names()
        .len(),
        4
    );
    assert_eq!(
        get(
            &emulator,
            &format!("{account}/sqlRoleAssignments?{VERSION}")
        )
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

#[tokio::test]
async fn an_old_http_version_will_do() {
    let emulator = start().await;
    let client = crate::client::builder(&emulator)
        .http1_only()
        .build()
        .unwrap();
    let answer = try_get(&client, &emulator, &accounts()).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[test]
fn callers_need_no_runtime_and_dropping_closes_the_ports() {
    let tenant = Tenant::generate(Generate::default());
    let emulator = Emulator::start_blocking(tenant, Options::default()).unwrap();
    let port: u16 = emulator
        .arm_endpoint()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    drop(emulator);
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap_err();
}

#[test]
fn unknown_keys_of_a_tenant_are_errors_with_their_place() {
    let error = Tenant::from_yaml("subscriptions:\n  - id: x\n    nmae: y\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("nmae") && error.contains("line 3"),
        "{error}"
    );
}
