//! Comparisons of what is given with what is allowed, made in every reading of what Azure does not document.

use crate::finding::{Confidence, Wrong};
use crate::model::{ActionPattern, ActionSet, Atom, Bounds, Permission, Universe};
use foldhash::HashSet;

/// What is given or allowed at a place, in the two readings of names and ids: what certainly is, as they are spelt, and
/// what could be. Each has the two readings of wildcards. `possible` holds all of `certain`.
pub(super) struct Readings {
    pub(super) certain: Bounds,
    pub(super) possible: Bounds,
}

impl Readings {
    /// What both have.
    #[must_use]
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            certain: self.certain.and(&other.certain),
            possible: self.possible.and(&other.possible),
        }
    }

    /// What either has.
    #[must_use]
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.certain.add(&other.certain);
        self.possible.add(&other.possible);
        self
    }
}

/// A comparison that was made in several readings, and what came of it.
pub(super) struct Violation {
    /// The actions concerned: those that all readings have or, if there are none, those that one has.
    pub(super) actions: ActionSet,
    pub(super) confidence: Confidence,
    /// Further actions that not all readings have, when others are certain.
    pub(super) possibly: ActionSet,
    /// Whether it is not for the wildcards alone that readings differ.
    pub(super) depends_on_more: bool,
}

impl Violation {
    /// `None` when neither reading has any action.
    pub(super) fn of(least: &ActionSet, most: &ActionSet) -> Option<Self> {
        Self::among(&[least.clone(), most.clone()])
    }

    /// What is in both readings of the wildcards, of something of which it `is_certain` or not that it is so at all.
    pub(super) fn unless(is_certain: bool, least: ActionSet, most: ActionSet) -> Option<Self> {
        let nothing = (!is_certain).then(|| least.minus(&least));
        Self::within(&[least, most], nothing.as_slice())
    }

    /// Actions of which nobody knows here whether they are concerned.
    pub(super) fn unknown(actions: ActionSet) -> Option<Self> {
        let unknown = Self::among(&[actions.minus(&actions), actions])?;
        Some(Self {
            depends_on_more: true,
            ..unknown
        })
    }

    /// Whether what is in doubt is all among these.
    pub(super) fn is_in_doubt_for(&self, actions: &ActionSet) -> bool {
        let doubted = match self.confidence {
            Confidence::Possible => &self.actions,
            Confidence::Certain => &self.possibly,
        };
        !doubted.is_empty() && doubted.minus(actions).is_empty()
    }

    /// The same, where it is not for the wildcards alone that readings differ.
    #[must_use]
    pub(super) fn depending_on_more(self) -> Self {
        Self {
            depends_on_more: true,
            ..self
        }
    }

    /// What `own` has beyond `other`. `is_certain`: whether it is certain that `own` is there at all.
    pub(super) fn beyond(own: &Bounds, is_certain: bool, other: &Readings) -> Option<Self> {
        let minus = |other: &Bounds| [own.least().minus(other.least()), own.most().minus(other.most())];
        let mut loose = minus(&other.possible).to_vec();
        loose.extend((!is_certain).then(|| own.least().minus(own.least())));
        Self::within(&minus(&other.certain), &loose)
    }

    /// `plain`: the readings with everything as it is spelt; `loose`: the others.
    fn within(plain: &[ActionSet], loose: &[ActionSet]) -> Option<Self> {
        let mut all = Self::among(&[plain, loose].concat())?;
        all.depends_on_more = Self::among(plain).is_none_or(|plain| {
            plain.confidence != all.confidence || plain.actions != all.actions || plain.possibly != all.possibly
        });
        Some(all)
    }

    fn among(readings: &[ActionSet]) -> Option<Self> {
        let all = readings.iter().cloned().reduce(|all, one| all.and(&one))?;
        let any = readings.iter().cloned().reduce(|any, one| any.or(&one))?;
        let some = any.minus(&all);
        let violation = |actions, confidence, possibly| Self {
            actions,
            confidence,
            possibly,
            depends_on_more: false,
        };
        match (all.is_empty(), some.is_empty()) {
            (true, true) => None,
            (true, false) => Some(violation(some, Confidence::Possible, all)),
            (false, _) => Some(violation(all, Confidence::Certain, some)),
        }
    }

    /// What identifies it: actions that `stated` (the role and the rules it is checked against) or the catalogue name.
    pub(super) fn wrong(&self, universe: &Universe, stated: &[&Permission]) -> Wrong {
        let own: HashSet<String> = (stated.iter())
            .flat_map(|permission| permission.patterns())
            .map(ActionPattern::key)
            .collect();
        let is_own = |atom: &&Atom| matches!(atom, Atom::Known(_)) || own.contains(&atom.key());
        let names = |set: &ActionSet| universe.members(set).filter(is_own).collect();
        let all = self.actions.or(&self.possibly);
        // Covered by one of the wildcards, and not wrong.
        let spared = universe.reached(&all).minus(&all);
        let is_named = |atom: &&Atom| !matches!(atom, Atom::Known(_));
        let none = universe.empty();
        let (certain, possible) = match self.confidence {
            Confidence::Certain => (&self.actions, &self.possibly),
            Confidence::Possible => (&none, &self.actions),
        };
        Wrong {
            certain: names(certain),
            possible: names(possible),
            spared: universe.members(&spared).filter(is_named).filter(is_own).collect(),
            is_unread: false,
        }
    }
}

#[cfg(test)]
#[path = "violation_tests.rs"]
mod tests;
