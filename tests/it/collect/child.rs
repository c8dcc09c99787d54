//! Scans in a process of their own: for what goes by the environment, and for what goes to standard error.

use super::*;
use cosmos_rbac::collect::CredentialKind;
use std::process::Command;

const MARK: &str = "COSMOS_RBAC_TEST_CHILD";

/// What came of a scan in a child.
pub(crate) struct Outcome {
    pub(crate) said: String,
    pub(crate) succeeded: bool,
}

/// Scans the emulator in a child with just these variables.
pub(crate) async fn scan(azure: &Azure, credential: &str, variables: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "collect::child::entry", "--nocapture", "--test-threads=1"])
        .env_clear()
        // No child may ever ask the metadata service.
        .env("COSMOS_RBAC_NO_IMDS", "1")
        .env(MARK, credential)
        .env("TEST_ARM", azure.emulator.arm_endpoint())
        .env("TEST_GRAPH", azure.emulator.graph_endpoint())
        .env("TEST_LOGIN", azure.emulator.authority_host())
        .env("TEST_CA", azure.options.ca_bundle.as_ref().unwrap())
        .envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    azure.assert_harmless();
    Outcome {
        said: format!("{}{}", text(&output.stdout), text(&output.stderr)),
        succeeded: output.status.success(),
    }
}

/// The child. In the parent, and in an ordinary run of the tests, it does nothing.
#[tokio::test]
async fn entry() {
    let Ok(credential) = std::env::var(MARK) else { return };
    let variable = |name: &str| std::env::var(name).unwrap();
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
    let options = AzureOptions {
        credential: credential.parse::<CredentialKind>().unwrap(),
        arm_endpoint: Some(variable("TEST_ARM").parse().unwrap()),
        graph_endpoint: Some(variable("TEST_GRAPH").parse().unwrap()),
        authority_host: Some(variable("TEST_LOGIN").parse().unwrap()),
        ca_bundle: Some(variable("TEST_CA").into()),
        limits: LIMITS,
        ..AzureOptions::default()
    };
    let mut snapshot = Snapshot::new(Header::new(
        Timestamp::UNIX_EPOCH,
        String::new(),
        String::new(),
        Vec::new(),
    ));
    match collect(&options, &Target::All, Timestamp::UNIX_EPOCH, &mut snapshot).await {
        Ok(summary) => println!("{summary:?}\n{options:?}\n{snapshot:?}"),
        Err(error) => panic!("{error}\n{error:?}"),
    }
}
