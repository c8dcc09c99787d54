//! The recipes of `docs/recipes` and the project's own workflows, checked by what knows their platforms. A broken copy of
//! each is refused, so that none of these checks passes whatever it is given.

use crate::tools::{file, told, tool};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn recipe(name: &str) -> String {
    fs::read_to_string(root().join("docs/recipes").join(name)).unwrap()
}

/// GitHub's workflows: those of the recipes, and the project's own.
fn workflows() -> Vec<PathBuf> {
    let folders = ["docs/recipes/github-actions", ".github/workflows"];
    let mut found: Vec<_> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    assert_eq!(found.len(), 4, "{found:?}");
    found
}

fn run(program: &str, arguments: &[&str], path: &Path) -> Output {
    let program = tool(&format!("venv/bin/{program}"));
    Command::new(program).args(arguments).arg(path).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn passes(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

/// Refused, and for the reason that was put in.
#[track_caller]
fn is_refused(output: &Output, why: &str) {
    assert!(!output.status.success(), "passed: {}", said(output));
    assert!(said(output).contains(why), "`{why}`: {}", said(output));
}

/// A copy with one thing changed.
#[track_caller]
fn broken(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "`{from}` isn't there any more");
    text.replacen(from, to, 1)
}

fn zizmor(path: &Path) -> Output {
    run("zizmor", &["--offline", "--no-progress", "--color=never"], path)
}

fn schema(name: &str, more: &[&str], path: &Path) -> Output {
    let name = format!("vendor.{name}");
    run("check-jsonschema", &[&["--builtin-schema", &name], more].concat(), path)
}

#[test]
#[ignore = "needs zizmor and check-jsonschema"]
fn workflows_are_safe_and_valid() {
    for path in workflows() {
        passes(&zizmor(&path));
        passes(&schema("github-workflows", &[], &path));
        // Every action is one commit, with its version beside.
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, pinned) = line.split_once('@').expect("an action has a version");
            let (hash, version) = pinned.split_once(" # v").expect("the version is beside the hash");
            assert!(
                hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit()),
                "{line}"
            );
            assert_eq!(version.split('.').count(), 3, "{line}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for path in workflows() {
        let text = fs::read_to_string(&path).unwrap();
        let copy = |from: &str, to: &str| file(&folder, "w.yml", &broken(&text, from, to));
        let hash = text.split('@').nth(1).unwrap().split(' ').next().unwrap();
        is_refused(&zizmor(&copy(&format!("@{hash}"), "@v7")), "unpinned-uses");
        let injected = "        run: |\n          echo ${{ github.head_ref }}\n";
        is_refused(&zizmor(&copy("        run: |\n", injected)), "template-injection");
        is_refused(
            &schema("github-workflows", &[], &copy("runs-on:", "runs_on:")),
            "runs_on",
        );
        let kept = "          persist-credentials: false\n";
        is_refused(&zizmor(&copy(kept, "          fetch-depth: 1\n")), "artipacked");
    }
}

/// Azure Pipelines reads every scalar as text, except what it hands to a task, and so does its schema.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(as_text).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            let text = fields.map(|(key, one)| (key.clone(), if key == "inputs" { one.clone() } else { as_text(one) }));
            Value::Object(text.collect())
        }
        Value::Null | Value::String(_) => value.clone(),
        other => Value::String(other.to_string()),
    }
}

#[test]
#[ignore = "needs check-jsonschema"]
fn pipelines_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    let azure = |text: &str| {
        let value: Value = serde_saphyr::from_str(text).unwrap();
        let path = file(&folder, "azure.json", &as_text(&value).to_string());
        schema("azure-pipelines", &["--regex-variant", "nonunicode"], &path)
    };
    let text = recipe("azure-pipelines/nightly.yml");
    passes(&azure(&text));
    for (from, to) in [
        ("displayName: Scan", "displayNam: Scan"),
        ("scriptType: bash", "scriptType: sh"),
    ] {
        is_refused(
            &azure(&broken(&text, from, to)),
            "is not valid under any of the given schemas",
        );
    }
    let gitlab = |text: &str| {
        let path = file(&folder, "gitlab.yml", text);
        schema("gitlab-ci", &["--data-transform", "gitlab-ci"], &path)
    };
    let text = recipe("gitlab/.gitlab-ci.yml");
    passes(&gitlab(&text));
    for (from, to) in [("      aud: ", "      audience: "), ("when: always", "when: allways")] {
        is_refused(&gitlab(&broken(&text, from, to)), "Schema validation errors");
    }
}

