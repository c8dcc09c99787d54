//! `not-data-actions`: a role relies on `notDataActions`, which the documentation says the service doesn't support.

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
    summary: "Role excludes data actions with `notDataActions`",
    why: "Azure Cosmos DB doesn't support `notDataActions`, according to its documentation. If the service ignores \
          them, the role grants exactly what its author wanted to exclude. The Azure CLI drops `NotDataActions` \
          when it creates a role, so a role that was created with it grants them in any case.",
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
            "Role {} excludes {} with `notDataActions`. Azure Cosmos DB doesn't support that, so holders can probably still \
             use it.",
            quote(role.definition.name()),
            Shown::list(&quoted)
        );
        let (summary, steps) = fix::rewrite(
            context,
            role,
            "List the data actions that are needed, and leave `notDataActions` empty.",
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
