//! Where rules of the policy don't reach what an account has: denies of other actions, and role assignments at no known place.

use super::reason::{Reason, Why};
use crate::finding::{Place, What};
use crate::model::action::Ability;
use crate::model::{AccountRecord, ActionPattern, Api, RoleKind, Scope, Shown};
use crate::policy::{AccountPolicy, DenyRule};
use crate::shown;

/// Denies that name data actions of other APIs only: they deny nothing in an account of `api`. Then those who sign in in a way for
/// which no deny names an action, although one does for the other: users of MongoDB itself, or identities.
pub(super) fn elsewhere(policy: &AccountPolicy<'_>, api: Api) -> Vec<Reason> {
    if !api.has_roles_read() {
        return Vec::new();
    }
    let kinds: Vec<RoleKind> = RoleKind::ALL.into_iter().filter(|kind| kind.row().api == api).collect();
    let is_own = |pattern: &ActionPattern| kinds.iter().any(|kind| kind.knows(pattern));
    let is_known = |pattern: &ActionPattern| RoleKind::ALL.iter().any(|kind| kind.knows(pattern));
    // A cluster is no account: what all accounts have, it needn't have.
    let is_shared = |pattern: &ActionPattern| {
        RoleKind::ENTRA.iter().all(|kind| kind.knows(pattern)) && (!api.is_cluster() || is_own(pattern))
    };
    let is_elsewhere = |deny: &&&DenyRule| {
        let mut told = deny
            .data_actions
            .iter()
            .filter(|pattern| !is_shared(pattern))
            .peekable();
        told.peek().is_some() && told.all(|pattern| !is_own(pattern) && is_known(pattern))
    };
    let names = |deny: &DenyRule, kind: RoleKind| deny.data_actions.iter().any(|pattern| kind.knows(pattern));
    let names_own = |deny: &&&DenyRule| kinds.iter().any(|kind| names(deny, *kind));
    // Where another deny is about the same place, each is for its own API.
    let is_covered = |deny: &DenyRule| {
        let mut others = policy.denies.iter().filter(|other| {
            let mut actions = other.data_actions.iter();
            // What all APIs have, such as reading metadata, is about no data.
            actions.any(|pattern| is_own(pattern) && (pattern.is_wildcard() || !is_shared(pattern)))
        });
        others.any(|own| own.scope == deny.scope || own.scope.literal() == Some(Scope::Account))
    };
    // Those of clusters and of users with passwords begin in a way that wildcards for accounts don't cover.
    let mut reads = kinds.iter().flat_map(|kind| kind.catalogue());
    let example = reads
        .find(|action| action.ability == Ability::Read)
        .map(|action| action.name);
    let others = policy.denies.iter().filter(is_elsewhere);
    let others = others.filter(|deny| !is_covered(deny)).map(|deny| {
        let why = match example {
            Some(name) => shown!(
                "the deny names no data action of the {} API, such as `{}`",
                api.title(),
                Shown::from(name)
            ),
            None => shown!("the deny names no data action of the {} API", api.title()),
        };
        Reason::new(What::DeniedActions, why).at(Some(Place::Policy(deny.at.clone())))
    });
    let own = policy.denies.iter().filter(names_own);
    // Not the first of the list: blocks of several files have no order that means anything.
    let first = own.min_by(|one, other| one.at.cmp(&other.at));
    let is_left_out = |kind: &&RoleKind| !policy.denies.iter().any(|deny| names(deny, **kind));
    let left_out = kinds.iter().filter(is_left_out).zip(std::iter::repeat(first));
    let left_out = left_out.filter_map(|(kind, first)| {
        let why = match kind.has_passwords() {
            true => "no deny names an action of users with passwords, such as `mongodb/find`",
            false => "no deny names a data action of Microsoft Entra identities, such as `mongoMI/…`",
        };
        Some(Reason::new(What::DeniedActions, why).at(Some(Place::Policy(first?.at.clone()))))
    });
    others.chain(left_out).collect()
}

/// Role assignments of which nobody knows where they hold: whether that is allowed or denied isn't known either.
pub(super) fn without_place(record: &AccountRecord) -> Vec<Reason> {
    let odd = record.role_assignments().iter();
    let odd = odd.filter(|own| record.account.is_invalid_scope(&own.scope)).count();
    if odd == 0 {
        return Vec::new();
    }
    let reason = |what| Reason {
        what,
        why: Why::WithoutPlace(odd),
        place: None,
    };
    [What::Access, What::DeniedActions].map(reason).into()
}
