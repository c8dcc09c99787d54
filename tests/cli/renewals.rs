//! Scans that outlive their tokens, with every credential.

use crate::credentials::{TENANT, application, in_pipeline, install_tools, with_assertion, with_identity, with_secret};
use crate::support::{Bench, Command};
use arm_emulator::Origin;

const SCAN: [&str; 6] = [
    "scan",
    "--all-subscriptions",
    "--no-graph",
    "-o",
    "s.jsonl",
    "--allow-incomplete",
];
const CERTIFICATE: &str = include_str!("../arm-emulator/certificates/client.pem");

/// A tenant where the token is refused once in the middle of a scan, and what else goes wrong.
fn bench(faults: &str) -> Bench {
    let own = &CERTIFICATE[CERTIFICATE.find("-----BEGIN CERTIFICATE").unwrap()..];
    let id = arm_emulator::Application::default().client_id;
    let bench = Bench::azure(&format!(
        "applications: [{{ client_id: {id}, certificates: [{own:?}] }}]\nfaults:\n  - {{ on: {{ kind: sqlRoleAssignments }}, \
         times: 1, kind: {{ status: 401 }} }}\n{faults}{TENANT}"
    ));
    bench.write("client.pem", CERTIFICATE);
    install_tools(&bench);
    bench
}

fn scan<'b>(bench: &'b Bench, kind: &str) -> Command<'b> {
    let run = bench.command_at_cloud(&SCAN);
    let arguments = ["--credential", kind];
    match kind {
        "env" => with_secret(bench, &SCAN),
        "certificate" => {
            application(bench, run.args(&["--credential=env"])).env("AZURE_CLIENT_CERTIFICATE_PATH", "client.pem")
        }
        "workload-identity" => with_assertion(bench, run.args(&arguments)),
        "managed-identity" => with_identity(bench, run.args(&arguments)),
        "pipelines" => in_pipeline(bench, run.args(&arguments)),
        _ => run.args(&arguments),
    }
}

#[test]
fn every_credential_is_asked_again() {
    for kind in [
        "env",
        "certificate",
        "workload-identity",
        "managed-identity",
        "pipelines",
        "cli",
        "azd",
    ] {
        let bench = bench("");
        let outcome = scan(&bench, kind).run().exits(0);
        assert!(!outcome.stderr.contains("couldn't be read"), "{kind}: {outcome}");
        assert!(bench.read("s.jsonl").contains(r#""gaps":0"#), "{kind}");
        let asked = match kind {
            "cli" | "azd" => bench.read(&format!("home/{kind}")).lines().count(),
            "managed-identity" => bench.requests(Origin::Identity).len(),
            _ => bench
                .requests(Origin::Login)
                .iter()
                .filter(|request| request.path.ends_with("/token"))
                .count(),
        };
        assert_eq!(asked, 2, "{kind}");
    }
}

/// What isn't read since then is said to be unread for that, and no secret is in the snapshot.
#[test]
fn a_secret_that_expires_during_a_scan() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app 'x' are expired.\r\nTrace ID: 1"}"#;
    let faults = format!(
        "  - {{ on: {{ origin: login, kind: token }}, skip: 1, kind: {{ answer: {{ status: 401, body: {body:?} }} }} }}\n"
    );
    let bench = bench(&faults);
    let run = || with_secret(&bench, &SCAN[..5]);
    let outcome = run().run().exits(3);
    let reason = "no new token: the login service answered 401: AADSTS7000222: The provided client secret keys for app 'x' are expired)";
    assert!(outcome.stderr.contains(reason), "{outcome}");
    let snapshot = bench.read("s.jsonl");
    assert!(
        snapshot.contains("CredentialFailed") && snapshot.contains("AADSTS7000222"),
        "{snapshot}"
    );
    assert!(
        !snapshot.contains(bench.secret()) && !snapshot.contains("eyJ"),
        "{snapshot}"
    );
    // Nor is the audit of it fine.
    bench
        .run(&["audit", "--snapshot", "s.jsonl", "--fail-on", "critical"])
        .exits(3);
}
