//! Certificates, managed identities, and what is said of who signed in.

use crate::credentials::{LIST, TENANT, application, install_tools, kind, with_assertion, with_identity, with_secret};
use crate::support::{Bench, Command};
use arm_emulator::{Application, Origin};

const CERTIFICATE: &str = include_str!("../arm-emulator/certificates/client.pem");
const OTHER: &str = include_str!("../arm-emulator/certificates/other.pem");
const OWN: &str = "99999999-8888-4777-8666-555555555555";
const FIRST: [&str; 3] = [
    "4f1d2c3b-0000-4000-8000-000000000001",
    "4f1d2c3b-0000-4000-8000-000000000002",
    "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/first",
];
const SECOND: [&str; 2] = [
    "4f1d2c3b-0000-4000-8000-000000000003",
    "4f1d2c3b-0000-4000-8000-000000000004",
];

fn with_certificates() -> Bench {
    let own = &CERTIFICATE[CERTIFICATE.find("-----BEGIN CERTIFICATE").unwrap()..];
    let id = Application::default().client_id;
    let bench = Bench::azure(&format!(
        "applications: [{{ client_id: {id}, certificates: [{own:?}] }}]\n{TENANT}"
    ));
    bench.write("client.pem", CERTIFICATE);
    bench
}

pub(crate) fn with_certificate<'b>(bench: &'b Bench, path: &str) -> Command<'b> {
    application(bench, kind(bench, "env")).env("AZURE_CLIENT_CERTIFICATE_PATH", path)
}

/// The service verifies what the certificate signed, and whose it is.
#[test]
fn certificates() {
    let bench = with_certificates();
    bench.write("chain.pem", format!("{OTHER}{CERTIFICATE}"));
    for (path, chain) in [
        ("client.pem", ""),
        ("client.pem", "1"),
        ("chain.pem", "true"),
        ("chain.pem", "0"),
    ] {
        let run = with_certificate(&bench, path).env("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", chain);
        run.run().exits(0).says(&["(client secret or certificate)"]);
    }
    // A pipeline that maps a secret which isn't there sets it to nothing.
    with_certificate(&bench, "client.pem")
        .env("AZURE_CLIENT_SECRET", "")
        .run()
        .exits(0);
    let asked = bench.requests(Origin::Login).len();
    bench.write("client.pfx", b"\x30\x82\x0a\x2f\x02\x01\x03");
    for (path, said) in [
        (
            "client.pfx",
            "convert it with `openssl pkcs12 -in client.pfx -nodes -out cert.pem`",
        ),
        (
            "missing.pem",
            "AZURE_CLIENT_CERTIFICATE_PATH: couldn't read `missing.pem`",
        ),
    ] {
        with_certificate(&bench, path)
            .run()
            .fails_saying(&["environment  failed: ", said]);
    }
    assert_eq!(bench.requests(Origin::Login).len(), asked, "nothing was sent");
    // Nobody registered it.
    let other = Bench::azure(TENANT);
    other.write("client.pem", CERTIFICATE);
    let outcome = with_certificate(&other, "client.pem").run().fails_saying(&[
        "environment  failed: the login service answered 401: AADSTS700027: ",
        "\nhelp: add the certificate to the application, or set AZURE_CLIENT_CERTIFICATE_PATH to one that it has\n",
    ]);
    let key = CERTIFICATE.lines().nth(1).unwrap();
    assert!(!outcome.stderr.contains(key), "{outcome}");
}

fn with_identities() -> Bench {
    let [client, object, resource] = FIRST;
    let [client_2, object_2] = SECOND;
    Bench::azure(&format!(
        "identities:\n  - {{ client_id: {client}, object_id: {object}, resource_id: {resource} }}\n  - {{ client_id: {client_2}, \
         object_id: {object_2} }}\n{TENANT}"
    ))
}

/// Of several identities the one that is named signs in, at the endpoint of App Service and at that of machines.
#[test]
fn managed_identities() {
    let bench = with_identities();
    let (first, second) = (FIRST[1], SECOND[1]);
    for machine in [false, true] {
        let run = |variable: &str, argument: &str| {
            let mut run = kind(&bench, "managed-identity").env("AZURE_CLIENT_ID", variable);
            if !argument.is_empty() {
                run = run.args(&["--identity", argument]);
            }
            if machine {
                run.env("AZURE_POD_IDENTITY_AUTHORITY_HOST", bench.emulator().imds_endpoint())
            } else {
                with_identity(&bench, run)
            }
        };
        for (variable, argument, who) in [
            ("", String::new(), OWN),
            (FIRST[0], String::new(), first),
            ("", format!("client-id={}", SECOND[0]), second),
            // What the command line says goes before what the environment says.
            (FIRST[0], format!("object-id={second}"), second),
        ] {
            run(variable, &argument)
                .run()
                .exits(0)
                .says(&[who, "(managed identity)"]);
        }
        let by_resource = run("", &format!("resource-id={}", FIRST[2])).run();
        if machine {
            by_resource.exits(0).says(&[first]);
        } else {
            by_resource.fails_saying(&["failed: User-assigned resource IDs aren't supported for App Service"]);
        }
        for (variable, argument) in [
            ("0c9c1b9e-0000-4000-8000-00000000000a", ""),
            ("", "object-id=0c9c1b9e-0000-4000-8000-00000000000a"),
        ] {
            run(variable, argument).run().fails_saying(&[
                "managed identity  failed: the managed identity endpoint answered 400: Identity not found",
            ]);
        }
    }
    for (argument, said) in [
        ("first", "expected client-id=ID, object-id=ID or resource-id=ID"),
        ("client-id=first", "expected a GUID after `=`"),
        ("resource-id=/subscriptions/s", "userAssignedIdentities/NAME"),
    ] {
        kind(&bench, "managed-identity")
            .args(&["--identity", argument])
            .run()
            .fails_saying(&[said]);
    }
    for other in ["auto", "env"] {
        let run = with_identity(&bench, kind(&bench, other)).args(&["--identity", &format!("client-id={}", FIRST[0])]);
        run.run().fails_saying(&[
            "error: --identity names a managed identity, which only `--credential managed-identity` uses\n",
            "help: pass `--credential managed-identity`, or leave out --identity\n",
        ]);
    }
}

