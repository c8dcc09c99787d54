//! `role-assignment-write`: somebody can give itself every other way.

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
    origin: Origin::AzureRole("assign Azure roles that cover"),
};

static CHECK: Check = Check {
    id: "role-assignment-write",
    group: Group::Bypass,
    severity: Severity::High,
    about: About::Tenant,
    needs: &[What::RoleAdmins, What::AzureRbac, What::Delegations],
    summary: "a principal can assign Azure roles, and so give itself every other way to the data",
    why: "Whoever may write role assignments of Azure, such as an Owner or a User Access Administrator, can make itself \
          Owner of the account and then read keys, switch them on or grant itself access. A condition \
          that limits which roles they can assign is evaluated: the finding is certain where a role that opens a bypass \
          is left, and there is none where no such role is. Where the policy has no `role_admins` for an account, this \
          is a note.",
    fix: "Remove the role assignment, narrow its scope, let it be activated when needed (Privileged Identity \
          Management), or name the principal in `role_admins`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::AssignRoles],
        privilege: Privilege::RoleAdmins,
        matters: |_, _| Some(Confidence::Certain),
        consequence: |_| "so it can give itself any role, and with it all access to the data",
    };
    judge(&question, context)
}
