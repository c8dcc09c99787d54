//! Which blocks and rules of a policy accounts need. Most need the same, so each is noted once, whatever the number of accounts.

use crate::model::SourceRef;
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What the accounts audited so far need of the policy.
#[derive(Default)]
pub(super) struct PolicyUse<'p> {
    /// The blocks that match an account, or could.
    pub(super) blocks: Places<'p>,
    /// The rules that are for an account that was analyzed.
    pub(super) applied_rules: Places<'p>,
    /// The rules that a role assignment uses.
    pub(super) used_rules: Places<'p>,
}

/// Places in the policy, each once. They are told apart by where they are in memory before anything is compared.
#[derive(Default)]
pub(super) struct Places<'p>(Mutex<HashMap<usize, &'p SourceRef>>);

impl<'p> Places<'p> {
    pub(super) fn note(&self, places: impl Iterator<Item = &'p SourceRef>) {
        let places = places.map(|place| (std::ptr::from_ref(place).addr(), place));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(places);
    }

    pub(super) fn sorted(self) -> BTreeSet<&'p SourceRef> {
        let found = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.into_values().collect()
    }
}
