//! The managed identities that have access, and to which accounts: through the data plane or a bypass, themselves or through
//! a group.
//!
//! A group of thousands has one list of accounts, not one for each of its members.

use super::judge::keys_open;
use crate::checks::context::AuditContext;
use crate::checks::lead::Lead;
use crate::model::PrincipalId;
use crate::model::bypass::Caveat;
use crate::resolve::Doubt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Accounts by their places, and what somebody has there.
pub(super) type Accounts = BTreeMap<usize, Lead>;

/// Who has access, and is a managed identity or has some in it.
pub(super) struct Reached<'a> {
    of_holders: BTreeMap<&'a PrincipalId, Arc<Accounts>>,
    /// Of each managed identity those who give it access: itself, and the groups that it is in.
    holders_of: BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
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
        let mut holders_of: BTreeMap<&PrincipalId, Vec<&PrincipalId>> = BTreeMap::new();
        for holder in found.keys() {
            for identity in directory.identities(holder) {
                holders_of.entry(identity).or_default().push(holder);
            }
        }
        let shared = found.into_iter().map(|(holder, accounts)| (holder, Arc::new(accounts)));
        Self {
            of_holders: shared.collect(),
            holders_of,
        }
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
