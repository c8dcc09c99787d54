//! Signing in, with every credential that needs no person.

use crate::support::{Bench, Command};
use arm_emulator::{Application, Origin};

pub(crate) const TENANT: &str = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      \
     - { name: shut, disable_local_auth: true, disable_key_based_metadata_write_access: true }\n";
pub(crate) const LIST: [&str; 4] = ["list", "accounts", "--all-subscriptions", "-v"];
const CHAIN: [&str; 6] = [
    "environment",
    "workload identity",
    "managed identity",
    "Azure Pipelines",
    "Azure CLI",
    "azd",
];

/// A run that signs in as the application, by its secret.
pub(crate) fn with_secret<'b>(bench: &'b Bench, arguments: &[&str]) -> Command<'b> {
    application(bench, bench.command_at_cloud(arguments).args(&["--credential=env"]))
        .env("AZURE_CLIENT_SECRET", bench.secret())
}

pub(crate) fn application<'b>(bench: &'b Bench, run: Command<'b>) -> Command<'b> {
    run.env("AZURE_TENANT_ID", bench.emulator().tenant_id())
        .env("AZURE_CLIENT_ID", &Application::default().client_id)
}

pub(crate) fn kind<'b>(bench: &'b Bench, kind: &str) -> Command<'b> {
    bench.command_at_cloud(&LIST).args(&["--credential", kind])
}

pub(crate) fn with_assertion<'b>(bench: &'b Bench, run: Command<'b>) -> Command<'b> {
    bench.write(
        "federated-token",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4In0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c2lnbmF0dXJl",
    );
    application(bench, run).env("AZURE_FEDERATED_TOKEN_FILE", "federated-token")
}

pub(crate) fn with_identity<'b>(bench: &'b Bench, run: Command<'b>) -> Command<'b> {
    run.env("IDENTITY_ENDPOINT", &bench.emulator().identity_endpoint())
        .env("IDENTITY_HEADER", bench.emulator().identity_header())
}

pub(crate) fn in_pipeline<'b>(bench: &'b Bench, run: Command<'b>) -> Command<'b> {
    run.env("SYSTEM_OIDCREQUESTURI", &bench.emulator().oidc_request_uri())
        .env("SYSTEM_ACCESSTOKEN", bench.emulator().pipeline_token())
        .env("AZURESUBSCRIPTION_TENANT_ID", bench.emulator().tenant_id())
        .env("AZURESUBSCRIPTION_CLIENT_ID", &Application::default().client_id)
        .env(
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
            "6f4f2a4e-0000-4000-8000-000000000001",
        )
}

