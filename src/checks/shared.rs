//! Values that many accounts have alike, held once: lists of what couldn't be checked, names of blocks, owners, regions.

use super::not_checked::Reason;
use foldhash::HashSet;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// What accounts have alike.
#[derive(Default)]
pub(super) struct Alike {
    /// Why something couldn't be checked.
    pub(super) reasons: Shared<[Reason]>,
    /// Blocks of the policy that match, and owners.
    pub(super) names: Shared<[String]>,
    /// Regions.
    pub(super) regions: Shared<str>,
}

/// The values that there are so far.
pub(super) struct Shared<T: ?Sized>(RwLock<HashSet<Arc<T>>>);

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: ?Sized + Hash + Eq> Shared<T> {
    /// A value, shared with the accounts that have the same.
    pub(super) fn of<'v>(&self, value: &'v T) -> Arc<T>
    where
        Arc<T>: From<&'v T>,
    {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.get(value) {
            return Arc::clone(own);
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.get(value) {
            return Arc::clone(own);
        }
        let own: Arc<T> = Arc::from(value);
        known.insert(Arc::clone(&own));
        own
    }
}
