//! Who has an action of Azure RBAC at a place that is no account: for paths to the data that begin elsewhere, at a managed
//! identity or at a subscription.
//!
//! Deny assignments never take such a path away here: they leave it possible.

use super::bypass::{DenyDoubt, Doubt};
use super::gather::{holders, is_doubtful};
use super::holder::{Holder, is_conditional};
use crate::model::azure_rbac::{Level, Reading};
use crate::model::hosts::COMPUTE;
use crate::model::takeover::{self, ASSIGN_ROLES, could_hold};
use crate::model::{
    ActionPattern, AzureRoleDefinition, AzureScope, ControlPlane, DenyAssignment, Gap, PrincipalId, role_key,
};
use crate::resolve::directory::{Directory, Members};
use foldhash::{HashMap, HashMapExt};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// An assignment that gives an action.
#[derive(Debug, Clone)]
pub struct Power<'a> {
    /// The assignment.
    pub holder: Holder<'a>,
    /// Its role.
    pub role: &'a AzureRoleDefinition,
    /// The action.
    pub action: &'static str,
    /// The pattern of the role that gives it.
    pub pattern: &'a ActionPattern,
    /// Why it may not.
    pub doubts: Vec<Doubt<'a>>,
}

/// Who has one action, found by where.
#[derive(Debug, Default)]
struct Held<'a> {
    all: Vec<Power<'a>>,
    /// Which of them are in no subscription, with the subscriptions that list the assignment, in lower case.
    above: BTreeMap<usize, BTreeSet<String>>,
    /// Which of them are in a subscription, by its id in lower case.
    within: HashMap<String, Vec<usize>>,
}

impl<'a> Held<'a> {
    fn add(&mut self, power: Power<'a>, subscription: &str) {
        let place = self.all.len();
        match power.holder.scope().subscription() {
            Some(id) => self.within.entry(id.to_owned()).or_default().push(place),
            None => {
                self.above.insert(place, BTreeSet::from([subscription.to_owned()]));
            }
        }
        self.all.push(power);
    }

    /// The subscriptions that list an assignment above subscriptions, if one is known to.
    fn lists_of(&mut self, holder: Holder<'_>) -> Option<&mut BTreeSet<String>> {
        let is_it = |place: usize| self.all.get(place).is_some_and(|power| power.holder == holder);
        let mut above = self.above.iter_mut();
        above.find(|(place, _)| is_it(**place)).map(|(_, lists)| lists)
    }

    /// Those that can hold in a subscription, in their order: above it, and in it. With each, whether it is above the
    /// subscription and that lists it.
    fn around(&self, subscription: Option<&str>) -> Vec<(&Power<'a>, bool)> {
        let own = subscription.and_then(|id| self.within.get(id));
        let mut places: Vec<usize> = self.above.keys().chain(own.into_iter().flatten()).copied().collect();
        places.sort_unstable();
        let is_listed = |place: usize| {
            let lists = self.above.get(&place).zip(subscription);
            lists.is_some_and(|(lists, id)| lists.contains(id))
        };
        let found = places.into_iter();
        found
            .filter_map(|place| Some((self.all.get(place)?, is_listed(place))))
            .collect()
    }
}

/// Who has the actions of [`takeover::actions`], and who can sign in to machines.
#[derive(Debug, Default)]
pub struct Powers<'a> {
    by_action: BTreeMap<&'static str, Held<'a>>,
    /// Of each principal the surest of the actions that write something that runs code: one is enough.
    computing: BTreeMap<&'a PrincipalId, Power<'a>>,
    /// Who can run code on some resource, for certain or possibly.
    running: BTreeSet<&'a PrincipalId>,
    planes: HashMap<String, &'a ControlPlane>,
}

