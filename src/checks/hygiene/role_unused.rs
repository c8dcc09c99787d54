//! `role-unused`: nobody is assigned a custom role.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::arm_id::last_segment;
use std::collections::BTreeSet;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::RoleUnused,
    group: Group::Hygiene,
    severity: Severity::Note,
    summary: "nobody is assigned a custom role",
    why: "A role definition that nobody uses is one more thing to review, and counts towards the limit of 100 per \
          account.",
    fix: "Delete the role definition, unless something is about to use it.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    if !context.record.has_all_role_assignments() {
        return Vec::new();
    }
    let access = &context.access;
    let used: BTreeSet<&str> = access
        .assignments
        .iter()
        .filter_map(|found| access.role_of(found))
        .map(|role| role.definition.id.as_str())
        .collect();
    let custom = access
        .roles
        .iter()
        .map(|role| role.definition)
        .filter(|definition| !definition.built_in);
    custom
        .filter(|definition| !used.contains(definition.id.as_str()))
        .map(|definition| {
            Draft::new(
                CHECK.id,
                format!("nobody is assigned the role {}", quote(&definition.role_name)),
            )
            .subject(&definition.id)
            .remedy("delete the role definition, unless something is about to use it")
            .command(
                Command::on(
                    &context.record.account,
                    "az cosmosdb sql role definition delete",
                    "--account-name",
                )
                .flag("--id", last_segment(&definition.id)),
            )
        })
        .collect()
}
