//! `key-access`: a principal can read account keys that work.

use super::judge::{judge, keys_open};
use super::question::Question;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::BypassKind;
use crate::policy::Privilege;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::AzureRole("read the account keys of"),
};

static CHECK: Check = Check {
    id: "key-access",
    group: Group::Bypass,
    severity: Severity::High,
    about: About::Tenant,
    needs: &[What::KeyReaders, What::AzureRbac, What::Delegations],
    summary: "A principal can read account keys that work",
    why: "Account keys bypass role assignments. A key grants full access to all data, and a read-only key grants \
          read access to all data. A principal that can read keys through an Azure role, such as Owner or \
          Contributor, has full access to the data. Roles that only read, such as Reader, include \
          `readonlykeys/read` by their wildcard. Sources disagree about whether Azure returns the keys for it, so \
          that is possible, not certain. Where the policy has no `key_readers` for an account, this is a note, and \
          a notice counts the principals that have such a role.",
    fix: "Disable key-based authentication. Account keys then stop working. Or delete the Azure role assignment, \
          use a role without `listKeys` such as Cosmos DB Operator, or list the principal in `key_readers`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::ReadKeys, BypassKind::ReadReadOnlyKeys],
        privilege: Privilege::KeyReaders,
        matters: |account, _| keys_open(account),
        consequence: |kind| match kind {
            BypassKind::ReadReadOnlyKeys => {
                "A read-only key grants read access to all data, regardless of role assignments."
            }
            _ => "A key grants full access to all data, regardless of role assignments.",
        },
    };
    judge(&question, context)
}
