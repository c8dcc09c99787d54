//! What findings that are there only after a change come to.

use crate::finding::{Finding, Opened, Severity, State};
use crate::model::Shown;
use crate::shown;
use foldhash::HashMap;
use std::collections::BTreeSet;

/// Somebody lacks what they need.
const OUTAGES: [&str; 2] = ["missing-access", "dangling-role"];

/// Findings by what they are alike in, see [`Finding::likeness`].
pub(super) type ByPrint = HashMap<String, Finding>;

pub(super) fn by_print(findings: impl IntoIterator<Item = Finding>) -> ByPrint {
    let all = findings.into_iter();
    all.map(|finding| (finding.likeness(), finding)).collect()
}

/// The findings that are there only after a change, in one order.
pub(super) fn opened<'f>(before: &ByPrint, after: &'f ByPrint) -> Vec<&'f Finding> {
    let is_new = |print: &String, finding: &Finding| {
        let old = before.get(print);
        finding.state == State::New && old.is_none_or(|old| old.severity < finding.severity || old.state != State::New)
    };
    let new = after.iter().filter(|(print, finding)| is_new(print, finding));
    let mut new: Vec<&Finding> = new.map(|(_, finding)| finding).collect();
    new.sort_by_cached_key(|finding| {
        (
            std::cmp::Reverse(finding.severity),
            finding.title.clone(),
            finding.likeness(),
        )
    });
    new
}

pub(super) fn told(findings: &[&Finding]) -> Vec<Opened> {
    let told = |finding: &&Finding| Opened {
        severity: finding.severity,
        title: finding.title.clone(),
    };
    findings.iter().map(told).collect()
}

/// Whether nobody should get this finding from a fix: it is bad, or somebody lacks what they need. What is there today in full
/// as another finding is nothing new.
pub(super) fn is_harm(finding: &Finding, before: &ByPrint) -> bool {
    let is_outage = OUTAGES.contains(&finding.check.id);
    (finding.severity >= Severity::High || is_outage) && !before.values().any(|old| is_part_of(finding, old))
}

/// Why a fix is held back that brings a finding.
pub(super) fn would_open(harm: &Finding) -> Shown {
    shown!(
        "they would open a {} finding: {}",
        harm.severity.title(),
        harm.title.shown()
    )
}

/// Whether a finding says no more than another one did.
fn is_part_of(finding: &Finding, old: &Finding) -> bool {
    let names = |finding: &Finding| -> BTreeSet<String> {
        let wrong = &finding.wrong;
        let names = wrong.certain.iter().chain(wrong.possible.iter());
        names.map(str::to_owned).collect()
    };
    let whose = |finding: &Finding| {
        let subject = &finding.subject;
        let id = subject.id().map(str::to_ascii_lowercase);
        (
            subject.account().cloned(),
            id,
            subject.principal_id().cloned(),
            subject.scope().cloned(),
        )
    };
    old.check == finding.check
        && old.severity >= finding.severity
        && old.key == finding.key
        && whose(old) == whose(finding)
        && !names(finding).is_empty()
        && names(finding).is_subset(&names(old))
}