impl<'a> Powers<'a> {
    /// Gathers them from what Azure RBAC says of all subscriptions.
    pub fn new(planes: &'a [ControlPlane], taken_at: Timestamp) -> Self {
        let mut roles: HashMap<String, Vec<&'a AzureRoleDefinition>> = HashMap::new();
        for role in planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten()) {
            let versions = roles.entry(role_key(&role.id)).or_default();
            if !versions.iter().any(|version| version.permissions == role.permissions) {
                versions.push(role);
            }
        }
        let mut powers = Self::default();
        let mut given: HashMap<String, Vec<Given<'a>>> = HashMap::new();
        for plane in planes {
            let subscription = plane.subscription.to_ascii_lowercase();
            for holder in holders(plane, taken_at) {
                let role = role_key(holder.role_definition_id());
                let gives = given
                    .entry(role)
                    .or_insert_with_key(|role| roles.get(role).map(|versions| gives(versions)).unwrap_or_default());
                for one in gives.iter() {
                    let ids = [holder.id(), &one.role.id];
                    let is_sure = !ids.iter().any(|id| is_doubtful(planes, id));
                    powers.add(*one, holder, &subscription, is_sure);
                }
            }
            powers.planes.insert(subscription, plane);
        }
        // At a resource of another type there is nothing to write.
        let is_of_use = |power: &&Power<'a>| could_hold(power.holder.scope(), power.action);
        let computing: Vec<Power<'a>> = COMPUTE
            .iter()
            .flat_map(|action| {
                powers
                    .anywhere(action)
                    .iter()
                    .filter(is_of_use)
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .collect();
        for power in computing {
            let known = powers.computing.entry(power.holder.principal());
            let known = known.or_insert_with(|| power.clone());
            if power.doubts.len() < known.doubts.len() {
                *known = power;
            }
        }
        let running = takeover::running().flat_map(|action| powers.anywhere(action));
        let running = running.filter(is_of_use);
        powers.running = running.map(|power| power.holder.principal()).collect();
        powers
    }

    /// Who can run code on some resource, for certain or possibly, in order. Members of groups aren't among them.
    pub fn running(&self) -> &BTreeSet<&'a PrincipalId> {
        &self.running
    }

    /// Who can write something that runs code, wherever, of those who have something together with a principal: itself, the
    /// groups that it is in, its members, and groups that have these as members, too.
    pub(super) fn computing_with(&self, id: &'a PrincipalId, directory: &Directory<'a>) -> Vec<&Power<'a>> {
        let members = directory.known_members(id).map_or(&[][..], |(members, _)| members);
        let all = std::iter::once(id).chain(members);
        let with_groups = all.flat_map(|one| directory.groups_of(one).iter().copied().chain([one]));
        let ids: BTreeSet<&PrincipalId> = with_groups.collect();
        ids.into_iter().filter_map(|id| self.computing.get(id)).collect()
    }

    fn add(&mut self, given: Given<'a>, holder: Holder<'a>, subscription: &str, is_sure: bool) {
        let mut doubts = Vec::new();
        if let Holder::Delegated { authorization, .. } = holder
            && authorization.only_assigns()
        {
            if given.action != ASSIGN_ROLES || authorization.delegated_role_definition_ids.is_empty() {
                return;
            }
            doubts.push(Doubt::OnlyToIdentities(authorization));
        }
        doubts.extend(holder.is_eligible().then_some(Doubt::Eligible));
        doubts.extend(holder.condition().map(Doubt::Condition));
        doubts.extend(given.condition.map(Doubt::RoleCondition));
        doubts.extend((!given.is_plain).then_some(Doubt::Wildcard));
        doubts.extend((!is_sure).then_some(Doubt::Template));
        let held = self.by_action.entry(given.action).or_default();
        // Every subscription below lists what is assigned above it.
        if holder.scope().is_above_subscriptions()
            && let Some(lists) = held.lists_of(holder)
        {
            lists.insert(subscription.to_owned());
            return;
        }
        let power = Power {
            holder,
            role: given.role,
            action: given.action,
            pattern: given.pattern,
            doubts,
        };
        held.add(power, subscription);
    }

    /// Who has the action, wherever.
    pub fn anywhere(&self, action: &str) -> &[Power<'a>] {
        self.by_action.get(action).map_or(&[], |held| &held.all)
    }

    /// Who has the action at a place, with what deny assignments there leave open.
    pub fn at(&self, action: &str, place: &AzureScope, directory: &Directory<'a>) -> Vec<Power<'a>> {
        let subscription = place.subscription();
        let plane = subscription.and_then(|id| self.planes.get(id).copied());
        let around = self.by_action.get(action).into_iter();
        let around = around.flat_map(|held| held.around(subscription));
        let here = around.filter(|(power, is_listed)| {
            let scope = power.holder.scope();
            scope.contains(place) || scope.level() == Level::ManagementGroup && *is_listed
        });
        let with_doubts = here.map(|(power, _)| {
            let mut power = power.clone();
            if let Some(plane) = plane {
                power.doubts.extend(denied(plane, &power, place, directory));
                power
                    .doubts
                    .extend((!plane.has_all(Gap::DENY_ASSIGNMENTS)).then_some(Doubt::DenyNotRead));
            }
            power
        });
        with_doubts.collect()
    }

    /// Who has the action at a resource group of a subscription, or above it.
    pub fn in_subscription(&self, action: &str, subscription: &str) -> impl Iterator<Item = &Power<'a>> {
        let own = AzureScope::new(format!("/subscriptions/{subscription}"));
        let id = subscription.to_ascii_lowercase();
        let around = self.by_action.get(action).into_iter();
        let around: Vec<(&Power<'a>, bool)> = around.flat_map(|held| held.around(Some(&id))).collect();
        let here = around.into_iter().filter(move |(power, is_listed)| {
            let scope = power.holder.scope();
            match scope.level() {
                Level::Root => true,
                Level::ManagementGroup => *is_listed,
                Level::Subscription | Level::ResourceGroup => own.contains(scope),
                Level::Resource | Level::Malformed => false,
            }
        });
        here.map(|(power, _)| power)
    }

    /// Whether Azure RBAC was read where the place is.
    pub fn knows(&self, place: &AzureScope) -> bool {
        let plane = place.subscription().and_then(|id| self.planes.get(id));
        plane.is_some_and(|plane| !plane.of_template.is_all)
    }
}

