//! `local-auth-switch`: a principal can enable key-based authentication.

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
    origin: Origin::AzureRole("enable key-based authentication on"),
};

static CHECK: Check = Check {
    id: "local-auth-switch",
    group: Group::Bypass,
    severity: Severity::Medium,
    about: About::Tenant,
    needs: &[What::AccountWriters, What::AzureRbac, What::Delegations],
    summary: "A principal can enable key-based authentication",
    why: "Key-based authentication is a property of the account. A principal that can write the account, such as an \
          Owner, a Contributor or a Cosmos DB Operator, can enable it again. Keys that someone kept then work \
          again. Where the policy has no `account_writers` for an account, this is a note, and only accounts with \
          key-based authentication disabled are reported.",
    fix: "Delete the Azure role assignment, or list the principal in `account_writers`. An Azure Policy that denies \
          accounts with key-based authentication keeps it disabled for everyone.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::ChangeAccount],
        privilege: Privilege::AccountWriters,
        matters: |account, stated| match account.local_auth_disabled {
            _ if stated => Some(Confidence::Certain),
            Some(true) => Some(Confidence::Certain),
            // Keys open it anyway.
            Some(false) => None,
            None => Some(Confidence::Possible),
        },
        consequence: |_| "The principal can enable key-based authentication. Account keys then grant full access to all data.",
    };
    judge(&question, context)
}
