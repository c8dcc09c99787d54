//! The groups that a policy names, and which of them have role assignments in an account.

use super::context::AccountContext;
use crate::model::{PrincipalId, PrincipalKind};
use crate::policy::Policy;
use crate::resolve::Directory;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The groups that a policy names, with or without their members.
#[derive(Default)]
pub(super) struct PolicyGroups<'p> {
    ids: Vec<&'p PrincipalId>,
    /// By who has role assignments: the group itself, or one that it is in.
    by_holder: HashMap<PrincipalId, Vec<&'p PrincipalId>>,
}

impl<'p> PolicyGroups<'p> {
    pub(super) fn of(policy: &'p Policy, directory: &Directory<'_>) -> Self {
        let is_group = |kind: Option<PrincipalKind>| kind == Some(PrincipalKind::Group);
        let groups = policy.principals.iter().filter(|principal| {
            principal.members.is_some() || is_group(principal.kind) || directory.is_group(&principal.id)
        });
        let ids: Vec<&PrincipalId> = groups.map(|group| &group.id).collect();
        let mut by_holder: HashMap<PrincipalId, Vec<&PrincipalId>> = HashMap::default();
        for id in &ids {
            for holder in directory.groups_of(id).iter().copied().chain([*id]) {
                by_holder.entry(holder.clone()).or_default().push(id);
            }
        }
        Self { ids, by_holder }
    }

    /// Those that have role assignments in an account, themselves or through a group that they are in.
    pub(super) fn in_account(&self, context: &AccountContext<'_, '_>) -> Vec<&'p PrincipalId> {
        if self.ids.is_empty() {
            return Vec::new();
        }
        let holders = context.access.grants().map(|grant| grant.principal());
        let found: BTreeSet<&PrincipalId> = holders
            .filter_map(|id| self.by_holder.get(id))
            .flatten()
            .copied()
            .collect();
        found.into_iter().collect()
    }

    /// The accounts in which each has role assignments, of what [`Self::in_account`] says of each account.
    pub(super) fn accounts(&self, in_accounts: &[Vec<&'p PrincipalId>]) -> BTreeMap<&'p PrincipalId, Vec<usize>> {
        let mut found: BTreeMap<&PrincipalId, Vec<usize>> = self.ids.iter().map(|id| (*id, Vec::new())).collect();
        for (place, groups) in in_accounts.iter().enumerate() {
            for group in groups {
                found.entry(group).or_default().push(place);
            }
        }
        found
    }
}
