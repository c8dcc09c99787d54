//! One finding, and what identifies it.

use super::check::{About, Check};
use super::place::{Place, SourceRef};
use super::scale::{Confidence, Severity, State};
use super::subject::Subject;
use super::witness::{Remedy, Witness};
use crate::model::{AccountId, PrincipalId, Scope, Shown};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
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
    /// What tells two findings of a check on the same subject apart, where nothing above does.
    pub key: String,
}

impl Finding {
    /// The account, unless it concerns the policy, the whole scan, or many accounts.
    pub fn account(&self) -> Option<&AccountId> {
        self.subject.account()
    }

    /// Whether it is about something that could not be read, which is no violation.
    pub fn is_gap(&self) -> bool {
        self.check.about == About::Coverage
    }

    /// Identifies what is wrong: 32 hexadecimal digits that do not depend on order, counts, wording or policy lines.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            // Lengths keep neighbouring fields from running into each other.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        field("cosmos-rbac/finding/1");
        field(self.check.id);
        field(self.confidence.word());
        field(self.account().map_or("", AccountId::key));
        field(&self.subject.id().unwrap_or_default().to_ascii_lowercase());
        field(self.subject.principal_id().map_or("", PrincipalId::as_str));
        field(&self.subject.scope().map(Scope::to_string).unwrap_or_default());
        for action in self.subject.data_actions() {
            field(&action.name().to_ascii_lowercase());
        }
        field(&self.key);
        hash.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
