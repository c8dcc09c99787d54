//! Data actions in words: what their holder can do, and which of them matters most.

use super::catalogue::{Ability, READ_ANALYTICS};
use super::set::{ActionSet, Atom, Universe};
use crate::model::shown::Shown;
use crate::shown;

/// Actions named in a sentence before "and N more".
const NAMED: usize = 5;

impl Atom {
    /// What it comes to.
    pub fn ability(&self) -> Ability {
        match self {
            Self::Known(action) => action.ability,
            Self::Unlisted(_) => Ability::Unlisted,
            Self::AnyOther(_) => Ability::Future,
        }
    }

    /// Whether it reads the copy that holds the items of all containers.
    pub fn reads_analytical_copy(&self) -> bool {
        matches!(self, Self::Known(action) if action.name == READ_ANALYTICS)
    }

    /// Whether it could change data although nothing says so: an action that no catalogue lists, and whose name is not that
    /// of a read.
    pub fn could_change_data(&self) -> bool {
        if matches!(self, Self::Known(_)) {
            return false;
        }
        let name = self.short();
        let last = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let begins = ["read", "get", "list", "query", "executequery"];
        let changes = [
            "write", "create", "replace", "update", "upsert", "delete", "patch", "restore",
        ];
        !begins.iter().any(|word| last.starts_with(word)) || changes.iter().any(|word| last.contains(word))
    }

    /// What its holder may do, as the end of "may …".
    pub fn verb(&self) -> Shown {
        match self {
            Self::Known(action) => action.verb.into(),
            Self::Unlisted(_) => shown!("do {}", Shown::quoted(&self.short())),
            Self::AnyOther(pattern) => shown!("do any other action matching {}", Shown::quoted(pattern.short())),
        }
    }

    /// Orders actions for people: the smaller, the worse.
    pub fn harm(&self) -> impl Ord + use<> {
        (self.ability().harm(), self.short())
    }
}

impl Universe {
    /// The member that shows best what is wrong.
    pub fn worst<'u>(&'u self, set: &'u ActionSet) -> Option<&'u Atom> {
        self.members(set).min_by_key(|atom| atom.harm())
    }

    /// What a set of actions allows, as the end of "may …": `delete items, query items and 3 more`. The worst come first.
    pub fn verbs(&self, set: &ActionSet) -> Shown {
        let mut atoms: Vec<&Atom> = self.members(set).collect();
        atoms.sort_by_cached_key(|atom| atom.harm());
        let words: Vec<Shown> = atoms.iter().map(|atom| atom.verb()).collect();
        match words.get(..NAMED) {
            Some(named) if words.len() > NAMED + 1 => {
                shown!("{} and {} more", Shown::join(named, ", "), words.len() - NAMED)
            }
            _ => Shown::list(&words),
        }
    }
}
