//! `role-drift`: a role definition of a declared name means something else than declared.

use crate::checks::context::{AccountContext, Violation};
use crate::checks::draft::Draft;
use crate::checks::wording::{list, quote, verbs, worst};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, RoleRef, Severity, Witness};
use crate::model::{Scope, action::Atom};
use crate::policy::RoleRule;
use crate::resolve::Role;
use std::collections::BTreeSet;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::RoleDrift,
    group: Group::Drift,
    severity: Severity::High,
    summary: "a role definition means something else than the policy declares",
    why: "Everybody who is assigned the role gets what it says in the account, not what was reviewed. Changing a role \
          definition changes the access of all its holders at once.",
    fix: "Set the role definition back to what the policy declares, or review the change and declare it.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for rule in context.policy.roles.iter().flatten() {
        for role in context.access.roles.iter().filter(|role| is_declared(role, rule)) {
            drafts.extend(actions(context, rule, role));
            drafts.extend(scopes(context, rule, role));
        }
    }
    drafts
}

/// Whether a rule is about a role: custom, and of that name.
pub(super) fn is_declared(role: &Role<'_>, rule: &RoleRule) -> bool {
    !role.definition.built_in && role.definition.role_name == rule.name
}

fn actions(context: &AccountContext<'_>, rule: &RoleRule, role: &Role<'_>) -> Vec<Draft> {
    let universe = &context.access.universe;
    let wanted = universe.bounds([&rule.permission]);
    let name = quote(&rule.name);
    let has = &role.bounds;
    let more = Violation::of(&has.least().minus(wanted.least()), &has.most().minus(wanted.most()));
    let less = Violation::of(&wanted.least().minus(has.least()), &wanted.most().minus(has.most()));
    let sides = [
        (more, "more", "also lets its holders"),
        (less, "less", "does not let its holders"),
    ];
    let draft = |(violation, side, verb): (Option<Violation>, &str, &str)| {
        let violation = violation?;
        let what = verbs(universe, &violation.actions);
        Some(
            Draft::new(
                CHECK.id,
                format!("{name} {verb} {what}, unlike the policy's declaration"),
            )
            .subject(&role.definition.id)
            .violation(
                context,
                &violation,
                role.definition.permissions.iter().chain([&rule.permission]),
            )
            .data_actions(universe, &violation.actions)
            .witness(Witness {
                action: worst(universe, &violation.actions).map(Atom::name),
                role: Some(RoleRef {
                    id: role.definition.id.clone(),
                    name: rule.name.clone(),
                }),
                ..Witness::default()
            })
            .policy(Some(&rule.at))
            .key(side)
            .remedy("set the role definition back to what the policy declares, or declare the change"),
        )
    };
    sides.into_iter().filter_map(draft).collect()
}

fn scopes(context: &AccountContext<'_>, rule: &RoleRule, role: &Role<'_>) -> Option<Draft> {
    let wanted: BTreeSet<String> = rule
        .assignable_scopes
        .as_ref()?
        .iter()
        .map(ToString::to_string)
        .collect();
    // A scope that cannot be read counts as itself: it is certainly not what was declared.
    let has: BTreeSet<String> = (role.definition.assignable_scopes.iter())
        .map(|text| {
            Scope::parse(text, &context.record.account.id).map_or_else(|_| text.clone(), |scope| scope.to_string())
        })
        .collect();
    let quoted = |scopes: &BTreeSet<String>| list(&scopes.iter().map(|scope| quote(scope)).collect::<Vec<_>>());
    (wanted != has).then(|| {
        let message = format!(
            "{} may be assigned at {}, the policy declares {}",
            quote(&rule.name),
            quoted(&has),
            quoted(&wanted)
        );
        Draft::new(CHECK.id, message)
            .subject(&role.definition.id)
            .witness(Witness {
                role: Some(RoleRef {
                    id: role.definition.id.clone(),
                    name: rule.name.clone(),
                }),
                ..Witness::default()
            })
            .policy(Some(&rule.at))
            .key(format!("scopes\n{}", has.into_iter().collect::<Vec<_>>().join("\n")))
            .remedy("set the assignable scopes back to what the policy declares, or declare the change")
    })
}
