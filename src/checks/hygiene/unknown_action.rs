//! `unknown-action`: a role names an action that no catalogue lists. The service refuses actions that it does not know
//! (graphrag-accelerator issue 253), so one in a role that it returned is real, and only newer than the catalogue.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{key_of, quote};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::{ActionPattern, Shown};
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Role,
};

static CHECK: Check = Check {
    id: "unknown-action",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Role,
    needs: &[What::RoleDefinitions],
    summary: "Role grants a data action that this version doesn't know",
    why: "The service only accepts data actions that it knows. An unknown action in a role is newer than this \
          version of cosmos-rbac, and what it allows wasn't checked. Denies and grants of the policy are compared \
          with it by name only. Low where the role has no assignments.",
    fix: "Look up what the data action allows, and check whether the role needs it. Update cosmos-rbac when a newer \
          version knows the action.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for role in context.access.roles.iter().filter(|role| role.has_unknown) {
        let unknown: BTreeSet<&ActionPattern> = role.definition.unknown_actions().collect();
        let quoted: Vec<Shown> = unknown.iter().map(|pattern| quote(pattern.short())).collect();
        let one_or_many = |one: &'static str, many: &'static str| if unknown.len() == 1 { one } else { many };
        let message = shown!(
            "Role {} grants {}. This version of cosmos-rbac doesn't know {}. What {} wasn't checked.",
            quote(role.definition.name()),
            Shown::list(&quoted),
            one_or_many("this action", "these actions"),
            one_or_many("it allows", "they allow")
        );
        let is_assigned = context.access.assignments.iter().any(|found| {
            let named = context.access.role_of(found);
            named.is_some_and(|named| named.definition.id == role.definition.id)
        });
        let (name, account) = (Shown::of(role.definition.name()), account_title(context));
        let title = match unknown.len() {
            1 => title!("Role {} in {} grants an unknown data action", name, account),
            many => title!("Role {} in {} grants {} unknown data actions", name, account, many),
        };
        drafts.push(
            Draft::new(&CHECK, context.about_role(role.definition), title, message)
                .key(key_of(unknown))
                .by_default(if is_assigned { Severity::Medium } else { Severity::Low })
                .remedy("Look up what the data action allows, and check whether the role needs it."),
        );
    }
    drafts
}
