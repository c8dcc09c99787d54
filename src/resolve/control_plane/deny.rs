//! Deny assignments: what they take away, from whom and where, and what of that is certain.
//!
//! Source: "Understand Azure deny assignments", sections on properties and on All Principals; "Create deny assignments".

use super::bypass::DenyDoubt;
use super::conditions::Conditions;
use super::holder::Holder;
use super::lift::{Lifter, Lifts, could_lift, is_at_or_above};
use super::people::{is_concerned, people};
use super::places::Places;
use super::truth::Truth;
use crate::model::azure_rbac::{DenyEffect, Level, Reading};
use crate::model::bypass::{ACTIONS, RequestPlace};
use crate::model::{AzurePermission, AzureScope, ControlPlane, DenyAssignment, DenyPrincipal};
use crate::resolve::directory::Directory;
use foldhash::{HashMap, HashMapExt};
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
    /// Whether it is confined to a thing within the account.
    within: bool,
    /// What it does to each action, by its place in [`ACTIONS`].
    actions: Vec<Option<Denial>>,
    /// The place of its principals in the lists of [`Denies`].
    named: usize,
    /// The place of those who can lift it there.
    lifters: usize,
}

/// The deny assignments of a subscription that concern accounts of it.
#[derive(Debug, Default)]
pub(super) struct Denies<'a> {
    list: Vec<Deny<'a>>,
    /// Whom they name and spare. Many name the same: that is worked out once.
    lists: Vec<Named<'a>>,
    /// Who can lift them; likewise.
    lifters: Vec<Vec<Lifter<'a>>>,
}

/// Principals, and those of them that are spared.
type Named<'a> = (&'a [DenyPrincipal], &'a [DenyPrincipal]);

/// People to whom the deny assignments of a subscription do the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Class {
    /// Whether each of the lists concerns them.
    concerned: Vec<Truth>,
    /// Whether they can lift those that each of the sets can.
    lift: Vec<bool>,
}

impl<'a> Denies<'a> {
    pub(super) fn new(
        plane: &'a ControlPlane,
        block: usize,
        places: &Places<'a>,
        conditions: &Conditions<'a>,
        lifts: &Lifts<'a>,
    ) -> Self {
        let mut denies = Self::default();
        let mut known: HashMap<Named<'a>, usize> = HashMap::new();
        let mut known_lifters: HashMap<Vec<Lifter<'a>>, usize> = HashMap::new();
        for deny in plane.deny_assignments.iter().flatten() {
            let Some(one) = placed(deny, block, places, conditions) else {
                continue;
            };
            let lists = (deny.principals.as_slice(), deny.exclude_principals.as_slice());
            let named = *known.entry(lists).or_insert_with(|| {
                denies.lists.push(lists);
                denies.lists.len() - 1
            });
            let lifters = *known_lifters.entry(lifts.of(deny)).or_insert_with_key(|lifters| {
                denies.lifters.push(lifters.clone());
                denies.lifters.len() - 1
            });
            denies.list.push(Deny { named, lifters, ..one });
        }
        denies
    }

    pub(super) fn list(&self) -> &[Deny<'a>] {
        &self.list
    }

    /// The people behind a holder, by what these do to them, and whether there certainly is somebody of each class.
    pub(super) fn classes(&self, holder: Holder<'a>, directory: &Directory<'a>) -> Vec<(Class, bool)> {
        let id = holder.principal();
        let mut classes: Vec<(Class, bool)> = Vec::new();
        let mut known: HashMap<Class, usize> = HashMap::new();
        for person in people(directory, holder) {
            let concerned = self
                .lists
                .iter()
                .map(|lists| is_concerned(directory, *lists, person, id));
            let lift = self
                .lifters
                .iter()
                .map(|lifters| could_lift(directory, lifters, person, id));
            let class = Class {
                concerned: concerned.collect(),
                lift: lift.collect(),
            };
            let next = classes.len();
            let place = *known.entry(class.clone()).or_insert(next);
            match classes.get_mut(place) {
                Some((_, exists)) => *exists |= person.exists,
                None => classes.push((class, person.exists)),
            }
            if self.list.is_empty() {
                break;
            }
        }
        classes
    }
}