/// Kinds of machines whose identities can't be used: that is said, and nobody else signs in but the same user.
#[test]
fn other_machines() {
    let bench = Bench::azure(TENANT);
    install_tools(&bench);
    let endpoint = bench.emulator().identity_endpoint();
    for (variables, said) in [
        (
            &["IDENTITY_ENDPOINT", "IMDS_ENDPOINT"][..],
            "Azure Arc managed identity isn't supported",
        ),
        (
            &["MSI_ENDPOINT", "MSI_SECRET"],
            "Azure ML managed identity isn't supported",
        ),
        (
            &["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"],
            "Service Fabric managed identity isn't supported",
        ),
    ] {
        let mut run = kind(&bench, "auto");
        for variable in variables {
            run = run.env(variable, &endpoint);
        }
        run.run().fails_saying(&[
            "managed identity   failed: ",
            said,
            "choose another with `--credential`",
        ]);
    }
    let cloud_shell = |kind_: &str| kind(&bench, kind_).env("MSI_ENDPOINT", "http://localhost:50342/oauth2/token");
    cloud_shell("auto").run().exits(0).says(&["(Azure CLI)"]);
    cloud_shell("managed-identity")
        .run()
        .fails_saying(&["the identity of Cloud Shell isn't supported"]);
}

/// Whoever left the choice to the program is told who signed in, once.
#[test]
fn who_signed_in() {
    let bench = Bench::azure(TENANT);
    install_tools(&bench);
    let list = ["list", "accounts", "--all-subscriptions"];
    let said = format!("Signed in as {OWN} (Azure CLI)\n");
    for (arguments, times) in [(&[][..], 1), (&["-v"], 1), (&["-q"], 0), (&["--credential=cli"], 0)] {
        let outcome = bench.command_at_cloud(&list).args(arguments).run().exits(0);
        assert_eq!(outcome.stderr.matches(&said).count(), times, "{arguments:?} {outcome}");
    }
    // Also where nothing comes of it.
    let refused = Bench::azure(&format!(
        "faults: [{{ on: {{ kind: subscriptions }}, kind: forbidden }}]\n{TENANT}"
    ));
    install_tools(&refused);
    let outcome = refused.command_at_cloud(&list).run().exits(2);
    assert!(outcome.stderr.starts_with(&said), "{outcome}");
}

/// Whatever Entra refuses is told with its code, and with what to do.
#[test]
fn refusals_say_what_to_do() {
    let bench = Bench::azure(TENANT);
    let wrong = "0c9c1b9e-0000-4000-8000-00000000000a";
    let emulator = bench.emulator();
    emulator.take_assertions(&[]);
    bench.install(
        "az",
        "echo 'ERROR: AADSTS700082: The refresh token has expired. Trace ID: 1 Correlation ID: 2 Timestamp: 3 4' >&2; exit 1",
    );
    for (run, code, help) in [
        (
            with_secret(&bench, &LIST).env("AZURE_CLIENT_SECRET", "wrong-client-secret"),
            "AADSTS7000215",
            "set AZURE_CLIENT_SECRET to the value of one of the application's secrets; its secret ID is something else",
        ),
        (
            with_secret(&bench, &LIST).env("AZURE_CLIENT_ID", wrong),
            "AADSTS700016",
            "check AZURE_CLIENT_ID, and that AZURE_TENANT_ID or `--tenant` is the application's tenant",
        ),
        (
            with_secret(&bench, &LIST).env("AZURE_TENANT_ID", wrong),
            "AADSTS90002",
            "check AZURE_TENANT_ID or `--tenant`, and the cloud (`--cloud`)",
        ),
        (
            with_assertion(&bench, kind(&bench, "workload-identity")),
            "AADSTS700024",
            "the federated token has expired: check that it is renewed, and the clock of this machine",
        ),
        (
            with_secret(&bench, &LIST).args(&["--arm-audience=https://management.example"]),
            "AADSTS500011",
            "check the cloud (`--cloud`), and with `--arm-endpoint` what its tokens are for (`--arm-audience`)",
        ),
        (
            kind(&bench, "cli"),
            "AADSTS700082",
            "sign in again with `az login`, for the tenant that is scanned: `--tenant`",
        ),
    ] {
        let outcome = run
            .run()
            .fails_saying(&["failed: ", &format!("{code}: "), &format!("\nhelp: {help}\n")]);
        assert_eq!(outcome.stderr.lines().count(), 3, "{outcome}");
        for left_out in ["Trace ID", "Correlation ID", "Timestamp", "wrong-client-secret"] {
            assert!(!outcome.stderr.contains(left_out), "{outcome}");
        }
    }
    emulator.expire_secret();
    with_secret(&bench, &LIST).run().fails_saying(&[
        "AADSTS7000222: The provided client secret keys for app",
        "\nhelp: the secret or certificate has expired: add a new one to the application, and update the variable that holds it\n",
    ]);
    assert_eq!(bench.requests(Origin::Arm), []);
}
