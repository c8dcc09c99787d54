//! What is behind a finding without being said by it: what a role says, and what a user has through several roles. A finding is
//! another one once that is something else.

use super::context::AccountContext;
use crate::finding::Digest;
use crate::model::ActionPattern;
use crate::model::casing::folded;
use crate::resolve::{Grant, Role};
use foldhash::HashMap;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// The start of a hash.
pub(super) type Hash = [u8; 16];

/// Hashes of one account, worked out when the first finding asks.
#[derive(Default)]
pub(super) struct Behind<'r> {
    roles: OnceCell<HashMap<&'r str, BTreeSet<Hash>>>,
    users: OnceCell<HashMap<&'r str, BTreeSet<Hash>>>,
}

impl<'r> Behind<'r> {
    /// What the role definitions of an ID say: those of MongoDB itself have one ID for several resources.
    pub(super) fn role(&self, context: &AccountContext<'r, '_>, id: &str) -> Option<String> {
        let all = || {
            let mut all: HashMap<&str, BTreeSet<Hash>> = HashMap::default();
            for role in &context.access.roles {
                all.entry(role.definition.id.as_str())
                    .or_default()
                    .insert(of_permissions(role));
            }
            all
        };
        together("roles", self.roles.get_or_init(all).get(id)?)
    }

    /// What a user of an ID has who signs in with a password.
    pub(super) fn user(&self, context: &AccountContext<'r, '_>, id: &str) -> Option<String> {
        let all = || {
            let mut all: HashMap<&str, BTreeSet<Hash>> = HashMap::default();
            let grants = context.access.grants();
            for grant in grants.filter(|grant| grant.assignment.kind.has_passwords()) {
                let own = all.entry(grant.assignment.id.as_str()).or_default();
                own.insert(of_grant(&grant, of_permissions(grant.role)));
            }
            all
        };
        together("user", self.users.get_or_init(all).get(id)?)
    }
}

fn together(of: &'static str, all: &BTreeSet<Hash>) -> Option<String> {
    let mut hash = Digest::new(of, 1);
    all.iter().for_each(|one| hash.bytes(one));
    (!all.is_empty()).then(|| hash.finish())
}

/// What a role assignment gives. `role`: what its role says.
pub(super) fn of_grant(grant: &Grant<'_, '_>, role: Hash) -> Hash {
    let mut hash = Digest::new("grant", 1);
    hash.field(&grant.scope.to_string());
    hash.field(if grant.is_certain() { "certain" } else { "possible" });
    hash.bytes(&role);
    hash.finish_bytes()
}

/// What a role says, in whatever order and case.
pub(super) fn of_permissions(role: &Role<'_>) -> Hash {
    let texts = |patterns: &[ActionPattern]| -> BTreeSet<String> {
        patterns.iter().map(|pattern| folded(pattern.short())).collect()
    };
    let all: BTreeSet<_> = (role.definition.permissions.iter())
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
