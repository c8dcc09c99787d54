//! Deny assignments: what they take away, from whom and where, and what of that is certain.
//!
//! Source: "Understand Azure deny assignments", sections on properties and on All Principals.

use super::bypass::DenyDoubt;
use super::holder::{Holder, is_conditional};
use super::places::Places;
use crate::model::azure_rbac::Level;
use crate::model::bypass::{ACTIONS, RequestPlace};
use crate::model::{AzureScope, BypassAction, ControlPlane, DenyAssignment, DenyPrincipal};
use crate::resolve::directory::{Directory, Members};
use std::collections::HashMap;
use std::ops::Range;

/// What a deny assignment does to somebody's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// Takes it away.
    Certain,
    /// May take it away.
    Unsure(DenyDoubt),
}

/// A deny assignment that concerns some bypass to some account of a subscription.
#[derive(Debug)]
pub(super) struct Deny<'a> {
    pub(super) assignment: &'a DenyAssignment,
    pub(super) ranks: Range<usize>,
    /// The type of the thing within the account that it is confined to.
    within: bool,
    /// Per action whether it is denied, and whether without conditions.
    actions: Vec<Option<bool>>,
    /// The place of its principals in [`Concerned`].
    named: usize,
}

/// The deny assignments of a subscription that concern accounts of it.
#[derive(Debug, Default)]
pub(super) struct Denies<'a> {
    list: Vec<Deny<'a>>,
    /// Whom they name and spare. Many name the same: that is worked out once.
    lists: Vec<Named<'a>>,
}

/// Principals, and those of them that are spared.
type Named<'a> = (&'a [DenyPrincipal], &'a [DenyPrincipal]);

/// How much of somebody the deny assignments of a subscription concern, by the lists of principals that they have.
#[derive(Debug, Default)]
pub(super) struct Concerned(Vec<Option<Match>>);

impl<'a> Denies<'a> {
    pub(super) fn new(plane: &'a ControlPlane, block: usize, places: &Places<'a>) -> Self {
        let mut denies = Self::default();
        let mut known: HashMap<Named<'a>, usize> = HashMap::new();
        for deny in plane.deny_assignments.iter().flatten() {
            let lists = (deny.principals.as_slice(), deny.exclude_principals.as_slice());
            let next = denies.lists.len();
            if let Some(one) = placed(deny, block, places) {
                let named = *known.entry(lists).or_insert(next);
                if named == next {
                    denies.lists.push(lists);
                }
                denies.list.push(Deny { named, ..one });
            }
        }
        denies
    }

    pub(super) fn list(&self) -> &[Deny<'a>] {
        &self.list
    }

    pub(super) fn concerned(&self, holder: Holder<'_>, directory: &Directory<'_>) -> Concerned {
        Concerned(
            self.lists
                .iter()
                .map(|lists| concerns(directory, *lists, holder))
                .collect(),
        )
    }
}

fn placed<'a>(deny: &'a DenyAssignment, block: usize, places: &Places<'a>) -> Option<Deny<'a>> {
    let actions: Vec<Option<bool>> = ACTIONS.iter().map(|action| denies(deny, action)).collect();
    if actions.iter().all(Option::is_none) {
        return None;
    }
    let all = || places.blocks.get(block).map(|block| block.ranks.clone());
    let (ranks, within) = match deny.scope.level() {
        // What cannot be placed could be anywhere.
        Level::Root | Level::ManagementGroup | Level::Malformed => (all()?, false),
        _ => {
            let part = places.at(&deny.scope).filter(|part| part.block == block)?;
            (part.ranks, part.within.is_some())
        }
    };
    Some(Deny {
        assignment: deny,
        ranks,
        within,
        actions,
        named: 0,
    })
}

/// Whether an action is denied, and whether without conditions.
fn denies(deny: &DenyAssignment, action: &BypassAction) -> Option<bool> {
    let permissions = deny.permissions.iter();
    let sure = permissions
        .filter(|permission| permission.grants(action.name).is_some())
        .map(|permission| !is_conditional(permission.condition.as_deref()));
    let sure = sure.max()?;
    Some(sure && !is_conditional(deny.condition.as_deref()))
}