/// `az` and `azd` as someone has them who is signed in; each notes that it was run.
pub(crate) fn install_tools(bench: &Bench) {
    let token = bench.emulator().token();
    bench.install(
        "az",
        &format!(
            r#"echo x >> "$HOME/cli"; echo '{{"accessToken":"{token}","expiresOn":"2099-01-01 00:00:00.000000","expires_on":4070908800,"subscription":"s","tenant":"t","tokenType":"Bearer"}}'"#
        ),
    );
    bench.install(
        "azd",
        &format!(r#"echo x >> "$HOME/azd"; echo '{{"token":"{token}","expiresOn":"2099-01-01T00:00:00Z"}}'"#),
    );
}

#[test]
fn every_kind() {
    let bench = Bench::azure(TENANT);
    bench.signed_in(&LIST).run().exits(0);
    with_secret(&bench, &LIST).run().exits(0);
    with_assertion(&bench, kind(&bench, "workload-identity")).run().exits(0);
    with_identity(&bench, kind(&bench, "managed-identity")).run().exits(0);
    in_pipeline(&bench, kind(&bench, "pipelines")).run().exits(0);
    install_tools(&bench);
    kind(&bench, "cli").run().exits(0);
    kind(&bench, "azd").run().exits(0);
}

/// Each kind says what it lacks, and tries nothing else.
#[test]
fn nothing_set_up() {
    let bench = Bench::azure(TENANT);
    for (name, said) in [
        ("env", "AZURE_TENANT_ID isn't set"),
        ("workload-identity", "AZURE_FEDERATED_TOKEN_FILE isn't set"),
        ("managed-identity", "IDENTITY_ENDPOINT"),
        ("pipelines", "SYSTEM_OIDCREQUESTURI isn't set"),
        ("cli", "not found on PATH"),
        ("azd", "not found on PATH"),
        ("token", "COSMOS_RBAC_TOKEN isn't set"),
    ] {
        let outcome = kind(&bench, name)
            .run()
            .fails_saying(&["error: no credential for Azure Resource Manager\n  ", said]);
        assert_eq!(outcome.stderr.lines().count(), 2, "{outcome}");
    }
    assert_eq!(bench.emulator().request_count(), 0);
}

/// Whatever comes first in the chain and is set up signs in, and nothing else is asked.
#[test]
fn first_that_is_set_up() {
    let bench = Bench::azure(TENANT);
    install_tools(&bench);
    let asked = |origin| {
        let asked = !bench.requests(origin).is_empty();
        bench.emulator().clear_log();
        asked
    };
    let all = |run| in_pipeline(&bench, with_identity(&bench, with_assertion(&bench, run)));
    let secret = all(kind(&bench, "auto")).env("AZURE_CLIENT_SECRET", bench.secret());
    secret.run().exits(0).says(&["(client secret or certificate)"]);
    assert!(!asked(Origin::Identity));
    all(kind(&bench, "auto")).run().exits(0).says(&["(workload identity)"]);
    assert!(!asked(Origin::Identity));
    let identity = in_pipeline(&bench, with_identity(&bench, kind(&bench, "auto")));
    identity.run().exits(0).says(&["(managed identity)"]);
    assert!(asked(Origin::Identity));
    let pipeline = in_pipeline(&bench, kind(&bench, "auto"));
    pipeline.run().exits(0).says(&["(Azure Pipelines)"]);
    bench.emulator().clear_log();
    // And nothing set up: whoever is signed in to `az`. A tenant alone only chooses one.
    for run in [
        kind(&bench, "auto"),
        kind(&bench, "auto").env("AZURE_TENANT_ID", bench.emulator().tenant_id()),
        // A job that does not map its token has `az`, signed in to the same connection.
        in_pipeline(&bench, kind(&bench, "auto")).env("SYSTEM_ACCESSTOKEN", ""),
        // It is what is tried if nothing is said.
        bench.command_at_cloud(&LIST),
    ] {
        run.run().exits(0).says(&["(Azure CLI)"]);
        assert!(!asked(Origin::Login));
    }
    // Nobody is signed in to `az`.
    for said in [
        "Please run 'az login' to setup account.",
        "Please run \"az login\" to setup account.",
        "Please run az login to setup account.",
    ] {
        bench.install(
            "az",
            &format!("echo \"ERROR: {}\" >&2; exit 1", said.replace('"', "\\\"")),
        );
        kind(&bench, "auto").run().exits(0).says(&["(Azure Developer CLI)"]);
    }
}

/// A credential that is set up, in whole or in part, and gives no token ends the run: whoever would sign in instead may see
/// less.
#[test]
fn set_up_and_refused() {
    let bench = Bench::azure(TENANT);
    install_tools(&bench);
    let auto = || kind(&bench, "auto");
    let connection = |name: &str| in_pipeline(&bench, auto()).env(name, "");
    let refused = [
        (
            "env",
            "AADSTS7000215",
            application(&bench, auto()).env("AZURE_CLIENT_SECRET", "wrong"),
        ),
        (
            "env",
            "AZURE_CLIENT_ID isn't set",
            auto()
                .env("AZURE_TENANT_ID", bench.emulator().tenant_id())
                .env("AZURE_CLIENT_SECRET", "x"),
        ),
        (
            "env",
            "AZURE_TENANT_ID isn't set",
            auto().env("AZURE_CLIENT_ID", "c").env("AZURE_CLIENT_SECRET", "x"),
        ),
        (
            "env",
            "AZURE_CLIENT_SECRET is set, but empty",
            application(&bench, auto()).env("AZURE_CLIENT_SECRET", ""),
        ),
        (
            "env",
            "AZURE_CLIENT_CERTIFICATE_PATH: couldn't read `/c.pem`",
            application(&bench, auto()).env("AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem"),
        ),
        // Somebody is named, and nothing signs in as them.
        (
            "pipelines",
            "AZURE_CLIENT_ID names another identity",
            application(&bench, auto()),
        ),
        (
            "workload-identity",
            "couldn't read `missing`",
            with_assertion(&bench, auto()).env("AZURE_FEDERATED_TOKEN_FILE", "missing"),
        ),
        (
            "workload-identity",
            "AZURE_CLIENT_ID isn't set",
            with_assertion(&bench, auto()).env("AZURE_CLIENT_ID", ""),
        ),
        (
            "managed-identity",
            "the managed identity endpoint answered 400",
            with_identity(&bench, auto()).env("IDENTITY_HEADER", "wrong-identity-header"),
        ),
        (
            "pipelines",
            "answered 401: The user is not authorized",
            connection("X").env("SYSTEM_ACCESSTOKEN", "wrong-access-token"),
        ),
        (
            "pipelines",
            "AZURESUBSCRIPTION_CLIENT_ID isn't set",
            connection("AZURESUBSCRIPTION_CLIENT_ID"),
        ),
    ];
    for (name, said, run) in refused {
        let outcome = run.run().fails_saying(&["  failed: ", said]);
        let end = format!(
            "\nhelp: {name} is configured, so no other credential was tried; correct it, or choose another with `--credential`\n"
        );
        assert!(outcome.stderr.ends_with(&end), "{outcome}");
        assert_eq!(outcome.stderr.matches("  failed: ").count(), 1, "{outcome}");
        for secret in ["wrong-identity-header", "wrong-access-token"] {
            assert!(!outcome.stderr.contains(secret), "{outcome}");
        }
    }
    assert_eq!(bench.requests(Origin::Arm), []);
    // A session that has expired, a tenant that is none, a tool that breaks down.
    for said in [
        "ERROR: AADSTS700082: The refresh token has expired due to inactivity. Please run az login",
        "ERROR: Interactive authentication is needed. Please run: az login --scope x",
        "ERROR: No subscription found. Run 'az account set' to select a subscription.",
    ] {
        bench.install("az", &format!("echo \"{said}\" >&2; exit 1"));
        auto().run().fails_saying(&["\n  Azure CLI          failed: ERROR: "]);
    }
    bench.install(
        "az",
        "echo 'ERROR: AADSTS90002: Tenant x not found.\nTraceback (most recent call last):\n  File x\nE: y' >&2; exit 1",
    );
    let outcome = auto()
        .run()
        .fails_saying(&["failed: ERROR: AADSTS90002: Tenant x not found.\n"]);
    assert!(!outcome.stderr.contains("Traceback"), "{outcome}");
    bench.install("az", "exit 127");
    bench.install("azd", "echo 'ERROR: fetching token: AADSTS700082' >&2; exit 1");
    auto()
        .run()
        .fails_saying(&["\n  azd                failed: ERROR: fetching token"]);
}

#[test]
fn nothing_is_set_up() {
    let bench = Bench::azure(TENANT);
    let nothing = |tools: usize| {
        let outcome = bench.command_at_cloud(&LIST).run().fails_saying(&[
            "error: no credential for Azure Resource Manager\n",
            "\nhelp: to sign in as yourself, run `az login`\n",
            "\nhelp: in CI, set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET\n",
        ]);
        for name in CHAIN {
            let line = format!("\n  {name:17}  ");
            assert_eq!(outcome.stderr.matches(&line).count(), 1, "{name}: {outcome}");
        }
        assert_eq!(outcome.stderr.lines().count(), CHAIN.len() + 3, "{outcome}");
        assert_eq!(
            outcome.stderr.matches("not found on PATH").count(),
            2 - tools,
            "{outcome}"
        );
    };
    nothing(0);
    bench.install("az", "echo 'ERROR: Please run az login to setup account.' >&2; exit 1");
    bench.install(
        "azd",
        "echo 'ERROR: not logged in, run `azd auth login` to login' >&2; exit 1",
    );
    nothing(2);
    // A token is used when it is asked for, and only then.
    let token = bench.emulator().token();
    let outcome = bench.command_at_cloud(&LIST).env("COSMOS_RBAC_TOKEN", &token).run();
    outcome.fails_saying(&["error: no credential for Azure Resource Manager\n"]);
}

#[test]
fn wrong_secret_and_wrong_token() {
    let bench = Bench::azure(TENANT);
    let wrong = with_secret(&bench, &LIST)
        .env("AZURE_CLIENT_SECRET", "wrong-client-secret")
        .run();
    let outcome = wrong.fails_saying(&["environment  failed: ", "AADSTS7000215"]);
    assert!(!outcome.stderr.contains("wrong-client-secret"), "{outcome}");
    let wrong = with_secret(&bench, &LIST).env("AZURE_CLIENT_ID", "0c9c1b9e-0000-4000-8000-00000000000a");
    wrong.run().fails_saying(&["environment  failed: ", "AADSTS700016"]);
    let wrong = with_secret(&bench, &LIST).env("AZURE_TENANT_ID", "0c9c1b9e-0000-4000-8000-00000000000a");
    wrong.run().fails_saying(&["environment  failed: ", "AADSTS90002"]);
    assert_eq!(bench.requests(Origin::Arm), []);
    let run = |token: &str| kind(&bench, "token").env("COSMOS_RBAC_TOKEN", token).run();
    let refused = "couldn't list the subscriptions: 401 InvalidAuthenticationToken: ";
    run("not-a-token").fails_saying(&[refused, "sign in again, and check that the token is for this tenant"]);
    run("Bearer x").fails_saying(&["without `Bearer`"]);
    run("").fails_saying(&["COSMOS_RBAC_TOKEN isn't set"]);
    run(&bench.emulator().graph_token()).fails_saying(&["InvalidAuthenticationTokenAudience: "]);
    // A line feed at the end is what comes of reading a file.
    run(&format!("{}\n", bench.emulator().token())).exits(0);
}
