//! Where requests go, and whom they trust: endpoints and certificates, from the command line and the environment.

use crate::credentials::{LIST, TENANT, application, kind, with_identity, with_secret};
use crate::support::Bench;
use arm_emulator::Origin;

/// A token travels over TLS that leads to who it is for, or not at all.
#[test]
fn tls() {
    let bench = Bench::azure(TENANT);
    let emulator = bench.emulator();
    let token = emulator.token();
    let run = |arguments: &[&str]| {
        bench
            .command(&LIST)
            .args(&["--credential=token"])
            .args(arguments)
            .env("COSMOS_RBAC_TOKEN", &token)
            .run()
    };
    let arm = ["--arm-endpoint", emulator.arm_endpoint()];
    let plain = emulator.arm_endpoint().replace("https", "http");
    run(&["--arm-endpoint", &plain, "--ca-bundle=ca.pem"]).fails_saying(&["https"]);
    let plain_login = emulator.authority_host().replace("https", "http");
    run(&[&arm[..], &["--authority-host", &plain_login, "--ca-bundle=ca.pem"]].concat()).fails_saying(&["https"]);
    run(&[&arm[..], &["--ca-bundle=missing.pem"]].concat()).fails_saying(&["missing.pem", "--ca-bundle"]);
    bench.write("empty.pem", "");
    run(&[&arm[..], &["--ca-bundle=empty.pem"]].concat()).fails_saying(&["empty.pem", "no certificate"]);
    assert_eq!(emulator.request_count(), 0);
    // Nobody said whom to trust.
    let outcome = run(&arm);
    outcome.fails_saying(&["UnknownIssuer", "pass their certificate with `--ca-bundle`"]);
    // With a chosen subscription it is its accounts that cannot be read.
    let accounts = [
        "list",
        "accounts",
        "--subscription",
        "5e1f0c1a-0000-4000-8000-000000000001",
    ];
    let run_one = bench.command(&accounts).args(&arm).args(&["--credential=token"]);
    run_one
        .env("COSMOS_RBAC_TOKEN", &token)
        .run()
        .exits(3)
        .says(&["`--ca-bundle`"]);
    // Signing in fails no less clearly.
    let login = [&arm[..], &["--authority-host", emulator.authority_host()]].concat();
    let signing_in = application(&bench, bench.command(&LIST))
        .args(&["--credential=env"])
        .args(&login);
    signing_in
        .env("AZURE_CLIENT_SECRET", bench.secret())
        .run()
        .fails_saying(&["environment  failed: ", "UnknownIssuer", "`--ca-bundle`"]);
    // Nor is the certificate of another start this one's.
    let other = Bench::azure(TENANT);
    bench.write("other.pem", other.emulator().ca_pem());
    run(&[&arm[..], &["--ca-bundle=other.pem"]].concat()).fails_saying(&["certificate"]);
    assert_eq!(emulator.request_count(), 0);
    with_secret(&bench, &LIST).args(&["--no-inventory"]).run().exits(0);
}

/// The command line goes before the environment, and whose identity is meant is passed on.
#[test]
fn what_is_said_where() {
    let bench = Bench::azure(TENANT);
    let emulator = bench.emulator();
    let arm = ["--arm-endpoint", emulator.arm_endpoint(), "--ca-bundle=ca.pem"];
    let run = || {
        application(&bench, bench.command(&LIST))
            .args(&arm)
            .env("AZURE_CLIENT_SECRET", bench.secret())
    };
    run()
        .env("AZURE_AUTHORITY_HOST", emulator.authority_host())
        .run()
        .exits(0);
    with_secret(&bench, &LIST)
        .env("AZURE_TENANT_ID", "0c9c1b9e-0000-4000-8000-00000000000a")
        .args(&["--tenant", emulator.tenant_id()])
        .run()
        .exits(0);
    emulator.clear_log();
    with_identity(&bench, kind(&bench, "managed-identity"))
        .env("AZURE_CLIENT_ID", "4f1d2c3b-0000-4000-8000-000000000003")
        .run()
        .exits(0);
    let query = &bench.requests(Origin::Identity)[0].query;
    assert!(
        query.contains("client_id=4f1d2c3b-0000-4000-8000-000000000003"),
        "{query}"
    );
    // The header is a secret, and travels in the clear on this machine alone.
    let far = with_identity(&bench, kind(&bench, "managed-identity"));
    far.env("IDENTITY_ENDPOINT", "http://192.0.2.1/msi/token")
        .run()
        .fails_saying(&["managed identity  failed: ", "neither https nor on this machine"]);
}

/// Nobody listens there.
#[test]
fn no_service() {
    let bench = Bench::azure(TENANT);
    let gone = Bench::azure(TENANT).emulator().authority_host().to_owned();
    // What the command line says goes before what the environment says.
    with_secret(&bench, &LIST)
        .env("AZURE_AUTHORITY_HOST", &gone)
        .run()
        .exits(0);
    let run = application(&bench, bench.command(&LIST))
        .args(&[
            "--arm-endpoint",
            bench.emulator().arm_endpoint(),
            "--authority-host",
            &gone,
        ])
        .args(&["--ca-bundle=ca.pem", "--credential=env"])
        .env("AZURE_CLIENT_SECRET", bench.secret());
    run.run().fails_saying(&["environment  failed: "]);
}

