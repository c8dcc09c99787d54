//! What accounts of a report have alike: lists of what couldn't be checked, names of blocks, owners, regions, roles, scopes.

use super::not_checked::Reason;
use crate::resolve::{Shared, SharedRows};

/// What accounts have alike, each held once.
#[derive(Default)]
pub(super) struct Alike {
    /// Why something couldn't be checked.
    pub(super) reasons: Shared<[Reason]>,
    /// Blocks of the policy that match, and owners.
    pub(super) names: Shared<[String]>,
    /// Regions.
    pub(super) regions: Shared<str>,
    /// What rows of access say.
    pub(super) rows: SharedRows,
}
