//! Takes role assignments away. What the policy requires of them is given in another way first.

use super::grant::{create, moved, role_for, update};
use super::world::{New, Required, World, condemned, is_allowed, is_assignable, required_of};
use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::model::{PrincipalId, RoleAssignment, Scope, Shown};
use crate::policy::PrincipalRule;
use crate::resolve::Grant;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Scopes that a step names.
const NAMED: usize = 3;

/// How assignments are taken away.
pub(in crate::checks) struct Removal {
    /// What to do, beginning with a verb.
    pub(in crate::checks) summary: Shown,
    pub(in crate::checks) steps: Steps,
    /// Whether the assignments are gone after the steps, with nothing in their place.
    pub(in crate::checks) is_plain: bool,
}

impl Removal {
    /// Removes one assignment, or lowers its role to what the policy allows at its scope.
    pub(in crate::checks) fn of(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> Self {
        if assignment.kind.has_passwords() {
            return Self::of_user(context, assignment);
        }
        let own: Vec<Grant<'_, '_>> = grants_of(context, assignment);
        let kept = match kept(context, &[assignment]) {
            Ok(kept) => kept,
            Err(why) => return Self::blocked(why),
        };
        if let [grant] = own.as_slice() {
            let role = match kept.as_slice() {
                [new] if new.principal == *grant.principal() && new.scope == *grant.scope => Some(new.role),
                [] => allowed_instead(context, grant),
                _ => None,
            };
            if let Some(role) = role.filter(|_| grant.is_certain()) {
                return Self {
                    summary: shown!(
                        "Change the role of the assignment to {}, which the policy grants there.",
                        quote(role.definition.name())
                    ),
                    steps: update(context, grant, role),
                    is_plain: false,
                };
            }
        }
        Self::after(context, &[assignment], kept)
    }

    /// Removes a user of MongoDB itself, unless the policy allows some of what they have: roles of a user are set together
    /// with their password, which nobody but the user knows.
    fn of_user(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> Self {
        let grants = grants_of(context, assignment);
        let is_allowed = |grant: &Grant<'_, '_>| {
            context.policy.grants.is_some() && is_allowed(context, grant.principal(), grant.scope, &grant.role.bounds)
        };
        let is_required = kept(context, &[assignment]).map_or(true, |kept| !kept.is_empty());
        // What was found can be one role of several: what else the user has isn't the finding's.
        let has_more = context.index.assignments_of(&assignment.id).len() > 1;
        if is_required || has_more || grants.iter().any(is_allowed) {
            return Self {
                summary:
                    "Remove the role from the MongoDB user, or narrow the role. No command is given, because the Azure \
                          CLI sets the roles of a user together with their password."
                        .into(),
                steps: Steps::stuck(),
                is_plain: false,
            };
        }
        let who = context.names.mentioned(&assignment.principal_id);
        Self {
            summary: "Delete the MongoDB user.".into(),
            steps: Steps::one(
                Command::delete_assignment(context.account(), assignment),
                shown!(
                    "Deletes {} with all roles. Clients that sign in as this user lose access.",
                    who
                ),
            ),
            is_plain: true,
        }
    }

    /// Removes assignments.
    pub(in crate::checks) fn of_all(context: &AccountContext<'_, '_>, assignments: &[&RoleAssignment]) -> Self {
        if let Some(user) = assignments.iter().find(|one| one.kind.has_passwords()) {
            return Self::of_user(context, user);
        }
        match kept(context, assignments) {
            Ok(kept) => Self::after(context, assignments, kept),
            Err(why) => Self::blocked(why),
        }
    }

    /// Assigns what these grants of one principal give at other scopes, and then removes them. `None`: nowhere.
    pub(in crate::checks) fn to<'c, 'r>(
        context: &'c AccountContext<'r, '_>,
        grants: &[Grant<'c, 'r>],
        scopes: &[Scope],
    ) -> Option<Self> {
        if grants.iter().any(|grant| grant.principal().is_mongo_user()) {
            return None;
        }
        let moved = moved(context, grants, scopes);
        let assignments: Vec<&RoleAssignment> = grants.iter().map(|grant| grant.assignment).collect();
        (!moved.is_empty()).then(|| Self::after(context, &assignments, moved))
    }

    fn blocked(why: Shown) -> Self {
        Self {
            summary: shown!(
                "Grant what the policy requires in another way before you delete the role assignment. No command is given, \
                 because {}.",
                why
            ),
            steps: Steps::stuck(),
            is_plain: false,
        }
    }

    fn after<'c, 'r>(
        context: &'c AccountContext<'r, '_>,
        assignments: &[&'c RoleAssignment],
        kept: Vec<New<'c, 'r>>,
    ) -> Self {
        let mut steps = Steps::default();
        for new in &kept {
            steps = create(steps, context, new);
        }
        let mut world = World::without(context, assignments.iter().map(|one| one.id.as_str()));
        let summary = match (kept.is_empty(), assignments) {
            (true, [_]) => "Delete the role assignment.".into(),
            (true, _) => "Delete the role assignments.".into(),
            (false, [_]) => "Assign what the policy requires, then delete this role assignment.".into(),
            (false, _) => "Assign what the policy requires, then delete the role assignments.".into(),
        };
        let is_plain = kept.is_empty();
        world.added = kept;
        for assignment in assignments {
            let command = Command::delete_assignment(context.account(), assignment);
            steps = steps.then(command, lost(&world, assignment));
        }
        Self {
            summary,
            steps,
            is_plain,
        }
    }
}

fn grants_of<'c, 'r>(context: &'c AccountContext<'r, '_>, assignment: &RoleAssignment) -> Vec<Grant<'c, 'r>> {
    let places = context.index.assignments_of(&assignment.id).iter();
    places.filter_map(|place| context.access.grant(*place)).collect()
}

/// Whether a rule may rely on one of these assignments.
pub(super) fn concerns(
    context: &AccountContext<'_, '_>,
    assignments: &[&RoleAssignment],
    rule: &Required<'_, '_>,
) -> bool {
    let mut grants = context.grants_for(rule.principal, &rule.scope);
    grants.any(|grant| assignments.iter().any(|one| one.id == grant.assignment.id))
}

/// What has to be assigned so that nothing is missing without these assignments, or why that cannot be.
fn kept<'c, 'r>(
    context: &'c AccountContext<'r, '_>,
    assignments: &[&'c RoleAssignment],
) -> Result<Vec<New<'c, 'r>>, Shown> {
    let ids = || assignments.iter().map(|one| one.id.as_str());
    let mut world = World::without(context, ids());
    // What other findings say to remove may be removed as well: then one of these assignments is the last that gives it.
    let mut alone = World::without(context, ids()).and_condemned();
    let principals: BTreeSet<&PrincipalId> = assignments.iter().map(|one| &one.principal_id).collect();
    let rules = principals.into_iter().flat_map(|id| required_of(context, id));
    for rule in rules.filter(|rule| concerns(context, assignments, rule)) {
        let is_last = context
            .grants_for(rule.principal, &rule.scope)
            .map(|grant| grant.assignment.id.as_str())
            .filter(|id| condemned(context).contains(id))
            .min()
            .is_some_and(|first| ids().any(|id| id == first));
        if !(world.breaks(&rule) || (is_last && alone.breaks(&rule))) {
            continue;
        }
        let new = New {
            principal: rule.principal.clone(),
            scope: rule.scope.clone(),
            role: role_for(context, &rule)?,
            is_required: true,
        };
        world.added.push(new.clone());
        alone.added.push(new);
    }
    Ok(world.added)
}

/// Whether something that the policy requires is missing without an assignment once those are gone that are to be removed.
pub(in crate::checks) fn is_needed(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> bool {
    let without = World::without(context, [assignment.id.as_str()]).and_condemned();
    let mut rules =
        required_of(context, &assignment.principal_id).filter(|rule| concerns(context, &[assignment], rule));
    rules.any(|rule| without.breaks(&rule))
}

/// A role that the policy names for the principal at exactly this scope, and that gives less.
fn allowed_instead<'c, 'r>(
    context: &'c AccountContext<'r, '_>,
    grant: &Grant<'_, 'r>,
) -> Option<&'c crate::resolve::Role<'r>> {
    let principal = grant.principal();
    let places = context.index.rules_for(context.names.directory, principal);
    let rules = places
        .into_iter()
        .filter_map(|place| Some(context.rules.get(place)?.rule));
    let mut rules = rules.filter(|rule| {
        rule.principal == PrincipalRule::One(principal.clone()) && rule.scope.names(grant.scope) && rule.role.is_some()
    });
    let others = World::without(context, [grant.assignment.id.as_str()]).granted(principal, grant.scope);
    rules.find_map(|rule| {
        let mut named = context.access.own_roles();
        let role = named.find(|role| Some(role.definition.name()) == rule.role.as_deref())?;
        let is_new = !role.bounds.most().is_subset(others.certain.most());
        let is_less = role.bounds.most().is_subset(grant.role.bounds.most());
        let is_fit = is_less
            && is_new
            && role.definition.id != grant.role.definition.id
            && is_allowed(context, principal, grant.scope, &role.bounds)
            && is_assignable(context, role, grant.scope);
        is_fit.then_some(role)
    })
}

/// What the principal of a deleted assignment still has.
fn lost(world: &World<'_, '_, '_>, assignment: &RoleAssignment) -> Shown {
    let context = world.context;
    let who = context.names.mentioned(&assignment.principal_id);
    let own = grants_of(context, assignment);
    let Some(grant) = own.first() else {
        return match context.account().is_invalid_scope(&assignment.scope) {
            true => shown!(
                "Removes a role assignment of {} of which it isn't known what it grants.",
                who
            ),
            false => shown!("Removes a role assignment that grants {} nothing today.", who),
        };
    };
    let at = quote(&grant.scope.to_string());
    let left = world.granted(&assignment.principal_id, grant.scope);
    if !left.possible.most().is_empty() {
        let verbs = context.access.universe.verbs(left.possible.most());
        return shown!("{} can still {} at {} through other assignments.", who, verbs, at);
    }
    let mut below: BTreeMap<&Scope, Shown> = BTreeMap::new();
    let (directory, principal) = (context.names.directory, &assignment.principal_id);
    // Nothing is below a container.
    let own = match grant.scope.container() {
        Some(_) => context
            .index
            .assignments_near(directory, principal, grant.scope, &context.access),
        None => context.index.assignments_for(directory, principal),
    };
    for other in own.into_iter().filter_map(|place| context.access.grant(place)) {
        let is_own = *other.principal() == assignment.principal_id && grant.scope.covers(other.scope);
        if is_own && !world.is_gone(&other.assignment.id) {
            below.insert(other.scope, quote(other.role.definition.name()));
        }
    }
    for new in &world.added {
        if new.principal == assignment.principal_id && grant.scope.covers(&new.scope) {
            below.insert(&new.scope, quote(new.role.definition.name()));
        }
    }
    if below.is_empty() {
        return shown!("{} loses all access at {}.", who, at);
    }
    let mut kept: Vec<Shown> = below
        .iter()
        .take(NAMED)
        .map(|(scope, role)| shown!("{} at {}", role, quote(&scope.to_string())))
        .collect();
    if below.len() > NAMED {
        kept.push(shown!("{} more", below.len() - NAMED));
    }
    shown!("{} loses access at {}, except {}.", who, at, Shown::list(&kept))
}
