//! A warning about a policy.

use super::super::rules::Block;
use super::super::text::quoted;
use crate::finding::SourceRef;

/// Something that is valid and probably a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What kind of mistake, in a word.
    pub code: &'static str,
    /// What is odd, and what to do.
    pub message: String,
    /// Where; `None`: it is about the policy as a whole.
    pub at: Option<SourceRef>,
    /// What it is at odds with.
    pub other: Option<SourceRef>,
}

impl Warning {
    pub(super) fn new(code: &'static str, at: &SourceRef, message: String) -> Self {
        Self {
            code,
            message,
            at: Some(at.clone()),
            other: None,
        }
    }

    pub(super) fn beside(mut self, other: &SourceRef) -> Self {
        self.other = Some(other.clone());
        self
    }
}

/// A block as warnings name it.
pub(super) fn named(block: &Block) -> String {
    format!("block {}", quoted(&block.name))
}
