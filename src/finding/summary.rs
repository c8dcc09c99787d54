//! What a report says beside its findings: what was scanned, the accounts, the checks, the counts and the verdict.

use super::check::Check;
use super::item::Finding;
use super::place::Place;
use super::scale::{Severity, State};
use crate::model::{AccountId, Api, Keys, PrincipalRef, ScannedBy, Shown};
use crate::resolve::AccessRows;
use crate::snapshot::Subscription;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use strum::IntoStaticStr;

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
            && !finding.is_gap()
            && self.fail_on.is_some_and(|mildest| finding.severity >= mildest)
    }
}

/// How an audit ends. Each has its exit code, and no format changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing that counts was found, as far as the gate asks.
    Clean,
    /// Something that fails the audit was found.
    Findings,
    /// Not everything could be read, and the gate does not accept that.
    Incomplete,
    /// There was no account to audit.
    Empty,
}

/// What an audit says of the tenant, whatever its gate accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Nothing that counts was found.
    Pass,
    /// Something that counts was found.
    Fail,
    /// Nothing that counts was found, but not everything could be read.
    Incomplete,
    /// There was no account to audit.
    Empty,
    /// No finding fails the audit, whatever was found (`--fail-on never`).
    NotGated,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Fail, Self::Incomplete, Self::Empty, Self::NotGated];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotSummary {
    /// When the scan began; of snapshots that were merged, the oldest.
    pub taken_at: Timestamp,
    /// When the newest of the scans that were merged began; otherwise `taken_at`.
    pub last_taken_at: Timestamp,
    /// The cloud.
    pub cloud: String,
    /// The tenant's id, as far as it is known.
    pub tenant: String,
    /// The tenant's name, if it is known.
    pub tenant_name: Option<String>,
    /// Who scanned; `None`: it is not known.
    pub scanned_by: Option<ScannedBy>,
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
    /// Whether everything could be read, and is recent enough.
    pub complete: bool,
    /// Whether everything could be read, however old it is.
    pub all_read: bool,
    /// What speaks against its age, if it counts as incomplete for that.
    pub age_doubt: Option<Shown>,
    /// The template that says all of it, if no scan read it.
    pub template: Option<TemplateFile>,
}

/// A template that was audited before its deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// The file, as it was named.
    pub file: String,
    /// What it is: "ARM template".
    pub kind: &'static str,
}

impl SnapshotSummary {
    /// The name of an account's subscription, or its id where no name is known.
    pub fn subscription_name<'s>(&'s self, account: &'s AccountId) -> &'s str {
        Subscription::name_of(&self.subscriptions, account)
    }
}

/// One account, as the scan saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// Its ARM id.
    pub id: AccountId,
    /// Whether the report is about it: the filters of the audit leave it.
    pub is_shown: bool,
    /// Its region.
    pub location: Arc<str>,
    /// The API it speaks.
    pub api: Api,
    /// Whether keys are refused; `None`: not known.
    pub local_auth_disabled: Option<bool>,
    /// Whether anyone who reaches it is let in, without a user or a password.
    pub accepts_anyone: bool,
    /// Whether keys can't change metadata; `None`: not known.
    pub key_metadata_writes_disabled: Option<bool>,
    /// The names of the policy's blocks that match it.
    pub blocks: Arc<[String]>,
    /// Who answers for it, as the policy says; sorted. Several where its blocks contradict each other.
    pub owners: Arc<[String]>,
    /// How many role definitions were read; `None`: they could not be.
    pub role_definitions: Option<usize>,
    /// How many role assignments were read; `None`: they could not be.
    pub role_assignments: Option<usize>,
    /// How many databases there are; `None`: not known.
    pub databases: Option<usize>,
    /// Their names; `None`: not all of them are known, or they weren't asked for.
    pub database_names: Option<Vec<String>>,
    /// How many things could not be read.
    pub gaps: usize,
    /// Who has or should have access, sorted by id.
    pub principals: Vec<PrincipalSummary>,
    /// Whether these are all of them: otherwise role assignments could not be read.
    pub all_principals: bool,
    /// Who can do what through role assignments of the data plane. `None`: it wasn't asked for.
    pub access: Option<AccessRows>,
    /// Who can bypass these roles through Azure RBAC.
    pub bypasses: Vec<AccountBypass>,
}

