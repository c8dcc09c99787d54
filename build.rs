//! Tells the program which commit it is built from.

use std::env;
use std::path::Path;
use std::process::Command;

const COMMIT: &str = "COSMOS_RBAC_COMMIT";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    // Whoever builds without the repository can name the commit. While developing, a commit is no reason to compile anew.
    if env::var_os(COMMIT).is_some() || env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    if let Some(commit) = of_repository() {
        println!("cargo::rustc-env={COMMIT}={commit}");
    }
}

/// The commit of this repository; `None`: these sources aren't in one of their own.
fn of_repository() -> Option<String> {
    let top = git(&["rev-parse", "--show-toplevel"])?;
    let here = env::var("CARGO_MANIFEST_DIR").ok()?;
    if Path::new(&top).canonicalize().ok()? != Path::new(&here).canonicalize().ok()? {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", file])?);
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
