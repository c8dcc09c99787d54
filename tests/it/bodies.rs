//! What the real service answers: bodies of our own in its shape, and recordings that are no part of this repository.

use serde_json::Value;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A list of `tests/bodies`.
pub(crate) fn body(name: &str) -> Vec<Value> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies").join(name))
}

/// A list of the folder that `COSMOS_RBAC_RECORDINGS` names; for ignored tests.
pub(crate) fn recording(name: &str) -> Vec<Value> {
    let folder = std::env::var_os("COSMOS_RBAC_RECORDINGS").expect("COSMOS_RBAC_RECORDINGS names the recordings");
    read(&PathBuf::from(folder).join(name))
}