impl AccountSummary {
    /// Whether its keys work, or how clients sign in to a cluster, in words.
    pub fn keys(&self) -> &'static str {
        if self.api.is_cluster() {
            return match self.local_auth_disabled {
                _ if self.accepts_anyone => "no authentication",
                Some(true) => "password authentication disabled",
                Some(false) => "password authentication enabled",
                None => "password authentication not known",
            };
        }
        match Keys::of(self.api, self.local_auth_disabled) {
            Keys::Refused => "key-based authentication disabled",
            Keys::SaidRefused => "key-based authentication disabled, effect not documented",
            Keys::Accepted => "key-based authentication enabled",
            Keys::Unknown => "key-based authentication not known",
        }
    }
}

/// A bypass that leads to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountBypass {
    /// Which: the place in [`super::Report::bypasses`].
    pub bypass: usize,
    /// Whether nothing stands in the way.
    pub certain: bool,
}

/// A principal in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalSummary {
    /// Who; of many accounts with the same one, all share it.
    pub principal: Arc<PrincipalRef>,
    /// How many role assignments it has there.
    pub assignments: u32,
    /// How that compares with the policy.
    pub state: PrincipalState,
}

/// How a principal's access compares with the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum PrincipalState {
    /// It has what the policy wants, and no more than the policy allows.
    AsDeclared,
    /// It has more or less.
    Drift,
    /// The policy states no grants for the account, not everything could be read, or an assignment has a role or scope that
    /// cannot be told.
    NotJudged,
}

impl PrincipalState {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Something about a rule of the policy that is no error, and possibly a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What, and why.
    pub message: Shown,
    /// The line concerned.
    pub place: Option<Place>,
}

/// A check, and how bad its findings are in this audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSummary {
    /// Which.
    pub check: &'static Check,
    /// How bad its findings are, after the policy's `checks:`; `None`: the policy turned it off.
    pub severity: Option<Severity>,
}

/// What there is to say of the policy's waivers beside the findings that they accept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waivers {
    /// How many findings they would accept; `None`: they do (no `--ignore-waivers`).
    pub ignored: Option<usize>,
    /// How many that match findings expire within two weeks.
    pub ending: usize,
}

/// What the filters of an audit (`--only`) leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filtered {
    /// The filters, as they are written.
    pub only: Vec<String>,
    /// How many accounts there are, those that are left out included.
    pub accounts: usize,
    /// How many findings count, those that are left out included.
    pub findings: usize,
    /// Of those that are left out and would count, how many of each severity.
    pub hidden: BTreeMap<Severity, usize>,
    /// How many known ones are left out.
    pub known: usize,
    /// How many waived ones are left out.
    pub waived: usize,
    /// Whether everything that was found in the accounts that are shown is shown.
    pub leaves_accounts_whole: bool,
}

/// How many findings there are. Known and waived ones are counted apart and nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that count.
    pub findings: usize,
    /// Of those that count, how many fail the audit: those at or above `--fail-on`, without what couldn't be read.
    pub failing: usize,
    /// Findings that an earlier report has already.
    pub known: usize,
    /// Findings that a waiver accepts.
    pub waived: usize,
    /// Findings of the earlier report that are there no more.
    pub fixed: usize,
    /// Of those that count, how many of each severity; every severity is present.
    pub by_severity: BTreeMap<Severity, usize>,
    /// Of those that an earlier report has already, how many of each severity; every severity is present.
    pub known_by_severity: BTreeMap<Severity, usize>,
    /// Of those that count, how many of each check; only checks that found something.
    pub by_check: BTreeMap<&'static Check, usize>,
}

impl Counts {
    /// Of those that count, how many are of a severity or higher, what couldn't be read among them.
    pub fn at_or_above(&self, mildest: Severity) -> usize {
        self.by_severity.range(mildest..).map(|(_, number)| number).sum()
    }

    /// What there is beside the findings that count, as the end of a list: `, 3 known (2 high, 1 low), 1 waived, 4 fixed`;
    /// often nothing.
    pub fn beside(&self) -> String {
        let there = self.known_by_severity.iter().rev().filter(|(_, number)| **number > 0);
        let of_each: Vec<String> = there
            .map(|(severity, number)| format!("{number} {}", severity.word()))
            .collect();
        let mut text = String::new();
        if self.known > 0 {
            text.push_str(&format!(", {} known ({})", self.known, of_each.join(", ")));
        }
        for (number, word) in [(self.waived, "waived"), (self.fixed, "fixed")] {
            if number > 0 {
                text.push_str(&format!(", {number} {word}"));
            }
        }
        text
    }
}
