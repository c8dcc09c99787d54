//! `key-access`: somebody can read account keys that open the account.

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
    summary: "a principal can read account keys, and keys open the account",
    why: "While local authentication is on, a key is full access to all data (a read-only key: to read all of it), past \
          every role assignment. So whoever can read keys through an Azure role, such as Owner or Contributor, owns the \
          data. Roles that only read, Reader among them, include `readonlykeys/read` by \
          their wildcard; sources disagree about whether Azure returns the keys for it, so that is possible, not \
          certain. Where the policy has no `key_readers` for an account, this is a note, and a notice counts the \
          principals that have such a role.",
    fix: "Turn local authentication off, and keys are worth nothing. Until then remove the role assignment, use a role \
          without `listKeys` such as Cosmos DB Operator, or name the principal in `key_readers`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let question = Question {
        check: &CHECK,
        kinds: &[BypassKind::ReadKeys, BypassKind::ReadReadOnlyKeys],
        privilege: Privilege::KeyReaders,
        matters: |account, _| keys_open(account),
        consequence: |kind| match kind {
            BypassKind::ReadReadOnlyKeys => "with one of them all data can be read, past every role",
            _ => "a key is full access to all data, past every role",
        },
    };
    judge(&question, context)
}
