//! The judges that `tests/run` installs, and how they are called.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where the judges are.
fn folder() -> PathBuf {
    std::env::var_os("COSMOS_RBAC_TEST_TOOLS").map_or_else(|| root().join("target/test-tools"), PathBuf::from)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file that `tests/run` puts into the folder.
pub(crate) fn tool(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(path.exists(), "{} is missing: run `tests/run` once", path.display());
    path
}

/// The same, where not every machine has it: then the test says on the terminal that it is skipped.
pub(crate) fn tool_if_any(name: &str, for_what: &str) -> Option<PathBuf> {
    // Whether `tests/run` has been there is not in doubt.
    tool("state");
    let path = folder().join(name);
    if path.exists() {
        return Some(path);
    }
    told(&format!("SKIPPED: {for_what}: {} is missing", path.display()));
    None
}

/// Says something that the test's harness does not swallow.
pub(crate) fn told(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Calls a script of `tests/tools` in the environment that was installed for it.
pub(crate) fn python(script: &str, arguments: &[&Path]) -> Output {
    Command::new(tool("venv/bin/python"))
        .arg(root().join("tests/tools").join(script))
        .args(arguments)
        .output()
        .unwrap()
}

/// A text in a file of its own, for judges that read files.
pub(crate) fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}
