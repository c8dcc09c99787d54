//! The legacy SDK crates are here for their models only: their clients follow links with the token, lose pages, and log
//! what they should not.

use std::path::{Path, PathBuf};

/// The one module that may name them.
const MODELS: &str = "src/arm";

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn legacy_crates_serve_as_models_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    assert!(files.len() > 20);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_models = file.starts_with(root.join(MODELS));
        assert!(
            is_models || !text.contains("azure_mgmt_"),
            "{} uses a legacy crate",
            file.display()
        );
        // Only `models` of them, and nothing that could carry a request.
        let mut rest = text.as_str();
        while let Some(at) = rest.find("azure_mgmt_") {
            rest = &rest[at + 1..];
            let path = rest.split(['{', ';', ' ']).next().unwrap_or_default();
            assert!(path.contains("::models::"), "{}: `a{path}` is no model", file.display());
        }
    }
}

/// All other requests are GETs; this one takes its question along.
#[test]
fn one_request_alone_is_a_post() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let posts: Vec<_> = files
        .iter()
        .filter(|file| std::fs::read_to_string(file).unwrap().contains("question: Some("))
        .collect();
    assert_eq!(posts, [&root.join("src/collect/read/graph.rs")]);
    let graph = std::fs::read_to_string(posts[0]).unwrap();
    assert_eq!(graph.matches("question: Some(").count(), 1);
    assert!(graph.contains(r#"path: &["v1.0", "directoryObjects", "getByIds"]"#));
    // What sends it has no other user.
    let service = std::fs::read_to_string(root.join("src/collect/read/list.rs")).unwrap();
    assert_eq!(service.matches("self.post(").count(), 1);
}

#[test]
fn the_legacy_pipeline_is_not_a_dependency_of_ours() {
    let manifest = include_str!("../../../Cargo.toml");
    let core = manifest.lines().find(|line| line.starts_with("azure_core")).unwrap();
    assert!(core.contains("\"1."), "{core}");
}
