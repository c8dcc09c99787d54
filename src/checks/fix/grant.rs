//! Gives a principal what the policy requires, through a role that gives no more than the policy allows.

use super::world::{New, Required, World, is_allowed, is_assignable, is_undeclared, required_of};
use crate::checks::command::{Command, RoleFlag};
use crate::checks::context::AccountContext;
use crate::checks::steps::Steps;
use crate::checks::violation::{Readings, Violation};
use crate::checks::wording::quote;
use crate::model::{RoleAssignment, Scope, Shown};
use crate::policy::{GrantRule, PrincipalRule};
use crate::resolve::{Grant, Role};
use crate::shown;

/// The role to assign for a required grant, or why there is none.
pub(super) fn role_for<'c, 'r>(
    context: &'c AccountContext<'r, '_>,
    rule: &Required<'_, '_>,
) -> Result<&'c Role<'r>, Shown> {
    let Required {
        judged,
        principal,
        scope,
    } = rule;
    if principal.is_mongo_user() {
        return Err("the Azure CLI sets the roles of a MongoDB user together with their password".into());
    }
    if context
        .names
        .directory
        .record(principal)
        .is_some_and(|record| !record.found)
    {
        return Err(shown!(
            "the directory doesn't know {}",
            context.names.mentioned(principal)
        ));
    }
    let gives = |role: &Role<'_>| {
        let own = Readings {
            certain: role.bounds.clone(),
            possible: role.bounds.clone(),
        };
        Violation::beyond(&judged.bounds, true, &own).is_none()
    };
    let is_fit = |role: &Role<'_>| {
        gives(role) && is_allowed(context, principal, scope, &role.bounds) && is_assignable(context, role, scope)
    };
    let roles = || context.access.own_roles();
    let Some(name) = &judged.rule.role else {
        let fit = roles().find(|role| !is_undeclared(context, role) && is_fit(role));
        return fit.ok_or_else(|| {
            shown!(
                "no role definition of the account grants {} exactly what the policy requires at {}",
                context.names.mentioned(principal),
                quote(&scope.to_string())
            )
        });
    };
    let mut named = roles().filter(|role| role.definition.name() == name);
    let shown_name = quote(name);
    let at = quote(&scope.to_string());
    match (named.next(), named.next()) {
        (None, _) => Err(shown!("the account has no role definition {}", shown_name)),
        (Some(_), Some(_)) => Err(shown!("several role definitions are named {}", shown_name)),
        (Some(role), None) if !gives(role) => {
            Err(shown!("{} doesn't grant what the policy requires of it", shown_name))
        }
        (Some(role), None) if !is_allowed(context, principal, scope, &role.bounds) => Err(shown!(
            "the policy doesn't allow everything that {} grants at {}",
            shown_name,
            at
        )),
        (Some(role), None) if !is_assignable(context, role, scope) => {
            Err(shown!("{} isn't assignable at {}", shown_name, at))
        }
        (Some(role), None) => Ok(role),
    }
}

/// How a command names a role: by its name, if no other role has it in any casing.
pub(super) fn flag<'c>(context: &AccountContext<'_, '_>, role: &Role<'c>) -> RoleFlag<'c> {
    let name = role.definition.role_name.as_str();
    let same = |other: &&Role<'_>| other.definition.role_name.eq_ignore_ascii_case(name);
    if name.trim().is_empty() || context.access.own_roles().filter(same).count() > 1 {
        let value = role.definition.id.rsplit('/').next().unwrap_or_default();
        return RoleFlag {
            flag: "--role-definition-id",
            value,
        };
    }
    RoleFlag {
        flag: "--role-definition-name",
        value: name,
    }
}

/// Assigns a role.
pub(super) fn create(steps: Steps, context: &AccountContext<'_, '_>, new: &New<'_, '_>) -> Steps {
    let role = flag(context, new.role);
    let command = Command::create_assignment(
        context.account(),
        new.role.definition.kind,
        role,
        (&new.principal, context.principal(&new.principal).kind),
        &new.scope,
    );
    let changes = shown!(
        "Assigns {} the role {} at {}{}.",
        context.names.mentioned(&new.principal),
        quote(new.role.definition.name()),
        quote(&new.scope.to_string()),
        if new.is_required {
            ", which the policy requires"
        } else {
            ""
        }
    );
    steps.then(command, changes)
}

