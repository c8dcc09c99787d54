//! Values that many accounts have alike, held once.

use foldhash::HashSet;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// The values that there are so far.
pub struct Shared<T: ?Sized>(RwLock<HashSet<Arc<T>>>);

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: ?Sized + Hash + Eq> Shared<T> {
    /// A value, shared with the accounts that have the same.
    pub fn of<'v>(&self, value: &'v T) -> Arc<T>
    where
        Arc<T>: From<&'v T>,
    {
        self.known(value).unwrap_or_else(|| self.add(Arc::from(value)))
    }

    fn known(&self, value: &T) -> Option<Arc<T>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(value).map(Arc::clone)
    }

    fn add(&self, value: Arc<T>) -> Arc<T> {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.get(&value) {
            return Arc::clone(own);
        }
        known.insert(Arc::clone(&value));
        value
    }
}

impl<T: Hash + Eq> Shared<T> {
    /// The same of a value that was made for it.
    pub fn made(&self, value: T) -> Arc<T> {
        self.known(&value).unwrap_or_else(|| self.add(Arc::new(value)))
    }
}
