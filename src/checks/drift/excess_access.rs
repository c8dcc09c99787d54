//! `excess-access`: a principal has more access than the policy allows.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::violation::Violation;
use crate::checks::wording::{quote, within};
use crate::finding::title::Piece;
use crate::finding::{About, Check, Group, Severity, What};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "excess-access",
    group: Group::Drift,
    severity: Severity::High,
    about: About::Access,
    needs: &[What::Access, What::RoleAssignments, What::RoleDefinitions],
    summary: "A principal has more access than the policy allows",
    why: "The role assignment grants data actions at a scope where no grant of the policy covers them. Either the \
          access was never approved, or the policy is out of date.",
    fix: "Delete the role assignment, assign a narrower role or scope, or add a grant to the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    if context.policy.grants.is_none() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let mut drafts = Vec::new();
    for grant in context.access.grants() {
        let allowed = context.allowed(grant.principal(), grant.scope);
        let Some(violation) = Violation::beyond(&grant.role.bounds, grant.is_certain(), &allowed) else {
            continue;
        };
        let who = context.named(grant.principal());
        let role = quote(grant.role.definition.name());
        let what = universe.verbs(&violation.actions);
        let allows = if allowed.possible.most().is_empty() {
            "The policy allows nothing there.".into()
        } else {
            shown!(
                "The policy lets it only {} there.",
                universe.verbs(allowed.possible.most())
            )
        };
        let rules = || {
            context
                .rules_for(grant.principal(), grant.scope)
                .map(|judged| judged.rule)
        };
        let near = rules().find(|rule| !rule.scope.covers(grant.scope));
        let spelling = match near {
            Some(rule) => Some(context.spelling(&grant, &rule.scope.to_string())),
            None => (!grant.is_certain()).then(|| context.spelling(&grant, &grant.assignment.scope)),
        };
        let allowed: Vec<_> = rules().map(|rule| rule.permission_in(context.account().api)).collect();
        let permissions = allowed
            .iter()
            .map(AsRef::as_ref)
            .chain(&grant.role.definition.permissions);
        let message = shown!(
            "{} can {} in {} through {}. {}",
            who,
            what,
            quote(&grant.scope.to_string()),
            role,
            allows
        );
        let title = title!(
            "{} can {} in {}{}",
            context.names.title(grant.principal()),
            Piece::Text(universe.worst_verbs(&violation.actions)),
            account_title(context),
            within(grant.scope)
        );
        let removal = Removal::of(context, grant.assignment);
        drafts.push(
            Draft::new(&CHECK, context.about_grant(&grant, &violation.actions), title, message)
                .violation(context, &violation, permissions, spelling)
                .witness(context.witness(&grant, &violation.actions, grant.scope))
                .policy(context.rule_near(grant.principal()))
                .fix(
                    shown!("{} Or add a grant to the policy.", removal.summary),
                    removal.steps,
                ),
        );
    }
    drafts
}
