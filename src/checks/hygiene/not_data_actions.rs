//! `not-data-actions`: a role relies on subtracting actions, which the service is said not to support.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix;
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
    origin: Origin::BroadRole,
};

static CHECK: Check = Check {
    id: "not-data-actions",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Role,
    needs: &[What::RoleDefinitions],
    summary: "a role subtracts actions with `notDataActions`, which may have no effect",
    why: "The documentation warns that the service does not support `notDataActions`. If it ignores them, the role's \
          holders have exactly what its author wanted to keep from them. The Azure CLI leaves `NotDataActions` out when it creates a \
          role, so a role made with it grants them in any case.",
    fix: "List the data actions that are needed, and leave `notDataActions` empty.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
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
        let quoted: Vec<Shown> = subtracted.iter().map(|pattern| quote(pattern.short())).collect();
        let message = shown!(
            "the role {} subtracts {} with `notDataActions`, which the service is said to ignore",
            quote(role.definition.name()),
            Shown::list(&quoted)
        );
        let (summary, steps) = fix::rewrite(
            context,
            role,
            "list the data actions that are needed, and leave `notDataActions` empty",
        );
        let title = title!(
            "Role {} in {} relies on notDataActions",
            Shown::of(role.definition.name()),
            account_title(context)
        );
        drafts.push(
            Draft::new(&CHECK, context.about_role(role.definition), title, message)
                .key(key_of(subtracted))
                .fix(summary, steps),
        );
    }
    drafts
}
