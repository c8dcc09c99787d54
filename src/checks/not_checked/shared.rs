//! Lists of reasons, held once: of a thousand accounts with the same policy, most have the same.

use super::reason::Reason;
use foldhash::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// The lists that there are so far.
#[derive(Default)]
pub(in crate::checks) struct Lists(RwLock<HashSet<Arc<[Reason]>>>);

impl Lists {
    /// A list, shared with the accounts that have the same.
    pub(in crate::checks) fn shared(&self, reasons: &[Reason]) -> Arc<[Reason]> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known.get(reasons) {
            return Arc::clone(list);
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known.get(reasons) {
            return Arc::clone(list);
        }
        let list = Arc::from(reasons);
        known.insert(Arc::clone(&list));
        list
    }
}
