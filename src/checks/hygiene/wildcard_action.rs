//! `wildcard-action`: a custom role grants data actions with a wildcard that the policy doesn't have.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{key_of, quote, tail};
use crate::finding::{About, Check, Group, Severity, What, Witness};
use crate::model::{ActionPattern, Shown};
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::BroadRole,
};

static CHECK: Check = Check {
    id: "wildcard-action",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Role,
    needs: &[What::RoleDefinitions],
    summary: "Custom role grants data actions with a wildcard",
    why: "A wildcard includes data actions that are added in the future: `items/*` came to include `unmask` that \
          way. Microsoft doesn't document in full what `*` covers. Built-in roles aren't reported, nor wildcards \
          that the policy declares for the role under `roles:`.",
    fix: "List the data actions that are needed, or add the role with its wildcard to the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let rules = context.policy.roles.as_deref().unwrap_or_default();
    let mut drafts = Vec::new();
    for role in context
        .access
        .roles
        .iter()
        .filter(|role| !role.definition.is_built_in())
    {
        let definition = role.definition;
        let declared: BTreeSet<String> = rules
            .iter()
            .filter(|rule| rule.name == definition.role_name)
            .flat_map(|rule| &rule.permission.data_actions)
            .map(|pattern| pattern.as_str().to_ascii_lowercase())
            .collect();
        let wildcards: BTreeSet<&ActionPattern> = definition
            .permissions
            .iter()
            .flat_map(|permission| &permission.data_actions)
            .filter(|pattern| pattern.is_wildcard() && !declared.contains(&pattern.as_str().to_ascii_lowercase()))
            .collect();
        let Some(first) = wildcards.first() else { continue };
        let quoted: Vec<Shown> = wildcards.iter().map(|pattern| quote(pattern.short())).collect();
        let message = shown!(
            "Role {} grants {}. That will include data actions that are added in the future.",
            quote(definition.name()),
            Shown::list(&quoted)
        );
        let (summary, steps) = fix::rewrite(context, role, "List the data actions that are needed.");
        let (name, account) = (Shown::of(definition.name()), account_title(context));
        let title = match wildcards.len() {
            1 => title!("Role {} in {} grants {}", name, account, tail(first)),
            many => title!("Role {} in {} grants {} wildcards", name, account, many),
        };
        drafts.push(
            Draft::new(&CHECK, context.about_role(definition), title, message)
                .witness(Witness {
                    role: Some(definition.reference()),
                    pattern: Some((*first).clone()),
                    ..Witness::default()
                })
                .key(key_of(wildcards))
                .fix(shown!("{} Or add the role to the policy.", summary), steps),
        );
    }
    drafts
}
