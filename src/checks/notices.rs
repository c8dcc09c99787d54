//! What to know of the policy, the snapshot and the baseline although nothing is wrong with them.

use super::context::AuditContext;
use crate::finding::{Baseline, Notice, Place};
use crate::model::Shown;

/// All of them, the policy's first.
pub(super) fn all(context: &AuditContext<'_>, baseline: Option<&Baseline>) -> Vec<Notice> {
    let of_policy = context.policy.notices.iter().map(|notice| Notice {
        message: Shown::of(&notice.value),
        place: Some(Place::Policy(notice.at.clone())),
    });
    // What counts is a finding.
    let of_age = context.doubt.iter().filter(|doubt| !doubt.counts).map(|doubt| Notice {
        message: doubt.message.clone(),
        place: None,
    });
    of_policy.chain(of_age).chain(with_old_baseline(baseline)).collect()
}

/// What cannot be compared is not taken for known.
fn with_old_baseline(baseline: Option<&Baseline>) -> Option<Notice> {
    let is_old = baseline.is_some_and(|baseline| !baseline.is_comparable());
    is_old.then(|| Notice {
        message:
            "the baseline was written by another version of cosmos-rbac, whose fingerprints can't be compared: every \
                  finding counts as new; review this report and use it as the baseline"
                .into(),
        place: None,
    })
}
