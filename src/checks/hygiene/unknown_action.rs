//! `unknown-action`: a role, or the policy, names an action that no catalogue lists.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Row, Run};
use crate::checks::wording::{key_of, quote};
use crate::finding::{About, Check, Group, Severity};
use crate::model::action::PREFIX;
use crate::model::{ActionPattern, Api, Shown};
use crate::shown;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
};

static CHECK: Check = Check {
    id: "unknown-action",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Role,
    summary: "a role names a data action that the documentation does not list",
    why: "Either the name is misspelt and the role does not grant what its author thinks, or it belongs to Azure RBAC or \
          another API and does nothing here, or it is newer than this version's catalogue.",
    fix: "Correct the name, or remove it. `items/write` does not exist: it is `create`, `replace` and `upsert`.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let api = context.account().api;
    if api.catalogue().is_empty() {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for role in &context.access.roles {
        let unknown: BTreeSet<&ActionPattern> = role
            .definition
            .patterns()
            .filter(|pattern| !is_known(pattern, api))
            .collect();
        if unknown.is_empty() {
            continue;
        }
        let quoted: Vec<Shown> = unknown.iter().map(|pattern| quote(pattern.short())).collect();
        let message = shown!(
            "the role {} names {}, which the {} API does not have",
            quote(&role.definition.role_name),
            Shown::list(&quoted),
            api.title()
        );
        drafts.push(
            Draft::new(&CHECK, context.about_role(role.definition), message)
                .key(key_of(unknown))
                .remedy("correct the name of the data action, or remove it from the role"),
        );
    }
    drafts
}

fn is_known(pattern: &ActionPattern, api: Api) -> bool {
    api.catalogue()
        .iter()
        .any(|action| pattern.covers_most(&format!("{PREFIX}{}", action.name)))
}
