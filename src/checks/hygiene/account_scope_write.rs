//! `account-scope-write`: somebody may write everything in the account, now and later.

use crate::checks::context::{AccountContext, Violation};
use crate::checks::draft::{Draft, account_name};
use crate::checks::wording::{Command, quote, verbs};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::{ActionSet, Scope, action::Atom, action::Effect};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::AccountScopeWrite,
    group: Group::Hygiene,
    severity: Severity::Medium,
    summary: "a principal may change data in the whole account",
    why: "Assigned at the account, a role holds in every database and container, also in those that are created later. \
          Hardly any application needs that. Where the policy states grants, they judge every assignment, and this \
          check has nothing to say.",
    fix: "Assign the role at the database or container that is needed, or state the grant in the policy.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    if context.policy.grants.is_some() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let writes = |set: &ActionSet| {
        universe.filter(
            set,
            |atom| matches!(atom, Atom::Known(action) if action.effect == Effect::Write),
        )
    };
    let mut drafts = Vec::new();
    for grant in context.access.grants().filter(|grant| *grant.scope == Scope::Account) {
        let bounds = &grant.role.bounds;
        let Some(violation) = Violation::of(&writes(bounds.least()), &writes(bounds.most())) else {
            continue;
        };
        let message = format!(
            "{} may {} everywhere in {} through {}",
            context.named(grant.principal()),
            verbs(universe, &violation.actions),
            account_name(context),
            quote(&grant.role.definition.role_name)
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .about_grant(context, &grant)
                .violation(context, &violation, grant.role.definition.permissions.iter())
                .data_actions(universe, &violation.actions)
                .witness(context.witness(&grant, &violation.actions, grant.scope))
                .remedy("assign the role at a database or container instead, then remove this assignment")
                .command(Command::delete_assignment(
                    &context.record.account,
                    &grant.assignment.id,
                )),
        );
    }
    drafts
}