/// Requests would go past it in silence.
#[test]
fn proxy_that_is_none() {
    let bench = Bench::azure("subscriptions: []");
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let run = bench.signed_in(&["list", "accounts", "--all-subscriptions"]);
        let outcome = run.env(variable, "http://user:hunter2@a b:3128").run();
        let outcome = outcome.fails_saying(&[&format!("{variable} isn't the URL of a proxy")]);
        assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    }
    assert_eq!(bench.emulator().request_count(), 0);
}

/// Where tokens would be used is what they are asked for: `az` notes it and gives none, so nothing is sent.
#[test]
fn clouds() {
    let bench = Bench::offline();
    bench.install("az", "echo \"$@\" > \"$HOME/asked\"; echo 'ERROR: no' >&2; exit 1");
    let asked = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut run = bench.command(&LIST).args(&["--credential=cli"]).args(arguments);
        for (name, value) in variables {
            run = run.env(name, value);
        }
        run.run().fails_saying(&["Azure CLI  failed: ERROR: no"]);
        let asked = bench.read("home/asked");
        asked
            .split_whitespace()
            .find(|word| word.starts_with("https:"))
            .unwrap()
            .to_owned()
    };
    let (public, usgov, china) = (
        "https://management.azure.com/.default",
        "https://management.usgovcloudapi.net/.default",
        "https://management.chinacloudapi.cn/.default",
    );
    let aks = ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/");
    let region = [
        "--cloud=usgov",
        "--arm-endpoint=https://usgovtexas.management.usgovcloudapi.net",
    ];
    let own = [
        "--arm-endpoint=https://arm.example:8443/x",
        "--authority-host=https://login.example",
    ];
    let proxied = [own[0], "--arm-audience=https://management.azure.com/"];
    for (arguments, variables, scope) in [
        (&[][..], &[][..], public),
        (&[], &[("AZURE_CLOUD", "")], public),
        (&[], &[("AZURE_CLOUD", "AzureCloud")], public),
        (&[], &[("AZURE_CLOUD", "AzureUSGovernment"), aks], usgov),
        (&[], &[("AZURE_CLOUD", "china"), ("AZURE_AUTHORITY_HOST", "")], china),
        (&["--cloud=usgov"], &[("AZURE_CLOUD", "AzureChinaCloud")], usgov),
        (&["--cloud=china"], &[("AZURE_CLOUD", "mars")], china),
        (&region, &[], usgov),
        (&own, &[], "https://arm.example:8443/.default"),
        (&proxied, &[], public),
    ] {
        assert_eq!(asked(arguments, variables), scope, "{arguments:?} {variables:?}");
    }
}

/// Whoever mixes clouds is told before anything is sent.
#[test]
fn clouds_that_do_not_go_together() {
    let bench = Bench::offline();
    let government = "https://login.microsoftonline.us/";
    for (arguments, variables, said, help) in [
        (
            &[][..],
            &[("AZURE_CLOUD", "mars")][..],
            "error: unknown cloud `mars` in AZURE_CLOUD\n",
            "help: expected AzureCloud, AzureUSGovernment or AzureChinaCloud, or public, usgov or china\n",
        ),
        (
            &[],
            &[("AZURE_AUTHORITY_HOST", government)],
            "error: `https://login.microsoftonline.us/` in AZURE_AUTHORITY_HOST belongs to the cloud usgov, but the scan is of the cloud public\n",
            "help: pass `--cloud usgov`, or remove AZURE_AUTHORITY_HOST\n",
        ),
        (
            &["--authority-host", government],
            &[("AZURE_CLOUD", "AzureChinaCloud")],
            "in --authority-host belongs to the cloud usgov, but AZURE_CLOUD is china\n",
            "help: change AZURE_CLOUD or --authority-host, so that both are of one cloud\n",
        ),
        (
            &["--cloud=usgov", "--arm-endpoint=https://management.azure.com"],
            &[],
            "in --arm-endpoint belongs to the cloud public, but --cloud is usgov\n",
            "help: change --cloud or --arm-endpoint, so that both are of one cloud\n",
        ),
        (
            &["--graph-endpoint=https://graph.microsoft.us"],
            &[],
            "in --graph-endpoint belongs to the cloud usgov, but the scan is of the cloud public\n",
            "help: pass `--cloud usgov`, or remove --graph-endpoint\n",
        ),
        (
            &[],
            &[("AZURE_AUTHORITY_HOST", "login.microsoftonline.us")],
            "error: invalid URL `login.microsoftonline.us` in AZURE_AUTHORITY_HOST: ",
            "help: write it as `https://host`\n",
        ),
    ] {
        let mut run = bench.command(&LIST).args(arguments);
        for (name, value) in variables {
            run = run.env(name, value);
        }
        run.run().fails_saying(&[said, help]);
    }
    let unknown = bench.command(&LIST).args(&["--cloud=mars"]).run();
    unknown.fails_saying(&["invalid value 'mars' for '--cloud <CLOUD>'", "public, usgov, china"]);
}
