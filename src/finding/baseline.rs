//! An earlier report, against which a new one is compared: what was found then is known, and does not fail a pipeline
//! again, unless it has become worse; what it found and is there no more is fixed.

use super::item::{FINGERPRINTS, Finding};
use super::scale::{Confidence, Severity, State};
use super::summary::AccountSummary;
use super::title::Title;
use super::written::{ReportError, WrittenFinding, WrittenReport};
use crate::model::casing::folded;
use crate::model::{AccountId, PrincipalId};
use foldhash::{HashMap, HashSet};
use std::collections::BTreeMap;

/// What an earlier report found.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// By fingerprint; what a waiver accepted is not among them.
    known: HashMap<String, Known>,
    /// Those about something of an account, by that; of several the worst.
    by_subject: HashMap<Subject, Known>,
    /// Everything that was found, to tell what was fixed.
    found: Vec<Fixed>,
    principals: BTreeMap<AccountId, HashSet<PrincipalId>>,
    is_comparable: bool,
    /// Empty: it isn't known.
    tenant: String,
}

/// A finding of the earlier report, as far as a later one can be worse.
#[derive(Debug, Clone)]
struct Known {
    severity: Severity,
    confidence: Confidence,
    reach: Option<HashMap<AccountId, Confidence>>,
    /// Whether its role definition wasn't read, so that it could be anything.
    is_unread: bool,
}

/// The check, the account, what of it, and the principal.
type Subject = (String, AccountId, String, Option<PrincipalId>);

/// How a finding stands to the earlier report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was not there.
    New,
    /// It was there, and no milder.
    Known,
    /// It was there as a milder or less certain one.
    Worse,
    /// It was there, but did not reach these accounts, or not for certain. The numbers are places in the accounts.
    Reaches(Vec<usize>),
}

/// A finding of the earlier report that is there no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// The account, unless it concerned the policy, the whole scan, or many accounts.
    pub account: Option<AccountId>,
    /// How bad it was.
    pub severity: Severity,
    /// The check's id.
    pub check: String,
    /// What it was about: an ARM id, or a place in the policy.
    pub subject: Option<String>,
    /// The object id of the principal concerned.
    pub principal: Option<PrincipalId>,
    /// The place in the account.
    pub scope: Option<String>,
    /// The accounts concerned, where one assignment of an Azure role reached many.
    pub reach: Vec<AccountId>,
    /// Its fingerprint.
    pub fingerprint: String,
    /// What was wrong, and where, in one line.
    pub title: Title,
    /// What was wrong.
    pub message: String,
}

