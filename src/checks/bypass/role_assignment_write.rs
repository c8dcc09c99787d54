//! `role-assignment-write`: a principal can assign Azure roles, to itself among others.

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
    summary: "A principal can assign Azure roles that cover accounts",
    why: "A principal that can write Azure role assignments, such as an Owner or a User Access Administrator, can \
          assign itself Owner of the account. It can then read keys, re-enable key-based authentication or grant \
          itself access to the data. A condition that limits the roles is evaluated. The finding is certain if a \
          role that leads to the data can still be assigned. There is no finding if none can. Where the policy has \
          no `role_admins` for an account, this is a note.",
    fix: "Delete the Azure role assignment, narrow its scope, make it eligible (Privileged Identity Management), or \
          list the principal in `role_admins`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::AssignRoles],
        privilege: Privilege::RoleAdmins,
        matters: |_, _| Some(Confidence::Certain),
        consequence: |_| "The principal can assign itself a role that leads to the data.",
    };
    judge(&question, context)
}
