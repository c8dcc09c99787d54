//! One finding, and what identifies it.

use super::check::{About, Check};
use super::digest::Digest;
use super::place::Place;
use super::remedy::Remedy;
use super::scale::{Confidence, Severity, State};
use super::selected::Selected;
use super::subject::Subject;
use super::title::Title;
use super::witness::Witness;
use super::wrong::Wrong;
use crate::model::casing::folded;
use crate::model::{AccountId, PrincipalId, Scope, Shown, SourceRef};
use jiff::civil::Date;
use std::sync::Arc;

/// Why a finding is waived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Why somebody accepted it.
    pub reason: String,
    /// The last day on which that holds.
    pub expires: Date,
    /// The waiver.
    pub policy: SourceRef,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check that found it.
    pub check: &'static Check,
    /// How bad it is, after the policy's `checks:`.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it counts.
    pub state: State,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong, and where, in one line.
    pub title: Title,
    /// One or two sentences.
    pub message: Shown,
    /// The proof.
    pub witness: Option<Witness>,
    /// The line of a policy or template to look at.
    pub place: Option<Place>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// The waiver that accepts it, if its state says that one does.
    pub waiver: Option<Arc<Acceptance>>,
    /// The data actions that are wrong, as far as they identify the finding.
    pub wrong: Wrong,
    /// What tells two findings of a check on the same subject apart, where nothing above does.
    pub key: String,
    /// Stands for what is behind it, in a hash: what the role grants that it is about, or what those have as whom somebody can
    /// act. Empty: all of that is said above, or there is none.
    pub behind: String,
}

/// The version of [`Finding::fingerprint`]: those of two versions cannot be compared.
pub const FINGERPRINTS: u32 = 2;

impl Finding {
    /// How many hexadecimal digits a fingerprint has.
    pub const FINGERPRINT_DIGITS: usize = 32;

    /// The account, unless it concerns the policy, the whole scan, or many accounts.
    pub fn account(&self) -> Option<&AccountId> {
        self.subject.account()
    }

    /// The name of the role that it is about, or that the access comes through.
    pub fn role(&self) -> Option<&str> {
        let proven = || Some(self.witness.as_ref()?.role.as_ref()?.name.as_str());
        self.subject.role_name().or_else(proven)
    }

    /// What waivers tell it from others by. `account`: the id of the account of a place in the report.
    pub fn selected<'f>(&'f self, account: impl Fn(usize) -> Option<&'f AccountId>) -> Selected<'f> {
        let reached = self.subject.reach().map(|reach| {
            let ids = reach.accounts.iter().filter_map(|place| account(*place));
            ids.map(AccountId::name).collect()
        });
        Selected {
            accounts: reached.or_else(|| self.account().map(|id| vec![id.name()])),
            principal: self.subject.principal_id(),
            scope: self.subject.scope().cloned(),
            role: self.role(),
            confidence: self.confidence,
            fingerprint: self.fingerprint().into(),
        }
    }

    /// Whether it is about something that could not be read, which is no violation.
    pub fn is_gap(&self) -> bool {
        self.check.about == About::Coverage
    }

    /// Identifies what is wrong: 32 hexadecimal digits that do not depend on order, counts, wording or policy lines, nor on
    /// roles, rules and accounts that the finding is not about. They change when access grows, also in one reading only.
    ///
    /// The accounts that an assignment of Azure RBAC reaches, and how sure a finding is there, are compared with a
    /// [`Baseline`](super::Baseline) instead: an alert stays one alert when an account is added.
    pub fn fingerprint(&self) -> String {
        let mut hash = self.hash();
        if !self.behind.is_empty() {
            hash.field("behind");
            hash.field(&self.behind);
        }
        hash.finish()
    }

    /// The same whatever is behind it: by this, what a change closes and opens is told, as less isn't something new.
    pub(crate) fn likeness(&self) -> String {
        self.hash().finish()
    }

    fn hash(&self) -> Digest {
        let mut hash = Digest::new("finding", FINGERPRINTS);
        hash.field(self.check.id);
        hash.field(self.account().map_or("", AccountId::key));
        hash.field(&folded(self.subject.id().unwrap_or_default()));
        hash.field(self.subject.principal_id().map_or("", PrincipalId::as_str));
        hash.field(&self.subject.scope().map(Scope::to_string).unwrap_or_default());
        hash.field(&self.key);
        for (reading, names) in [
            ("certain", &self.wrong.certain),
            ("possible", &self.wrong.possible),
            ("spared", &self.wrong.spared),
        ] {
            hash.field(reading);
            names.iter().for_each(|name| hash.field(name));
        }
        hash
    }
}
