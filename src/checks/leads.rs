//! Who of an account's principals acting as a managed identity leads to, and what they have there.

use super::behind::{Hash, of_grant, of_permissions};
use super::context::AccountContext;
use super::lead::Lead;
use crate::finding::Digest;
use crate::model::PrincipalId;
use crate::resolve::Directory;
use std::collections::{BTreeMap, BTreeSet};

/// Those with access to data that are managed identities or have some in them. Others are not kept: an account may have
/// thousands of assignments.
pub(super) fn leads<'p>(context: &AccountContext<'_, '_>, directory: &Directory<'p>) -> Vec<(&'p PrincipalId, Lead)> {
    let mut found: BTreeMap<&PrincipalId, (bool, BTreeSet<Hash>)> = BTreeMap::new();
    // Most assignments are of few roles.
    let mut roles = BTreeMap::new();
    for grant in context.access.grants() {
        let Some(id) = directory.with_identities(grant.principal()) else {
            continue;
        };
        let role = *(roles.entry(&raw const *grant.role)).or_insert_with(|| of_permissions(grant.role));
        let (is_sure, all) = found.entry(id).or_default();
        *is_sure |= grant.is_certain() && !grant.role.bounds.least().is_empty();
        all.insert(of_grant(&grant, role));
    }
    let lead = |(id, (is_sure, all)): (&'p PrincipalId, (bool, BTreeSet<Hash>))| {
        let mut hash = Digest::new("lead", 1);
        hash.field(id.as_str());
        all.iter().for_each(|one| hash.bytes(one));
        (id, Lead::data(is_sure, hash.finish_number()))
    };
    found.into_iter().map(lead).collect()
}
