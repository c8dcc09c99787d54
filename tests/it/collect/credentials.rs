//! Signing in, in every way, and what is said when it fails.

use super::child::scan;
use super::*;
use cosmos_rbac::collect::CredentialKind;

const SECRET: &str = "emulator-client-secret";

#[tokio::test]
async fn a_wrong_secret_is_one_clear_error_without_the_secret() {
    let mut azure = Azure::pair().await;
    azure.set("AZURE_CLIENT_SECRET", Some("not-the-secret-at-all"));
    let error = azure.try_scan(&Target::All).await.unwrap_err();
    let CollectError::Credential(tried) = &error else {
        panic!("{error}")
    };
    // Nobody else is tried.
    assert_eq!(
        (tried.len(), tried[0].credential, tried[0].configured),
        (1, "env", true)
    );
    let text = format!("{error} {error:?}");
    assert!(text.contains("AADSTS7000215"), "{text}");
    assert!(!text.contains("not-the-secret"), "{text}");
    assert_eq!(azure.requests(Origin::Arm), []);
}

#[tokio::test]
async fn a_login_that_quotes_the_secret_does_not_get_it_printed() {
    let mut azure = Azure::pair().await;
    // The service quotes the client id in its errors.
    azure.set("AZURE_CLIENT_ID", Some(SECRET));
    azure.set("AZURE_CLIENT_SECRET", Some(SECRET));
    let error = azure.try_scan(&Target::All).await.unwrap_err().to_string();
    assert!(!error.contains(SECRET), "{error}");
    assert!(error.contains("[redacted]"), "{error}");
}

#[tokio::test]
async fn a_login_that_is_down_is_one_clear_error() {
    for kind in [
        FaultKind::Html,
        FaultKind::Huge(1 << 32),
        FaultKind::Stall,
        FaultKind::Status(400),
    ] {
        let mut azure = Azure::pair().await;
        azure.options.limits.credential_timeout = Duration::from_secs(2);
        let mut down = fault("token", "*", kind.clone());
        down.on.account = None;
        down.on.origin = Some(Origin::Login);
        azure.emulator.set_faults(vec![down]);
        let error = azure.try_scan(&Target::All).await.unwrap_err();
        assert!(matches!(error, CollectError::Credential(_)), "{kind:?}: {error}");
        assert!(
            error.to_string().len() < 4000 && !error.to_string().contains(SECRET),
            "{error}"
        );
    }
}

#[tokio::test]
async fn workload_identity_signs_in() {
    let mut azure = Azure::pair().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), assertion()).unwrap();
    let path = file.path().display().to_string();
    azure.set("AZURE_CLIENT_SECRET", None);
    azure.set("AZURE_FEDERATED_TOKEN_FILE", Some(&path));
    azure.options.credential = CredentialKind::WorkloadIdentity;
    assert!(azure.scan().await.is_complete());
    azure.options.credential = CredentialKind::Auto;
    assert!(azure.scan().await.is_complete());
}

/// Kubernetes replaces the file while a scan runs, and the old token is taken no longer.
#[tokio::test]
async fn a_federated_token_that_rotates_is_read_again() {
    let options = Options {
        latency: Duration::from_millis(20),
        ..Options::default()
    };
    let mut azure = Azure::start(Tenant::from_yaml(PAIR).unwrap(), options).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let [first, second] =
        ["Zmlyc3Q", "c2Vjb25k"].map(|end| format!("{}.{end}", assertion().rsplit_once('.').unwrap().0));
    std::fs::write(file.path(), &first).unwrap();
    azure.emulator.take_assertions(&[&first]);
    azure.set("AZURE_CLIENT_SECRET", None);
    azure.set("AZURE_FEDERATED_TOKEN_FILE", Some(&file.path().display().to_string()));
    let rotate = async {
        while azure.requests(Origin::Arm).len() < 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        std::fs::write(file.path(), &second).unwrap();
        azure.emulator.take_assertions(&[&second]);
        azure.emulator.expire_tokens();
    };
    let (snapshot, ()) = tokio::join!(azure.scan(), rotate);
    assert!(snapshot.is_complete());
    let logins: Vec<_> = azure
        .requests(Origin::Login)
        .iter()
        .map(|request| request.status)
        .collect();
    assert!(
        logins.len() > 2 && logins.iter().all(|status| *status == Some(200)),
        "{logins:?}"
    );
}

#[tokio::test]
async fn a_given_token_is_used() {
    let mut azure = Azure::pair().await;
    azure.options.credential = CredentialKind::Token;
    let token = azure.emulator.token();
    azure.set("COSMOS_RBAC_TOKEN", Some(&token));
    assert!(azure.scan().await.is_complete());
    assert_eq!(azure.requests(Origin::Login), []);
    // It cannot be renewed: when it is refused, everything is.
    azure.emulator.expire_tokens();
    let error = azure.try_scan(&Target::All).await.unwrap_err();
    assert!(matches!(error, CollectError::Subscriptions(_)), "{error}");
}

