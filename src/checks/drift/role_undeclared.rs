//! `role-undeclared`: a custom role definition isn't in the policy.

use super::role_drift::is_declared;
use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::{RoleAssignment, Shown};
use crate::resolve::Assignment;
use crate::resolve::Role;
use crate::shown;
use crate::title;

/// Assignments that a remedy removes one by one.
const LISTED: usize = 20;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::UndeclaredRole,
};

static CHECK: Check = Check {
    id: "role-undeclared",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Role,
    needs: &[What::Roles, What::RoleDefinitions],
    summary: "Custom role definition isn't in the policy",
    why: "The policy lists the custom roles of the account, and this role isn't among them. Nobody reviewed what it \
          grants. A role definition that claims to be built in counts as custom if its ID isn't one that Azure uses \
          for built-in roles. It is reported even where the policy lists no roles.",
    fix: "Delete the role definition after deleting its assignments, or add it to the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let rules = context.policy.roles.as_ref();
    let universe = &context.access.universe;
    let custom = context
        .access
        .roles
        .iter()
        // What users of MongoDB have through their roles is compared with the grants; the roles aren't in the policy.
        .filter(|role| !role.definition.is_built_in() && !role.definition.kind.has_passwords());
    let is_wanted = |role: &&Role<'_>| match rules {
        Some(rules) => !rules.iter().any(|rule| is_declared(role, rule)),
        None => role.definition.claims_built_in,
    };
    custom
        .filter(is_wanted)
        .map(|role| {
            let holders = context
                .access
                .grants()
                .filter(|grant| grant.role.definition.id == role.definition.id)
                .count();
            let mut message = shown!(
                "Role {} lets its holders {}. It has {}.",
                quote(role.definition.name()),
                universe.verbs(role.bounds.most()),
                count(holders, "role assignment", "role assignments")
            );
            if role.definition.claims_built_in {
                message
                    .push(" Its type says that it is built in. Its ID isn't one that Azure uses for built-in roles.");
            }
            let (summary, steps) = deletion(context, role);
            let subject = context.about_role(role.definition);
            let (name, account) = (Shown::of(role.definition.name()), account_title(context));
            let title = match rules {
                Some(_) => title!("Custom role {} in {} isn't in the policy", name, account),
                None => title!("Role {} in {} claims to be built in", name, account),
            };
            Draft::new(
                &CHECK,
                subject.with_actions(universe.members(role.bounds.most())),
                title,
                message,
            )
            .gives(context, role)
            .policy(context.block_with(|block| block.roles.is_some()))
            .fix(summary, steps)
        })
        .collect()
}

/// Deletes a role definition, its assignments first.
fn deletion(context: &AccountContext<'_, '_>, role: &Role<'_>) -> (Shown, Steps) {
    let is_own = |found: &&Assignment<'_>| {
        let named = context.access.role_of(found);
        named.is_some_and(|named| named.definition.id == role.definition.id)
    };
    let assignments = context.access.assignments.iter().filter(is_own);
    let assignments: Vec<&RoleAssignment> = assignments.map(|found| found.assignment).collect();
    let or = "Or add it to the policy.";
    let delete = Command::delete_definition(context.account(), role.definition);
    let changes = shown!("Removes the role definition {}.", quote(role.definition.name()));
    if assignments.is_empty() {
        return (
            shown!("Delete the role definition. {}", or),
            Steps::one(delete, changes),
        );
    }
    if assignments.len() > LISTED {
        let summary = shown!(
            "Delete its {} assignments, then the role definition. {}",
            assignments.len(),
            or
        );
        return (summary, Steps::default());
    }
    if let Some(steps) = fix::reassign(context, role, &assignments) {
        let summary = shown!(
            "Create the role definition from the policy, assign it in place of this one, then delete this role definition. {}",
            or
        );
        return (summary, steps.then(delete, changes));
    }
    let removal = Removal::of_all(context, &assignments);
    if removal.steps.is_stuck() {
        // Without the role the holders would lose what the policy requires.
        let later = shown!(
            "Delete the role definition {} once nothing is assigned to it.",
            quote(role.definition.name())
        );
        return (
            shown!("{} Then delete the role definition. {}", removal.summary, or),
            removal.steps.by_hand(later),
        );
    }
    (
        shown!("{} Then delete the role definition. {}", removal.summary, or),
        removal.steps.then(delete, changes),
    )
}
