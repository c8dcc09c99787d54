//! Runs the program as a user or a pipeline would: in a folder of its own, with no environment but what the test gives
//! it, against emulated services. Whatever a run is about, it must not panic, show a secret, ask for a key, change
//! anything or send a request where none belongs: [`Bench::run`] sees to that each time.

mod golden;
pub(crate) mod lines;
mod process;
pub(crate) mod sample;
pub(crate) mod tools;

pub(crate) use golden::{assert_same, golden};
pub(crate) use process::Outcome;

use arm_emulator::{Application, Emulator, Options, Origin, Request, Tenant};
use process::Invocation;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// The time of every scan: Unix seconds, and as reports show it.
pub(crate) const NOW: &str = "1772600706";
/// The same as reports show it.
pub(crate) const NOW_SHOWN: &str = "2026-03-04T05:05:06Z";

/// A folder to work in, and possibly a cloud.
pub(crate) struct Bench {
    folder: TempDir,
    emulator: Option<Emulator>,
    secret: String,
}

impl Bench {
    /// Without a cloud: nothing may be asked.
    pub(crate) fn offline() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "bin"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self {
            folder,
            emulator: None,
            secret: String::new(),
        }
    }

    /// With the tenant that the text describes.
    pub(crate) fn azure(tenant: &str) -> Self {
        Self::azure_with(tenant, Options::default())
    }

    /// With the tenant that the text describes, and services that behave as told.
    pub(crate) fn azure_with(tenant: &str, options: Options) -> Self {
        let mut bench = Self::offline();
        bench.start(Tenant::from_yaml(tenant).unwrap(), options);
        bench
    }

    /// The services have this tenant from now on, at other ports, and nothing of the one before.
    pub(crate) fn becomes(&mut self, tenant: &str) {
        self.start(Tenant::from_yaml(tenant).unwrap(), Options::default());
    }

    fn start(&mut self, tenant: Tenant, options: Options) {
        self.secret = tenant.applications.first().map_or_else(
            || Application::default().client_secret,
            |application| application.client_secret.clone(),
        );
        let emulator = Emulator::start_blocking(tenant, options).unwrap();
        emulator.write_ca(&self.path("ca.pem")).unwrap();
        self.emulator = Some(emulator);
    }

    /// With the sample tenant.
    pub(crate) fn contoso() -> Self {
        Self::contoso_with(Options::default())
    }

    /// With the sample tenant, and services that behave as told.
    pub(crate) fn contoso_with(options: Options) -> Self {
        let text = fs::read_to_string(repository("tests/tenants/contoso.yaml")).unwrap();
        let bench = Self::azure_with(&text, options);
        fs::copy(repository("policies/contoso.yaml"), bench.path("contoso.yaml")).unwrap();
        bench
    }

    /// A file of the bench.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the bench, and gives its name back: runs find it by that.
    pub(crate) fn write<'n>(&self, name: &'n str, content: impl AsRef<[u8]>) -> &'n str {
        fs::write(self.path(name), content).unwrap();
        name
    }

    /// Reads a file of the bench.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Puts a program where the tests' `PATH` leads.
    pub(crate) fn install(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The emulated services.
    pub(crate) fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().expect("a bench with a cloud")
    }

    /// The secret of the application that may sign in.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// What arrived at a server.
    pub(crate) fn requests(&self, origin: Origin) -> Vec<Request> {
        let mut requests = self.emulator().requests();
        requests.retain(|request| request.origin == origin);
        requests
    }

    /// A run with these arguments and nothing else.
    pub(crate) fn command<'b>(&'b self, arguments: &[&str]) -> Command<'b> {
        let path = |name| self.path(name).into_os_string();
        Command {
            bench: self,
            arguments: arguments.iter().map(OsString::from).collect(),
            // Nothing may reach the metadata service of the machine that runs the tests, nor whoever is signed in there.
            environment: [
                ("COSMOS_RBAC_NO_IMDS".to_owned(), "1".into()),
                ("SOURCE_DATE_EPOCH".to_owned(), NOW.into()),
                ("HOME".to_owned(), path("home")),
                ("PATH".to_owned(), path("bin")),
            ]
            .into(),
            input: Vec::new(),
            script: None,
        }
    }

    /// A run that is led to the emulated services, without a credential.
    pub(crate) fn command_at_cloud<'b>(&'b self, arguments: &[&str]) -> Command<'b> {
        let emulator = self.emulator();
        self.command(arguments).args(&[
            "--arm-endpoint",
            emulator.arm_endpoint(),
            "--graph-endpoint",
            emulator.graph_endpoint(),
            "--authority-host",
            emulator.authority_host(),
            "--ca-bundle",
            "ca.pem",
        ])
    }

    /// A run against the emulated services, signed in with a token.
    pub(crate) fn signed_in<'b>(&'b self, arguments: &[&str]) -> Command<'b> {
        let emulator = self.emulator();
        self.command_at_cloud(arguments)
            .args(&["--credential", "token"])
            .env("COSMOS_RBAC_TOKEN", &emulator.token())
            .env("COSMOS_RBAC_GRAPH_TOKEN", &emulator.graph_token())
    }

    /// Runs without a cloud.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.command(arguments).run()
    }

    /// Audits everything that the cloud holds, and more as told.
    pub(crate) fn audit(&self, arguments: &[&str]) -> Outcome {
        self.signed_in(&["audit", "--all-subscriptions"]).args(arguments).run()
    }

    fn assert_harmless(&self, outcome: &Outcome) {
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
        let Some(emulator) = &self.emulator else {
            return;
        };
        let secrets = [
            emulator.token(),
            emulator.graph_token(),
            self.secret.clone(),
            emulator.identity_header().to_owned(),
            emulator.pipeline_token().to_owned(),
        ];
        let is_secret = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
        for (place, text) in [("output", &outcome.stdout), ("error output", &outcome.stderr)] {
            assert!(!is_secret(text), "a secret is in the {place}");
        }
        // Snapshots and reports; what tests write themselves has other names.
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let is_written = path
                .extension()
                .is_some_and(|end| end == "jsonl" || end == "json" || end == "html");
            if is_written && let Ok(text) = fs::read_to_string(&path) {
                assert!(!is_secret(&text), "a secret is in {}", path.display());
            }
        }
        assert!(!emulator.key_endpoint_was_called(), "a key was asked for");
        assert_eq!(self.requests(Origin::Evil), [], "a request went astray");
        for request in self.requests(Origin::Arm) {
            assert_eq!(request.method, "GET", "{request:?}");
        }
        for request in self.requests(Origin::Graph) {
            let is_question = request.path.ends_with("/getByIds");
            assert_eq!(request.method, if is_question { "POST" } else { "GET" }, "{request:?}");
        }
    }
}

