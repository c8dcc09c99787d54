//! The sample tenant, from the emulator through the real program to the reports in `reports/sample/`. They are what
//! newcomers read, so they are compared whole; `UPDATE_GOLDEN=1` writes them anew.
use arm_emulator::{Emulator, Options, Tenant};
use cosmos_rbac::report::Format;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// 2026-11-02 08:00 UTC: the sample's waivers are judged on that day.
const CLOCK: &str = "1793606400";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A tenant that is served, and the program to look at it with.
pub(crate) struct Sample {
    emulator: Emulator,
    folder: tempfile::TempDir,
}

impl Sample {
    fn start() -> Self {
        Self::of(Tenant::from_file(root().join("tests/tenants/contoso.yaml")).unwrap())
    }

    /// Serves a tenant.
    pub(crate) fn of(tenant: Tenant) -> Self {
        // Ports and tokens differ from run to run; nothing of them may be seen in the reports.
        let emulator = Emulator::start_blocking(tenant, Options::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        emulator.write_ca(&folder.path().join("ca.pem")).unwrap();
        Self { emulator, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str], expected: i32) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_cosmos-rbac"))
            .args(arguments)
            .current_dir(root())
            .env_clear()
            .env("SOURCE_DATE_EPOCH", CLOCK)
            .env("COSMOS_RBAC_TOKEN", self.emulator.token())
            .env("COSMOS_RBAC_GRAPH_TOKEN", self.emulator.graph_token())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program against the tenant.
    pub(crate) fn run_live(&self, arguments: &[&str], expected: i32) -> String {
        let azure = self.azure();
        let azure: Vec<&str> = azure.iter().map(String::as_str).collect();
        self.run(&[arguments, &azure].concat(), expected)
    }

    fn azure(&self) -> Vec<String> {
        let ca = self.file("ca.pem").display().to_string();
        [
            "--all-subscriptions",
            "--credential",
            "token",
            "--arm-endpoint",
            self.emulator.arm_endpoint(),
            "--graph-endpoint",
            self.emulator.graph_endpoint(),
            "--ca-bundle",
            &ca,
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

fn golden(name: &str, actual: &str) {
    let path = root().join("reports/sample").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; look at `UPDATE_GOLDEN=1 cargo test --test it sample && git diff`",
        path.display()
    );
}

/// The lines of a snapshot in a fixed order: accounts are written as they are complete.
fn sorted(snapshot: &str) -> String {
    let mut lines: Vec<&str> = snapshot.lines().collect();
    if let [_, accounts @ .., _] = lines.as_mut_slice() {
        accounts.sort_unstable();
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_sample_is_what_the_program_says() {
    let sample = Sample::start();
    let scanned = sample.file("contoso.jsonl").display().to_string();
    sample.run_live(&["scan", "-o", &scanned], 3);
    golden("contoso.jsonl", &sorted(&fs::read_to_string(&scanned).unwrap()));

    let audit = ["audit", "--policy", "policies/contoso.yaml"];
    for format in Format::ALL {
        let name = format!("report.{}", format.extension());
        let format = format.name();
        let live = sample.run_live(&[&audit[..], &["-f", format]].concat(), 1);
        let offline = sample.run(
            &[
                &audit[..],
                &["-f", format, "--snapshot", "reports/sample/contoso.jsonl"],
            ]
            .concat(),
            1,
        );
        golden(&name, &offline);
        // What to run next names the options of the run.
        let shown = |text: &str| text.split("\nNext  ").next().unwrap_or_default().to_owned();
        let live = shown(&live);
        assert_eq!(live, shown(&offline), "the snapshot's audit is the live one");
        let tokens = [sample.emulator.token(), sample.emulator.graph_token()];
        assert!(
            !tokens.iter().any(|token| live.contains(token)) && !live.contains("localhost"),
            "{name} shows the token or the endpoint"
        );
    }
    assert!(!sample.emulator.key_endpoint_was_called());
}

#[test]
fn the_graph_of_the_sample_is_what_the_program_writes() {
    let sample = Sample::start();
    let audit = [
        "audit",
        "-p=policies/contoso.yaml",
        "--snapshot=reports/sample/contoso.jsonl",
    ];
    let printed = sample.run(&[&audit[..], &["-f=opengraph"]].concat(), 1);
    golden("report.opengraph.json", &printed);
    let written = sample.file("graph.opengraph.json");
    let path = written.display().to_string();
    sample.run(&[&audit[..], &["-q", "-o", &path]].concat(), 1);
    assert!(
        fs::read_to_string(&written).unwrap() == printed,
        "the file is what is printed"
    );
}

#[test]
fn the_fixes_of_the_sample_are_what_the_program_writes() {
    let sample = Sample::start();
    let folder = sample.file("fixes");
    let output = format!("fix={}", folder.display());
    let audit = [
        "audit",
        "--policy",
        "policies/contoso.yaml",
        "--snapshot",
        "reports/sample/contoso.jsonl",
        "-q",
    ];
    sample.run(&[&audit[..], &["-o", &output]].concat(), 1);
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    files(&folder, &folder, &mut written);
    for name in &written {
        golden(
            &format!("fixes/{name}"),
            &fs::read_to_string(folder.join(name)).unwrap(),
        );
    }
    let sample_folder = root().join("reports/sample/fixes");
    files(&sample_folder, &sample_folder, &mut kept);
    assert_eq!(written, kept, "a file of the sample is written no more");
}

/// The files below a folder, sorted.
fn files(folder: &Path, top: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, top, found);
        } else {
            found.push(path.strip_prefix(top).unwrap().display().to_string());
        }
    }
    found.sort();
}

#[test]
fn the_sample_has_something_for_every_check() {
    let report = fs::read_to_string(root().join("reports/sample/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let found: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["check"].as_str().unwrap())
        .collect();
    for check in cosmos_rbac::checks::CHECKS.iter() {
        assert!(found.contains(&check.id), "{} finds nothing in the sample", check.id);
    }
}

/// Whoever reads only the list can tell the rows apart.
#[test]
fn the_titles_of_the_sample_tell_its_findings_apart() {
    let report = fs::read_to_string(root().join("reports/sample/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for finding in findings {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let title = text("title");
        assert!(
            title.chars().count() <= 80 && !title.ends_with('.') && !title.contains('`'),
            "{title}"
        );
        let row = (title, text("check"), text("account"), text("severity"));
        assert!(!seen.contains(&row), "twice: {row:?}");
        seen.insert(row);
    }
}

#[test]
fn the_identity_is_fine_and_keys_still_open_the_door() {
    let report = fs::read_to_string(root().join("reports/sample/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let accounts = report["accounts"].as_array().unwrap();
    let account = accounts
        .iter()
        .find(|account| account["name"] == "cosmos-rbacsample")
        .unwrap();
    let principal = &account["principals"][0];
    assert_eq!(principal["name"], "umid-cosmosid");
    assert_eq!(principal["id"], "63cf3af1-7ee2-4d4c-9fe6-deb936065faa");
    assert_eq!(principal["state"], "as-declared");
    let findings = report["findings"].as_array().unwrap().iter();
    let checks: Vec<&str> = findings
        .filter(|finding| finding["account"] == account["id"])
        .map(|finding| finding["check"].as_str().unwrap())
        .collect();
    assert_eq!(checks, ["local-auth-enabled", "key-age"]);
}
