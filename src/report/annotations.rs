//! What annotations of all CI systems have in common: the worst findings that count, at most ten, and one line that
//! says how it went.

use super::text::count;
use crate::finding::{Finding, Report, Severity, State, Verdict};
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
    fn of(severity: Severity) -> Self {
        match severity {
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
        .map(|finding| (Level::of(finding.severity), finding))
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

/// The line below: the verdict and how many findings there are.
pub(super) fn summary(report: &Report) -> (Level, Shown) {
    let counts = &report.summary;
    let (level, verdict) = match report.verdict {
        Verdict::Pass => (Level::Notice, "passed"),
        Verdict::Fail => (Level::Error, "failed"),
        Verdict::Incomplete => (Level::Warning, "incomplete: not everything could be read"),
        Verdict::Empty => (Level::Warning, "found no account to audit"),
    };
    let mut text = shown!(
        "audit {}; {} in {}",
        verdict,
        count(counts.findings, "finding", "findings"),
        count(report.snapshot.accounts, "account", "accounts")
    );
    if counts.findings > SHOWN {
        text.push(shown!(", of which the worst {} are shown", SHOWN));
    }
    text.push(Shown::of(&counts.beside()));
    if !report.snapshot.complete && report.verdict != Verdict::Incomplete {
        text.push("; not everything could be read");
    }
    (level, text)
}
