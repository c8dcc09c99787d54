//! Each fault, as a client meets it.

use std::time::{Duration, Instant};

use arm_emulator::{Authorization, Emulator, Fault, FaultKind, Matcher, Options, Origin, Tenant};

use crate::client::{Answer, build, builder, get, read, try_get};
use crate::samples::{ACCOUNT, start};

pub(crate) fn list() -> String {
    format!("{ACCOUNT}/sqlRoleDefinitions?api-version=2025-10-15")
}

async fn with(kind: FaultKind) -> (Emulator, reqwest::Result<Answer>) {
    let emulator = start().await;
    emulator.set_faults(vec![Fault::new(kind)]);
    let answer = try_get(&build(&emulator), &emulator, &list()).await;
    (emulator, answer)
}

pub(crate) async fn answer(kind: FaultKind) -> Answer {
    with(kind).await.1.unwrap()
}

#[tokio::test]
async fn statuses_and_their_bodies() {
    for (kind, status, code) in [
        (FaultKind::Status(503), 503, "ServiceUnavailable"),
        (FaultKind::Forbidden, 403, "AuthorizationFailed"),
        (FaultKind::Deleted, 404, "ResourceNotFound"),
    ] {
        let answer = answer(kind).await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    let answer = answer(FaultKind::Forbidden).await;
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/read'"),
        "{message}"
    );
}

#[tokio::test]
async fn faults_hit_where_how_often_and_as_much_as_told() {
    let emulator = start().await;
    let other = format!("{ACCOUNT}/sqlRoleAssignments?api-version=2025-10-15");
    let fail = || Fault::new(FaultKind::Status(500)).on(Matcher::kind("sqlRoleDefinitions"));
    emulator.set_faults(vec![fail().skip(1).times(2)]);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(get(&emulator, &list()).await.status);
        assert_eq!(get(&emulator, &other).await.status, 200);
    }
    assert_eq!(statuses, [200, 500, 500, 200, 200]);

    emulator.set_faults(vec![Fault::new(FaultKind::Status(500)).times(1).per_url()]);
    for path in [&list(), &other] {
        assert_eq!(get(&emulator, path).await.status, 500);
        assert_eq!(get(&emulator, path).await.status, 200);
    }

    emulator.set_faults(vec![Fault::new(FaultKind::Status(500)).on(Matcher::account("other-*"))]);
    assert_eq!(get(&emulator, &list()).await.status, 200);

    emulator.set_faults(vec![fail().rate(0.5)]);
    let client = build(&emulator);
    let mut failed = 0;
    for _ in 0..100 {
        failed += usize::from(try_get(&client, &emulator, &list()).await.unwrap().status == 500);
    }
    assert!((25..75).contains(&failed), "{failed}");
    assert_eq!(
        emulator.requests().last().unwrap().path,
        list().split('?').next().unwrap()
    );
}

#[tokio::test]
async fn faults_may_come_with_the_tenant() {
    let yaml = "faults:\n\
                - { kind: stall_body, on: { origin: graph } }\n\
                - { kind: { latency: { ms: 1 } }, rate: 0.5, skip: 1 }\n\
                - { kind: { too_many_requests: { retry_after: 3 } }, on: { kind: subscriptions, method: get }, times: 1 }\n\
                - { kind: { status: 502 }, on: { path: '*/tenants' }, per_url: true, times: 1 }\n";
    let emulator = Emulator::start(Tenant::from_yaml(yaml).unwrap(), Options::default())
        .await
        .unwrap();
    assert_eq!(
        get(&emulator, "/subscriptions?api-version=2022-12-01")
            .await
            .header("retry-after"),
        "3"
    );
    assert_eq!(
        get(&emulator, "/subscriptions?api-version=2022-12-01").await.status,
        200
    );
    assert_eq!(get(&emulator, "/tenants?api-version=2022-12-01").await.status, 502);
    assert_eq!(emulator.requests()[0].fault, Some("too_many_requests"));
}

