//! Exit codes. Pipelines rely on them; no format changes them.

use crate::finding::Ending;
use std::process::{ExitCode, Termination};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing that counts was found.
    Ok,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Wrong usage, or a policy, snapshot or credential that cannot be used.
    Error,
    /// Not everything could be read, and nothing worse; or the user stopped it.
    Incomplete,
    /// There was no account to audit.
    Empty,
}

/// The codes, below `--help`.
pub(super) const HELP: &str = "Exit codes:
  0  no findings of the severity set with --fail-on or higher
  1  findings of that severity or higher
  2  error: usage, policy, snapshot or credential
  3  incomplete: some resources couldn't be read (and no failing findings), or interrupted
  4  no Azure Cosmos DB accounts found";

/// The same of a command that answers a question.
pub(super) const ANSWERS: &str = "Exit codes:
  0  somebody can, certainly or possibly, directly or not
  1  nobody can
  2  error: usage, snapshot or credential
  3  nobody is known who can, but not everything could be read
  4  no Azure Cosmos DB accounts found";

/// The codes of a command that drafts a policy.
pub(super) const DRAFTS: &str = "Exit codes:
  0  the policy was written
  2  error: usage, policy, snapshot or credential
  3  incomplete: something about the drafted accounts or their principals isn't known
  4  no Azure Cosmos DB accounts found";

/// The same of a comparison.
pub(super) const COMPARISON: &str = "Exit codes:
  0  compared
  1  with --fail-on-gain: somebody gained access
  2  error: usage, snapshot or credential
  3  incomplete: something couldn't be compared (and nothing that fails), or interrupted
  4  no Azure Cosmos DB accounts in either snapshot";

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Error => 2,
            Self::Incomplete => 3,
            Self::Empty => 4,
        }
    }
}

impl From<Ending> for Exit {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Clean => Self::Ok,
            Ending::Findings => Self::Findings,
            Ending::Incomplete => Self::Incomplete,
            Ending::Empty => Self::Empty,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
