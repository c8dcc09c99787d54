//! What a short report lists: causes, or findings where no causes were worked out. The worst are first over the whole run, and
//! the findings of all rows add up to those of the report.

use super::text::count;
use crate::finding::{Confidence, Finding, NotChecked, Remedy, Report, Severity, State};
use crate::model::Shown;
use crate::shown;
use foldhash::{HashMap, HashMapExt};
use std::cmp::Reverse;

/// A cause or a finding, in a line.
pub(super) struct Row<'r> {
    /// The worst of its findings.
    pub(super) severity: Severity,
    pub(super) title: Shown,
    /// One more sentence.
    pub(super) detail: Option<&'r Shown>,
    pub(super) remedy: Option<&'r Remedy>,
    /// Those that count, in the order of the report.
    pub(super) findings: Vec<&'r Finding>,
}

impl Row<'_> {
    /// The check of a single finding; else how many findings there are.
    pub(super) fn about(&self) -> Shown {
        match self.findings.as_slice() {
            [only] => only.check.id.into(),
            many => count(many.len(), "finding", "findings"),
        }
    }

    /// Whether it is so severe that it fails the audit.
    pub(super) fn fails(&self, report: &Report) -> bool {
        report.gate.fail_on.is_some_and(|mildest| self.severity >= mildest)
    }
}

/// What counts, the worst first.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let mut rest: Vec<Option<&Finding>> = report.findings.iter().map(Some).collect();
    let mut rows = Vec::new();
    for cause in &report.causes {
        let taken = cause.findings.iter().filter_map(|place| rest.get_mut(*place)?.take());
        let counting: Vec<&Finding> = taken.filter(|finding| finding.state == State::New).collect();
        let Some(severity) = counting.iter().map(|finding| finding.severity).max() else {
            continue;
        };
        let only = match counting.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        rows.push(Row {
            severity,
            title: match only {
                Some(only) => title(only),
                None => possibly(cause.title.shown(), &counting),
            },
            detail: cause.detail.as_ref(),
            remedy: cause.remedy.as_ref().or_else(|| only?.remedy.as_ref()),
            findings: counting,
        });
    }
    rows.extend(alike(rest.into_iter().flatten().filter(|one| one.state == State::New)));
    rows.sort_by_key(|row| {
        let sure = row.findings.iter().map(|finding| finding.confidence).max();
        (Reverse(row.severity), Reverse(sure))
    });
    rows
}

/// A row for findings that have one title and one fix.
fn alike<'r>(findings: impl Iterator<Item = &'r Finding>) -> Vec<Row<'r>> {
    let mut rows: Vec<Row<'r>> = Vec::new();
    let mut places = HashMap::new();
    for finding in findings {
        let key = (finding.check.id, &finding.title, &finding.remedy, finding.severity);
        let place = *places.entry(key).or_insert(rows.len());
        match rows.get_mut(place) {
            Some(row) => row.findings.push(finding),
            None => rows.push(Row {
                severity: finding.severity,
                title: title(finding),
                detail: None,
                remedy: finding.remedy.as_ref(),
                findings: vec![finding],
            }),
        }
    }
    rows
}

/// The title of findings, which says so where all of them are only possible.
fn possibly(title: &Shown, findings: &[&Finding]) -> Shown {
    match findings.iter().any(|finding| finding.confidence == Confidence::Certain) {
        false if !title.as_str().ends_with("(possible)") => shown!("{} (possible)", title),
        _ => title.clone(),
    }
}

/// The title of a finding, which says so where it is only possible.
pub(super) fn title(finding: &Finding) -> Shown {
    let title = match finding.title.as_str().trim() {
        "" => Shown::from(finding.check.id),
        _ => finding.title.shown().clone(),
    };
    match finding.confidence {
        Confidence::Possible if !title.as_str().ends_with("(possible)") => shown!("{} (possible)", title),
        _ => title,
    }
}

/// Whether what was not checked is what a gap is about, so that its reason and its fix are the gap's.
pub(super) fn is_gap_of(row: &NotChecked, gap: &Finding, report: &Report) -> bool {
    // What was left out, or what no list has, isn't what failed.
    let code = row.why.as_str().split_once("couldn't be read: ").map(|(_, code)| code);
    let is_it = code.is_some_and(|code| gap.message.as_str().contains(&format!("failed with {code}")));
    let accounts = row.accounts.as_deref().unwrap_or_default();
    let mut concerned = report.concerned(gap).into_iter();
    is_it && concerned.any(|place| accounts.binary_search(&place).is_ok())
}