/// An action that a role gives.
#[derive(Debug, Clone, Copy)]
struct Given<'a> {
    action: &'static str,
    role: &'a AzureRoleDefinition,
    pattern: &'a ActionPattern,
    condition: Option<&'a str>,
    /// Whether it is given in both readings of a `*` between slashes.
    is_plain: bool,
}

/// What the versions of a role give, each action best without a doubt.
fn gives<'a>(versions: &[&'a AzureRoleDefinition]) -> Vec<Given<'a>> {
    let given = |action: &'static str| {
        let permissions = versions
            .iter()
            .flat_map(|role| role.permissions.iter().map(|one| (*role, one)));
        let ways = permissions.filter_map(|(role, permission)| {
            let condition = permission.condition.as_deref();
            let readings =
                [Reading::Literal, Reading::OptionalSegment].map(|reading| permission.grants(action, reading));
            let [literal, optional] = readings;
            Some(Given {
                action,
                role,
                pattern: literal.or(optional)?,
                condition: condition.filter(|text| is_conditional(Some(text))),
                is_plain: literal.is_some() && optional.is_some(),
            })
        });
        ways.min_by_key(|given| (given.condition.is_some(), !given.is_plain))
    };
    let role = versions.first().copied();
    let signs_in = role.into_iter().flat_map(|role| {
        let sign_ins = takeover::sign_ins_of(&role_key(&role.id)).iter();
        sign_ins.map(move |(action, pattern)| Given {
            action,
            role,
            pattern,
            condition: None,
            is_plain: true,
        })
    });
    takeover::actions().filter_map(given).chain(signs_in).collect()
}

/// Doubts that deny assignments leave.
fn denied<'a>(
    plane: &'a ControlPlane,
    power: &Power<'a>,
    place: &AzureScope,
    directory: &Directory<'a>,
) -> Option<Doubt<'a>> {
    let denies = |deny: &&DenyAssignment| {
        let level = deny.scope.level();
        let is_here = match level {
            Level::Malformed | Level::ManagementGroup | Level::Root => true,
            _ => deny.scope.contains(place),
        };
        is_here
            && (!deny.does_not_apply_to_child_scopes || deny.scope.key() == place.key() || level == Level::Malformed)
            && could_name(deny, power.action)
            && may_concern(deny, power.holder, directory)
    };
    let deny = plane.deny_assignments.iter().flatten().find(denies)?;
    Some(Doubt::DenyUnsure {
        deny,
        why: DenyDoubt::NotEvaluated,
    })
}

/// Whether it names the action in some reading.
fn could_name(deny: &DenyAssignment, action: &str) -> bool {
    let readings = [Reading::Literal, Reading::OptionalSegment];
    let mut all = deny
        .permissions
        .iter()
        .flat_map(|one| readings.map(|reading| one.grants(action, reading)));
    all.any(|pattern| pattern.is_some())
}

fn may_concern(deny: &DenyAssignment, holder: Holder<'_>, directory: &Directory<'_>) -> bool {
    let id = holder.principal();
    let own = directory.members(id, holder.principal_type());
    let is_spared = deny
        .exclude_principals
        .iter()
        .any(|one| directory.is_or_is_in(id, &one.id));
    let names = deny.principals.iter().any(|one| {
        let named = || directory.members(&one.id, one.kind.as_deref());
        one.is_everyone()
            || directory.is_or_is_in(id, &one.id)
            || !matches!(own, Members::None)
            || matches!(named(), Members::Unknown)
    });
    names && !is_spared
}
