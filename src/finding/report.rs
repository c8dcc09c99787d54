//! The report: findings with their counts, the accounts they are about, and the verdict.

use super::baseline::Fixed;
use super::cause::Cause;
use super::check::Check;
use super::digest::Digest;
use super::item::Finding;
use super::narrowest::Narrowest;
use super::not_checked::{NotChecked, What};
use super::plan::Plan;
use super::scale::{Severity, State};
use super::selected::Selected;
use super::subject::Reach;
use super::summary::{
    AccountSummary, CheckSummary, Counts, Ending, Filtered, Gate, Notice, SnapshotSummary, Verdict, Waivers,
};
use crate::model::AccountId;
use crate::resolve::{BypassRow, GroupRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The result of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was scanned.
    pub snapshot: SnapshotSummary,
    /// The policy files.
    pub policy: Vec<Arc<str>>,
    /// What to know of the policy and the baseline.
    pub notices: Vec<Notice>,
    /// What was not checked, and why, in the order of [`What`].
    pub not_checked: Vec<NotChecked>,
    /// What there is to say of waivers.
    pub waivers: Waivers,
    /// The counts.
    pub summary: Counts,
    /// When it fails.
    pub gate: Gate,
    /// What it says of the tenant.
    pub verdict: Verdict,
    /// How it ends.
    pub ending: Ending,
    /// Every check, in the order of `explain`.
    pub checks: Vec<CheckSummary>,
    /// The accounts, sorted by id.
    pub accounts: Vec<AccountSummary>,
    /// Who can get round the data plane's roles, by assignment and kind.
    pub bypasses: Vec<BypassRow>,
    /// The groups among the principals, sorted by id, with the members that are known.
    pub groups: Vec<GroupRow>,
    /// The findings, in their one order.
    pub findings: Vec<Finding>,
    /// What the filters of the audit leave out; `None`: it has none.
    pub filtered: Option<Filtered>,
    /// Why the findings are there, the worst first. Each finding has one cause.
    pub causes: Vec<Cause>,
    /// What the baseline had and is there no more, in one order.
    pub fixed: Vec<Fixed>,
    /// What a script of fixes does; `None`: it was not asked for.
    pub plan: Option<Box<Plan>>,
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
    /// See [`Report::not_checked`].
    pub not_checked: Vec<NotChecked>,
    /// See [`Report::waivers`].
    pub waivers: Waivers,
    /// See [`Report::checks`].
    pub checks: Vec<CheckSummary>,
    /// See [`Report::accounts`].
    pub accounts: Vec<AccountSummary>,
    /// See [`Report::bypasses`].
    pub bypasses: Vec<BypassRow>,
    /// See [`Report::groups`].
    pub groups: Vec<GroupRow>,
    /// See [`Report::findings`].
    pub findings: Vec<Finding>,
    /// See [`Report::filtered`].
    pub filtered: Option<Filtered>,
    /// See [`Report::causes`].
    pub causes: Vec<Cause>,
    /// See [`Report::fixed`].
    pub fixed: Vec<Fixed>,
}

impl Report {
    /// The account of an id.
    pub fn account(&self, id: &AccountId) -> Option<&AccountSummary> {
        self.accounts.get(self.place_of(id)?)
    }

    fn place_of(&self, id: &AccountId) -> Option<usize> {
        self.accounts.binary_search_by(|account| account.id.cmp(id)).ok()
    }

    /// Why a check cannot pass: what it needs and was not checked, in the account of a place or anywhere.
    pub fn unchecked(&self, check: &Check, account: Option<usize>) -> impl Iterator<Item = &NotChecked> {
        let rows = self.not_checked.iter();
        rows.filter(move |row| row.prevents(check.needs, account))
    }

    /// Whether something was not checked, or not in full, in the account of this place.
    pub fn lacks(&self, what: What, account: usize) -> bool {
        self.not_checked.iter().any(|row| row.prevents(&[what], Some(account)))
    }

