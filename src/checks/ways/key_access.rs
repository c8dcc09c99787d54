//! `key-access`: somebody can read account keys that open the account.

use super::judge::{Question, judge, keys_open};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::policy::Privilege;
use crate::resolve::Way;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::KeyAccess,
    group: Group::Ways,
    severity: Severity::High,
    summary: "a principal can read account keys, and keys open the account",
    why: "While local authentication is on, a key is full access to all data (a read-only key: to read all of it), past \
          every role assignment. So whoever can read keys through an Azure role, such as Owner or Contributor, owns the \
          data. Roles that only read, Reader among them, carry `readonlykeys/read` by their wildcard; what the service \
          answers to it is not documented, so that is possible, not certain. Where the policy has no `key_readers` for \
          an account, this is a note, and roles that only read are left to the report's list of ways.",
    fix: "Turn local authentication off, and keys are worth nothing. Until then remove the role assignment, use a role \
          without `listKeys` such as Cosmos DB Operator, or name the principal in `key_readers`.",
    run: Run::Audit(run),
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: CHECK.id,
        ways: &[Way::ReadKeys, Way::ReadReadOnlyKeys],
        privilege: Privilege::KeyReaders,
        matters: |record, _| keys_open(record),
        consequence: |way| match way {
            Way::ReadReadOnlyKeys => "with one of them all data can be read, past every role",
            _ => "a key is full access to all data, past every role",
        },
    };
    judge(&question, context)
}
