//! `dangling-role`: a role assignment refers to a role definition that doesn't exist.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity, What, Witness};
use crate::model::arm_id;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "dangling-role",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Role assignment refers to a role definition that doesn't exist",
    why: "The assignment grants nothing today. A role definition that is created later with the same ID makes it \
          effective. A user of MongoDB can also have a role that this version of cosmos-rbac doesn't know: neither a custom role \
          of the account nor `read`, `readWrite`, `dbAdmin` or `dbOwner`. What such a role grants wasn't checked.",
    fix: "Delete the role assignment, or create the role definition that it was meant for.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
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
            let is_of_user = assignment.kind.has_passwords();
            let message = match is_of_user {
                true => shown!(
                    "{} has the MongoDB role {}, directly or through another role. It is neither a custom role of the account \
                     nor a built-in role that this version of cosmos-rbac knows. What it grants wasn't checked.",
                    context.named(&assignment.principal_id),
                    quote(arm_id::last_segment(assignment.role_definition_id.as_str()))
                ),
                false => shown!(
                    "The role assignment of {} refers to role definition {}. The account has no role definition with this ID.",
                    context.named(&assignment.principal_id),
                    quote(context.account().id.shorten(assignment.role_definition_id.as_str()))
                ),
            };
            let required = found
                .scope
                .as_ref()
                .ok()
                .and_then(|scope| fix::replace_role(context, assignment, scope));
            let (summary, steps) = match required {
                _ if is_of_user => (
                    "Remove the role from the user, or create the custom role.".into(),
                    Steps::default(),
                ),
                Some(required) => required,
                None => {
                    let removal = Removal::of(context, assignment);
                    (removal.summary, removal.steps)
                }
            };
            let who = context.names.title_within(&assignment.principal_id);
            let title = match is_of_user {
                true => title!("{} has an unknown role in {}", who, account_title(context)),
                false => title!("Role assigned to {} in {} doesn't exist", who, account_title(context)),
            };
            let subject = context.about_assignment(assignment, found.scope.as_ref().ok());
            Draft::new(&CHECK, subject, title, message)
            .witness(Witness {
                principal: Some(context.principal(&assignment.principal_id)),
                scope: found.scope.clone().ok(),
                assignment: Some(assignment.id.clone()),
                ..Witness::default()
            })
            .key(assignment.role_definition_id.as_str().to_ascii_lowercase())
            .fix(summary, steps)
        })
        .collect()
}