/// Changes the role of an assignment.
pub(super) fn update(context: &AccountContext<'_, '_>, grant: &Grant<'_, '_>, role: &Role<'_>) -> Steps {
    let command = Command::update_assignment(context.account(), grant.assignment, flag(context, role));
    let universe = &context.access.universe;
    let lost = grant.role.bounds.most().minus(role.bounds.most());
    let who = context.names.mentioned(grant.principal());
    let mut changes = shown!(
        "{} gets the role {} at {} instead of {}.",
        &who,
        quote(role.definition.name()),
        quote(&grant.scope.to_string()),
        quote(grant.role.definition.name())
    );
    if !lost.is_empty() {
        changes.push(shown!(
            " It can no longer {} through this assignment.",
            universe.verbs(&lost)
        ));
    }
    Steps::one(command, changes)
}

/// What to do so that a principal has what a rule requires.
pub(in crate::checks) fn give(context: &AccountContext<'_, '_>, rule: &GrantRule) -> (Shown, Steps) {
    let places = match &rule.principal {
        PrincipalRule::One(id) => context.index.rules_for(context.names.directory, id),
        PrincipalRule::Anyone => Vec::new(),
    };
    let own = places.into_iter().filter_map(|place| context.rules.get(place));
    let mut own = own.filter(|judged| std::ptr::eq(judged.rule, rule));
    let Some(required) = own.find_map(|judged| Required::of(context, judged)) else {
        return ("Create the role assignment.".into(), Steps::default());
    };
    let role = match role_for(context, &required) {
        Ok(role) => role,
        Err(why) => {
            let summary = shown!("Assign a role that grants this. No command is given, because {}.", why);
            return (summary, Steps::default());
        }
    };
    // An assignment that gives less becomes this one, so that it is not left over.
    let is_less = |grant: &Grant<'_, '_>| {
        grant.is_certain()
            && grant.principal() == required.principal
            && *grant.scope == required.scope
            && grant.role.bounds.is_within(&role.bounds)
    };
    let grants: Vec<Grant<'_, '_>> = context.access.grants().collect();
    if let Some(grant) = grants.iter().find(|grant| is_less(grant)) {
        return (
            shown!(
                "Change the role of the assignment to {}.",
                quote(role.definition.name())
            ),
            update(context, grant, role),
        );
    }
    let new = New {
        principal: required.principal.clone(),
        scope: required.scope.clone(),
        role,
        is_required: true,
    };
    let steps = create(Steps::default(), context, &new);
    ("Create the role assignment.".into(), steps)
}

/// Gives an assignment that names no role the one that the policy requires there.
pub(in crate::checks) fn replace_role(
    context: &AccountContext<'_, '_>,
    assignment: &RoleAssignment,
    scope: &Scope,
) -> Option<(Shown, Steps)> {
    let mut own = required_of(context, &assignment.principal_id)
        .filter(|required| *required.principal == assignment.principal_id && required.scope == *scope);
    let required = own.next()?;
    let granted = context.granted(required.principal, &required.scope);
    Violation::beyond(&required.judged.bounds, true, &granted)?;
    let role = role_for(context, &required).ok()?;
    let command = Command::update_assignment(context.account(), assignment, flag(context, role));
    let name = quote(role.definition.name());
    let changes = shown!(
        "Assigns {} the role {} at {}, which the policy requires.",
        context.names.mentioned(&assignment.principal_id),
        &name,
        quote(&scope.to_string())
    );
    Some((
        shown!(
            "Change the role of the assignment to {}, which the policy requires there.",
            name
        ),
        Steps::one(command, changes),
    ))
}

/// What has to be assigned so that what these grants give is given at other scopes, where the policy leaves it at that and
/// nothing else gives it.
pub(super) fn moved<'c, 'r>(
    context: &'c AccountContext<'r, '_>,
    grants: &[Grant<'c, 'r>],
    scopes: &[Scope],
) -> Vec<New<'c, 'r>> {
    let mut world = World::without(context, grants.iter().map(|grant| grant.assignment.id.as_str()));
    for (grant, scope) in grants
        .iter()
        .flat_map(|grant| scopes.iter().map(move |scope| (grant, scope)))
    {
        let (principal, role) = (grant.principal(), grant.role);
        if is_allowed(context, principal, scope, &role.bounds)
            && is_assignable(context, role, scope)
            && !role.bounds.is_within(&world.granted(principal, scope).certain)
        {
            world.added.push(New {
                principal: principal.clone(),
                scope: scope.clone(),
                role,
                is_required: false,
            });
        }
    }
    world.added
}
