//! What ARM answers when all is well, and when the client is at fault.

use arm_emulator::{Authorization, Emulator, Generate, Options, Origin, Tenant};

use crate::client::{build, get, read};
use crate::samples::{ACCOUNT, SUBSCRIPTION, start, start_with};

pub(crate) const VERSION: &str = "api-version=2026-03-15";

pub(crate) fn accounts() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DocumentDB/databaseAccounts?{VERSION}")
}

#[tokio::test]
async fn requests_need_a_token_and_a_version() {
    let emulator = start().await;
    let client = build(&emulator);
    let url = format!("{}/subscriptions?{VERSION}", emulator.arm_endpoint());

    let answer = read(client.get(&url)).await.unwrap();
    assert_eq!((answer.status, answer.code()), (401, "AuthenticationFailed"));
    assert!(
        answer
            .header("www-authenticate")
            .starts_with("Bearer authorization_uri=\"https://localhost:")
    );
    let answer = read(client.get(&url).bearer_auth("a.b.c")).await.unwrap();
    assert_eq!((answer.status, answer.code()), (401, "InvalidAuthenticationToken"));
    let answer = read(client.get(&url).bearer_auth(emulator.graph_token()))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "InvalidAuthenticationTokenAudience")
    );
    emulator.expire_tokens();
    let answer = read(client.get(&url).bearer_auth(emulator.token())).await.unwrap();
    assert_eq!((answer.status, answer.code()), (401, "ExpiredAuthenticationToken"));
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
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.header("x-ms-request-id").len(), 36);
    assert_eq!(answer.header("x-ms-correlation-request-id").len(), 36);
    assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-reads"), "1099");
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
async fn what_is_not_there_is_said_in_the_services_words() {
    let emulator = start().await;
    let unknown = ACCOUNT.replace("cosmos-orders", "nobody");
    let answer = get(&emulator, &format!("{unknown}/sqlRoleAssignments?{VERSION}")).await;
    assert_eq!((answer.status, answer.code()), (404, "ResourceNotFound"));

    let id = "d6496da9-2eb3-472a-ba38-140fa2a6a304";
    let answer = get(&emulator, &format!("{ACCOUNT}/sqlRoleAssignments/{id}?{VERSION}")).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (404, Some("NotFound")));
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
async fn nothing_can_be_changed_and_keys_ring_a_bell() {
    let emulator = start().await;
    let client = build(&emulator);
    let url = |rest: &str| format!("{}{ACCOUNT}{rest}?{VERSION}", emulator.arm_endpoint());
    for method in ["PUT", "DELETE", "PATCH", "POST"] {
        let request = client
            .request(method.parse().unwrap(), url(""))
            .bearer_auth(emulator.token())
            .body("{}");
        let answer = read(request).await.unwrap();
        assert_eq!((answer.status, answer.code()), (403, "AuthorizationFailed"), "{method}");
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
    for path in ["/listKeys", "/readonlykeys", "/listConnectionStrings", "/regenerateKey"] {
        for method in ["GET", "POST"] {
            emulator.clear_log();
            let request = client.request(method.parse().unwrap(), url(path));
            let answer = read(request.bearer_auth(emulator.token())).await.unwrap();
            assert_eq!(answer.status, 403, "{method} {path}");
            assert!(emulator.key_endpoint_was_called(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_log_tells_what_was_asked() {
    let emulator = start().await;
    get(&emulator, &accounts()).await;
    get(&emulator, "/subscriptions/not-a-guid?api-version=2022-12-01").await;
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
    assert_eq!((emulator.request_count(), emulator.requests().len()), (0, 0));

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
        let url = format!("{}/metadata/endpoints?api-version={version}", emulator.arm_endpoint());
        read(client.get(url)).await.unwrap().body
    };
    let login = format!("{}/", emulator.authority_host());
    assert_eq!(get("2015-01-01").await["authentication"]["loginEndpoint"], login);
    assert_eq!(get("2019-05-01").await[0]["authentication"]["loginEndpoint"], login);
    assert_eq!(
        get("2022-09-01").await["resourceManager"],
        format!("{}/", emulator.arm_endpoint())
    );
}

#[test]
fn callers_need_no_runtime_and_dropping_closes_the_ports() {
    let tenant = Tenant::generate(Generate::default());
    let emulator = Emulator::start_blocking(tenant, Options::default()).unwrap();
    let port: u16 = emulator.arm_endpoint().rsplit(':').next().unwrap().parse().unwrap();
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    drop(emulator);
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap_err();
}

#[test]
fn unknown_keys_of_a_tenant_are_errors_with_their_place() {
    let error = Tenant::from_yaml("subscriptions:\n  - id: x\n    nmae: y\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("nmae") && error.contains("line 3"), "{error}");
}
