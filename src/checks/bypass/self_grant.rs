//! `self-grant`: a principal can grant itself access to data.

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
    summary: "A principal can grant itself access to data",
    why: "Data-plane role assignments are written through Azure RBAC. A principal that can create them, such as an \
          Owner, a Contributor or a DocumentDB Account Contributor, can grant itself, or anyone, full access to the \
          data. Disabling key-based authentication doesn't prevent that. Whether roles of another API than the \
          account's apply isn't documented, so a principal that can write only these possibly can. Where the policy has no `role_admins` for \
          an account, this is a note.",
    fix: "Delete the Azure role assignment, use a role without `sqlRoleAssignments/write` such as Cosmos DB \
          Operator, or list the principal in `role_admins`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::GrantData],
        privilege: Privilege::RoleAdmins,
        matters: |_, _| Some(Confidence::Certain),
        consequence: |_| "The principal can grant itself full access to the data.",
    };
    judge(&question, context)
}
