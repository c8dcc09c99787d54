//! SARIF, judged by the schema of OASIS as `serde-sarif` brings it, by that crate's types, and by Microsoft's multitool.

use crate::{render, reports, tools};
use cosmos_rbac::finding::{Severity, State};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// Warnings of the multitool that stay, and why. Its notes are matters of taste.
const ACCEPTED: &[(&str, &str)] = &[(
    "SARIF2005",
    "the project has no public address that `informationUri` could name",
)];

/// The schema, in the source of `serde-sarif`, which does not offer it otherwise.
fn schema() -> Value {
    let rustc = said(Command::new("rustc").arg("-vV"));
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // For this platform only: the source of others is not there.
    let metadata = said(Command::new(env!("CARGO")).args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ]));
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let package = packages.find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // What it asks of languages is no regular expression in a strict reading; the errata of the standard have it so.
    let language = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    serde_json::from_str(&text.replace(language, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$")).unwrap()
}

fn said(command: &mut Command) -> String {
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Name and file of every report, rendered once for all tests.
static FILES: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let files = reports::with_many().into_iter();
    files.map(|(name, report)| (name, render("sarif", report))).collect()
});

#[test]
fn the_schema_accepts_it() {
    let schema = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema())
        .unwrap();
    for (name, text) in &*FILES {
        let log: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&log)
            .take(5)
            .map(|error| format!("{}: {error:.300}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "SARIF of {name}");
    }
}

#[test]
fn the_types_read_it() {
    for ((name, text), (_, report)) in FILES.iter().zip(reports::with_many()) {
        let log: serde_sarif::sarif::Sarif =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let results = log.runs[0].results.as_ref().unwrap();
        assert_eq!(results.len(), report.findings.len().min(25_000), "{name}");
    }
}

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn the_multitool_accepts_it() {
    let name = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";
    let Some(tool) = tools::tool_if_any(name, "SARIF by Microsoft's multitool") else {
        return;
    };
    // Without it, .NET wants the ICU libraries, of which the tool needs nothing.
    let multitool = || {
        let mut command = Command::new(&tool);
        command.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        command
    };
    if !multitool()
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        tools::told("SKIPPED: SARIF by Microsoft's multitool: it does not run here");
        return;
    }
    for (name, text) in FILES.iter().filter(|(name, _)| *name != reports::MANY) {
        let folder = tempfile::tempdir().unwrap();
        let path = tools::file(&folder, "report.sarif", text);
        let judgement = folder.path().join("judgement.sarif");
        let output = multitool()
            .args([
                "validate",
                "--rule-kind=Sarif;Ghas",
                "--level=Error;Warning",
                "--kind=Fail",
            ])
            .arg("--output")
            .args([&judgement, &path])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("Analysis completed successfully"), "{name}: {said}");
        let judgement: Value = serde_json::from_slice(&std::fs::read(&judgement).unwrap()).unwrap();
        let found = judgement["runs"][0]["results"].as_array().cloned().unwrap_or_default();
        let refused: Vec<_> = found
            .iter()
            .filter(|result| !ACCEPTED.iter().any(|(rule, _)| result["ruleId"] == *rule))
            .map(|result| format!("{} {}", result["ruleId"], result["message"]))
            .take(5)
            .collect();
        assert_eq!(refused, [""; 0], "SARIF of {name}");
    }
}

#[test]
fn what_github_refuses_or_ignores_is_not_there() {
    for (name, text) in &*FILES {
        let log: Value = serde_json::from_str(text).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["invocations"][0]["executionSuccessful"], true, "{name}");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let told = run["tool"]["driver"]["notifications"].as_array().unwrap();
        for kind in rules.iter().chain(told) {
            // The multitool's SARIF1001; it isn't there on every machine.
            let [id, name] = ["id", "name"].map(|key| kind[key].as_str().unwrap());
            assert!(
                !id.eq_ignore_ascii_case(name),
                "{name}: `{id}` is no more than its name"
            );
        }
        for rule in rules {
            assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10, "{name}");
            assert!(
                rule["shortDescription"]["text"].as_str().unwrap().len() <= 1024,
                "{name}"
            );
            assert!(
                rule["fullDescription"]["text"].as_str().unwrap().len() <= 1024,
                "{name}"
            );
        }
        let results = run["results"].as_array().unwrap();
        let mut hashes: Vec<_> = results
            .iter()
            .map(|result| {
                let place = &result["locations"][0]["physicalLocation"];
                assert_ne!(place["artifactLocation"]["uri"], "", "{name}");
                assert!(place["region"]["startLine"].as_u64().unwrap() >= 1, "{name}");
                let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(rules[index]["id"], result["ruleId"], "{name}");
                let text = result["message"]["text"].as_str().unwrap().replace("\\](", "");
                assert!(!text.contains("]("), "{name}: a link in {text}");
                result["partialFingerprints"]["primaryLocationLineHash"]
                    .as_str()
                    .unwrap()
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), results.len(), "{name}: alerts that GitHub takes for one");
    }
}

#[test]
fn the_worst_are_kept_in_order_and_it_is_told() {
    let report = reports::with_many()
        .into_iter()
        .find(|(name, _)| *name == reports::MANY)
        .unwrap()
        .1;
    let text = &FILES.iter().find(|(name, _)| *name == reports::MANY).unwrap().1;
    let log: Value = serde_json::from_str(text).unwrap();
    let run = &log["runs"][0];
    let kept: Vec<&str> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["partialFingerprints"]["cosmosRbacFinding/v2"].as_str().unwrap())
        .collect();
    let all: Vec<String> = report.findings.iter().map(|finding| finding.fingerprint()).collect();
    let mut rest = all.iter();
    assert!(kept.iter().all(|one| rest.any(|other| one == other)), "another order");
    let kept: std::collections::HashSet<&str> = kept.into_iter().collect();
    for (finding, fingerprint) in report.findings.iter().zip(&all) {
        if !kept.contains(fingerprint.as_str()) {
            assert!(finding.state == State::Waived || finding.severity == Severity::Note);
        }
    }
    let told = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(
        told.contains("30,000 findings, 5,000 of them are left out"),
        "{told:.500}"
    );
}
