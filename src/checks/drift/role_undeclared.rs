//! `role-undeclared`: a custom role definition exists that the policy does not declare.

use super::role_drift::is_declared;
use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, count, quote, verbs};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::arm_id::last_segment;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::RoleUndeclared,
    group: Group::Drift,
    severity: Severity::Medium,
    summary: "a custom role definition exists that the policy does not declare",
    why: "The policy lists the custom roles of the account, and this one is not among them: nobody reviewed what it \
          allows.",
    fix: "Delete the role definition once nothing is assigned it, or declare it in the policy.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let Some(rules) = &context.policy.roles else {
        return Vec::new();
    };
    let universe = &context.access.universe;
    let custom = context.access.roles.iter().filter(|role| !role.definition.built_in);
    custom
        .filter(|role| !rules.iter().any(|rule| is_declared(role, rule)))
        .map(|role| {
            let holders = context
                .access
                .grants()
                .filter(|grant| grant.role.definition.id == role.definition.id)
                .count();
            let message = format!(
                "the policy does not declare the custom role {}, which lets its holders {} ({})",
                quote(&role.definition.role_name),
                verbs(universe, role.bounds.most()),
                count(holders, "assignment", "assignments"),
            );
            Draft::new(CHECK.id, message)
                .subject(&role.definition.id)
                .data_actions(universe, role.bounds.most())
                .policy(context.block_with(|block| block.roles.is_some()))
                .remedy("delete the role definition once nothing is assigned it, or declare it in the policy")
                .command(
                    Command::on(
                        &context.record.account,
                        "az cosmosdb sql role definition delete",
                        "--account-name",
                    )
                    .flag("--id", last_segment(&role.definition.id)),
                )
        })
        .collect()
}
