//! `dangling-scope`: a role assignment holds at a database or container that does not exist.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Row, Run};
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity};
use crate::model::{Database, Part, Scope};
use crate::shown;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
};

static CHECK: Check = Check {
    id: "dangling-scope",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Assignment,
    summary: "a role assignment holds at a database or container that does not exist",
    why: "Scopes are names. When a database or container of that name is created again, the old assignment holds there \
          at once, for data that nobody thought of when it was made. Names are case-sensitive.",
    fix: "Delete the role assignment, or correct its scope.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let Some(databases) = &context.record.databases else {
        return Vec::new();
    };
    if context.record.has_gap(Part::Databases) {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for found in &context.access.assignments {
        let Ok(scope) = &found.scope else { continue };
        if exists(scope, databases) {
            continue;
        }
        let assignment = found.assignment;
        let message = shown!(
            "{} is assigned a role at {}, which does not exist in the account",
            context.named(&assignment.principal_id),
            quote(&scope.to_string())
        );
        drafts.push(
            Draft::new(&CHECK, context.about_assignment(assignment, Some(scope)), message)
                .remedy("delete the role assignment, or correct its scope")
                .command(Command::delete_assignment(context.account(), &assignment.id)),
        );
    }
    drafts
}

/// Whether a scope exists, or may: containers that could not be read count as existing.
fn exists(scope: &Scope, databases: &[Database]) -> bool {
    let Some(name) = scope.database() else { return true };
    let Ok(place) = databases.binary_search_by(|database| database.name.as_str().cmp(name)) else {
        return false;
    };
    match (
        scope.container(),
        databases.get(place).and_then(|database| database.containers.as_ref()),
    ) {
        (Some(container), Some(containers)) => containers
            .binary_search_by(|found| found.as_str().cmp(container))
            .is_ok(),
        _ => true,
    }
}
