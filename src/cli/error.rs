//! What ends a command, and with which exit code.

use super::Exit;
use crate::checks::AuditError;
use crate::collect::CollectError;
use crate::model::Shown;
use crate::policy::PolicyErrors;
use crate::shown;
use crate::snapshot::{Difference, SnapshotError};
use std::io;
use std::path::{Path, PathBuf};

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Policy(#[from] PolicyErrors),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Collect(#[from] CollectError),
    #[error("cannot read the baseline `{}`: {why}", file.display())]
    Baseline { file: PathBuf, why: String },
    #[error("`{}` is of another scan: {why}; scan as it was begun, or name another file", file.display())]
    OtherScan { file: PathBuf, why: Difference },
    #[error("cannot write snapshot `{}`: {why}", file.display())]
    WriteSnapshot { file: PathBuf, why: io::Error },
    #[error("cannot write `{}`: {why}", file.display())]
    WriteReport { file: PathBuf, why: String },
    #[error("cannot write to standard output: {0}")]
    WriteOutput(io::Error),
    #[error("two reports would go to `{}`; give each a file of its own", .0.display())]
    SameFile(PathBuf),
    #[error("the output would replace `{}`, which this command reads; name another file", .0.display())]
    Input(PathBuf),
    #[error(
        "a scan needs a file, so that it can be resumed; `-` is standard output (for a file of that name write `./-`)"
    )]
    ScanToStandardOutput,
    #[error("there is no check `{id}`; {hint}")]
    UnknownCheck { id: String, hint: String },
    #[error("SOURCE_DATE_EPOCH is `{0}`, not a number of seconds")]
    SourceDateEpoch(String),
    #[error("cannot start the collector: {0}")]
    Runtime(io::Error),
    /// The user stopped the command before its end.
    #[error("interrupted; {0}")]
    Interrupted(String),
}

impl From<AuditError> for CliError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Policy(errors) => Self::Policy(errors),
            AuditError::Snapshot(error) => Self::Snapshot(error),
        }
    }
}

impl CliError {
    pub(super) fn report_to(file: &Path, why: impl ToString) -> Self {
        Self::WriteReport {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    /// The exit code that goes with it.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Interrupted(_) => Exit::Incomplete,
            _ => Exit::Error,
        }
    }

    /// As the user sees it.
    pub(super) fn shown(&self) -> Shown {
        let text = self.to_string();
        match self {
            // One line a credential.
            Self::Collect(CollectError::Credential(_)) => shown!("error: {}", Shown::of_lines(&text)),
            _ => shown!("error: {}", Shown::of(&text)),
        }
    }
}
