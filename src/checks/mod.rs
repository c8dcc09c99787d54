//! What the tool knows how to find. A check is a row in [`CHECKS`]: what it is about, and a function that looks for it.
//!
//! To add one: a file in `drift/`, `hygiene/` or `ways/` that exports a `const CHECK`, its id in `finding.rs`, and its row here.
//! `audit` runs them all over a snapshot; `context` is what they see; `draft` is how they report; `wording` how they
//! speak.

mod audit;
mod context;
mod coverage;
mod directory;
mod document;
mod draft;
mod drift;
mod hygiene;
mod notices;
mod summary;
mod waivers;
mod ways;
mod wording;

pub use audit::{Options, audit};
pub use document::document;

use crate::finding::{CheckId, Severity};
use context::{AccountContext, AuditContext};
use draft::Draft;

/// What kind of thing a check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The tenant differs from the policy.
    Drift,
    /// Something is odd whatever the policy says.
    Hygiene,
    /// Somebody can get round the roles of the data plane.
    Ways,
    /// Something could not be judged.
    Coverage,
}

impl Group {
    /// The heading above its checks.
    pub fn title(self) -> &'static str {
        match self {
            Self::Drift => "drift from the policy",
            Self::Hygiene => "hygiene",
            Self::Ways => "ways round the data plane",
            Self::Coverage => "coverage",
        }
    }
}

/// A check.
pub struct Check {
    /// Its id.
    pub id: CheckId,
    /// What kind of thing it finds.
    pub group: Group,
    /// How bad its findings are, unless the policy says otherwise.
    pub severity: Severity,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    run: Run,
}

/// How a check looks for its findings.
enum Run {
    /// In one account.
    Account(fn(&AccountContext<'_>) -> Vec<Draft>),
    /// In the audit as a whole, after all accounts.
    Audit(fn(&AuditContext<'_>) -> Vec<Draft>),
    /// In the waivers, after all findings.
    Waivers,
}

/// Every check, in the order of [`CheckId::ALL`].
pub const CHECKS: &[Check] = &[
    drift::local_auth_enabled::CHECK,
    drift::key_metadata_writes::CHECK,
    drift::excess_access::CHECK,
    drift::missing_access::CHECK,
    drift::denied_access::CHECK,
    drift::role_drift::CHECK,
    drift::role_missing::CHECK,
    drift::role_undeclared::CHECK,
    drift::account_unmanaged::CHECK,
    drift::policy_unused::CHECK,
    waivers::EXPIRED,
    waivers::UNUSED,
    hygiene::wildcard_action::CHECK,
    hygiene::unknown_action::CHECK,
    hygiene::not_data_actions::CHECK,
    hygiene::account_scope_write::CHECK,
    hygiene::dangling_role::CHECK,
    hygiene::dangling_scope::CHECK,
    hygiene::malformed_scope::CHECK,
    hygiene::scope_not_assignable::CHECK,
    hygiene::role_unused::CHECK,
    hygiene::assignment_redundant::CHECK,
    hygiene::limit_near::CHECK,
    hygiene::orphaned_principal::CHECK,
    hygiene::direct_user::CHECK,
    ways::key_access::CHECK,
    ways::self_grant::CHECK,
    ways::local_auth_switch::CHECK,
    ways::role_assignment_write::CHECK,
    coverage::CHECK,
];

/// The check of an id.
pub fn check(id: CheckId) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_its_check_in_order() {
        let ids: Vec<CheckId> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids, CheckId::ALL);
    }

    #[test]
    fn every_check_explains_itself() {
        for check in CHECKS {
            for text in [check.why, check.fix] {
                assert!(text.ends_with('.'), "{}: whole sentences, please: {text}", check.id);
            }
            assert!(
                !check.summary.is_empty() && !check.summary.ends_with('.'),
                "{}",
                check.id
            );
        }
    }
}
