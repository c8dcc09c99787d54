//! Principals, counted.

use crate::access::Sure;
use crate::diff::Change;
use crate::model::{PrincipalId, Shown};
use crate::report::text::{count, thousands};
use crate::shown;
use std::collections::BTreeSet;

/// Principals, and those of them who have something for certain.
#[derive(Default)]
pub(super) struct People<'d> {
    all: BTreeSet<&'d PrincipalId>,
    certain: BTreeSet<&'d PrincipalId>,
}

impl<'d> People<'d> {
    pub(super) fn of(changes: impl IntoIterator<Item = &'d Change>) -> Self {
        let mut people = Self::default();
        for change in changes {
            people.add(change);
        }
        people
    }

    pub(super) fn add(&mut self, change: &'d Change) {
        self.all.insert(&change.principal.id);
        if change.sure() == Sure::Certain {
            self.certain.insert(&change.principal.id);
        }
    }

    pub(super) fn is_one(&self) -> bool {
        self.all.len() == 1
    }

    pub(super) fn count(&self) -> Shown {
        count(self.all.len(), "principal", "principals")
    }

    /// `, 3 of them possibly`.
    pub(super) fn possibly(&self) -> Shown {
        match self.all.len().saturating_sub(self.certain.len()) {
            0 => Shown::default(),
            number if number == self.all.len() => " (possible)".into(),
            number => shown!(", {} of them possibly", thousands(number)),
        }
    }
}
