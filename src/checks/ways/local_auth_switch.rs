//! `local-auth-switch`: somebody can switch keys on again.

use super::judge::{Question, judge};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Confidence, Severity};
use crate::policy::Privilege;
use crate::resolve::Way;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::LocalAuthSwitch,
    group: Group::Ways,
    severity: Severity::Medium,
    summary: "a principal can change the account, and so switch keys on again",
    why: "Local authentication is a property of the account. Whoever may write the account, such as an Owner, a \
          Contributor or a Cosmos DB Operator, can switch it on again, and keys that somebody kept open the account once \
          more. Where the policy has no `account_writers` for an account, this is a note, and concerns only accounts \
          whose keys are refused today.",
    fix: "Remove the role assignment, or name the principal in `account_writers`. An Azure Policy that denies accounts \
          with local authentication keeps the switch off for everybody.",
    run: Run::Audit(run),
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: CHECK.id,
        ways: &[Way::ChangeAccount],
        privilege: Privilege::AccountWriters,
        matters: |record, stated| match record.account.local_auth_disabled {
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
