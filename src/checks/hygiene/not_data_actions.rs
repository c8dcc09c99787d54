//! `not-data-actions`: a role relies on subtracting actions, which the service is said not to support.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{list, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::ActionPattern;
use std::collections::BTreeSet;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::NotDataActions,
    group: Group::Hygiene,
    severity: Severity::Medium,
    summary: "a role subtracts actions with `notDataActions`, which may have no effect",
    why: "The documentation warns that the service does not support `notDataActions`. If it ignores them, the role's \
          holders have exactly what its author wanted to keep from them.",
    fix: "List the data actions that are needed, and leave `notDataActions` empty.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for role in &context.access.roles {
        let permissions = &role.definition.permissions;
        let subtracted: BTreeSet<&ActionPattern> = permissions
            .iter()
            .flat_map(|permission| &permission.not_data_actions)
            .collect();
        if subtracted.is_empty() {
            continue;
        }
        let quoted: Vec<String> = subtracted.iter().map(|pattern| quote(pattern.short())).collect();
        let message = format!(
            "the role {} subtracts {} with `notDataActions`, which the service is said to ignore",
            quote(&role.definition.role_name),
            list(&quoted)
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .subject(&role.definition.id)
                .remedy("list the data actions that are needed, and leave `notDataActions` empty"),
        );
    }
    drafts
}
