//! `role-missing`: a role definition of the policy doesn't exist in the account.

use super::role_drift::is_declared;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity, Subject, What};
use crate::model::Shown;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Role,
};

static CHECK: Check = Check {
    id: "role-missing",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Role,
    needs: &[What::Roles, What::RoleDefinitions],
    summary: "Role definition of the policy doesn't exist",
    why: "Access that the policy grants through this role can't be assigned as reviewed. It is granted through \
          another role, or not at all.",
    fix: "Create the role definition from the policy, or remove it from the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    // Clusters have no role definitions of their own.
    if !context.record.has_all_role_definitions() || context.account().api.is_cluster() {
        return Vec::new();
    }
    let rules = context.policy.roles.iter().flatten();
    rules
        .filter(|rule| !context.access.own_roles().any(|role| is_declared(role, rule)))
        .map(|rule| {
            let subject = Subject::Role {
                account: context.account().id.clone(),
                id: None,
                name: rule.name.clone(),
                actions: Vec::new(),
            };
            let (summary, steps) = fix::create(context, rule);
            Draft::new(
                &CHECK,
                subject,
                title!(
                    "Role {} doesn't exist in {}",
                    Shown::of(&rule.name),
                    account_title(context)
                ),
                shown!(
                    "The policy requires role {} in {}. No role definition there has this name.",
                    quote(&rule.name),
                    account_name(context)
                ),
            )
            .policy(Some(&rule.at))
            .key(&rule.name)
            .fix(
                shown!(
                    "{} Or remove it from the policy ({}).",
                    summary,
                    Shown::of_value(&rule.at)
                ),
                steps,
            )
        })
        .collect()
}
