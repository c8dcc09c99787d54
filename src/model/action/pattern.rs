//! How a role or a policy names data actions: literally, or with `*`.
//!
//! What a `*` stands for is not documented in full, so a pattern has two readings. *Least*: what it certainly grants;
//! `P/*` covers the actions directly below `P`, a lone `*` everything, and other places of `*` nothing. *Most*: what it
//! could grant; `*` stands for any run of characters, slashes included. Letters' case is ignored in both, because
//! documentation and service disagree in it.

use super::catalogue::{MONGODB, PREFIX};
use crate::model::glob::{ANYTHING, Case, matches, matches_optional_segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A data action as a role or policy names it. Any text is one; whether it means something is for the checks to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
pub struct ActionPattern {
    text: String,
}

impl ActionPattern {
    /// A pattern as the service stores it, in full.
    pub fn full(text: impl Into<String>) -> Self {
        let text = text.into();
        // A tenant cannot pass off a literal as the atom of a wildcard.
        let text = if text.contains(ANYTHING) {
            text.replace(ANYTHING, "\u{fffd}")
        } else {
            text
        };
        Self { text }
    }

    /// A pattern as a policy writes it: in full, or with [`PREFIX`] left out. A lone `*` stays as it is, and so do actions of
    /// MongoDB itself.
    pub fn from_policy(text: &str) -> Self {
        let begins = |word: &str| {
            text.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let is_full = text == "*" || begins("microsoft.") || begins(MONGODB);
        Self::full(if is_full {
            text.to_owned()
        } else {
            format!("{PREFIX}{text}")
        })
    }

    /// The pattern in full.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pattern without [`PREFIX`], for people to read.
    pub fn short(&self) -> &str {
        short(&self.text)
    }

    /// Whether it has a `*`.
    pub fn is_wildcard(&self) -> bool {
        self.text.contains('*')
    }

    /// The [key](super::set::Atom::key) of what it adds to a universe.
    pub fn key(&self) -> String {
        self.any_other().to_ascii_lowercase()
    }

    /// What stands before its first `*`.
    pub(super) fn literal_start(&self) -> &str {
        self.text.split('*').next().unwrap_or_default()
    }

    /// Whether it certainly covers the action that is written in full.
    pub fn covers_least(&self, action: &str) -> bool {
        match self.text.strip_suffix('*') {
            Some("") => true,
            Some(parent) if parent.ends_with('/') && !parent.contains('*') => {
                action.split_at_checked(parent.len()).is_some_and(|(start, last)| {
                    start.eq_ignore_ascii_case(parent) && !last.is_empty() && !last.contains('/')
                })
            }
            Some(_) => false,
            None => !self.is_wildcard() && self.text.eq_ignore_ascii_case(action),
        }
    }

    /// Whether it could cover the action that is written in full.
    pub fn covers_most(&self, action: &str) -> bool {
        matches(&self.text, action, Case::Ignored)
    }

    /// Whether it could cover the action if a `*` between two slashes may stand for no segment, too. Azure RBAC's own
    /// documentation doesn't say: Managed Identity Operator has `userAssignedIdentities/*/assign/action` alone, and the
    /// service lets it pass for `userAssignedIdentities/assign/action`; other built-in roles list both forms.
    pub fn covers_without_segment(&self, action: &str) -> bool {
        matches_optional_segments(&self.text, action, Case::Ignored)
    }

    /// The text of the atom "any other action matching this wildcard": no real action, and covered by exactly those
    /// patterns that cover all that this one covers.
    pub(super) fn any_other(&self) -> String {
        self.text.replace('*', ANYTHING.encode_utf8(&mut [0; 4]))
    }
}

impl From<String> for ActionPattern {
    fn from(text: String) -> Self {
        Self::full(text)
    }
}

impl From<ActionPattern> for String {
    fn from(pattern: ActionPattern) -> Self {
        pattern.text
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// A data action without [`PREFIX`]; not when that would leave `*`, which means something else.
pub(super) fn short(text: &str) -> &str {
    text.split_at_checked(PREFIX.len())
        .filter(|(start, rest)| start.eq_ignore_ascii_case(PREFIX) && !rest.is_empty() && *rest != "*")
        .map_or(text, |(_, rest)| rest)
}
