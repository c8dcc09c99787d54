//! `missing-access`: a principal lacks access that the policy requires.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::violation::Violation;
use crate::checks::wording::{quote, within};
use crate::finding::{About, Check, Group, ProvenAction, Severity, Subject, What, Witness};
use crate::model::{PrincipalId, Shown, arm_id};
use crate::policy::PrincipalRule;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Required,
};

static CHECK: Check = Check {
    id: "missing-access",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Access,
    needs: &[What::Access, What::RoleAssignments, What::RoleDefinitions],
    summary: "A principal lacks access that the policy requires",
    why: "The role assignments of the principal don't cover a required grant of the policy. An application that \
          relies on it fails, or uses an account key instead.",
    fix: "Create the role assignment, remove the grant from the policy, or set its `presence` to `optional`.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    // What was not read can have the access, and an assignment without its role cannot be compared.
    if !context.record.has_all_role_assignments() || !context.record.has_all_role_definitions() {
        return Vec::new();
    }
    let universe = &context.access.universe;
    let mut drafts = Vec::new();
    for judged in context
        .rules
        .iter()
        .filter(|judged| context.policy.requires(judged.rule))
    {
        let rule = judged.rule;
        // Policies are valid only if required grants name one principal and one scope.
        let (PrincipalRule::One(principal), Some(scope)) = (&rule.principal, rule.scope.literal()) else {
            continue;
        };
        // Their list was not read.
        if principal.is_mongo_user() && context.record.lacks_mongo_users() {
            continue;
        }
        let scope = context.account().place(scope);
        let granted = context.granted(principal, &scope);
        let unknown = unknown_role(context, principal);
        let lacking = Violation::beyond(&judged.bounds, true, &granted);
        let lacking = lacking.and_then(|lacking| match unknown {
            Some(_) => Violation::unknown(lacking.actions.or(&lacking.possibly)),
            None => Some(lacking),
        });
        let Some(violation) = lacking else { continue };
        let who = context.named(principal);
        let what = universe.verbs(&violation.actions);
        let through = rule
            .role
            .as_ref()
            .map(|role| shown!(" (role {})", quote(role)))
            .unwrap_or_default();
        let (name, account) = (context.names.title(principal), account_title(context));
        let title = match granted.possible.most().is_empty() {
            true => title!("{} lacks access to {}{}", name, account, within(&scope)),
            false => title!(
                "{} lacks {} access to {}{}",
                name,
                universe.worst_kind(&violation.actions),
                account,
                within(&scope)
            ),
        };
        let has = if granted.possible.most().is_empty() {
            "It has no access there."
        } else {
            "It has less access there."
        };
        let message = shown!(
            "The policy requires that {} can {} in {}{}. {}",
            who,
            what,
            quote(&scope.to_string()),
            through,
            has
        );
        let grants = || context.grants_for(principal, &scope);
        let unsure = grants().find(|grant| !grant.is_certain() || !grant.scope.covers(&scope));
        let spelling = || unsure.map(|grant| context.spelling(&grant, &scope.to_string()));
        let doubt = unknown
            .map(|role| shown!("what the principal's role {} grants, which isn't known", role))
            .or_else(spelling);
        let granting = grants().flat_map(|grant| &grant.role.definition.permissions);
        let action = universe.worst(&violation.actions);
        let permission = rule.permission_in(context.account().api);
        let subject = Subject::Grant {
            account: context.account().id.clone(),
            assignment: None,
            principal: context.principal(principal),
            role: rule.role.clone(),
            scope: Some(scope.clone()),
            actions: Vec::new(),
        };
        let subject = subject.with_actions(universe.members(&violation.actions));
        let draft = Draft::new(&CHECK, subject, title, message)
            .violation(context, &violation, granting.chain([permission.as_ref()]), doubt)
            .witness(Witness {
                principal: Some(context.principal(principal)),
                action: action.cloned().map(ProvenAction::Data),
                scope: Some(scope.clone()),
                ..Witness::default()
            })
            .policy(Some(&rule.at));
        let (summary, steps) = fix::give(context, rule);
        let summary = shown!(
            "{} Or make the grant optional in the policy ({}).",
            summary,
            Shown::of_value(&rule.at)
        );
        drafts.push(draft.fix(summary, steps));
    }
    drafts
}

/// A role that a user of MongoDB has and that nobody knows: it may give what is missing.
fn unknown_role(context: &AccountContext<'_, '_>, principal: &PrincipalId) -> Option<Shown> {
    let own = (context.record.native().assignments.iter()).map(|one| (one, &one.assignment));
    let mut unknown = own.filter(|(one, assignment)| one.role.is_none() && assignment.principal_id == *principal);
    let (_, assignment) = unknown.next()?;
    Some(quote(arm_id::last_segment(assignment.role_definition_id.as_str())))
}