#[tokio::test]
async fn managed_identity_signs_in_by_its_endpoint() {
    let azure = Azure::pair().await;
    let endpoint = azure.emulator.identity_endpoint();
    let header = azure.emulator.identity_header().to_owned();
    for credential in ["managed-identity", "auto"] {
        let variables = [("IDENTITY_ENDPOINT", endpoint.as_str()), ("IDENTITY_HEADER", &header)];
        let outcome = scan(&azure, credential, &variables).await;
        assert!(outcome.succeeded, "{}", outcome.said);
        assert!(outcome.said.contains("accounts: 2"), "{}", outcome.said);
    }
    let variables = [
        ("IDENTITY_ENDPOINT", endpoint.as_str()),
        ("IDENTITY_HEADER", "a-wrong-identity-header"),
    ];
    let outcome = scan(&azure, "managed-identity", &variables).await;
    assert!(
        !outcome.succeeded && !outcome.said.contains("a-wrong-identity-header"),
        "{}",
        outcome.said
    );
}

#[tokio::test]
async fn an_identity_endpoint_far_away_gets_no_secret() {
    let azure = Azure::pair().await;
    // A documentation address; the request is refused before it is sent.
    let variables = [
        ("IDENTITY_ENDPOINT", "http://192.0.2.1/msi"),
        ("IDENTITY_HEADER", "an-identity-header"),
    ];
    let outcome = scan(&azure, "managed-identity", &variables).await;
    assert!(
        !outcome.succeeded && outcome.said.contains("neither https nor on this machine"),
        "{}",
        outcome.said
    );
}

#[tokio::test]
async fn pipelines_sign_in() {
    let azure = Azure::pair().await;
    let uri = azure.emulator.oidc_request_uri();
    let token = azure.emulator.pipeline_token().to_owned();
    let client = Application::default().client_id;
    let variables = [
        ("SYSTEM_OIDCREQUESTURI", uri.as_str()),
        ("SYSTEM_ACCESSTOKEN", &token),
        ("AZURESUBSCRIPTION_CLIENT_ID", &client),
        ("AZURESUBSCRIPTION_TENANT_ID", azure.emulator.tenant_id()),
        ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "connection"),
    ];
    for credential in ["pipelines", "auto"] {
        let outcome = scan(&azure, credential, &variables).await;
        assert!(outcome.succeeded, "{}", outcome.said);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn az_and_azd_sign_in() {
    use std::os::unix::fs::PermissionsExt;

    let azure = Azure::pair().await;
    let token = azure.emulator.token();
    let tools = tempfile::tempdir().unwrap();
    let tool = |name: &str, script: &str| {
        let path = tools.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let path = tools.path().display().to_string();
    let variables = [("PATH", path.as_str())];
    let outcome = scan(&azure, "auto", &variables).await;
    assert!(!outcome.succeeded);
    for line in [
        "Azure CLI          az not found on PATH",
        "azd                azd not found on PATH",
        "COSMOS_RBAC_NO_IMDS",
    ] {
        assert!(outcome.said.contains(line), "{}", outcome.said);
    }
    tool(
        "azd",
        &format!(r#"echo '{{"token":"{token}","expiresOn":"2099-01-01T00:00:00Z"}}'"#),
    );
    for credential in ["azd", "auto"] {
        let outcome = scan(&azure, credential, &variables).await;
        assert!(outcome.succeeded, "{}", outcome.said);
    }
    tool(
        "az",
        &format!(r#"echo '{{"accessToken":"{token}","expires_on":4070908800,"tokenType":"Bearer"}}'"#),
    );
    let outcome = scan(&azure, "cli", &variables).await;
    assert!(outcome.succeeded, "{}", outcome.said);
    tool("az", &format!("echo 'ERROR: Please run az login; {token}' >&2; exit 1"));
    let outcome = scan(&azure, "cli", &variables).await;
    assert!(
        !outcome.succeeded && outcome.said.contains("Please run az login"),
        "{}",
        outcome.said
    );
    assert!(!outcome.said.contains(&token));
}

/// Everything that is written, at the finest level of every crate, with secrets in play.
#[tokio::test]
async fn no_log_shows_a_token_or_secret() {
    let azure = Azure::pair().await;
    let mut throttle = fault("sqlRoleAssignments", "one", FaultKind::Status(503));
    throttle.times = Some(1);
    let mut expire = fault("sqlDatabases", "two", FaultKind::ExpireTokens);
    expire.times = Some(1);
    azure.emulator.set_faults(vec![throttle, expire]);
    let client = Application::default().client_id;
    let variables = [
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("AZURE_TENANT_ID", azure.emulator.tenant_id()),
        ("AZURE_CLIENT_ID", &client),
        ("AZURE_CLIENT_SECRET", SECRET),
    ];
    let outcome = scan(&azure, "env", &variables).await;
    assert!(outcome.succeeded, "{}", outcome.said);
    let said = &outcome.said;
    for crate_ in ["cosmos_rbac::collect", "typespec_client_core", "hyper_util"] {
        assert!(said.contains(crate_), "nothing is logged by {crate_}");
    }
    assert!(said.contains("sqlRoleAssignments") && said.contains("status=200"));
    // Tokens of the emulator are JSON Web Tokens, so all begin like this.
    for secret in ["eyJ", SECRET, "Bearer ey"] {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}

/// Has the form of a token of Kubernetes; the emulator takes any.
fn assertion() -> String {
    let part = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
    format!("{part}.{part}.c2lnbmF0dXJl")
}
