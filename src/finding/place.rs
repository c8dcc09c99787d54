//! Where in a user's own files a finding is: at the line that has to be changed.

use crate::model::SourceRef;

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
