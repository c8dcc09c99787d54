//! The report: findings with their counts, the accounts they are about, and the verdict.

use super::{AccessSummary, CheckId, Finding, PolicyRef, PrincipalRef, RouteSummary, Severity, State, WaySummary};
use crate::model::{AccountId, Api};
use crate::snapshot::Subscription;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// When an audit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The mildest severity that fails it; `None`: findings never do.
    pub fail_on: Option<Severity>,
    /// Whether an incomplete collection is accepted.
    pub allow_incomplete: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            fail_on: Some(Severity::Medium),
            allow_incomplete: false,
        }
    }
}

impl Gate {
    /// Whether the finding fails the audit. What could not be read is no violation; it has its own verdict.
    pub fn fails(self, finding: &Finding) -> bool {
        finding.state == State::New
            && finding.check != CheckId::CollectionIncomplete
            && self.fail_on.is_some_and(|mildest| finding.severity >= mildest)
    }
}

/// What an audit comes to. Each has its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing that counts was found.
    Pass,
    /// Something that counts was found.
    Fail,
    /// Nothing that counts was found, but not everything could be read.
    Incomplete,
    /// There was no account to audit.
    Empty,
}

impl Verdict {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Incomplete => "incomplete",
            Self::Empty => "empty",
        }
    }
}

/// What was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotSummary {
    /// When the scan began.
    pub taken_at: Timestamp,
    /// The cloud.
    pub cloud: String,
    /// The tenant's id, as far as it is known.
    pub tenant: String,
    /// The subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// How many accounts there are.
    pub accounts: usize,
    /// How many more were deleted while the scan ran.
    pub gone: usize,
    /// How many role definitions were read, built-in ones included.
    pub role_definitions: usize,
    /// How many role assignments were read.
    pub role_assignments: usize,
    /// Whether everything could be read.
    pub complete: bool,
}

impl SnapshotSummary {
    /// The name of an account's subscription, or its id where no name is known.
    pub fn subscription_name<'s>(&'s self, account: &'s AccountId) -> &'s str {
        let own =
            |found: &&Subscription| found.id.eq_ignore_ascii_case(account.subscription()) && !found.name.is_empty();
        let found = self.subscriptions.iter().find(own);
        found.map_or(account.subscription(), |found| &found.name)
    }
}

/// One account, as the scan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// Its ARM id.
    pub id: AccountId,
    /// Its region.
    pub location: String,
    /// The API it speaks.
    pub api: Api,
    /// Whether keys are refused; `None`: not known.
    pub local_auth_disabled: Option<bool>,
    /// Whether keys may not change metadata; `None`: not known.
    pub key_metadata_writes_disabled: Option<bool>,
    /// The names of the policy's blocks that match it.
    pub blocks: Vec<String>,
    /// How many role definitions were read; `None`: they could not be.
    pub role_definitions: Option<usize>,
    /// How many role assignments were read; `None`: they could not be.
    pub role_assignments: Option<usize>,
    /// How many databases there are; `None`: not known.
    pub databases: Option<usize>,
    /// How many things could not be read.
    pub gaps: usize,
    /// Who has or should have access, sorted by id.
    pub principals: Vec<PrincipalSummary>,
    /// Who may do what, as far as the account's own roles say.
    pub access: AccessSummary,
    /// Who can get round these roles through Azure RBAC.
    pub ways: Vec<WaySummary>,
}

impl AccountSummary {
    /// What its keys are good for, in words.
    pub fn keys(&self) -> &'static str {
        match self.local_auth_disabled {
            Some(true) => "keys are refused",
            Some(false) => "keys open it",
            None => "keys: not known",
        }
    }
}

/// A principal in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalSummary {
    /// Who.
    pub principal: PrincipalRef,
    /// How many role assignments it has there.
    pub assignments: usize,
    /// How that compares with the policy.
    pub state: PrincipalState,
}

/// How a principal's access compares with the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalState {
    /// It has what the policy wants, and no more than the policy allows.
    AsDeclared,
    /// It has more or less.
    Drift,
    /// The policy states no grants for the account, or not everything could be read.
    NotJudged,
}

impl PrincipalState {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::AsDeclared => "as-declared",
            Self::Drift => "drift",
            Self::NotJudged => "not-judged",
        }
    }
}

/// Something that was not judged although nothing failed: a rule, or what was not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What, and why.
    pub message: String,
    /// The policy line concerned.
    pub policy: Option<PolicyRef>,
}

/// A check that ran, with what it says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSummary {
    /// Which.
    pub id: CheckId,
    /// How bad its findings are, after the policy's `checks:`.
    pub severity: Severity,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// How many findings there are. Known and waived ones are counted apart and nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings that count.
    pub findings: usize,
    /// Findings that an earlier report has already.
    pub known: usize,
    /// Findings that a waiver accepts.
    pub waived: usize,
    /// Of those that count, how many of each severity; every severity is present.
    pub by_severity: BTreeMap<Severity, usize>,
    /// Of those that count, how many of each check; only checks that found something.
    pub by_check: BTreeMap<CheckId, usize>,
}

impl Summary {
    /// What there is beside the findings that count, as the end of a list: `, 2 known, 1 waived`; often nothing.
    pub fn beside(&self) -> String {
        let parts = [(self.known, "known"), (self.waived, "waived")];
        let there = parts.into_iter().filter(|(number, _)| *number > 0);
        there.map(|(number, word)| format!(", {number} {word}")).collect()
    }
}

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
    pub summary: Summary,
    /// When it fails.
    pub gate: Gate,
    /// What it comes to.
    pub verdict: Verdict,
    /// The checks that ran, in the order of [`CheckId::ALL`]; those that the policy turned off are left out.
    pub checks: Vec<CheckSummary>,
    /// The accounts, sorted by id.
    pub accounts: Vec<AccountSummary>,
    /// The ways round the data plane, by assignment and way.
    pub routes: Vec<RouteSummary>,
    /// The findings, in their one order.
    pub findings: Vec<Finding>,
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
    /// See [`Report::routes`].
    pub routes: Vec<RouteSummary>,
    /// See [`Report::findings`].
    pub findings: Vec<Finding>,
}

impl Report {
    /// The account of an id.
    pub fn account(&self, id: &AccountId) -> Option<&AccountSummary> {
        let place = self.accounts.binary_search_by(|account| account.id.cmp(id)).ok()?;
        self.accounts.get(place)
    }

    /// Counts the findings and draws the verdict. The parts are taken as they are: sorted.
    pub fn new(parts: Parts, gate: Gate) -> Self {
        let Parts {
            snapshot,
            policy,
            notices,
            checks,
            accounts,
            routes,
            findings,
        } = parts;
        let mut summary = Summary {
            by_severity: Severity::ALL.into_iter().map(|severity| (severity, 0)).collect(),
            ..Summary::default()
        };
        let mut fails = false;
        for finding in &findings {
            let counted = match finding.state {
                State::New => &mut summary.findings,
                State::Known => &mut summary.known,
                State::Waived => &mut summary.waived,
            };
            *counted += 1;
            if finding.state != State::New {
                continue;
            }
            *summary.by_severity.entry(finding.severity).or_default() += 1;
            *summary.by_check.entry(finding.check).or_default() += 1;
            fails |= gate.fails(finding);
        }
        let verdict = match () {
            () if fails => Verdict::Fail,
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
            routes,
            findings,
        }
    }
}