impl Deny<'_> {
    /// What it does to an action (by its place in [`ACTIONS`]) of a holder.
    pub(super) fn denial(&self, action: usize, holder: Holder<'_>, concerned: &Concerned) -> Option<Denial> {
        let without_condition = (*self.actions.get(action)?)?;
        let place = ACTIONS.get(action)?.place;
        let here = self.covers(place, holder.scope())?;
        let concerned = (*concerned.0.get(self.named)?)?;
        Some(match (concerned, without_condition, here) {
            (Match::All, true, true) => Denial::Certain,
            (Match::All, true, false) => Denial::Unsure(DenyDoubt::Scope),
            (_, false, _) => Denial::Unsure(DenyDoubt::Condition),
            (Match::Some, ..) => Denial::Unsure(DenyDoubt::Membership),
        })
    }

    /// Whether it holds where the request is made; `None`: certainly not.
    fn covers(&self, place: RequestPlace, holder: &AzureScope) -> Option<bool> {
        let deny = self.assignment;
        if deny.scope.level() == Level::Malformed {
            return Some(false);
        }
        if self.within {
            // It protects single things in the account; who may make others need not touch them.
            return deny
                .scope
                .contains(holder)
                .then_some(!deny.does_not_apply_to_child_scopes || deny.scope.key() == holder.key());
        }
        let is_account = deny.scope.level() == Level::Resource;
        match place {
            RequestPlace::Root => (deny.scope.level() == Level::Root).then_some(true),
            // Not below the account, where such a request would be made; perhaps also at it.
            _ if deny.does_not_apply_to_child_scopes => match place {
                RequestPlace::Account => is_account.then_some(true),
                _ => is_account.then_some(false),
            },
            // The role can be assigned further up, where the deny assignment does not hold, and is inherited.
            RequestPlace::Anywhere => Some(is_at_or_above(&deny.scope, holder)),
            RequestPlace::Child(_) | RequestPlace::Account => Some(true),
        }
    }
}

/// Whether one scope in a subscription's list certainly holds all of another.
fn is_at_or_above(upper: &AzureScope, lower: &AzureScope) -> bool {
    upper.contains(lower) || (upper.is_above_subscriptions() && !lower.is_above_subscriptions())
}

/// How much of a principal (a group is all its members) somebody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// Some of it, or perhaps so.
    Some,
    /// All of it.
    All,
}

/// How much of the holder a deny assignment concerns; `None`: nothing.
fn concerns(directory: &Directory<'_>, (principals, spared): Named<'_>, holder: Holder<'_>) -> Option<Match> {
    let named = names(directory, principals, holder)?;
    match names(directory, spared, holder) {
        None => Some(named),
        Some(Match::All) => None,
        Some(Match::Some) => Some(Match::Some),
    }
}

fn names(directory: &Directory<'_>, list: &[DenyPrincipal], holder: Holder<'_>) -> Option<Match> {
    list.iter()
        .filter_map(|entry| names_one(directory, entry, holder))
        .max()
}

fn names_one(directory: &Directory<'_>, entry: &DenyPrincipal, holder: Holder<'_>) -> Option<Match> {
    let id = holder.principal();
    if entry.is_everyone() || directory.is_or_is_in(id, &entry.id) {
        return Some(Match::All);
    }
    let own = directory.members(id, holder.principal_type());
    let named = directory.members(&entry.id, entry.kind.as_deref());
    match (own, named) {
        (Members::None, Members::None) => None,
        (Members::None, Members::Known(group)) => (!group.is_complete).then_some(Match::Some),
        (Members::Known(own), Members::None) => match (own.members.contains(&entry.id), own.is_complete) {
            (true, true) if own.members.len() == 1 => Some(Match::All),
            (false, true) => None,
            _ => Some(Match::Some),
        },
        (Members::Known(own), Members::Known(group)) if own.is_complete && group.is_complete => {
            match (
                own.members.is_disjoint(&group.members),
                own.members.is_subset(&group.members),
            ) {
                (true, _) => None,
                (false, true) => Some(Match::All),
                (false, false) => Some(Match::Some),
            }
        }
        _ => Some(Match::Some),
    }
}
