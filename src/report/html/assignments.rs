//! The role assignments of accounts, which the page has millions of.

use crate::finding::{AccountSummary, Report};
use crate::model::Shown;
use serde::{Serialize, Serializer};

/// Of each account, the role assignments of its grants, in their order. Nearly all are GUIDs that stand nowhere else, so each is made
/// while it is written, and none is held.
pub(super) struct Assignments<'r>(pub(super) &'r Report);

impl Serialize for Assignments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.shown_accounts().map(|(_, account)| OfAccount(account)))
    }
}

struct OfAccount<'r>(&'r AccountSummary);

impl Serialize for OfAccount<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let grants = self.0.access.iter().flat_map(|access| &access.grants);
        serializer.collect_seq(grants.map(|grant| String::from(Shown::of_value(&grant.assignment))))
    }
}
