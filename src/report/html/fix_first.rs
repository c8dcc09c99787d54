//! What to fix first: at most five causes, the worst first, with what fixing each closes and opens.

use super::super::text::{count, thousands};
use super::sentence::Sentence;
use crate::finding::{Cause, Finding, Report, Severity, State};
use crate::model::Shown;
use crate::shown;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Causes that are told.
const MOST: usize = 5;
/// Of these, those that a phone shows at once.
pub(super) const ON_PHONES: usize = 3;

pub(super) struct FixFirst {
    /// What all of them come to.
    pub(super) says: Shown,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) severity: &'static str,
    pub(super) severity_title: &'static str,
    pub(super) title: Shown,
    pub(super) detail: Option<Sentence>,
    /// What the fix closes, and of which severities.
    pub(super) closes: (Shown, Shown),
    /// What it opens, if anything.
    pub(super) opens: Shown,
    /// What it links to: a finding, or a cause.
    pub(super) href: Shown,
    pub(super) is_later: bool,
}

type Counts = BTreeMap<Severity, usize>;

/// `None`: nothing that counts was found.
pub(super) fn fix_first(report: &Report) -> Option<FixFirst> {
    let counts = |cause: &&Cause| {
        let findings = cause.findings.iter().filter_map(|place| report.findings.get(*place));
        findings.into_iter().any(|one| one.state == State::New)
    };
    let causes: Vec<&Cause> = report.causes.iter().filter(counts).take(MOST).collect();
    let mut rows: Vec<Row> = match causes.is_empty() {
        false => causes.iter().map(|cause| Row::of_cause(cause, report)).collect(),
        true => {
            let mut worst: Vec<&Finding> = report.findings.iter().filter(|one| one.state == State::New).collect();
            worst.sort_by_key(|one| Reverse(one.severity));
            worst.into_iter().take(MOST).map(Row::of_finding).collect()
        }
    };
    for (place, row) in rows.iter_mut().enumerate() {
        row.is_later = place >= ON_PHONES;
    }
    (!rows.is_empty()).then(|| FixFirst {
        says: says(&causes, report.summary.findings),
        rows,
    })
}

impl Row {
    fn of_cause(cause: &Cause, report: &Report) -> Self {
        let only = match cause.findings.as_slice() {
            [only] => report.findings.get(*only),
            _ => None,
        };
        Self {
            severity: cause.severity.word(),
            severity_title: cause.severity.title(),
            title: only.map_or(cause.title.shown(), |one| one.title.shown()).clone(),
            detail: cause.detail.clone().map(Sentence::ended),
            closes: cause
                .effect
                .as_ref()
                .map(|effect| closes(&effect.closes))
                .unwrap_or_default(),
            opens: cause
                .effect
                .as_ref()
                .map(|effect| opens(&effect.opens))
                .unwrap_or_default(),
            href: match only {
                Some(finding) => shown!("#f-{}", Shown::of(&finding.fingerprint())),
                None => shown!("#c-{}", Shown::of(&cause.id)),
            },
            is_later: false,
        }
    }

    fn of_finding(finding: &Finding) -> Self {
        Self {
            severity: finding.severity.word(),
            severity_title: finding.severity.title(),
            title: finding.title.shown().clone(),
            detail: None,
            closes: Default::default(),
            opens: Shown::default(),
            href: shown!("#f-{}", Shown::of(&finding.fingerprint())),
            is_later: false,
        }
    }
}

/// `Closes 10` and ` (7 High)`, or `Closes 2 High` where all are of one severity.
fn closes(counts: &Counts) -> (Shown, Shown) {
    let there: Vec<(&Severity, &usize)> = counts.iter().rev().filter(|(_, number)| **number > 0).collect();
    match there.as_slice() {
        [] => ("Closes none by itself".into(), Shown::default()),
        [(severity, number)] => (
            shown!("Closes {} {}", thousands(**number), severity.title()),
            Shown::default(),
        ),
        [(severity, number), ..] => (
            shown!("Closes {}", thousands(counts.values().sum())),
            shown!(" ({} {})", thousands(**number), severity.title()),
        ),
    }
}

/// `, opens 3`, of what counts only then.
fn opens(counts: &Counts) -> Shown {
    match counts.values().sum() {
        0 => Shown::default(),
        number => shown!(", opens {}", thousands(number)),
    }
}

/// What the fixes close together: each finding has one cause, and counts with no other. What each of them opens is told beside
/// it, since two can open the same.
fn says(causes: &[&Cause], all: usize) -> Shown {
    let effects: Option<Vec<_>> = causes.iter().map(|cause| cause.effect.as_ref()).collect();
    let Some(effects) = effects.filter(|effects| !effects.is_empty()) else {
        return Shown::default();
    };
    let mut closed = Counts::new();
    for (severity, number) in effects.iter().flat_map(|effect| &effect.closes) {
        *closed.entry(*severity).or_default() += number;
    }
    let number: usize = closed.values().sum();
    let fixes = match causes.len() {
        1 => "This fix closes",
        2 => "These two fixes close",
        3 => "These three fixes close",
        4 => "These four fixes close",
        _ => "These five fixes close",
    };
    let mut says = shown!(
        "{} {} of {}",
        fixes,
        thousands(number),
        count(all, "finding", "findings")
    );
    if number > 0 {
        let there = closed.iter().rev().filter(|(_, number)| **number > 0).take(2);
        let worst = there.map(|(severity, number)| shown!("{} {}", thousands(*number), severity.title()));
        says.push(shown!(" ({})", Shown::join(worst, ", ")));
    }
    says.push(".");
    says
}
