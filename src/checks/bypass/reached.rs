//! Finds the managed identities that have access, and to which accounts: through the data plane, a bypass or a copy of the account,
//! themselves or through a group; and those that can act as one of these.

use super::acting::Acting;
use super::copies::copies;
use super::judge::keys_open;
use crate::checks::context::AuditContext;
use crate::checks::lead::Lead;
use crate::checks::reached::{Accounts, Reached};
use crate::model::PrincipalId;
use crate::model::bypass::Caveat;
use crate::resolve::Doubt;
use std::collections::BTreeMap;
use std::sync::Arc;

type OfHolders<'a> = BTreeMap<&'a PrincipalId, Arc<Accounts>>;

/// What was found, once for all who ask.
pub(super) fn reached<'c, 'a>(context: &'c AuditContext<'a>) -> &'c Reached<'a> {
    context.reached.get_or_init(|| find(context))
}

fn find<'a>(context: &AuditContext<'a>) -> Reached<'a> {
    let mut found: OfHolders<'a> = context.identities.clone();
    let mut more: BTreeMap<&PrincipalId, Vec<(usize, Lead)>> = BTreeMap::new();
    for (holder, account, lead) in bypasses(context).into_iter().chain(copies(context)) {
        more.entry(holder).or_default().push((account, lead));
    }
    for (holder, accounts) in more {
        Arc::make_mut(found.entry(holder).or_default()).join(accounts);
    }
    let own = holders_of(found.keys().copied(), context);
    let acting = Acting::of(context, own.keys().copied());
    let by_acting = add_acting(&mut found, &own, &acting, context);
    Reached {
        holders_of: holders_of(found.keys().copied(), context),
        of_holders: found,
        by_acting,
        hidden: acting.hidden,
    }
}

/// Who has a bypass of which account.
fn bypasses<'a>(context: &AuditContext<'a>) -> Vec<(&'a PrincipalId, usize, Lead)> {
    let control = &context.tenant.control;
    let mut found = Vec::new();
    for bypass in &control.bypasses {
        let Some(holder) = context.names.directory.with_identities(bypass.holder.principal()) else {
            continue;
        };
        for reached in control.reached(bypass) {
            let account = context.tenant.account(reached.account);
            let is_open = !bypass.kind.is_of_keys() || account.and_then(keys_open).is_some();
            if is_open && !reached.doubts.contains(&Doubt::Action(Caveat::NotSeen)) {
                let lead = Lead::bypass(reached.is_certain(), bypass.kind);
                found.push((holder, reached.account, lead));
            }
        }
    }
    found
}

/// Adds what those have that others can act as to what these have. Returns whom they can act as, of those who had nothing.
fn add_acting<'a>(
    found: &mut OfHolders<'a>,
    own: &BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    acting: &Acting<'a>,
    context: &AuditContext<'a>,
) -> BTreeMap<&'a PrincipalId, Vec<&'a PrincipalId>> {
    let mut added = Vec::new();
    for actor in acting.actors() {
        let mut as_whom = Vec::new();
        // Through which holder, and whether it is certain that the actor comes to have what that has. It has what it has.
        let mut holders: BTreeMap<&PrincipalId, bool> = BTreeMap::new();
        for (identity, sure) in acting.reached_by(actor, context) {
            let of_identity = own.get(identity).into_iter().flatten();
            for holder in of_identity.filter(|holder| **holder != actor) {
                *holders.entry(holder).or_default() |= sure;
            }
            if own.contains_key(identity) {
                as_whom.push(identity);
            }
        }
        let passed_on = holders.into_iter().flat_map(|(holder, sure)| {
            let theirs = found.get(holder).into_iter().flat_map(|accounts| accounts.iter());
            theirs.map(move |(account, lead)| (account, lead.at_most(sure)))
        });
        let mut accounts = found.get(actor).cloned().unwrap_or_default();
        if !as_whom.is_empty() {
            Arc::make_mut(&mut accounts).join(passed_on);
            added.push((actor, accounts, as_whom));
        }
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
