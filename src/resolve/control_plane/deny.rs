//! Deny assignments: what they take away, from whom and where, and what of that is certain.
//!
//! Source: "Understand Azure deny assignments", sections on properties and on All Principals.

use super::places::Places;
use super::ways::{ACTIONS, Place, WayAction};
use super::{DenyDoubt, Holder};
use crate::model::azure_rbac::Level;
use crate::model::{
    AzureScope, ControlPlane, DenyAssignment, DenyPrincipal, PrincipalId, PrincipalKind, PrincipalRecord,
};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a deny assignment does to somebody's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Takes it away.
    Certain,
    /// May take it away.
    Unsure(DenyDoubt),
}

/// A deny assignment that concerns some way to some account of a subscription.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    pub(super) deny: &'a DenyAssignment,
    pub(super) ranks: Range<usize>,
    /// The type of the thing within the account that it is confined to.
    within: bool,
    /// Per action whether it is denied, and whether without conditions.
    actions: Vec<Option<bool>>,
    /// The place of its principals in [`Whom`].
    whom: usize,
}

/// The deny assignments of a subscription that concern accounts of it.
#[derive(Debug, Default)]
pub(super) struct Rules<'a> {
    list: Vec<Rule<'a>>,
    /// Whom they name and spare. Many name the same: that is worked out once.
    lists: Vec<Lists<'a>>,
}

/// Principals, and those of them that are spared.
type Lists<'a> = (&'a [DenyPrincipal], &'a [DenyPrincipal]);

/// How much of somebody the deny assignments of a subscription concern, by the lists of principals that they have.
#[derive(Debug, Default)]
pub(super) struct Whom(Vec<Option<Match>>);

impl<'a> Rules<'a> {
    pub(super) fn new(plane: &'a ControlPlane, block: usize, places: &Places<'a>) -> Self {
        let mut rules = Self::default();
        let mut known: HashMap<Lists<'a>, usize> = HashMap::new();
        for deny in plane.deny_assignments.iter().flatten() {
            let lists = (deny.principals.as_slice(), deny.exclude_principals.as_slice());
            let next = rules.lists.len();
            if let Some(rule) = rule(deny, block, places) {
                let whom = *known.entry(lists).or_insert(next);
                if whom == next {
                    rules.lists.push(lists);
                }
                rules.list.push(Rule { whom, ..rule });
            }
        }
        rules
    }

    pub(super) fn list(&self) -> &[Rule<'a>] {
        &self.list
    }

    pub(super) fn whom(&self, holder: Holder<'_>, directory: &Directory<'_>) -> Whom {
        Whom(
            self.lists
                .iter()
                .map(|lists| directory.concerns(*lists, holder))
                .collect(),
        )
    }
}

fn rule<'a>(deny: &'a DenyAssignment, block: usize, places: &Places<'a>) -> Option<Rule<'a>> {
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
    Some(Rule {
        deny,
        ranks,
        within,
        actions,
        whom: 0,
    })
}

/// Whether an action is denied, and whether without conditions.
fn denies(deny: &DenyAssignment, action: &WayAction) -> Option<bool> {
    let permissions = deny.permissions.iter();
    let sure = permissions
        .filter(|permission| permission.grants(action.name).is_some())
        .map(|permission| !is_conditional(permission.condition.as_deref()));
    let sure = sure.max()?;
    Some(sure && !is_conditional(deny.condition.as_deref()))
}

/// Whether there is a condition; some lists say "none" with an empty text.
pub(super) fn is_conditional(condition: Option<&str>) -> bool {
    condition.is_some_and(|text| !text.trim().is_empty())
}