#[tokio::test]
async fn answers_may_come_late() {
    let start = Instant::now();
    assert_eq!(answer(FaultKind::Latency { ms: 80, jitter_ms: 20 }).await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn connections_break_off() {
    for kind in [FaultKind::Abort, FaultKind::Reset, FaultKind::CutBody] {
        let emulator = start().await;
        emulator.set_faults(vec![Fault::new(kind.clone()).times(1)]);
        let client = build(&emulator);
        let url = format!("{}{}", emulator.arm_endpoint(), list());
        let response = client.get(&url).bearer_auth(emulator.token()).send().await;
        match &kind {
            // The client may itself retry what was never answered, and then it sees nothing.
            FaultKind::Abort => assert!(response.is_err() || emulator.request_count() > 1),
            _ => {
                let response = response.unwrap();
                assert_eq!(response.status(), 200);
                assert!(response.content_length().unwrap() > 100);
                response.bytes().await.unwrap_err();
            }
        }
        assert_eq!(
            try_get(&client, &emulator, &list()).await.unwrap().status,
            200,
            "{kind:?} is over"
        );
    }
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    use std::error::Error as _;
    let emulator = start().await;
    emulator.set_faults(vec![Fault::new(FaultKind::Reset)]);
    let client = build(&emulator);
    let url = format!("{}{}", emulator.arm_endpoint(), list());
    let response = client.get(&url).bearer_auth(emulator.token()).send().await.unwrap();
    let error = response.bytes().await.unwrap_err();
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(inner) = source {
        texts.push(inner.to_string());
        source = inner.source();
    }
    assert!(texts.iter().any(|text| text.contains("reset by peer")), "{texts:?}");
}

#[tokio::test]
async fn connections_are_refused_for_a_time() {
    let emulator = start().await;
    let client = build(&emulator);
    assert_eq!(try_get(&client, &emulator, &list()).await.unwrap().status, 200);
    emulator.refuse_connections(Origin::Arm, Duration::from_millis(300));
    try_get(&client, &emulator, &list()).await.unwrap_err();
    let error = try_get(&build(&emulator), &emulator, &list()).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(try_get(&client, &emulator, &list()).await.unwrap().status, 200);

    emulator.set_faults(vec![Fault::new(FaultKind::Refuse(200)).times(1)]);
    try_get(&client, &emulator, &list()).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(try_get(&client, &emulator, &list()).await.unwrap().status, 200);
}

#[tokio::test]
async fn answers_never_come() {
    for kind in [FaultKind::Stall, FaultKind::StallBody, FaultKind::Drip(50)] {
        let emulator = start().await;
        emulator.set_faults(vec![Fault::new(kind.clone())]);
        let client = builder(&emulator).timeout(Duration::from_millis(300)).build().unwrap();
        let error = try_get(&client, &emulator, &list()).await.unwrap_err();
        assert!(error.is_timeout(), "{kind:?}: {error:?}");
        let status = emulator.requests()[0].status;
        assert_eq!(status.is_none(), kind == FaultKind::Stall);
    }
    let slow = answer(FaultKind::Drip(0)).await;
    assert_eq!(slow.body["value"].as_array().unwrap().len(), 3, "a drip ends at last");
}

#[tokio::test]
async fn bodies_are_not_what_they_should_be() {
    let seen = answer(FaultKind::Html).await;
    assert_eq!(
        (seen.status, seen.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let seen = answer(FaultKind::MalformedJson).await;
    assert!(
        seen.status == 200 && seen.body.is_string(),
        "the client could not parse it"
    );
    assert!(answer(FaultKind::WrongValue).await.body["value"].is_object());
    assert!(answer(FaultKind::WrongItems).await.body["value"][0].is_number());
    let seen = answer(FaultKind::Gzip).await;
    assert_eq!(seen.body["value"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn bodies_may_be_far_too_large() {
    let emulator = start().await;
    emulator.set_faults(vec![Fault::new(FaultKind::Huge(2 << 30))]);
    let url = format!("{}{}", emulator.arm_endpoint(), list());
    let mut response = build(&emulator)
        .get(url)
        .bearer_auth(emulator.token())
        .send()
        .await
        .unwrap();
    assert_eq!(response.content_length(), Some(2 << 30));
    let mut read = 0;
    while read < 4 << 20 {
        read += response.chunk().await.unwrap().unwrap().len();
    }
    let bomb = answer(FaultKind::GzipBomb(8 << 20)).await;
    assert_eq!(
        bomb.body["value"].as_array().unwrap().len(),
        3,
        "blanks leave JSON valid"
    );
}

#[tokio::test]
async fn links_lead_astray() {
    let (emulator, seen) = with(FaultKind::ForeignNextLink).await;
    let next = seen.unwrap().body["nextLink"].as_str().unwrap().to_owned();
    assert!(next.starts_with(emulator.evil_endpoint()), "{next}");
    // Whoever follows it with a token is caught.
    try_get(&build(&emulator), &emulator, &next).await.unwrap();
    let caught = emulator.requests().pop().unwrap();
    assert_eq!(
        (caught.origin, caught.authorization),
        (Origin::Evil, Authorization::Valid)
    );

    let (emulator, seen) = with(FaultKind::LoopingNextLink).await;
    assert_eq!(
        seen.unwrap().body["nextLink"],
        format!("{}{}", emulator.arm_endpoint(), list())
    );

    let (emulator, seen) = with(FaultKind::EndlessNextLink).await;
    let first = seen.unwrap().body["nextLink"].as_str().unwrap().to_owned();
    let seen = get(&emulator, &first).await;
    assert_eq!(seen.names().len(), 3);
    assert_ne!(seen.body["nextLink"], first);

    let seen = answer(FaultKind::Redirect(307)).await;
    assert_eq!(seen.status, 307);
    assert!(seen.header("location").starts_with("https://localhost:"));
}

#[tokio::test]
async fn tokens_expire_in_mid_scan() {
    let emulator = start().await;
    emulator.set_faults(vec![Fault::new(FaultKind::ExpireTokens).skip(2).times(1)]);
    let mut codes = Vec::new();
    for _ in 0..4 {
        let answer = get(&emulator, &list()).await;
        codes.push((answer.status, answer.code().to_owned()));
    }
    let expired = (401, "ExpiredAuthenticationToken".to_owned());
    assert_eq!(
        codes,
        [(200, String::new()), (200, String::new()), expired.clone(), expired]
    );
}

#[tokio::test]
async fn other_origins_have_faults_too() {
    let emulator = start().await;
    emulator.set_faults(vec![
        Fault::new(FaultKind::Status(503)).on(Matcher::origin(Origin::Login)),
    ]);
    let url = format!(
        "{}/{}/oauth2/v2.0/token",
        emulator.authority_host(),
        emulator.tenant_id()
    );
    assert_eq!(read(build(&emulator).post(url)).await.unwrap().status, 503);
    assert_eq!(get(&emulator, &list()).await.status, 200);
}
