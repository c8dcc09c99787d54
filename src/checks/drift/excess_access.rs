//! `excess-access`: somebody may do more than the policy allows.

use crate::checks::context::{AccountContext, Violation};
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote, verbs};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::ExcessAccess,
    group: Group::Drift,
    severity: Severity::High,
    summary: "a principal may do more than the policy allows",
    why: "The role assignment gives the principal data actions at a scope where no grant of the policy covers them. \
          Either somebody got access that nobody decided on, or the policy lags behind.",
    fix: "Remove the role assignment, give a narrower role or scope instead, or add the grant to the policy if it is \
          intended.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    if context.policy.grants.is_none() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let mut drafts = Vec::new();
    for grant in context.access.grants() {
        let allowed = context.allowed(grant.principal(), grant.scope);
        let bounds = &grant.role.bounds;
        let least = bounds.least().minus(allowed.least());
        let most = bounds.most().minus(allowed.most());
        let Some(violation) = Violation::of(&least, &most) else {
            continue;
        };
        let who = context.named(grant.principal());
        let role = quote(&grant.role.definition.role_name);
        let what = verbs(universe, &violation.actions);
        let allows = if allowed.most().is_empty() {
            "the policy allows it nothing there"
        } else {
            "the policy allows less"
        };
        let rules = context
            .rules_for(grant.principal(), grant.scope)
            .map(|judged| &judged.rule.permission);
        let message = format!(
            "{who} may {what} in {} through {role}; {allows}",
            quote(&grant.scope.to_string())
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .about_grant(context, &grant)
                .violation(context, &violation, rules.chain(&grant.role.definition.permissions))
                .data_actions(universe, &violation.actions)
                .witness(context.witness(&grant, &violation.actions, grant.scope))
                .policy(context.rule_near(grant.principal()))
                .remedy("remove the assignment or narrow it, or add the grant to the policy if it is intended")
                .command(Command::delete_assignment(
                    &context.record.account,
                    &grant.assignment.id,
                )),
        );
    }
    drafts
}