impl Rule<'_> {
    /// What it does to an action (by its place in [`ACTIONS`]) of a holder.
    pub(super) fn effect(&self, action: usize, holder: Holder<'_>, whom: &Whom) -> Option<Effect> {
        let without_condition = (*self.actions.get(action)?)?;
        let place = ACTIONS.get(action)?.place;
        let here = self.covers(place, holder.scope())?;
        let whom = (*whom.0.get(self.whom)?)?;
        Some(match (whom, without_condition, here) {
            (Match::All, true, true) => Effect::Certain,
            (Match::All, true, false) => Effect::Unsure(DenyDoubt::Scope),
            (_, false, _) => Effect::Unsure(DenyDoubt::Condition),
            (Match::Some, ..) => Effect::Unsure(DenyDoubt::Membership),
        })
    }

    /// Whether it holds where the request is made; `None`: certainly not.
    fn covers(&self, place: Place, holder: &AzureScope) -> Option<bool> {
        let deny = self.deny;
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
            Place::Root => (deny.scope.level() == Level::Root).then_some(true),
            // Not below the account, where such a request would be made; perhaps also at it.
            _ if deny.does_not_apply_to_child_scopes => match place {
                Place::Account => is_account.then_some(true),
                _ => is_account.then_some(false),
            },
            // The role can be assigned further up, where the deny assignment does not hold, and is inherited.
            Place::Anywhere => Some(is_at_or_above(&deny.scope, holder)),
            Place::Child(_) | Place::Account => Some(true),
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

/// What is known of groups.
#[derive(Debug, Default)]
pub(super) struct Directory<'a> {
    kinds: HashMap<&'a PrincipalId, PrincipalKind>,
    groups: HashMap<&'a PrincipalId, Group<'a>>,
}

#[derive(Debug)]
struct Group<'a> {
    members: HashSet<&'a PrincipalId>,
    complete: bool,
}

/// The members of something that may be a group.
enum Members<'d, 'a> {
    /// It is no group.
    None,
    /// It is a group, and these are in it.
    Known(&'d Group<'a>),
    /// It is or may be a group.
    Unknown,
}

impl<'a> Directory<'a> {
    pub(super) fn new(principals: &'a [PrincipalRecord]) -> Self {
        let mut directory = Self::default();
        for record in principals {
            directory.kinds.insert(&record.id, record.kind);
            if let Some(members) = &record.members {
                let group = Group {
                    members: members.iter().collect(),
                    complete: !record.members_bounded,
                };
                directory.groups.insert(&record.id, group);
            }
        }
        directory
    }

    fn members(&self, id: &PrincipalId, written: Option<&str>) -> Members<'_, 'a> {
        if let Some(group) = self.groups.get(id) {
            return Members::Known(group);
        }
        let kind = self.kinds.get(id).copied().unwrap_or_default();
        let is_single = |text: &str| {
            ["User", "ServicePrincipal", "Device"]
                .iter()
                .any(|one| text.eq_ignore_ascii_case(one))
        };
        match kind {
            PrincipalKind::Group => Members::Unknown,
            PrincipalKind::Unknown if !written.is_some_and(is_single) => Members::Unknown,
            _ => Members::None,
        }
    }

    /// How much of the holder a deny assignment concerns; `None`: nothing.
    fn concerns(&self, (principals, spared): Lists<'_>, holder: Holder<'_>) -> Option<Match> {
        let named = self.names(principals, holder)?;
        match self.names(spared, holder) {
            None => Some(named),
            Some(Match::All) => None,
            Some(Match::Some) => Some(Match::Some),
        }
    }

    fn names(&self, list: &[DenyPrincipal], holder: Holder<'_>) -> Option<Match> {
        list.iter().filter_map(|entry| self.names_one(entry, holder)).max()
    }

    fn names_one(&self, entry: &DenyPrincipal, holder: Holder<'_>) -> Option<Match> {
        let id = holder.principal();
        if entry.is_everyone() || entry.id == *id {
            return Some(Match::All);
        }
        let own = self.members(id, holder.principal_type());
        let named = self.members(&entry.id, entry.kind.as_deref());
        if let Members::Known(group) = &named
            && group.members.contains(id)
        {
            return Some(Match::All);
        }
        match (own, named) {
            (Members::None, Members::None) => None,
            (Members::None, Members::Known(group)) => (!group.complete).then_some(Match::Some),
            (Members::Known(own), Members::None) => match (own.members.contains(&entry.id), own.complete) {
                (true, true) if own.members.len() == 1 => Some(Match::All),
                (false, true) => None,
                _ => Some(Match::Some),
            },
            (Members::Known(own), Members::Known(group)) if own.complete && group.complete => {
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
}
