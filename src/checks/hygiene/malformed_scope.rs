//! `malformed-scope`: the scope of a role assignment, or an assignable scope, means nothing.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::Scope;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::MalformedScope,
    group: Group::Hygiene,
    severity: Severity::Medium,
    summary: "a scope is malformed, so what it covers cannot be said",
    why: "Some clients write scopes with the account's path twice, or with `sqlDatabases` in place of `dbs`. What the \
          service makes of them is not documented: such an assignment may give nothing, or more than it seems.",
    fix: "Create the role assignment anew with the scope `/`, `/dbs/<database>` or `/dbs/<database>/colls/<container>`, \
          and delete the malformed one.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for found in &context.access.assignments {
        let Err(error) = &found.scope else { continue };
        let assignment = found.assignment;
        let message = format!(
            "{} is assigned a role at {}, which is no scope of this account: {error}",
            context.named(&assignment.principal_id),
            quote(&assignment.scope)
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .subject(&assignment.id)
                .principal(context.principal(&assignment.principal_id))
                .key(&assignment.scope)
                .remedy("create the assignment anew with a proper scope, and delete this one")
                .command(Command::delete_assignment(&context.record.account, &assignment.id)),
        );
    }
    for role in &context.access.roles {
        for text in &role.definition.assignable_scopes {
            let Err(error) = Scope::parse(text, &context.record.account.id) else {
                continue;
            };
            let name = quote(&role.definition.role_name);
            let message = format!(
                "{name} may be assigned at {}, which is no scope of this account: {error}",
                quote(text)
            );
            drafts.push(
                Draft::new(CHECK.id, message)
                    .subject(&role.definition.id)
                    .key(text)
                    .remedy("correct the role's assignable scopes"),
            );
        }
    }
    drafts
}
