//! `dangling-scope`: a role assignment holds at a database or container that does not exist.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::{Database, Gap, Scope};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::DanglingScope,
    group: Group::Hygiene,
    severity: Severity::Low,
    summary: "a role assignment holds at a database or container that does not exist",
    why: "Scopes are names. When a database or container of that name is created again, the old assignment holds there \
          at once, for data that nobody thought of when it was made. Names are case-sensitive.",
    fix: "Delete the role assignment, or correct its scope.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let Some(databases) = &context.record.databases else {
        return Vec::new();
    };
    if context.record.has_gap(Gap::DATABASES) {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for found in &context.access.assignments {
        let Ok(scope) = &found.scope else { continue };
        if exists(scope, databases) {
            continue;
        }
        let assignment = found.assignment;
        let message = format!(
            "{} is assigned a role at {}, which does not exist in the account",
            context.named(&assignment.principal_id),
            quote(&scope.to_string())
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .subject(&assignment.id)
                .principal(context.principal(&assignment.principal_id))
                .scope(scope)
                .remedy("delete the role assignment, or correct its scope")
                .command(Command::delete_assignment(&context.record.account, &assignment.id)),
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
