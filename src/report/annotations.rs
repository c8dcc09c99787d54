//! What annotations of all CI systems have in common: the worst findings that count, at most ten, and one line that
//! says how it went.

use super::text::{first_sentence, sentence};
use super::verdict;
use crate::finding::{Ending, Finding, Place, Report, Severity, State, Verdict};
use crate::model::{Shown, SourceRef};
use crate::shown;

/// GitHub shows ten of a level of a step; what is beyond would vanish without a word.
const SHOWN: usize = 10;

/// How a CI system is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn of(severity: Severity, ending: Ending) -> Self {
        match severity {
            // A step that succeeds shows no errors.
            Severity::Critical | Severity::High if ending == Ending::Clean => Self::Warning,
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Note => Self::Notice,
        }
    }
}

/// What a CI system is told.
pub(super) struct Told<'r> {
    /// The findings, the worst first.
    pub(super) findings: Vec<(Level, &'r Finding)>,
    /// How the verdict is told.
    pub(super) level: Level,
    /// The verdict, how many findings there are, and what was not checked.
    pub(super) verdict: Shown,
}

/// The worst findings, and the verdict. Of the verdict's level there are so few findings that it is shown, too.
pub(super) fn told(report: &Report) -> Told<'_> {
    let level = match report.ending {
        Ending::Clean if report.verdict == Verdict::Incomplete => Level::Warning,
        Ending::Clean => Level::Notice,
        Ending::Findings => Level::Error,
        Ending::Incomplete | Ending::Empty => Level::Warning,
    };
    let counting = report.findings.iter().filter(|finding| finding.state == State::New);
    let mut findings: Vec<(Level, &Finding)> = counting
        .map(|finding| (Level::of(finding.severity, report.ending), finding))
        .collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    findings.truncate(SHOWN);
    if findings.iter().filter(|(other, _)| *other == level).count() == SHOWN {
        findings.pop();
    }
    let mut text = verdict::text(report);
    if report.summary.findings > findings.len() {
        text.push(shown!(" The worst {} are shown.", findings.len()));
    }
    let not_checked = verdict::not_checked_in_short(report);
    if !not_checked.is_empty() {
        text.push(shown!(" {}", not_checked));
    }
    Told {
        findings,
        level,
        verdict: text,
    }
}

/// The line that an annotation leads to, if it is one of the user's files.
pub(super) fn place(finding: &Finding) -> Option<&SourceRef> {
    let at = finding.place.as_ref().map(Place::source);
    at.filter(|at| at.is_of_file())
}

/// What one annotation says below its title: what is wrong in one sentence, its fix, and the owner.
pub(super) fn message(finding: &Finding, report: &Report) -> Shown {
    let mut text = sentence(&first_sentence(&finding.message));
    if let Some(remedy) = &finding.remedy {
        text.push(shown!(" Fix: {}", sentence(&first_sentence(&remedy.summary))));
    }
    let owner = report.owner(finding);
    if !owner.is_empty() {
        text.push(shown!(" Owner: {}.", Shown::of(&owner)));
    }
    text
}
