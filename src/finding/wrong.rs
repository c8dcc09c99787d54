//! What is wrong, as far as it identifies a finding: data actions in both readings of the wildcards.

use crate::model::Atom;
use std::collections::BTreeSet;

/// The data actions of a finding that its own role and the rules it was checked against name, or the catalogue lists.
/// Names that only other roles or rules use are left out, so that those can come and go without making a known finding new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrong {
    /// In both readings.
    pub certain: ActionNames,
    /// In one reading only.
    pub possible: ActionNames,
    /// Covered by one of their wildcards, and yet not wrong: what a rule allows.
    pub spared: ActionNames,
    /// Whether it isn't known, as the role definition wasn't read: it could be anything.
    pub is_unread: bool,
}

/// Names of data actions in full: in lower case, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionNames(BTreeSet<String>);

impl ActionNames {
    /// The names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<'a> FromIterator<&'a Atom> for ActionNames {
    fn from_iter<I: IntoIterator<Item = &'a Atom>>(atoms: I) -> Self {
        Self(atoms.into_iter().map(|atom| atom.name().to_ascii_lowercase()).collect())
    }
}
