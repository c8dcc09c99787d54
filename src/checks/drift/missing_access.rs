//! `missing-access`: somebody lacks what the policy says they need.

use crate::checks::context::{AccountContext, Violation};
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote, verbs, worst};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity, Witness};
use crate::model::action::Atom;
use crate::policy::{Presence, PrincipalRule};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::MissingAccess,
    group: Group::Drift,
    severity: Severity::Medium,
    summary: "a principal lacks access that the policy requires",
    why: "A required grant of the policy is not covered by the principal's role assignments, so what relies on it fails \
          or, worse, falls back to account keys.",
    fix: "Create the role assignment, or remove the grant from the policy or make it `presence: optional`.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    // What was not read may hold the access, and an assignment without its role cannot be judged.
    if !context.record.has_all_role_assignments() || !context.record.has_all_role_definitions() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let mut drafts = Vec::new();
    for judged in context
        .rules
        .iter()
        .filter(|judged| judged.rule.presence == Presence::Required)
    {
        let rule = judged.rule;
        // Policies are valid only if required grants name one principal and one scope.
        let (PrincipalRule::One(principal), Some(scope)) = (&rule.principal, rule.scope.literal()) else {
            continue;
        };
        let granted = context.granted(principal, &scope);
        let least = judged.bounds.least().minus(granted.least());
        let most = judged.bounds.most().minus(granted.most());
        let Some(violation) = Violation::of(&least, &most) else {
            continue;
        };
        let who = context.named(principal);
        let what = verbs(universe, &violation.actions);
        let through = rule
            .role
            .as_ref()
            .map(|role| format!(" ({})", quote(role)))
            .unwrap_or_default();
        let has = if granted.most().is_empty() {
            "it has no access there"
        } else {
            "it has less"
        };
        let message = format!(
            "the policy requires that {who} may {what} in {}{through}; {has}",
            quote(&scope.to_string())
        );
        let granting = context
            .grants_for(principal, &scope)
            .flat_map(|grant| &grant.role.definition.permissions);
        let action = worst(universe, &violation.actions).map(Atom::name);
        let draft = Draft::new(CHECK.id, message)
            .principal(context.principal(principal))
            .scope(&scope)
            .violation(context, &violation, granting.chain([&rule.permission]))
            .data_actions(universe, &violation.actions)
            .witness(Witness {
                principal: Some(context.principal(principal)),
                action,
                scope: Some(scope.clone()),
                ..Witness::default()
            })
            .policy(Some(&rule.at))
            .remedy("create the role assignment, or make the grant optional in the policy");
        drafts.push(match &rule.role {
            Some(role) => draft.command(
                Command::on(
                    &context.record.account,
                    "az cosmosdb sql role assignment create",
                    "--account-name",
                )
                .flag("--role-definition-name", role)
                .flag("--principal-id", principal.as_str())
                .flag("--scope", &scope.to_string()),
            ),
            None => draft,
        });
    }
    drafts
}
