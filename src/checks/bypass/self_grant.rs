//! `self-grant`: somebody can give itself access to the data.

use super::judge::judge;
use super::question::Question;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::BypassKind;
use crate::policy::Privilege;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::AzureRole("grant access to data in"),
};

static CHECK: Check = Check {
    id: "self-grant",
    group: Group::Bypass,
    severity: Severity::High,
    about: About::Tenant,
    needs: &[What::RoleAdmins, What::AzureRbac, What::Delegations],
    summary: "a principal can give itself access to the data",
    why: "Role assignments of the data plane are written through Azure RBAC. Whoever may write them, such as an Owner, a \
          Contributor or a DocumentDB Account Contributor, can give itself, or anybody, any access to the data, whether \
          keys are refused or not. Where the policy has no `role_admins` for an account, this is a note.",
    fix: "Remove the Azure role assignment, use a role without `sqlRoleAssignments/write` such as Cosmos DB Operator, or \
          name the principal in `role_admins`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::GrantData],
        privilege: Privilege::RoleAdmins,
        matters: |_, _| Some(Confidence::Certain),
        consequence: |_| "so it can give itself access",
    };
    judge(&question, context)
}
