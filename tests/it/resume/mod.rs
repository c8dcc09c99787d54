//! Scans that are cut off, and go on: the real program against the emulator, and the file by itself.

mod around;
mod crash;
mod cut;
mod locked;
mod nightly;
mod race;
mod refusals;
mod stop;
mod tampered;

use arm_emulator::{Emulator, Options, Tenant};
use cosmos_rbac::model::AccountId;
use cosmos_rbac::snapshot::ResumeState;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// An emulated cloud that takes its time, and a folder for snapshots.
pub(crate) struct Bench {
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

impl Bench {
    pub(crate) fn start(tenant: &str, latency: Duration) -> Self {
        let options = Options {
            latency,
            ..Options::default()
        };
        let emulator = Emulator::start_blocking(Tenant::from_yaml(tenant).unwrap(), options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        emulator.write_ca(&folder.path().join("ca.pem")).unwrap();
        Self { emulator, folder }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program in the folder, with a token.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cosmos-rbac"));
        command
            .args(arguments)
            .args(["--credential", "token", "--ca-bundle", "ca.pem"])
            .args(["--arm-endpoint", self.emulator.arm_endpoint()])
            .args(["--graph-endpoint", self.emulator.graph_endpoint()])
            .current_dir(self.folder.path())
            .env_clear()
            .env("SOURCE_DATE_EPOCH", "1793606400")
            .env("COSMOS_RBAC_TOKEN", self.emulator.token())
            .env("COSMOS_RBAC_GRAPH_TOKEN", self.emulator.graph_token())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs it, and returns what it says on standard error.
    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        text
    }

    /// Waits until all requests of clients that are gone are logged: before its connection ends, which on a busy machine
    /// takes its time; one that was just being made may not be counted yet.
    pub(crate) fn settle(&self) {
        loop {
            std::thread::sleep(Duration::from_millis(20));
            if self.emulator.connections() == 0 {
                break;
            }
        }
    }

    /// Whether an account or control plane that `kept` holds was read since the log was cleared.
    pub(crate) fn assert_nothing_twice(&self, kept: Option<&ResumeState>) {
        assert!(!self.emulator.key_endpoint_was_called());
        let mut seen = BTreeSet::new();
        for request in self.emulator.requests() {
            assert!(
                seen.insert((request.path.clone(), request.query.clone())),
                "{} was asked for twice",
                request.path
            );
            if let (Some(kept), Some((id, _))) = (kept, AccountId::split_prefix(&request.path)) {
                assert!(!kept.holds(&id), "{id} was read again");
            }
            let mut path = request.path.split('/').skip_while(|part| *part != "subscriptions");
            let subscription = path.nth(1).unwrap_or_default();
            if request.path.contains("/Microsoft.Authorization/") {
                let again = kept.is_some_and(|kept| kept.holds_control_plane(subscription));
                assert!(!again, "the control plane of {subscription} was read again");
            }
        }
    }
}

/// The lines of a snapshot, which come in any order.
pub(crate) fn lines(path: &Path) -> BTreeSet<String> {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "zst") {
        let mut decoder = zstd::Decoder::new(&bytes[..]).unwrap();
        decoder.read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    assert!(text.ends_with('\n'), "the last line is torn");
    let lines: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), text.lines().count(), "a line stands there twice");
    lines
}

/// Numbers below `bound` that are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Sends a signal as a shell can: not every machine has a `kill` outside of it.
fn signal(child: &Child, name: &str) {
    let mut command = Command::new("sh");
    command.args(["-c", r#"kill "$0" "$1""#, name, &child.id().to_string()]);
    assert!(command.status().unwrap().success());
}
