//! `malformed-scope`: the scope of a role assignment, or an assignable scope, is invalid.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::scope::ScopeError;
use crate::model::{PrincipalKind, RoleAssignment, Scope, Shown};
use crate::resolve::Role;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "malformed-scope",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Role assignment or role definition has an invalid scope",
    why: "Some clients write scopes with the resource ID of the account twice, or with `sqlDatabases` instead of \
          `dbs`. Microsoft doesn't document the effect. Such an assignment can grant nothing, or more than it seems.",
    fix: "Create a new role assignment with the scope `/`, `/dbs/<database>` or \
          `/dbs/<database>/colls/<container>`, and delete the invalid one.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for found in &context.access.assignments {
        let Err(error) = &found.scope else { continue };
        let assignment = found.assignment;
        let message = shown!(
            "The role assignment of {} is at {}. That isn't a valid scope: {}.",
            context.named(&assignment.principal_id),
            quote(&assignment.scope),
            Shown::of_value(error)
        );
        let (summary, steps) = anew(context, assignment);
        let title = title!(
            "Role assignment for {} in {} has an invalid scope",
            context.names.title_within(&assignment.principal_id),
            account_title(context)
        );
        drafts.push(
            Draft::new(&CHECK, context.about_assignment(assignment, None), title, message)
                .key(assignment.scope.to_ascii_lowercase())
                .fix(summary, steps),
        );
    }
    drafts.extend(context.access.roles.iter().filter_map(|role| assignable(context, role)));
    drafts
}

/// One finding for all malformed assignable scopes of a role: they are mended together.
fn assignable(context: &AccountContext<'_, '_>, role: &Role<'_>) -> Option<Draft> {
    let id = &context.account().id;
    let scopes = role.definition.assignable_scopes.iter();
    let malformed: Vec<(&str, ScopeError)> = scopes
        .filter_map(|text| Some((text.as_str(), Scope::parse(text, id).err()?)))
        .collect();
    let (_, error) = malformed.first()?;
    let texts: Vec<&str> = malformed.iter().map(|(text, _)| *text).collect();
    let quoted: Vec<Shown> = texts.iter().map(|text| quote(text)).collect();
    let name = quote(role.definition.name());
    let message = match texts.len() {
        1 => shown!(
            "Role {} is assignable at {}. That isn't a valid scope: {}.",
            name,
            Shown::list(&quoted),
            Shown::of_value(error)
        ),
        _ => shown!(
            "Role {} is assignable at {}. These aren't valid scopes.",
            name,
            Shown::list(&quoted)
        ),
    };
    let (summary, steps) = fix::mend_scopes(context, role);
    let title = title!(
        "Role {} in {} has invalid assignable scopes",
        Shown::of(role.definition.name()),
        account_title(context)
    );
    Some(
        Draft::new(&CHECK, context.about_role(role.definition), title, message)
            .key(texts.join("\n").to_ascii_lowercase())
            .fix(summary, steps),
    )
}

/// The assignment as it is meant, where the policy leaves it at that, in place of the malformed one.
fn anew(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> (Shown, Steps) {
    let removal = Removal::of(context, assignment);
    let is_wanted = |scope: &Scope| {
        let exists = context.access.existing.has(scope);
        match context.policy.grants {
            Some(_) => exists || context.record.databases.is_none(),
            None => exists && *scope != Scope::Account,
        }
    };
    let is_known = |id| context.names.directory.record(id).is_none_or(|record| record.found);
    let is_user = matches!(
        context.principal(&assignment.principal_id).kind,
        PrincipalKind::User | PrincipalKind::Guest
    );
    let mut grants = context
        .access
        .grants()
        .filter(|grant| grant.assignment.id == assignment.id);
    let moved = match (grants.next(), grants.next()) {
        (Some(grant), None)
            if removal.is_plain && !is_user && is_wanted(grant.scope) && is_known(grant.principal()) =>
        {
            Removal::to(context, &[grant], std::slice::from_ref(grant.scope))
        }
        _ => None,
    };
    match moved {
        Some(moved) => (
            "Create a new role assignment with the scope that was meant, then delete this one.".into(),
            moved.steps,
        ),
        None => (removal.summary, removal.steps),
    }
}
