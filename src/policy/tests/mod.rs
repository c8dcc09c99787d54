//! Tests of the policy loader as a whole.

mod contradictions;
mod docs;
mod golden;
mod hostile;
mod laws;
mod reading;

use super::{Policy, PolicyErrors};
use std::path::PathBuf;

/// A policy of one text.
fn load(text: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_sources(&[("policy.yaml", text)])
}

/// The errors of one text as users see them; empty when it is a policy.
fn errors(text: &str) -> String {
    load(text).err().map(|errors| errors.to_string()).unwrap_or_default()
}

/// A path in the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
