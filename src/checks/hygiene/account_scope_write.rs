//! `account-scope-write`: somebody may write everything in the account, now and later.

use crate::checks::command::Command;
use crate::checks::context::{AccountContext, Violation};
use crate::checks::draft::{Draft, account_name};
use crate::checks::row::{Row, Run};
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity};
use crate::model::{ActionSet, Scope};
use crate::shown;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
};

static CHECK: Check = Check {
    id: "account-scope-write",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    summary: "a principal may change data in the whole account",
    why: "Assigned at the account, a role holds in every database and container, also in those that are created later. \
          Hardly any application needs that. Where the policy states grants, they judge every assignment, and this \
          check has nothing to say.",
    fix: "Assign the role at the database or container that is needed, or state the grant in the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    if context.policy.grants.is_some() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let writes = |set: &ActionSet| universe.filter(set, |atom| atom.ability().changes_data());
    let mut drafts = Vec::new();
    for grant in context.access.grants().filter(|grant| *grant.scope == Scope::Account) {
        let bounds = &grant.role.bounds;
        let Some(violation) = Violation::of(&writes(bounds.least()), &writes(bounds.most())) else {
            continue;
        };
        let message = shown!(
            "{} may {} everywhere in {} through {}",
            context.named(grant.principal()),
            universe.verbs(&violation.actions),
            account_name(context),
            quote(&grant.role.definition.role_name)
        );
        drafts.push(
            Draft::new(&CHECK, context.about_grant(&grant, &violation.actions), message)
                .violation(context, &violation, grant.role.definition.permissions.iter())
                .witness(context.witness(&grant, &violation.actions, grant.scope))
                .remedy("assign the role at a database or container instead, then remove this assignment")
                .command(Command::delete_assignment(context.account(), &grant.assignment.id)),
        );
    }
    drafts
}
