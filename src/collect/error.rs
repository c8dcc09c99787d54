//! What ends a scan, and what only leaves a gap in it.

use std::fmt;

/// Why there is no scan. Whatever concerns only a part of it is a gap in the snapshot instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// An option cannot be used.
    #[error("{0}")]
    Option(String),
    /// No credential gave a token.
    #[error("{}", NoCredential(.0))]
    Credential(Vec<Tried>),
    /// The subscriptions to scan could not be found out.
    #[error("{0}")]
    Subscriptions(String),
    /// The snapshot that is there is of another scan.
    #[error("{0}")]
    OtherScan(String),
    /// The snapshot could not be written.
    #[error("cannot write the snapshot: {0}")]
    Sink(#[from] std::io::Error),
    /// A part of the collector broke down; that is a bug.
    #[error("the scan broke down ({0}); please report this")]
    Internal(String),
}

/// A credential that was tried, or passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its name on the command line.
    pub credential: &'static str,
    /// Whether there was anything to try.
    pub configured: bool,
    /// Why it gave no token.
    pub reason: String,
}

struct NoCredential<'t>(&'t [Tried]);

impl fmt::Display for NoCredential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no credential gave a token for Azure Resource Manager")?;
        for tried in self.0 {
            let state = if tried.configured { "failed" } else { "not configured" };
            write!(f, "\n  {}: {state}: {}", tried.credential, tried.reason)?;
        }
        f.write_str("\nset one of them up, or pick one with `--credential`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_credential_has_a_line() {
        let tried = |credential, configured, reason: &str| Tried {
            credential,
            configured,
            reason: reason.to_owned(),
        };
        let error = CollectError::Credential(vec![tried("env", false, "x is not set"), tried("cli", true, "no")]);
        let text = error.to_string();
        assert!(
            text.contains("\n  env: not configured: x is not set\n  cli: failed: no\n"),
            "{text}"
        );
    }
}
