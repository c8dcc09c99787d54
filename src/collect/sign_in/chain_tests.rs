use super::super::answer::Refused;
use super::super::candidates::{CERTIFICATE, CLIENT_ID, CLIENT_SECRET, OIDC_URI, TENANT_ID, TOKEN_FILE};
use super::super::endpoints::Said;
use super::*;

const SCOPE: &str = "https://localhost/.default";

fn credentials(variables: &[(&str, &str)]) -> Credentials {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // Nothing listens on port 9 of this machine.
    let authority = url::Url::parse("https://127.0.0.1:9").unwrap();
    let endpoints = Endpoints::new(&Said {
        authority: Some(&authority),
        ..Said::default()
    })
    .unwrap();
    let limits = Limits {
        credential_timeout: Duration::from_secs(2),
        ..Limits::default()
    };
    // A transport with a made-up root: the test must not depend on the system's.
    let remote = Transport::local(&limits).unwrap();
    let environment = Environment::isolated(variables.collect());
    Credentials::new(None, None, environment, &endpoints, &limits, remote).unwrap()
}

async fn tried(variables: &[(&str, &str)], kind: CredentialKind) -> Vec<Tried> {
    match credentials(variables).sign_in(kind, SCOPE).await {
        Err(CollectError::Credential(tried)) => tried,
        other => panic!("{:?}", other.map(|(kind, _)| kind)),
    }
}

#[tokio::test]
async fn an_empty_environment_names_every_link_in_order() {
    let tried = tried(&[], CredentialKind::Auto).await;
    let names: Vec<_> = tried.iter().map(|tried| tried.credential).collect();
    assert_eq!(names, CredentialKind::CHAIN.map(CredentialKind::name));
    assert!(tried.iter().all(|tried| !tried.configured), "{tried:?}");
    assert!(tried[0].reason.contains(TENANT_ID), "{tried:?}");
    assert!(tried[1].reason.contains(TOKEN_FILE), "{tried:?}");
    assert!(tried[3].reason.contains(OIDC_URI), "{tried:?}");
}

#[tokio::test]
async fn a_credential_that_is_set_up_and_fails_is_the_last_that_is_tried() {
    let secret = "hunter2~very/secret";
    let variables = [(TENANT_ID, "t"), (CLIENT_ID, "c"), (CLIENT_SECRET, secret)];
    let tried = tried(&variables, CredentialKind::Auto).await;
    assert!(tried.len() == 1 && tried[0].configured, "{tried:?}");
    let text = CollectError::Credential(tried).to_string();
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(text.lines().count(), 2, "one line a credential: {text}");
}

#[tokio::test]
async fn a_certificate_that_is_not_there_ends_the_chain() {
    let variables = [(TENANT_ID, "t"), (CLIENT_ID, "c"), (CERTIFICATE, "/nowhere/c.pem")];
    let tried = tried(&variables, CredentialKind::Auto).await;
    assert!(tried[0].configured && tried.len() == 1, "{tried:?}");
    assert!(tried[0].reason.contains("couldn't read `/nowhere/c.pem`"), "{tried:?}");
}

#[tokio::test]
async fn a_tenant_that_is_none_is_an_error_not_a_panic() {
    let variables = [(TENANT_ID, "../x"), (CLIENT_ID, "c"), (CLIENT_SECRET, "s3cr3t-value")];
    let tried = tried(&variables, CredentialKind::Env).await;
    assert!(tried[0].configured && !tried[0].reason.contains("s3cr3t"), "{tried:?}");
}

#[tokio::test]
async fn a_federated_token_is_kept_out_of_errors() {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "federated-assertion-1234").unwrap();
    let path = file.path().display().to_string();
    let variables = [(TENANT_ID, "t"), (CLIENT_ID, "c"), (TOKEN_FILE, path.as_str())];
    let tried = tried(&variables, CredentialKind::WorkloadIdentity).await;
    assert!(
        tried[0].configured && !tried[0].reason.contains("assertion-1234"),
        "{tried:?}"
    );
}

#[tokio::test]
async fn a_given_token_is_taken_bare() {
    let given = |token| credentials(&[(TOKEN, token)]);
    let (kind, token) = given("abc.def\n").sign_in(CredentialKind::Token, SCOPE).await.unwrap();
    assert_eq!((kind, token.token.secret()), (CredentialKind::Token, "abc.def"));
    let error = given("Bearer abc")
        .sign_in(CredentialKind::Token, SCOPE)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("without `Bearer`") && !error.to_string().contains("abc"));
    assert!(given("").sign_in(CredentialKind::Token, SCOPE).await.is_err());
}

#[tokio::test]
async fn a_client_that_nothing_signs_in_as_keeps_others_from_signing_in() {
    let tried = tried(&[(CLIENT_ID, "c")], CredentialKind::Auto).await;
    let states: Vec<_> = tried.iter().map(|one| (one.credential, one.configured)).collect();
    let expected = [
        ("env", false),
        ("workload-identity", false),
        ("managed-identity", false),
        ("pipelines", true),
    ];
    assert_eq!(states, expected);
    assert!(tried[3].reason.contains(CLIENT_ID), "{tried:?}");
}

#[test]
fn the_metadata_service_of_a_machine_is_told_from_what_else_has_its_address() {
    let refused = |status, is_of_endpoint| Refused {
        status,
        is_of_endpoint,
        text: String::new(),
    };
    let lacks = |variables: &[(&str, &str)], refused: Option<Refused>| {
        credentials(variables)
            .candidates
            .lacks_managed_identity(refused.as_ref())
    };
    assert!(lacks(&[], None));
    assert!(lacks(&[], Some(refused(404, false))));
    assert!(lacks(&[], Some(refused(400, true))));
    assert!(!lacks(&[], Some(refused(500, true))));
    assert!(!lacks(&[(CLIENT_ID, "c")], Some(refused(400, true))));
    let named = [("IDENTITY_ENDPOINT", "http://127.0.0.1:9"), ("IDENTITY_HEADER", "h")];
    assert!(!lacks(&named, None) && !lacks(&named, Some(refused(400, true))));
}
