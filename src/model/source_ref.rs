//! Places in files that people write.

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

impl SourceRef {
    /// How the name of a file ends that is part of this program.
    pub const BUILT_IN: &'static str = " (built in)";

    /// Whether there is such a file, so that others can lead to its lines. Standard input is none, either.
    pub fn is_of_file(&self) -> bool {
        !self.file.ends_with(Self::BUILT_IN) && &*self.file != "-"
    }
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
