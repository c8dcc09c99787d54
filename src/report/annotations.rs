//! What annotations of all CI systems have in common: the worst findings that count, at most ten, and one line that
//! says how it went.

use super::text::count;
use super::verdict;
use crate::finding::{Ending, Finding, Report, Severity, State, Verdict};
use crate::model::Shown;
use crate::shown;

/// GitHub shows ten of a level of a step; what is beyond would vanish without a word.
pub(super) const SHOWN: usize = 10;

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

/// The findings that are annotated, the worst first.
pub(super) fn shown(report: &Report) -> Vec<(Level, &Finding)> {
    let mut counting: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.state == State::New)
        .collect();
    counting.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    counting.truncate(SHOWN);
    counting
        .into_iter()
        .map(|finding| (Level::of(finding.severity, report.ending), finding))
        .collect()
}

/// What one annotation says.
pub(super) fn message(finding: &Finding) -> Shown {
    let mut text = Shown::default();
    if let Some(account) = finding.account() {
        text.push(shown!("{}: ", Shown::of(account.name())));
    }
    text.push(&finding.message);
    if let Some(remedy) = &finding.remedy {
        text.push(shown!("; to fix: {}", &remedy.summary));
    }
    text
}

/// The line below: the verdict, how many findings there are, and what was not checked.
pub(super) fn summary(report: &Report) -> (Level, Shown) {
    let counts = &report.summary;
    let verdict = match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => "passed",
        Verdict::Pass => "passed for what was checked",
        Verdict::Fail => "failed",
        Verdict::Incomplete => "incomplete: not everything could be read",
        Verdict::Empty => "found no account to audit",
        Verdict::NotGated => "not gated (`--fail-on never`)",
    };
    let level = match report.ending {
        Ending::Clean if report.verdict == Verdict::Incomplete => Level::Warning,
        Ending::Clean => Level::Notice,
        Ending::Findings => Level::Error,
        Ending::Incomplete | Ending::Empty => Level::Warning,
    };
    let mut text = shown!(
        "audit {}; {}, {}",
        verdict,
        verdict::counts(report),
        count(report.snapshot.accounts, "account", "accounts")
    );
    if counts.findings > SHOWN {
        text.push(shown!(", of which the worst {} are shown", SHOWN));
    }
    if !report.snapshot.complete && report.verdict != Verdict::Incomplete {
        text.push("; not everything could be read");
    }
    let not_checked = verdict::not_checked_in_short(report);
    if !not_checked.is_empty() {
        text.push(shown!("; {}", not_checked));
    }
    (level, text)
}