fn placed<'a>(
    deny: &'a DenyAssignment,
    block: usize,
    places: &Places<'a>,
    conditions: &Conditions<'a>,
) -> Option<Deny<'a>> {
    let actions: Vec<Option<Denial>> = (0..ACTIONS.len())
        .map(|action| denies(deny, conditions, action))
        .collect();
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
        lifters: 0,
    })
}

/// What it does to an action wherever it holds and for whomever it concerns.
fn denies(deny: &DenyAssignment, conditions: &Conditions<'_>, action: usize) -> Option<Denial> {
    let name = ACTIONS.get(action)?.name;
    let holds = |permission: &AzurePermission| conditions.holds(permission.condition.as_deref(), action);
    let in_reading = |reading: Reading| {
        let permissions = deny.permissions.iter();
        let denying = permissions.filter(|permission| permission.grants(name, reading).is_some());
        denying.map(holds).fold(Truth::False, Truth::or)
    };
    let (literal, optional) = (in_reading(Reading::Literal), in_reading(Reading::OptionalSegment));
    let condition = conditions.holds(deny.condition.as_deref(), action);
    if literal.or(optional).and(condition) == Truth::False {
        return None;
    }
    Some(match (deny.effect, literal.and(optional)) {
        (Some(DenyEffect::Audit | DenyEffect::Unknown), _) => Denial::Unsure(DenyDoubt::Effect),
        (_, Truth::False) => Denial::Unsure(DenyDoubt::Wildcard),
        (_, sure) if sure.and(condition) == Truth::Unknown => Denial::Unsure(DenyDoubt::Condition),
        _ => Denial::Certain,
    })
}

impl Deny<'_> {
    /// What it does to an action (by its place in [`ACTIONS`]) that a holder gives to people of a class.
    pub(super) fn denial(&self, action: usize, holder: Holder<'_>, class: &Class) -> Option<Denial> {
        let denial = (*self.actions.get(action)?)?;
        let place = ACTIONS.get(action)?.place;
        let here = self.covers(place, holder.scope())?;
        let concerned = *class.concerned.get(self.named)?;
        let can_lift = class.lift.get(self.lifters) == Some(&true);
        Some(match (concerned, denial) {
            (Truth::False, _) => return None,
            (_, Denial::Unsure(why)) => Denial::Unsure(why),
            (Truth::Unknown, _) => Denial::Unsure(DenyDoubt::Membership),
            (Truth::True, Denial::Certain) if !here => Denial::Unsure(DenyDoubt::Scope),
            (Truth::True, Denial::Certain) if can_lift => Denial::Unsure(DenyDoubt::Lifted),
            (Truth::True, Denial::Certain) => Denial::Certain,
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
            _ if deny.does_not_apply_to_child_scopes => match place {
                RequestPlace::Account => is_account.then_some(true),
                // What lies in the account is a child of it. Source: "Create and deploy Azure deployment stacks":
                // `applyToChildScopes` is what denies for child resources, too.
                RequestPlace::Child(_) => None,
                // Roles can be assigned further up as well, and are inherited.
                _ => (is_account && !is_strictly_above(holder, &deny.scope)).then_some(false),
            },
            // The role can be assigned further up, where the deny assignment does not hold, and is inherited.
            RequestPlace::Anywhere => Some(is_at_or_above(&deny.scope, holder)),
            RequestPlace::Child(_) | RequestPlace::Account => Some(true),
        }
    }
}

fn is_strictly_above(upper: &AzureScope, lower: &AzureScope) -> bool {
    upper.key() != lower.key() && is_at_or_above(upper, lower)
}

#[cfg(test)]
#[path = "deny_tests.rs"]
mod tests;
