//! The report: findings with their counts, the accounts they are about, and the verdict.

use super::baseline::Fixed;
use super::check::Check;
use super::item::Finding;
use super::scale::{Severity, State};
use super::summary::{AccountSummary, CheckSummary, Counts, Gate, Notice, SnapshotSummary, Verdict};
use crate::model::AccountId;
use crate::resolve::BypassRow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The result of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was scanned.
    pub snapshot: SnapshotSummary,
    /// The policy files.
    pub policy: Vec<Arc<str>>,
    /// What was not judged, and why.
    pub notices: Vec<Notice>,
    /// The counts.
    pub summary: Counts,
    /// When it fails.
    pub gate: Gate,
    /// What it comes to.
    pub verdict: Verdict,
    /// Every check, in the order of `explain`.
    pub checks: Vec<CheckSummary>,
    /// The accounts, sorted by id.
    pub accounts: Vec<AccountSummary>,
    /// Who can get round the data plane's roles, by assignment and kind.
    pub bypasses: Vec<BypassRow>,
    /// The findings, in their one order.
    pub findings: Vec<Finding>,
    /// What the baseline had and is there no more, in one order.
    pub fixed: Vec<Fixed>,
}

/// What a report is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// See [`Report::snapshot`].
    pub snapshot: SnapshotSummary,
    /// See [`Report::policy`].
    pub policy: Vec<Arc<str>>,
    /// See [`Report::notices`].
    pub notices: Vec<Notice>,
    /// See [`Report::checks`].
    pub checks: Vec<CheckSummary>,
    /// See [`Report::accounts`].
    pub accounts: Vec<AccountSummary>,
    /// See [`Report::bypasses`].
    pub bypasses: Vec<BypassRow>,
    /// See [`Report::findings`].
    pub findings: Vec<Finding>,
    /// See [`Report::fixed`].
    pub fixed: Vec<Fixed>,
}

impl Report {
    /// The account of an id.
    pub fn account(&self, id: &AccountId) -> Option<&AccountSummary> {
        let place = self.accounts.binary_search_by(|account| account.id.cmp(id)).ok()?;
        self.accounts.get(place)
    }

    /// The checks that ran, with the severity of their findings.
    pub fn ran(&self) -> impl Iterator<Item = (&'static Check, Severity)> {
        self.checks.iter().filter_map(|one| Some((one.check, one.severity?)))
    }

    /// Counts the findings and draws the verdict. The parts are taken as they are: sorted.
    pub fn new(parts: Parts, gate: Gate) -> Self {
        let Parts {
            snapshot,
            policy,
            notices,
            checks,
            accounts,
            bypasses,
            findings,
            fixed,
        } = parts;
        let none: BTreeMap<Severity, usize> = Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
        let mut summary = Counts {
            by_severity: none.clone(),
            known_by_severity: none,
            fixed: fixed.len(),
            ..Counts::default()
        };
        for finding in &findings {
            let counted = match finding.state {
                State::New => &mut summary.findings,
                State::Known => &mut summary.known,
                State::Waived => &mut summary.waived,
            };
            *counted += 1;
            if finding.state == State::Known {
                *summary.known_by_severity.entry(finding.severity).or_default() += 1;
            }
            if finding.state != State::New {
                continue;
            }
            *summary.by_severity.entry(finding.severity).or_default() += 1;
            *summary.by_check.entry(finding.check).or_default() += 1;
            summary.failing += usize::from(gate.fails(finding));
        }
        let verdict = match () {
            () if summary.failing > 0 => Verdict::Fail,
            () if !snapshot.complete && !gate.allow_incomplete => Verdict::Incomplete,
            () if accounts.is_empty() => Verdict::Empty,
            () => Verdict::Pass,
        };
        Self {
            snapshot,
            policy,
            notices,
            summary,
            gate,
            verdict,
            checks,
            accounts,
            bypasses,
            findings,
            fixed,
        }
    }
}
