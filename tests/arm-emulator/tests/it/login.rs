//! Signing in, in each of the ways a client may have.

use arm_emulator::Emulator;
use serde_json::json;

use crate::client::{Answer, build, read};
use crate::samples::start;

const CLIENT: &str = "0c9c1b9e-0000-4000-8000-00000000000a";
const SECRET: &str = "sample-client-secret";

async fn sign_in(emulator: &Emulator, tenant: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials")
        .extend_pairs(fields);
    let request = build(emulator)
        .post(format!("{}/{tenant}/oauth2/v2.0/token", emulator.authority_host()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.finish());
    read(request).await.unwrap()
}

async fn arm_status(emulator: &Emulator, token: &str) -> u16 {
    let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.arm_endpoint());
    read(build(emulator).get(url).bearer_auth(token)).await.unwrap().status
}

#[tokio::test]
async fn a_client_secret_gives_a_token_for_what_the_scope_names() {
    let emulator = start().await;
    let tenant = emulator.tenant_id();
    let fields = |scope| [("client_id", CLIENT), ("client_secret", SECRET), ("scope", scope)];
    let answer = sign_in(&emulator, tenant, &fields("https://management.azure.com/.default")).await;
    assert_eq!((answer.status, &answer.body["expires_in"]), (200, &json!(3599)));
    let token = answer.body["access_token"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3);
    assert_ne!(token, emulator.token());
    assert_eq!(arm_status(&emulator, token).await, 200);
    let own = format!("{}/.default", emulator.arm_endpoint());
    let answer = sign_in(&emulator, tenant, &fields(&own)).await;
    assert_eq!(
        arm_status(&emulator, answer.body["access_token"].as_str().unwrap()).await,
        200
    );
    let answer = sign_in(&emulator, tenant, &fields("https://graph.microsoft.com/.default")).await;
    assert_eq!(
        arm_status(&emulator, answer.body["access_token"].as_str().unwrap()).await,
        401
    );
    let answer = sign_in(&emulator, tenant, &fields("https://vault.azure.net/.default")).await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (400, &json!("invalid_resource"))
    );
}

#[tokio::test]
async fn a_wrong_sign_in_is_refused_with_entras_codes() {
    let emulator = start().await;
    let scope = ("scope", "https://management.azure.com/.default");
    let tenant = emulator.tenant_id();
    let wrong = [("client_id", CLIENT), ("client_secret", "guess"), scope];
    let answer = sign_in(&emulator, tenant, &wrong).await;
    assert_eq!((answer.status, &answer.body["error"]), (401, &json!("invalid_client")));
    assert_eq!(answer.body["error_codes"], json!([7_000_215]));
    let description = answer.body["error_description"].as_str().unwrap();
    assert!(
        description.starts_with("AADSTS7000215: Invalid client secret provided."),
        "{description}"
    );
    let answer = sign_in(&emulator, "00000000-0000-0000-0000-00000000dead", &wrong).await;
    assert_eq!((answer.status, &answer.body["error_codes"]), (400, &json!([90002])));
    let answer = sign_in(
        &emulator,
        tenant,
        &[("client_id", "nobody"), ("client_secret", SECRET), scope],
    )
    .await;
    assert_eq!((answer.status, &answer.body["error_codes"]), (400, &json!([700_016])));
    let answer = sign_in(&emulator, tenant, &[("client_id", CLIENT), scope]).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_pipeline_exchanges_its_token() {
    let emulator = start().await;
    let client = build(&emulator);
    let url = format!(
        "{}?api-version=7.1&serviceConnectionId=connection",
        emulator.oidc_request_uri()
    );
    let answer = read(client.post(&url).bearer_auth("wrong")).await.unwrap();
    assert_eq!(answer.status, 401);
    let answer = read(client.post(&url).bearer_auth(emulator.pipeline_token()))
        .await
        .unwrap();
    let assertion = answer.body["oidcToken"].as_str().unwrap();
    let fields = |assertion| {
        [
            ("client_id", CLIENT),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
            ("scope", "https://management.azure.com/.default"),
        ]
    };
    let answer = sign_in(&emulator, emulator.tenant_id(), &fields(assertion)).await;
    assert_eq!(
        arm_status(&emulator, answer.body["access_token"].as_str().unwrap()).await,
        200
    );
    let answer = sign_in(&emulator, emulator.tenant_id(), &fields("not-a-jwt")).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_managed_identity_needs_its_header() {
    let emulator = start().await;
    let client = build(&emulator);
    let query = "api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com";
    let url = format!("{}?{query}", emulator.identity_endpoint());
    assert_eq!(read(client.get(&url)).await.unwrap().status, 400);
    let answer = read(client.get(&url).header("X-IDENTITY-HEADER", emulator.identity_header()))
        .await
        .unwrap();
    assert!(answer.body["expires_on"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(
        arm_status(&emulator, answer.body["access_token"].as_str().unwrap()).await,
        200
    );
    let url = format!("{}/metadata/identity/oauth2/token?{query}", emulator.imds_endpoint());
    let answer = read(client.get(&url).header("Metadata", "true")).await.unwrap();
    assert_eq!(
        arm_status(&emulator, answer.body["access_token"].as_str().unwrap()).await,
        200
    );
}

#[tokio::test]
async fn discovery_leads_to_the_token_endpoint() {
    let emulator = start().await;
    let client = build(&emulator);
    let (login, tenant) = (emulator.authority_host(), emulator.tenant_id());
    let url = format!(
        "{login}/common/discovery/instance?api-version=1.1&authorization_endpoint={login}/{tenant}/oauth2/v2.0/authorize"
    );
    let answer = read(client.get(url)).await.unwrap();
    let next = answer.body["tenant_discovery_endpoint"].as_str().unwrap();
    let answer = read(client.get(next)).await.unwrap();
    assert_eq!(
        answer.body["token_endpoint"],
        format!("{login}/{tenant}/oauth2/v2.0/token")
    );
}
