//! Logins that fail: what the user is told of them.

use crate::credentials::{LIST, TENANT, with_secret};
use crate::support::Bench;
use arm_emulator::Origin;

/// Each is told in one line, with its status and its cause.
#[test]
fn logins_that_fail() {
    let answer = |status: u16, content_type: &str, body: &str| {
        format!("{{ answer: {{ status: {status}, content_type: {content_type}, body: {body:?} }} }}")
    };
    let json = "application/json";
    let entra = r#"{"error":"invalid_client","error_codes":[7000222],"error_description":"AADSTS7000222: The keys of app \u0027x\u0027 are expired.\r\nTrace ID: 1"}"#;
    let token = |life: &str| format!(r#"{{"token_type":"Bearer","access_token":"t"{life}}}"#);
    for (fault, said) in [
        (
            answer(403, json, "{}"),
            "the login service answered 403 without an explanation",
        ),
        (
            answer(401, json, entra),
            "answered 401: AADSTS7000222: The keys of app 'x' are expired.\nhelp: the secret or certificate has expired: add a new one",
        ),
        (
            answer(400, json, r#"{"error":"invalid_request"}"#),
            "answered 400: invalid_request",
        ),
        (
            answer(403, "text/html", "<html>\n</html>"),
            "answered 403 with something other than JSON (text/html)",
        ),
        (answer(400, json, ""), "answered 400 with an empty body"),
        (
            answer(200, "text/html", "<html>"),
            "answered 200, but the answer isn't a JSON object",
        ),
        (
            answer(200, json, &token(r#","expires_in":1000000000000000000"#)),
            "`expires_in` of the token is `1000000000000000000`",
        ),
        (
            answer(200, json, &token(r#","expires_in":-1"#)),
            "`expires_in` of the token is `-1`",
        ),
        (
            answer(200, json, &token(r#","expires_in":0"#)),
            "`expires_in` of the token is `0`",
        ),
        (answer(200, json, &token("")), "doesn't say when the token expires"),
    ] {
        let faults = format!("faults: [{{ on: {{ origin: login, kind: token }}, kind: {fault} }}]\n");
        let bench = Bench::azure(&format!("{faults}{TENANT}"));
        let outcome = with_secret(&bench, &LIST)
            .run()
            .fails_saying(&["\n  environment  failed: ", said]);
        assert_eq!(outcome.stderr.lines().count(), said.lines().count() + 1, "{outcome}");
        assert_eq!(bench.requests(Origin::Login).len(), 1, "{outcome}");
    }
}

/// What the SDK asks for again before it gives up.
#[test]
fn logins_that_are_down() {
    for (kind, said) in [
        (
            "{ answer: { status: 503, body: \"{}\" } }",
            "answered 503 without an explanation",
        ),
        (
            "{ answer: { status: 429, body: \"\" } }",
            "answered 429 with an empty body",
        ),
    ] {
        let faults = format!("faults: [{{ on: {{ origin: login }}, kind: {kind} }}]\n");
        let bench = Bench::azure(&format!("{faults}{TENANT}"));
        let outcome = with_secret(&bench, &LIST)
            .run()
            .fails_saying(&["\n  environment  failed: ", said]);
        assert_eq!(outcome.stderr.lines().count(), 2, "{outcome}");
    }
}

/// Where every token is refused, logins do not become as many as requests.
#[test]
fn tokens_that_are_always_refused() {
    let faults = "faults: [{ on: { kind: \"sql*\" }, kind: { status: 401 } }]\n";
    let bench = Bench::azure(&format!("{faults}{TENANT}"));
    let outcome = with_secret(&bench, &LIST).run().exits(3);
    let logins = bench.requests(Origin::Login).len();
    assert!(
        logins <= 6 + usize::try_from(outcome.time.as_secs()).unwrap(),
        "{logins}: {outcome}"
    );
}

/// A snapshot is named after the tenant that was asked for.
#[test]
fn token_of_another_tenant() {
    const OTHER: &str = "7a0d8c8e-0000-4000-8000-0000000000bb";
    let bench = Bench::azure(TENANT);
    let (arm, graph) = (bench.emulator().token(), bench.emulator().graph_token());
    let scan = |tenant: &str, arm: &str| {
        let run = [
            "scan",
            "--all-subscriptions",
            "-o=s.jsonl",
            "--credential=token",
            "-vvv",
            "--tenant",
            tenant,
        ];
        let run = bench.command_at_cloud(&run).env("COSMOS_RBAC_TOKEN", arm);
        run.env("COSMOS_RBAC_GRAPH_TOKEN", &graph).run()
    };
    let own = bench.emulator().tenant_id().to_owned();
    // Without the claim, only Microsoft Graph's token says whose it is.
    for (variable, token) in [
        ("COSMOS_RBAC_TOKEN", arm.as_str()),
        ("COSMOS_RBAC_GRAPH_TOKEN", "opaque"),
    ] {
        let refused = format!("error: {variable} holds a token of tenant `{own}`, and tenant `{OTHER}` was asked for");
        let outcome = scan(OTHER, token).fails_saying(&[&refused, "help: set it to a token of that tenant"]);
        assert!(
            !outcome.stderr.contains(&arm) && !outcome.stderr.contains(&graph),
            "{outcome}"
        );
        assert_eq!(bench.requests(Origin::Arm), []);
        assert!(!bench.path("s.jsonl").exists());
    }
    scan(&own.to_uppercase(), &arm).exits(0);
    assert!(
        bench
            .read("s.jsonl")
            .contains(&format!("\"tenant\":\"{}\"", own.to_uppercase()))
    );
}
