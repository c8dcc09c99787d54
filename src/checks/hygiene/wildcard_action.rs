//! `wildcard-action`: a custom role grants with a wildcard that nobody declared.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{list, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, RoleRef, Severity, Witness};
use crate::model::ActionPattern;
use std::collections::BTreeSet;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::WildcardAction,
    group: Group::Hygiene,
    severity: Severity::Low,
    summary: "a custom role grants data actions with a wildcard",
    why: "A wildcard also grants actions that did not exist when it was written: `items/*` came to include `unmask` that \
          way. And how far `*` reaches is not documented in full. Built-in roles are not reported, nor wildcards that \
          the policy declares for the role under `roles:`.",
    fix: "List the data actions that are needed, or declare the role with its wildcard in the policy.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let rules = context.policy.roles.as_deref().unwrap_or_default();
    let mut drafts = Vec::new();
    for role in context.access.roles.iter().filter(|role| !role.definition.built_in) {
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
        let quoted: Vec<String> = wildcards.iter().map(|pattern| quote(pattern.short())).collect();
        let message = format!(
            "the role {} grants {}, so also actions that do not exist yet",
            quote(&definition.role_name),
            list(&quoted)
        );
        let key: Vec<String> = wildcards
            .iter()
            .map(|pattern| pattern.as_str().to_ascii_lowercase())
            .collect();
        drafts.push(
            Draft::new(CHECK.id, message)
                .subject(&definition.id)
                .witness(Witness {
                    role: Some(RoleRef {
                        id: definition.id.clone(),
                        name: definition.role_name.clone(),
                    }),
                    pattern: Some(first.as_str().to_owned()),
                    ..Witness::default()
                })
                .key(key.join("\n"))
                .remedy("list the data actions that are needed, or declare the role in the policy"),
        );
    }
    drafts
}
