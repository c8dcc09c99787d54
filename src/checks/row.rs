//! A row in the table of checks.

use super::context::{AccountContext, AuditContext};
use super::draft::Draft;
use super::waivers::Fate;
use crate::finding::Check;

/// A check, and how it looks for its findings.
pub(super) struct Row {
    pub(super) check: &'static Check,
    pub(super) run: Run,
    pub(super) origin: Origin,
}

/// What has to be changed where a check finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Whether an account accepts keys.
    Keys,
    /// Whether keys can change databases and containers of an account.
    KeyMetadataWrites,
    /// How old the keys of an account are.
    KeyAge,
    /// An assignment of an Azure role. What its holder can do, before the accounts.
    AzureRole(&'static str),
    /// A role assignment of an account.
    Assignment,
    /// A role assignment of an account that is invalid or obsolete, whatever its role gives.
    StaleAssignment,
    /// A role definition.
    Role,
    /// A role definition that grants more than it has to.
    BroadRole,
    /// A role definition that the policy does not declare.
    UndeclaredRole,
    /// Access that somebody is to have.
    Required,
    /// Who is in a group.
    Members,
    /// Something else of one account.
    Account,
    /// The policy, which says nothing of an account.
    Uncovered,
    /// Blocks of the policy that contradict each other.
    Contradiction,
    /// An entry of the policy.
    Policy,
    /// What the scan can read.
    Unread,
}

/// How a check looks for its findings.
pub(super) enum Run {
    /// In one account.
    Account(fn(&AccountContext<'_, '_>) -> Vec<Draft>),
    /// In the audit as a whole, after all accounts.
    Audit(fn(&AuditContext<'_>) -> Vec<Draft>),
    /// In both.
    Both(
        fn(&AccountContext<'_, '_>) -> Vec<Draft>,
        fn(&AuditContext<'_>) -> Vec<Draft>,
    ),
    /// In what became of a waiver, after all findings.
    Waiver(fn(&Fate<'_>) -> Option<Draft>),
}

impl Row {
    /// What it finds in an account.
    pub(super) fn in_account(&self, context: &AccountContext<'_, '_>) -> Vec<Draft> {
        match self.run {
            Run::Account(run) | Run::Both(run, _) => run(context),
            Run::Audit(_) | Run::Waiver(_) => Vec::new(),
        }
    }

    /// What it finds in the audit as a whole.
    pub(super) fn in_audit(&self, context: &AuditContext<'_>) -> Vec<Draft> {
        match self.run {
            Run::Audit(run) | Run::Both(_, run) => run(context),
            Run::Account(_) | Run::Waiver(_) => Vec::new(),
        }
    }

    /// What it finds in what became of a waiver.
    pub(super) fn in_waiver(&self, fate: &Fate<'_>) -> Option<Draft> {
        match self.run {
            Run::Waiver(run) => run(fate),
            Run::Account(_) | Run::Audit(_) | Run::Both(..) => None,
        }
    }
}
