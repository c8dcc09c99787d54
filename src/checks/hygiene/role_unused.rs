//! `role-unused`: no role assignment refers to a custom role.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::{RoleDefinition, Shown};
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Role,
};

static CHECK: Check = Check {
    id: "role-unused",
    group: Group::Hygiene,
    severity: Severity::Note,
    about: About::Role,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Custom role definition is unused",
    why: "An unused role definition is one more thing to review. It counts toward the limit of 100 role definitions \
          per account.",
    fix: "Delete the role definition, unless it will be used soon.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    if !context.record.has_all_role_assignments() {
        return Vec::new();
    }
    let access = &context.access;
    let used: BTreeSet<&str> = access
        .assignments
        .iter()
        .filter_map(|found| access.role_of(found))
        .map(|role| role.definition.id.as_str())
        .collect();
    let custom = access
        .roles
        .iter()
        .map(|role| role.definition)
        .filter(|definition| !definition.is_built_in());
    custom
        .filter(|definition| !used.contains(definition.id.as_str()))
        .map(|definition| {
            let draft = Draft::new(
                &CHECK,
                context.about_role(definition),
                title!(
                    "Role {} in {} is unused",
                    Shown::of(definition.name()),
                    account_title(context)
                ),
                shown!("No role assignment refers to role {}.", quote(definition.name())),
            );
            if is_named(context, definition) {
                return draft.remedy("Assign the role, or remove it from the policy.");
            }
            draft.fix(
                "Delete the role definition, unless it will be used soon.",
                Steps::one(
                    Command::delete_definition(context.account(), definition),
                    shown!("Removes the role definition {}.", quote(definition.name())),
                ),
            )
        })
        .collect()
}

/// Whether the policy declares the role, or grants something through it.
fn is_named(context: &AccountContext<'_, '_>, definition: &RoleDefinition) -> bool {
    let mut declared = context.policy.roles.iter().flatten();
    let mut granted = context.rules.iter().filter_map(|judged| judged.rule.role.as_ref());
    declared.any(|rule| rule.name == definition.role_name) || granted.any(|name| *name == definition.role_name)
}