#[test]
#[ignore = "needs kubernetes-validate"]
fn the_cron_job_is_valid_and_confined() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| run("kubernetes-validate", &["--strict"], &file(&folder, "job.yaml", text));
    let text = recipe("kubernetes/cronjob.yaml");
    passes(&check(&text));
    is_refused(
        &check(&broken(&text, "readOnlyRootFilesystem", "readOnlyRootFileSystem")),
        "readOnlyRootFileSystem",
    );
    is_refused(
        &check(&broken(&text, "backoffLimit: 3", "backoffLimit: three")),
        "three",
    );

    // No validator knows what the recipe promises beyond that.
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    let job = documents.iter().find(|one| one["kind"] == "CronJob").unwrap();
    assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid");
    let template = &job["spec"]["jobTemplate"]["spec"]["template"];
    assert_eq!(template["metadata"]["labels"]["azure.workload.identity/use"], "true");
    let pod = &template["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["automountServiceAccountToken"], false);
    for container in ["initContainers", "containers"].map(|key| &pod[key][0]) {
        let context = &container["securityContext"];
        assert_eq!(context["allowPrivilegeEscalation"], false);
        assert_eq!(context["readOnlyRootFilesystem"], true);
        assert_eq!(context["capabilities"]["drop"], serde_json::json!(["ALL"]));
    }
}

/// Every script in every recipe, by where it is.
fn scripts() -> Vec<(String, String)> {
    let yaml = |name: &str| -> Value { serde_saphyr::from_str(&recipe(name)).unwrap() };
    let mut found = vec![("nightly.sh".to_owned(), recipe("systemd/nightly.sh"))];
    let mut add = |at: &str, script: &Value| {
        if let Some(script) = script.as_str() {
            found.push((at.to_owned(), format!("#!/bin/bash\nset -euo pipefail\n{script}")));
        }
    };
    for name in ["nightly", "pull-request"] {
        let name = format!("github-actions/{name}.yml");
        for step in yaml(&name)["jobs"]["audit"]["steps"].as_array().unwrap() {
            add(&name, &step["run"]);
        }
    }
    let name = "azure-pipelines/nightly.yml";
    for step in yaml(name)["jobs"][0]["steps"].as_array().unwrap() {
        add(name, &step["bash"]);
        add(name, &step["inputs"]["inlineScript"]);
    }
    let name = "gitlab/.gitlab-ci.yml";
    for key in ["before_script", "script"] {
        for script in yaml(name)["cosmos-rbac"][key].as_array().unwrap() {
            add(name, script);
        }
    }
    assert_eq!(found.len(), 13);
    found
}

#[test]
#[ignore = "needs ShellCheck"]
fn scripts_are_sound() {
    let folder = tempfile::tempdir().unwrap();
    // The first reads variables that a task of Azure Pipelines sets.
    let check = |text: &str| {
        run(
            "shellcheck",
            &["--exclude=SC2154", "--norc"],
            &file(&folder, "s.sh", text),
        )
    };
    for (at, text) in scripts() {
        let output = check(&text);
        assert!(output.status.success(), "{at}: {}", said(&output));
        is_refused(&check(&format!("{text}\nrm -r $1/*\n")), "SC2086");
    }
}

#[test]
#[ignore = "needs systemd"]
fn the_unit_is_valid_and_confined() {
    if !Path::new("/usr/bin/systemd-analyze").exists() {
        told("SKIPPED: the unit of docs/recipes/systemd: systemd-analyze is missing");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = root().join("docs/recipes/systemd/nightly.sh").display().to_string();
    let analyze = |arguments: &[&str], path: &Path| {
        Command::new("/usr/bin/systemd-analyze")
            .args(arguments)
            .arg(path)
            .output()
            .unwrap()
    };
    let service = broken(
        &recipe("systemd/cosmos-rbac.service"),
        "ExecStart=/usr/local/lib/cosmos-rbac/nightly.sh",
        &format!("ExecStart={script}"),
    );
    let timer = recipe("systemd/cosmos-rbac.timer");
    let verify = |service: &str, timer: &str| {
        let service = file(&folder, "cosmos-rbac.service", service);
        let timer = file(&folder, "cosmos-rbac.timer", timer);
        said(&analyze(&["verify"], &service)) + &said(&analyze(&["verify"], &timer))
    };
    assert_eq!(verify(&service, &timer), "");
    for (from, to, why) in [
        ("Type=oneshot", "Typ=oneshot", "Typ"),
        ("Restart=on-failure", "Restart=sometimes", "sometimes"),
        (&script, "/nowhere/nightly.sh", "/nowhere/nightly.sh"),
    ] {
        let said = verify(&broken(&service, from, to), &timer);
        assert!(said.contains(why), "{from}: {said}");
    }
    let said = verify(&service, &broken(&timer, "*-*-*", "*-*-*-*"));
    assert!(said.contains("calendar specification"), "{said}");
    // 0 is confined best, and 10 not at all.
    let exposed = ["security", "--offline=true", "--threshold=20"];
    let path = file(&folder, "cosmos-rbac.service", &service);
    passes(&analyze(&exposed, &path));
    let open = service
        .lines()
        .filter(|line| !line.starts_with("Protect") && !line.starts_with("Private"));
    let path = file(&folder, "cosmos-rbac.service", &open.collect::<Vec<_>>().join("\n"));
    assert!(!analyze(&exposed, &path).status.success());
}