    /// What was not checked in the account of this place, or possibly not, each once.
    pub fn not_checked_in(&self, account: usize) -> Vec<&'static str> {
        let rows = self.not_checked.iter().filter(|row| row.is_about(account));
        let mut words: Vec<&str> = rows.map(|row| row.what.word()).collect();
        words.dedup();
        words
    }

    /// How many findings of each severity count and concern each account, the mildest first: those of the account, and
    /// those of Azure role assignments that reach it.
    pub fn by_account(&self) -> Vec<[usize; Severity::ALL.len()]> {
        let mut counts = vec![[0; Severity::ALL.len()]; self.accounts.len()];
        for finding in self.findings.iter().filter(|finding| finding.state == State::New) {
            for account in self.concerned(finding) {
                if let Some(number) = counts
                    .get_mut(account)
                    .and_then(|counts| counts.get_mut(finding.severity as usize))
                {
                    *number += 1;
                }
            }
        }
        counts
    }

    /// The accounts that an assignment of Azure RBAC reaches.
    pub fn reached<'r>(&'r self, reach: &'r Reach) -> impl Iterator<Item = &'r AccountSummary> {
        let places = reach.accounts.iter();
        places.filter_map(|place| self.accounts.get(*place))
    }

    /// What waivers tell a finding from others by.
    fn selected<'r>(&'r self, finding: &'r Finding) -> Selected<'r> {
        finding.selected(|place| self.accounts.get(place).map(|account| &account.id))
    }

    /// The narrowest waivers of the findings, in their order.
    pub fn narrowest(&self) -> Vec<Option<Narrowest>> {
        let findings = self
            .findings
            .iter()
            .map(|finding| (finding.check, self.selected(finding)));
        Narrowest::of_all(findings, self.accounts.iter().map(|account| account.id.name()))
    }

    /// The accounts that a finding concerns, by their places.
    pub fn concerned(&self, finding: &Finding) -> Vec<usize> {
        let reached = finding.subject.reach().map_or(&[][..], |reach| &reach.accounts);
        let own = finding.account().and_then(|id| self.place_of(id));
        let beside = own.filter(|own| reached.binary_search(own).is_err());
        reached.iter().copied().chain(beside).collect()
    }

    /// Who answers for the accounts that a finding concerns, as the policy says: sorted, and joined with commas. Empty: it says
    /// nothing of them.
    pub fn owner(&self, finding: &Finding) -> String {
        let places = self.concerned(finding).into_iter();
        let accounts = places.filter_map(|place| self.accounts.get(place));
        let owners: BTreeSet<&str> = accounts.flat_map(|one| &*one.owners).map(String::as_str).collect();
        owners.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Identifies the run: 32 hexadecimal digits. The same tenant at the same time, held against the same policy with the same
    /// result, has the same ones.
    pub fn run_id(&self) -> String {
        let mut hash = Digest::new("run", 1);
        hash.field(&self.snapshot.cloud);
        hash.field(&self.snapshot.tenant);
        hash.field(&self.snapshot.taken_at.to_string());
        self.policy.iter().for_each(|file| hash.field(file));
        hash.field(self.verdict.word());
        for finding in &self.findings {
            hash.field(&finding.fingerprint());
            hash.field(finding.severity.word());
            hash.field(finding.state.word());
        }
        hash.finish()
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
            not_checked,
            waivers,
            checks,
            accounts,
            bypasses,
            groups,
            findings,
            filtered,
            causes,
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
        let is_empty = !accounts.iter().any(|account| account.is_shown);
        let verdict = match () {
            () if gate.fail_on.is_none() => Verdict::NotGated,
            () if summary.failing > 0 => Verdict::Fail,
            () if !snapshot.complete => Verdict::Incomplete,
            () if is_empty => Verdict::Empty,
            () => Verdict::Pass,
        };
        let ending = match () {
            () if summary.failing > 0 => Ending::Findings,
            () if !snapshot.complete && !gate.allow_incomplete => Ending::Incomplete,
            () if is_empty => Ending::Empty,
            () => Ending::Clean,
        };
        Self {
            snapshot,
            policy,
            notices,
            not_checked,
            waivers,
            summary,
            gate,
            verdict,
            ending,
            checks,
            accounts,
            bypasses,
            groups,
            findings,
            filtered,
            causes,
            fixed,
            plan: None,
        }
    }

    /// What it is made of, to make another one of it.
    pub fn into_parts(self) -> Parts {
        Parts {
            snapshot: self.snapshot,
            policy: self.policy,
            notices: self.notices,
            waivers: self.waivers,
            not_checked: self.not_checked,
            checks: self.checks,
            accounts: self.accounts,
            bypasses: self.bypasses,
            groups: self.groups,
            findings: self.findings,
            filtered: self.filtered,
            causes: self.causes,
            fixed: self.fixed,
        }
    }

    /// The accounts that it is about, with their places.
    pub fn shown_accounts(&self) -> impl Iterator<Item = (usize, &AccountSummary)> {
        self.accounts.iter().enumerate().filter(|(_, account)| account.is_shown)
    }

    /// How many accounts it is about.
    pub fn number_of_accounts(&self) -> usize {
        self.shown_accounts().count()
    }
}