/// A run in the making.
pub(crate) struct Command<'b> {
    bench: &'b Bench,
    arguments: Vec<OsString>,
    environment: BTreeMap<String, OsString>,
    input: Vec<u8>,
    script: Option<String>,
}

impl Command<'_> {
    pub(crate) fn args(mut self, more: &[&str]) -> Self {
        self.arguments.extend(more.iter().map(OsString::from));
        self
    }

    /// An argument that need not be text.
    pub(crate) fn arg(mut self, argument: &OsStr) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs the program by a shell script, as `"$0" "$@"`.
    pub(crate) fn through(mut self, script: &str) -> Self {
        self.script = Some(script.to_owned());
        self
    }

    /// Runs the program to its end.
    pub(crate) fn run(self) -> Outcome {
        let bench = self.bench;
        let outcome = self.invocation().run();
        bench.assert_harmless(&outcome);
        outcome
    }

    /// Runs the program with a standard output that nobody reads.
    pub(crate) fn run_unread(self) -> Outcome {
        let bench = self.bench;
        let outcome = self.invocation().run_unread();
        bench.assert_harmless(&outcome);
        outcome
    }

    fn invocation(self) -> Invocation {
        Invocation {
            folder: self.bench.folder.path().to_owned(),
            arguments: self.arguments,
            environment: self.environment,
            input: self.input,
            script: self.script,
        }
    }
}

/// A path in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
