//! `assignment-redundant`: other role assignments already grant what one grants.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{quote, within};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::{Bounds, PrincipalId};
use crate::resolve::Grant;
use crate::shown;
use crate::title;
use std::collections::BTreeMap;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "assignment-redundant",
    group: Group::Hygiene,
    severity: Severity::Note,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Role assignment is redundant",
    why: "Other assignments already grant the same access. Deleting one of them looks like removing the access, but \
          the access remains.",
    fix: "Delete the role assignment. Other assignments grant the same access.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let mut by_principal: BTreeMap<&PrincipalId, Vec<Grant<'_, '_>>> = BTreeMap::new();
    // What only could be given makes nothing else redundant.
    for grant in context.access.grants().filter(|grant| grant.is_certain()) {
        by_principal.entry(grant.principal()).or_default().push(grant);
    }
    let mut drafts = Vec::new();
    for mut grants in by_principal.into_values() {
        // The narrowest first: of two that cover each other, the one that says less goes.
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.scope.clone()));
        let mut kept = grants.clone();
        for grant in grants {
            let others = || kept.iter().filter(|other| other.assignment.id != grant.assignment.id);
            let mut given = Bounds::none(&context.access.universe);
            for other in others().filter(|other| other.scope.covers(grant.scope)) {
                given.add(&other.role.bounds);
            }
            let bounds = &grant.role.bounds;
            let is_redundant = bounds.least().is_subset(given.least())
                && bounds.most().is_subset(given.most())
                && !bounds.most().is_empty();
            if is_redundant {
                kept.retain(|other| other.assignment.id != grant.assignment.id);
                drafts.push(draft(context, &grant));
            }
        }
    }
    drafts
}

fn draft(context: &AccountContext<'_, '_>, grant: &Grant<'_, '_>) -> Draft {
    let message = shown!(
        "Other assignments already grant what {} grants {} at {}.",
        quote(grant.role.definition.name()),
        context.named(grant.principal()),
        quote(&grant.scope.to_string())
    );
    let title = title!(
        "{} has a redundant role in {}{}",
        context.names.title(grant.principal()),
        account_title(context),
        within(grant.scope)
    );
    let draft = Draft::new(
        &CHECK,
        context.about_assignment(grant.assignment, Some(grant.scope)),
        title,
        message,
    );
    if fix::is_needed(context, grant.assignment) {
        return draft.remedy("Keep it for now. The policy requires it once the other findings are fixed.");
    }
    let removal = Removal::of(context, grant.assignment);
    draft.fix(
        shown!("{} Other assignments grant the same access.", removal.summary),
        removal.steps,
    )
}
