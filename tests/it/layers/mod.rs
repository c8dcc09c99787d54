//! The shape of the library: imports run one way, from the model to the command line, and inside modules as well.

mod circles;
mod graph;
mod sizes;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module of the library may use besides itself. Another module gets its line here.
const MAY_USE: &[(&str, &[&str])] = &[
    ("files", &[]),
    ("model", &[]),
    ("snapshot", &["files", "model"]),
    ("arm", &["model"]),
    ("fuzzing", &["model", "arm"]),
    ("collect", &["model", "snapshot", "arm"]),
    ("template", &["model", "snapshot", "arm"]),
    ("resolve", &["model", "snapshot"]),
    ("template", &["model", "snapshot", "arm"]),
    ("access", &["model", "resolve"]),
    ("diff", &["model", "snapshot", "resolve", "access"]),
    ("finding", &["model", "snapshot", "resolve"]),
    ("policy", &["model", "finding"]),
    (
        "checks",
        &["model", "snapshot", "resolve", "access", "finding", "policy"],
    ),
    (
        "query",
        &["model", "snapshot", "resolve", "access", "finding", "policy", "checks"],
    ),
    (
        "draft",
        &["model", "snapshot", "resolve", "finding", "policy", "checks"],
    ),
    // Renderers see what was found, never the policy's inside, the checks or Azure.
    ("report", &["model", "resolve", "access", "diff", "finding", "query"]),
    (
        "cli",
        &[
            "files", "model", "snapshot", "collect", "template", "resolve", "access", "diff", "finding", "policy",
            "checks", "query", "draft", "report",
        ],
    ),
];

fn source(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules of the library that a text names as `crate::module`, also in groups as `crate::{a, b::c}`.
fn used(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|c| is_name(*c))
            .collect::<String>()
    };
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let end = group.find("};").unwrap_or(group.len());
                found.extend(group[..end].split(',').map(name));
            }
            None => {
                found.insert(name(rest));
            }
        }
    }
    found
}

#[test]
fn imports_run_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source(&root, &mut files);
    let modules: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root).unwrap();
        let module = relative
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        let allowed = MAY_USE.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("`{module}` has no line in MAY_USE"));
        // Tests of a module may give it what only the modules below it have.
        if relative.iter().any(|part| part == "tests") {
            continue;
        }
        for name in used(&fs::read_to_string(&file).unwrap()) {
            if modules.contains(name.as_str()) && name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} uses `{name}`", relative.display()));
            }
        }
        seen.insert(module);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(
        seen.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        modules,
        "MAY_USE names what is not there"
    );
}

#[test]
fn uses_are_seen() {
    let text = "use crate::model::X;\nlet y = crate::collect::z();\nuse crate::{finding::A, policy::{B, C}};";
    assert_eq!(
        used(text).iter().map(String::as_str).collect::<Vec<_>>(),
        ["C", "collect", "finding", "model", "policy"]
    );
}
