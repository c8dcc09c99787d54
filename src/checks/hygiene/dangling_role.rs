//! `dangling-role`: a role assignment names a role definition that does not exist.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity, Witness};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::DanglingRole,
    group: Group::Hygiene,
    severity: Severity::Medium,
    summary: "a role assignment names a role definition that does not exist",
    why: "The assignment gives nothing today. If a role definition of that id is created again, its holder has whatever \
          that says.",
    fix: "Delete the role assignment, or create the role definition it was meant for.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    if !context.record.has_all_role_definitions() {
        return Vec::new();
    }
    let dangling = context
        .access
        .assignments
        .iter()
        .filter(|found| context.access.role_of(found).is_none());
    dangling
        .map(|found| {
            let assignment = found.assignment;
            let message = format!(
                "{} is assigned the role {}, which does not exist",
                context.named(&assignment.principal_id),
                quote(context.record.account.id.shorten(&assignment.role_definition_id))
            );
            let draft = Draft::new(CHECK.id, message)
                .subject(&assignment.id)
                .principal(context.principal(&assignment.principal_id))
                .witness(Witness {
                    principal: Some(context.principal(&assignment.principal_id)),
                    scope: found.scope.clone().ok(),
                    assignment: Some(assignment.id.clone()),
                    ..Witness::default()
                })
                .key(assignment.role_definition_id.to_ascii_lowercase())
                .remedy("delete the role assignment")
                .command(Command::delete_assignment(&context.record.account, &assignment.id));
            match &found.scope {
                Ok(scope) => draft.scope(scope),
                Err(_) => draft,
            }
        })
        .collect()
}
