//! The managed identities that have access, and to which accounts: through the data plane, a bypass or a copy of the account, themselves or
//! through a group; and those that can act as one of these.
//!
//! A group of thousands has one list of accounts, not one for each of its members.

use super::acting::Acting;
use super::copies::copies;
use super::judge::keys_open;
use crate::checks::context::AuditContext;
use crate::checks::lead::Lead;
use crate::model::PrincipalId;
use crate::model::bypass::Caveat;
use crate::resolve::Doubt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Accounts by their places, and what somebody has there.
pub(super) type Accounts = BTreeMap<usize, Lead>;

/// Who has access, and is a managed identity or has some in it.
pub(super) struct Reached<'a> {
    of_holders: BTreeMap<&'a PrincipalId, Arc<Accounts>>,
    /// Of each managed identity those who give it access: itself, and the groups that it is in.
    holders_of: BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    /// Of the holders that have nothing themselves, the managed identities that they can act as.
    by_acting: BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
}

impl<'a> Reached<'a> {
    pub(super) fn of(context: &AuditContext<'a>) -> Self {
        let mut found: BTreeMap<&PrincipalId, Accounts> = BTreeMap::new();
        let mut add = |holder: &'a PrincipalId, account: usize, lead: Lead| {
            found.entry(holder).or_default().entry(account).or_default().join(lead);
        };
        for (account, holders) in context.identities.iter().enumerate() {
            for (holder, lead) in holders {
                add(holder, account, *lead);
            }
        }
        let directory = context.names.directory;
        let control = &context.tenant.control;
        for bypass in &control.bypasses {
            let Some(holder) = directory.with_identities(bypass.holder.principal()) else {
                continue;
            };
            for reached in control.reached(bypass) {
                let account = context.tenant.account(reached.account);
                let is_open = !bypass.kind.is_of_keys() || account.and_then(keys_open).is_some();
                if is_open && !reached.doubts.contains(&Doubt::Action(Caveat::NotSeen)) {
                    let lead = Lead::bypass(reached.is_certain(), bypass.kind);
                    add(holder, reached.account, lead);
                }
            }
        }
        for (holder, account, lead) in copies(context) {
            add(holder, account, lead);
        }
        let by_acting = add_acting(&mut found, context);
        let holders_of = holders_of(found.keys().copied(), context);
        let shared = found.into_iter().map(|(holder, accounts)| (holder, Arc::new(accounts)));
        Self {
            of_holders: shared.collect(),
            holders_of,
            by_acting,
        }
    }

    /// The managed identities through which one has all of its access, as it can act as them. Empty: it has some itself, or a group that it
    /// is in.
    pub(super) fn only_acts_as(&self, identity: &PrincipalId) -> BTreeSet<&'a PrincipalId> {
        let holders = self.holders_of.get(identity).map_or(&[][..], Vec::as_slice);
        let acting: Option<Vec<_>> = holders.iter().map(|holder| self.by_acting.get(holder)).collect();
        acting.into_iter().flatten().flatten().copied().collect()
    }

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
            let joined = Arc::make_mut(&mut joined);
            for (account, lead) in other.iter() {
                joined.entry(*account).or_default().join(*lead);
            }
        }
        joined
    }
}

/// Adds what those have that others can act as to what these have. Returns whom they can act as, of those who had nothing.
fn add_acting<'a>(
    found: &mut BTreeMap<&'a PrincipalId, Accounts>,
    context: &AuditContext<'a>,
) -> BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>> {
    let own = holders_of(found.keys().copied(), context);
    let acting = Acting::of(context, own.keys().copied());
    let mut added = Vec::new();
    for actor in acting.actors() {
        let mut accounts = found.get(actor).cloned().unwrap_or_default();
        let mut as_whom = Vec::new();
        // Through which holder, and whether it is certain that the actor comes to have what that has. It has what it has.
        let mut holders: BTreeMap<&PrincipalId, bool> = BTreeMap::new();
        for (identity, sure) in acting.reached_by(actor, context) {
            for holder in own.get(identity).into_iter().flatten().filter(|one| **one != actor) {
                *holders.entry(holder).or_default() |= sure;
            }
            if own.contains_key(identity) {
                as_whom.push(identity);
            }
        }
        for (holder, sure) in holders {
            for (account, lead) in found.get(holder).into_iter().flatten() {
                let mut lead = *lead;
                lead.is_sure &= sure;
                accounts.entry(*account).or_default().join(lead);
            }
        }
        added.push((actor, accounts, as_whom));
    }
    let mut by_acting = BTreeMap::new();
    for (actor, accounts, as_whom) in added {
        if found.insert(actor, accounts).is_none() {
            by_acting.insert(actor, as_whom);
        }
    }
    by_acting
}

/// Of each managed identity the holders that it is or is in.
fn holders_of<'a>(
    holders: impl Iterator<Item = &'a PrincipalId>,
    context: &AuditContext<'a>,
) -> BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>> {
    let mut found: BTreeMap<&PrincipalId, Vec<&PrincipalId>> = BTreeMap::new();
    for holder in holders {
        for identity in context.names.directory.identities(holder) {
            found.entry(identity).or_default().push(holder);
        }
    }
    found
}