impl Baseline {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        let report = WrittenReport::parse(text)?;
        let is_comparable = report.fingerprints() == Some(FINGERPRINTS);
        let principals = report.accounts.into_iter().map(|account| {
            let ids = account.principals.into_iter().map(|principal| principal.id);
            (account.id, ids.collect())
        });
        let mut baseline = Self {
            principals: principals.collect(),
            is_comparable,
            tenant: report.snapshot.tenant,
            ..Self::default()
        };
        for found in report.findings {
            baseline.add(found);
        }
        Ok(baseline)
    }

    fn add(&mut self, found: WrittenFinding) {
        // An unknown word is taken for the mildest: then whatever is found now is worse.
        let severity = found.severity.parse().unwrap_or(Severity::Note);
        let confidence = if found.confidence == Confidence::Certain.word() {
            Confidence::Certain
        } else {
            Confidence::Possible
        };
        let named = found
            .reach
            .as_ref()
            .map(|reach| reach.named.clone())
            .unwrap_or_default();
        // What a waiver accepted was not accepted for good: it counts once the waiver is over. What a state means that this version doesn't
        // know nobody can tell.
        if [State::New, State::Known]
            .iter()
            .any(|state| state.word() == found.state)
        {
            let reach = found.reach.map(|reach| {
                let possible: HashSet<AccountId> = reach.possible.into_iter().collect();
                let surely = |id: &AccountId| {
                    if possible.contains(id) {
                        Confidence::Possible
                    } else {
                        confidence
                    }
                };
                reach.named.into_iter().map(|id| (id.clone(), surely(&id))).collect()
            });
            let known = Known {
                severity,
                confidence,
                reach,
                is_unread: found.role_read == Some(false),
            };
            if let (Some(account), Some(subject)) = (&found.account, &found.subject) {
                let principal = found.principal.as_ref().map(|principal| principal.id.clone());
                let key = (
                    found.check.clone(),
                    account.clone(),
                    subject.to_ascii_lowercase(),
                    principal,
                );
                let worst = self.by_subject.entry(key).or_insert_with(|| known.clone());
                if (worst.severity, worst.confidence) < (known.severity, known.confidence) {
                    *worst = known.clone();
                }
            }
            self.known.entry(found.fingerprint.clone()).or_insert(known);
        }
        self.found.push(Fixed {
            account: found.account,
            severity,
            check: found.check,
            subject: found.subject,
            principal: found.principal.map(|principal| principal.id),
            scope: found.scope,
            reach: named,
            fingerprint: found.fingerprint,
            title: match &found.title {
                Some(title) => Title::read(title),
                None => Title::of_message(&found.message),
            },
            message: found.message,
        });
    }

    /// The id of the tenant that was audited, where it is another one than this.
    pub fn other_tenant(&self, tenant: &str) -> Option<&str> {
        let is_other = !self.tenant.is_empty() && !tenant.is_empty() && !self.tenant.eq_ignore_ascii_case(tenant);
        is_other.then_some(self.tenant.as_str())
    }

    /// Whether its fingerprints mean what this version's mean. If not, nothing it found is known.
    pub fn is_comparable(&self) -> bool {
        self.is_comparable
    }

    /// How a finding stands to what was found then. What could not be read is told every time.
    pub fn standing(&self, finding: &Finding, accounts: &[AccountSummary]) -> Standing {
        let known = self.known.get(&finding.fingerprint()).or_else(|| self.unread(finding));
        let Some(known) = known.filter(|_| self.is_comparable && !finding.is_gap()) else {
            return Standing::New;
        };
        if known.severity < finding.severity {
            return Standing::Worse;
        }
        let Some(reach) = finding.subject.reach() else {
            return if known.confidence < finding.confidence {
                Standing::Worse
            } else {
                Standing::Known
            };
        };
        let before = |place: &usize| {
            accounts
                .get(*place)
                .and_then(|account| known.reach.as_ref()?.get(&account.id))
        };
        let grown = reach.accounts.iter().copied().filter(|place| {
            let now = reach.confidence_at(*place, finding.confidence);
            before(place).is_none_or(|before| *before < now)
        });
        let grown: Vec<usize> = grown.collect();
        if grown.is_empty() {
            Standing::Known
        } else {
            Standing::Reaches(grown)
        }
    }

    /// The same finding, where one of the scans didn't read the role definition: what the role grants is in the fingerprint, and
    /// isn't known to have changed.
    fn unread(&self, finding: &Finding) -> Option<&Known> {
        let (account, subject) = (finding.account()?, finding.subject.id()?);
        let key = (
            finding.check.id.to_owned(),
            account.clone(),
            subject.to_ascii_lowercase(),
            finding.subject.principal_id().cloned(),
        );
        let known = self.by_subject.get(&key)?;
        (finding.wrong.is_unread || known.is_unread).then_some(known)
    }

    /// What was found then and is there no more, in one order. What only changed is not fixed, and neither is what was not
    /// looked for this time, which `was_looked_for` tells.
    pub fn fixed(&self, findings: &[Finding], was_looked_for: impl Fn(&Fixed) -> bool) -> Vec<Fixed> {
        if !self.is_comparable {
            return Vec::new();
        }
        let now: HashSet<_> = findings.iter().map(place).collect();
        let mut fixed: Vec<Fixed> = (self.found.iter())
            .filter(|then| !now.contains(&then.place()) && was_looked_for(then))
            .cloned()
            .collect();
        fixed.sort();
        fixed.dedup();
        fixed
    }

    /// Whether the principal had a role assignment in the account already.
    pub fn had(&self, account: &AccountId, principal: &PrincipalId) -> bool {
        self.principals.get(account).is_some_and(|ids| ids.contains(principal))
    }
}

/// What a finding is about, whatever is wrong there.
type PlaceKey<'f> = (
    &'f str,
    Option<&'f AccountId>,
    Option<String>,
    Option<&'f PrincipalId>,
    Option<String>,
);

fn place(finding: &Finding) -> PlaceKey<'_> {
    let subject = &finding.subject;
    (
        finding.check.id,
        finding.account(),
        subject.id().map(folded),
        subject.principal_id(),
        subject.scope().map(ToString::to_string),
    )
}

impl Fixed {
    fn place(&self) -> PlaceKey<'_> {
        (
            &self.check,
            self.account.as_ref(),
            self.subject.as_deref().map(folded),
            self.principal.as_ref(),
            self.scope.clone(),
        )
    }
}
