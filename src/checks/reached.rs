//! Which managed identities have access, and what they have in which account.

use super::lead::Lead;
use crate::model::PrincipalId;
use crate::resolve::Hidden;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Accounts by their places, in order, and what somebody has there.
#[derive(Debug, Clone, Default)]
pub(super) struct Accounts(Vec<(u32, Lead)>);

impl Accounts {
    /// Adds an account behind those that are there.
    pub(super) fn push(&mut self, account: usize, lead: Lead) {
        debug_assert!(self.places().last().is_none_or(|last| last < account));
        if let Ok(account) = u32::try_from(account) {
            self.0.push((account, lead));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Lead)> {
        self.0.iter().map(|(account, lead)| (*account as usize, *lead))
    }

    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.iter().map(|(account, _)| account)
    }

    /// With what somebody else has, or the same principal in another way.
    pub(super) fn join(&mut self, others: impl IntoIterator<Item = (usize, Lead)>) {
        let added = others
            .into_iter()
            .filter_map(|(account, lead)| Some((u32::try_from(account).ok()?, lead)));
        self.0.extend(added);
        self.0.sort_by_key(|(account, _)| *account);
        self.0.dedup_by(|(later, lead), (account, known)| {
            let is_same = later == account;
            if is_same {
                known.join(*lead);
            }
            is_same
        });
    }
}

impl FromIterator<(usize, Lead)> for Accounts {
    fn from_iter<I: IntoIterator<Item = (usize, Lead)>>(all: I) -> Self {
        let mut accounts = Self::default();
        accounts.join(all);
        accounts
    }
}

/// Who has access, and is a managed identity or has some in it.
#[derive(Debug)]
pub(super) struct Reached<'a> {
    /// A group of thousands has one list of accounts, not one for each of its members.
    pub(super) of_holders: BTreeMap<&'a PrincipalId, Arc<Accounts>>,
    /// Of each managed identity those who give it access: itself, and the groups that it is in.
    pub(super) holders_of: BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    /// Of the holders that have nothing themselves, the managed identities that they can act as.
    pub(super) by_acting: BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    /// Those who can act as a managed identity with access, and of whom it isn't known in full who they are: whoever can act as them, or is
    /// in them, has it, too. Each with the identities.
    pub(super) hidden: BTreeMap<&'a PrincipalId, (Hidden, BTreeSet<&'a PrincipalId>)>,
}

impl<'a> Reached<'a> {
    /// The managed identities, by id.
    pub(super) fn identities(&self) -> impl Iterator<Item = (&'a PrincipalId, &[&'a PrincipalId])> {
        self.holders_of.iter().map(|(id, holders)| (*id, holders.as_slice()))
    }

    /// The accounts that several have access to together.
    pub(super) fn accounts(&self, holders: &[&PrincipalId]) -> Arc<Accounts> {
        let mut all = holders.iter().filter_map(|holder| self.of_holders.get(holder));
        let Some(first) = all.next() else {
            return Arc::default();
        };
        let mut joined = Arc::clone(first);
        for other in all {
            Arc::make_mut(&mut joined).join(other.iter());
        }
        joined
    }

    /// The managed identities through which one has all of its access, as it can act as them. Empty: it has some itself, or a
    /// group that it is in.
    pub(super) fn only_acts_as(&self, identity: &PrincipalId) -> BTreeSet<&'a PrincipalId> {
        let holders = self.holders_of.get(identity).map_or(&[][..], Vec::as_slice);
        let acting: Option<Vec<_>> = holders.iter().map(|holder| self.by_acting.get(holder)).collect();
        acting.into_iter().flatten().flatten().copied().collect()
    }
}
