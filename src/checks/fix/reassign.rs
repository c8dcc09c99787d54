//! Puts a role that the policy declares, and that is missing, in the place of another that is assigned instead.

use super::definition::create;
use super::removal::concerns;
use super::world::{is_allowed, required_of};
use crate::checks::command::{Command, RoleFlag};
use crate::checks::context::AccountContext;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::model::{RoleAssignment, Scope, ScopePattern};
use crate::resolve::Role;
use crate::shown;

/// Creates the missing role and gives it to all assignments of `role`. `None`: the policy does not require that role of all of
/// them, or something else of one of them.
pub(in crate::checks) fn reassign(
    context: &AccountContext<'_, '_>,
    role: &Role<'_>,
    assignments: &[&RoleAssignment],
) -> Option<Steps> {
    let grants = context
        .access
        .grants()
        .filter(|grant| grant.role.definition.id == role.definition.id);
    let grants: Vec<_> = grants.collect();
    // An assignment without a valid scope is none of them.
    if grants.is_empty() || grants.len() != assignments.len() || grants.iter().any(|grant| !grant.is_certain()) {
        return None;
    }
    let first = grants.first()?;
    let mut wanted = required_of(context, first.principal());
    let name = wanted.find_map(|rule| {
        let is_own = rule.principal == first.principal() && rule.scope == *first.scope;
        rule.judged.rule.role.as_deref().filter(|_| is_own)
    })?;
    let same = |other: &&Role<'_>| other.definition.role_name.eq_ignore_ascii_case(name);
    let declared = context.policy.roles.iter().flatten().find(|rule| rule.name == name)?;
    if context.access.own_roles().any(|role| same(&role)) {
        return None;
    }
    let is_assignable = |scope: &Scope| {
        declared.assignable_scopes.as_ref().is_none_or(|patterns| {
            let mut scopes = patterns.iter().filter_map(ScopePattern::literal);
            scopes.any(|assignable| assignable.covers(scope))
        })
    };
    let (_, mut steps) = create(context, declared);
    if steps.is_stuck() || !steps.has_commands() {
        return None;
    }
    for grant in grants {
        let mut concerned =
            required_of(context, grant.principal()).filter(|rule| concerns(context, &[grant.assignment], rule));
        let is_own = |rule: &super::world::Required<'_, '_>| {
            rule.judged.rule.role.as_deref() == Some(name)
                && rule.principal == grant.principal()
                && rule.scope == *grant.scope
        };
        let bounds = {
            let own = concerned.next().filter(is_own)?;
            own.judged.bounds.clone()
        };
        let is_fit = concerned.all(|rule| is_own(&rule))
            && is_assignable(grant.scope)
            && is_allowed(context, grant.principal(), grant.scope, &bounds);
        if !is_fit {
            return None;
        }
        let flag = RoleFlag {
            flag: "--role-definition-name",
            value: name,
        };
        let command = Command::update_assignment(context.account(), grant.assignment, flag);
        let changes = shown!(
            "{} gets the role {} at {} instead of {}.",
            context.names.mentioned(grant.principal()),
            quote(name),
            quote(&grant.scope.to_string()),
            quote(role.definition.name())
        );
        steps = steps.then(command, changes);
    }
    Some(steps)
}
