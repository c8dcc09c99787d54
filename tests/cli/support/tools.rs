//! Programs of others that read what the program writes: `tests/tools/install` brings them.

use super::{Bench, repository};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where they are.
pub(crate) fn tools() -> PathBuf {
    std::env::var_os("COSMOS_RBAC_TEST_TOOLS").map_or_else(|| repository("target/test-tools"), PathBuf::from)
}

/// Calls a script of `tests/tools` in the folder of the bench.
pub(crate) fn python(bench: &Bench, script: &str, arguments: &[&Path]) -> Output {
    let mut command = Command::new(tools().join("venv/bin/python"));
    command.arg(repository("tests/tools").join(script)).args(arguments);
    let output = command.current_dir(bench.path("")).output();
    output.expect("tests/tools/install brings the venv")
}
