//! Data actions of roles that this version doesn't know, and that could be what was asked about.

use super::wanted::Wanted;
use crate::access::{AccountAccess, Verb};
use crate::finding::What;
use crate::model::{ActionPattern, Atom, PrincipalId, Scope, Shown};
use crate::shown;
use std::collections::BTreeSet;

/// What of an account's roles couldn't be compared with a question. `is_asked`: whether somebody is asked about who has what a
/// principal has.
pub(super) fn unknown_actions(
    access: &AccountAccess<'_, '_>,
    wanted: &Wanted,
    scope: Option<&Scope>,
    is_asked: impl Fn(&PrincipalId) -> bool,
) -> Option<(What, Shown)> {
    /// Actions that are named.
    const NAMED: usize = 3;
    let scope = scope.map(|scope| access.record.account.place(scope.clone()));
    let existing = access.access.existing;
    let is_there = |own: &Scope| {
        scope
            .as_ref()
            .is_none_or(|asked| existing.could_cover(own, asked) || existing.could_cover(asked, own))
    };
    let mut found = BTreeSet::new();
    for grant in access.access.grants().filter(|grant| grant.role.has_unknown) {
        let permissions = grant.role.definition.permissions.iter();
        let patterns = permissions.flat_map(|permission| &permission.data_actions);
        let kind = grant.role.definition.kind;
        let unknown = patterns.filter(|pattern| !kind.knows(pattern) && could_be(wanted, pattern));
        let mut unknown = unknown.peekable();
        if unknown.peek().is_some() && is_there(grant.scope) && is_asked(grant.principal()) {
            found.extend(unknown.map(|pattern| (pattern.short(), grant.role.definition.name())));
        }
    }
    let named = found
        .iter()
        .take(NAMED)
        .map(|(pattern, role)| shown!("{} of role {}", Shown::quoted(pattern), Shown::quoted(role)));
    let mut named: Vec<Shown> = named.collect();
    match found.len().checked_sub(NAMED) {
        None | Some(0) => {}
        Some(more) => named.push(shown!("{} more", more)),
    }
    let why = || shown!("this version doesn't know what {} allows", Shown::list(&named));
    (!named.is_empty()).then(|| (What::RoleDefinitions, why()))
}

/// Whether an action that nothing documents could be what is asked: by its name where a word is asked about, and by another reading
/// of its spelling where an action is. What it says in this spelling is part of the answer.
fn could_be(wanted: &Wanted, pattern: &ActionPattern) -> bool {
    match wanted {
        Wanted::Verb(Verb::Read) => true,
        Wanted::Verb(Verb::Write | Verb::Delete) => Atom::of(pattern).could_change_data(),
        Wanted::Action(asked) => {
            let other = other_reading(pattern);
            let is_found = asked.covers_most(&pattern.key());
            !is_found && other != *pattern && (other.covers_most(asked.as_str()) || asked.covers_most(other.as_str()))
        }
        Wanted::Anything | Wanted::Manage | Wanted::Keys => false,
    }
}

/// What a pattern could mean in which `?` is a wildcard, or that has blanks or slashes around it or lacks what all begin with.
fn other_reading(pattern: &ActionPattern) -> ActionPattern {
    let text = pattern.as_str().trim().trim_matches('/').replace('?', "*");
    ActionPattern::from_policy(&text)
}
