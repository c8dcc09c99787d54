//! A row in the table of checks.

use super::context::{AccountContext, AuditContext};
use super::draft::Draft;
use super::waivers::Fate;
use crate::finding::Check;

/// A check, and how it looks for its findings.
pub(super) struct Row {
    pub(super) check: &'static Check,
    pub(super) run: Run,
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
