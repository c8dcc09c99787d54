//! What the passes share: the names that the files declare, and the policy as far as it is read.

use super::walk::Walk;
use crate::finding::{Check, SourceRef};
use crate::model::{Permission, PrincipalId};
use crate::policy::rules::{Policy, Principal};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// What the later passes know, and what they fill.
pub(super) struct Validator<'s> {
    pub(super) walk: Walk,
    /// The checks that a policy can name.
    pub(super) checks: &'s [&'static Check],
    pub(super) principals: Principals,
    pub(super) roles: Roles,
    /// Whether something could not be read that may declare the names that nobody else does.
    pub(super) is_partial: bool,
    pub(super) policy: Policy,
}

/// The names of all files.
#[derive(Debug, Default)]
pub(super) struct Principals {
    /// By name. `None`: its declaration is wrong and was reported; uses of the name are not reported again.
    pub(super) by_name: BTreeMap<String, Option<Principal>>,
    pub(super) by_id: HashMap<PrincipalId, String>,
}

impl Principals {
    /// The declarations, sorted by name.
    pub(super) fn into_declared(self) -> Vec<Principal> {
        self.by_name.into_values().flatten().collect()
    }
}

/// The roles that the files declare.
#[derive(Debug, Default)]
pub(super) struct Roles {
    /// By name. A declaration without a permission is wrong and was reported.
    pub(super) by_name: BTreeMap<String, Declarations>,
}

/// All declarations of one name.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    /// By the block's number in the draft.
    pub(super) by_block: HashMap<usize, Permission>,
    /// The first one.
    pub(super) first: Option<(Permission, SourceRef)>,
    /// The first one that means something else.
    pub(super) different: Option<SourceRef>,
    pub(super) is_broken: bool,
}
