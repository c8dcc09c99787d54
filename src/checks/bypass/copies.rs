//! Copies of accounts: which accounts can be restored, and which managed identities can do it.

use crate::checks::context::AuditContext;
use crate::checks::lead::Lead;
use crate::model::PrincipalId;
use std::collections::BTreeMap;

/// The accounts of each subscription, in lower case, that can be restored, and whether that is certain.
pub(super) fn restorable(context: &AuditContext<'_>) -> BTreeMap<String, Vec<(usize, bool)>> {
    let mut found: BTreeMap<String, Vec<(usize, bool)>> = BTreeMap::new();
    for (place, account) in context.tenant.frame.accounts.iter().enumerate() {
        if let Some(sure) = account.is_restorable() {
            let subscription = account.id.subscription().to_ascii_lowercase();
            found.entry(subscription).or_default().push((place, sure));
        }
    }
    found
}

/// Who can restore and read a copy of which account, of those who are managed identities or have some in them.
pub(super) fn copies<'a>(context: &AuditContext<'a>) -> Vec<(&'a PrincipalId, usize, Lead)> {
    let directory = context.names.directory;
    let mut found = Vec::new();
    for (subscription, accounts) in restorable(context) {
        let mut actors: BTreeMap<&PrincipalId, bool> = BTreeMap::new();
        for chain in context.tenant.powers.restores(&subscription, directory) {
            if let Some(actor) = directory.with_identities(chain.actor) {
                *actors.entry(actor).or_default() |= chain.is_certain();
            }
        }
        for (actor, is_certain) in actors {
            let of_actor = accounts
                .iter()
                .map(|(place, sure)| (actor, *place, Lead::copy(*sure && is_certain)));
            found.extend(of_actor);
        }
    }
    found
}
