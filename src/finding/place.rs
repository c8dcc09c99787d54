//! Where in a user's own files a finding is: at the line that has to be changed.

use std::fmt;
use std::sync::Arc;

/// A place in a file that somebody wrote: a policy or a template. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRef {
    /// The file, as it was named on the command line.
    pub file: Arc<str>,
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The line that a finding is shown at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The policy's rule that the tenant was checked against.
    Policy(SourceRef),
    /// The template's line that would deploy what is wrong.
    Template(SourceRef),
}

impl Place {
    /// File, line and column, whatever the file is.
    pub fn source(&self) -> &SourceRef {
        match self {
            Self::Policy(at) | Self::Template(at) => at,
        }
    }
}
