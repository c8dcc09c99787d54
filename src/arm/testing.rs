//! For the tests of whoever reads answers: what the real service sends.

use std::path::Path;

/// A body of our own in the shape of the real one.
pub(crate) fn body(name: &str) -> String {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies").join(name))
}

/// A recording, of the folder that `COSMOS_RBAC_RECORDINGS` names; for ignored tests.
pub(crate) fn recording(name: &str) -> String {
    let folder = std::env::var_os("COSMOS_RBAC_RECORDINGS").expect("COSMOS_RBAC_RECORDINGS names the recordings");
    read(&Path::new(&folder).join(name))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
