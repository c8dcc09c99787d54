//! `role-drift`: a role definition differs from the policy's definition of that role.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::violation::Violation;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, ProvenAction, Severity, What, Witness};
use crate::model::Shown;
use crate::policy::RoleRule;
use crate::resolve::Role;
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Role,
};

static CHECK: Check = Check {
    id: "role-drift",
    group: Group::Drift,
    severity: Severity::High,
    about: About::Role,
    needs: &[What::Roles, What::RoleDefinitions],
    summary: "Role definition differs from the policy",
    why: "Every principal with this role has the access that the role definition grants, not what was reviewed. A \
          change to a role definition changes all of its assignments at once.",
    fix: "Set the role definition back to the policy's definition, or review the change and add it to the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for rule in context.policy.roles.iter().flatten() {
        for role in context.access.own_roles().filter(|role| is_declared(role, rule)) {
            drafts.extend(actions(context, rule, role));
            drafts.extend(scopes(context, rule, role));
        }
    }
    drafts
}

/// Whether a rule is about a role: custom, and of that name.
pub(super) fn is_declared(role: &Role<'_>, rule: &RoleRule) -> bool {
    role.definition.role_name == rule.name && !role.definition.is_built_in()
}

fn actions(context: &AccountContext<'_, '_>, rule: &RoleRule, role: &Role<'_>) -> Vec<Draft> {
    let universe = &context.access.universe;
    let wanted = universe.bounds([&rule.permission]);
    let name = quote(&rule.name);
    let has = &role.bounds;
    let more = Violation::of(&has.least().minus(wanted.least()), &has.most().minus(wanted.most()));
    let less = Violation::of(&wanted.least().minus(has.least()), &wanted.most().minus(has.most()));
    let sides = [
        (
            more,
            "more",
            "lets its holders",
            "The policy's definition doesn't include that.",
        ),
        (
            less,
            "less",
            "doesn't let its holders",
            "The policy's definition includes that.",
        ),
    ];
    let draft = |(violation, side, verb, policy): (Option<Violation>, &'static str, &'static str, &'static str)| {
        let violation = violation?;
        let what = universe.verbs(&violation.actions);
        let (summary, steps) = fix::restore(context, rule, role);
        let kind = universe.worst_kind(&violation.actions);
        let (own_name, account) = (Shown::of(&rule.name), account_title(context));
        let title = match side {
            "more" => title!("Role {} in {} also grants {} access", own_name, account, kind),
            _ => title!("Role {} in {} doesn't grant {} access", own_name, account, kind),
        };
        Some(
            Draft::new(
                &CHECK,
                context
                    .about_role(role.definition)
                    .with_actions(universe.members(&violation.actions)),
                title,
                shown!("Role {} {} {}. {}", name, verb, what, policy),
            )
            .violation(
                context,
                &violation,
                role.definition.permissions.iter().chain([&rule.permission]),
                None,
            )
            .witness(Witness {
                action: universe.worst(&violation.actions).cloned().map(ProvenAction::Data),
                role: Some(role.definition.reference()),
                ..Witness::default()
            })
            .policy(Some(&rule.at))
            .key(side)
            .fix(
                shown!(
                    "{} Or add the change to the policy ({}).",
                    summary,
                    Shown::of_value(&rule.at)
                ),
                steps,
            ),
        )
    };
    sides.into_iter().filter_map(draft).collect()
}

fn scopes(context: &AccountContext<'_, '_>, rule: &RoleRule, role: &Role<'_>) -> Option<Draft> {
    let wanted: BTreeSet<String> = rule
        .assignable_scopes
        .as_ref()?
        .iter()
        .map(|pattern| match pattern.literal() {
            Some(scope) => context.account().place(scope).to_string(),
            None => pattern.to_string(),
        })
        .collect();
    // A scope that cannot be read counts as itself: it is certainly not what was declared.
    let has: BTreeSet<String> = (role.definition.assignable_scopes.iter())
        .map(|text| (context.account().scope(text)).map_or_else(|_| text.clone(), |scope| scope.to_string()))
        .collect();
    let quoted = |scopes: &BTreeSet<String>| Shown::list(&scopes.iter().map(|scope| quote(scope)).collect::<Vec<_>>());
    (wanted != has).then(|| {
        let message = shown!(
            "Role {} is assignable at {}. The policy's definition has {}.",
            quote(&rule.name),
            quoted(&has),
            quoted(&wanted)
        );
        let (summary, steps) = fix::restore(context, rule, role);
        let title = title!(
            "Assignable scopes of role {} in {} differ from the policy",
            Shown::of(&rule.name),
            account_title(context)
        );
        Draft::new(&CHECK, context.about_role(role.definition), title, message)
            .witness(Witness {
                role: Some(role.definition.reference()),
                ..Witness::default()
            })
            .policy(Some(&rule.at))
            .key(format!("scopes\n{}", has.into_iter().collect::<Vec<_>>().join("\n")))
            .fix(
                shown!(
                    "{} Or add the change to the policy ({}).",
                    summary,
                    Shown::of_value(&rule.at)
                ),
                steps,
            )
    })
}
