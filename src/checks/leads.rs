//! Who of an account's principals acting as a managed identity leads to, and what they have there.

use super::context::AccountContext;
use super::lead::Lead;
use crate::finding::Digest;
use crate::model::casing::folded;
use crate::model::{ActionPattern, Permission, PrincipalId};
use crate::resolve::{Directory, Grant};
use std::collections::{BTreeMap, BTreeSet};

/// Those with access to data that are managed identities or have some in them. Others are not kept: an account may have
/// thousands of assignments.
pub(super) fn leads<'p>(context: &AccountContext<'_, '_>, directory: &Directory<'p>) -> Vec<(&'p PrincipalId, Lead)> {
    let mut found: BTreeMap<&PrincipalId, (bool, BTreeSet<[u8; 16]>)> = BTreeMap::new();
    // Most assignments are of few roles.
    let mut roles = BTreeMap::new();
    for grant in context.access.grants() {
        let Some(id) = directory.with_identities(grant.principal()) else {
            continue;
        };
        let role = *roles
            .entry(&raw const *grant.role)
            .or_insert_with(|| of_permissions(&grant.role.definition.permissions));
        let (is_sure, all) = found.entry(id).or_default();
        *is_sure |= grant.is_certain() && !grant.role.bounds.least().is_empty();
        all.insert(of_grant(&grant, role));
    }
    let lead = |(id, (is_sure, all)): (&'p PrincipalId, (bool, BTreeSet<[u8; 16]>))| {
        let mut hash = Digest::new("lead", 1);
        hash.field(id.as_str());
        all.iter().for_each(|one| hash.bytes(one));
        (id, Lead::data(is_sure, hash.finish_number()))
    };
    found.into_iter().map(lead).collect()
}

fn of_grant(grant: &Grant<'_, '_>, role: [u8; 16]) -> [u8; 16] {
    let mut hash = Digest::new("grant", 1);
    hash.field(&grant.scope.to_string());
    hash.field(if grant.is_certain() { "certain" } else { "possible" });
    hash.bytes(&role);
    hash.finish_bytes()
}

/// What a role says, in whatever order and case.
fn of_permissions(permissions: &[Permission]) -> [u8; 16] {
    let texts = |patterns: &[ActionPattern]| -> BTreeSet<String> {
        patterns.iter().map(|pattern| folded(pattern.short())).collect()
    };
    let all: BTreeSet<_> = (permissions.iter())
        .map(|one| (texts(&one.data_actions), texts(&one.not_data_actions)))
        .collect();
    let mut hash = Digest::new("role", 1);
    for (granted, taken) in &all {
        for (word, patterns) in [("grants", granted), ("takes", taken)] {
            hash.field(word);
            patterns.iter().for_each(|pattern| hash.field(pattern));
        }
    }
    hash.finish_bytes()
}
