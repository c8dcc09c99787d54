//! `local-auth-switch`: somebody can switch keys on again.

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
    summary: "a principal can change the account, and so switch keys on again",
    why: "Local authentication is a property of the account. Whoever may write the account, such as an Owner, a \
          Contributor or a Cosmos DB Operator, can switch it on again, and keys that somebody kept open the account once \
          more. Where the policy has no `account_writers` for an account, this is a note, and concerns only accounts \
          whose keys are refused today.",
    fix: "Remove the role assignment, or name the principal in `account_writers`. An Azure Policy that denies accounts \
          with local authentication keeps the switch off for everybody.",
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
        consequence: |_| "so it can switch local authentication on, and every key opens them",
    };
    judge(&question, context)
}
