//! What every format says of an audit as a whole: the verdict, the counts that it rests on, and what was not checked.

use super::text::count;
use crate::finding::{NotChecked, Place, Report, Verdict};
use crate::model::Shown;
use crate::shown;

/// The verdict as a word, which claims no more than was checked.
pub(super) fn title(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => "PASS",
        Verdict::Pass => "PASS for what was checked",
        Verdict::Fail => "FAIL",
        Verdict::Incomplete => "INCOMPLETE",
        Verdict::Empty => "NOTHING TO AUDIT",
        Verdict::NotGated => "NOT GATED (`--fail-on never`)",
    }
}

/// How many findings there are, and how many of them are so severe that they fail the audit.
pub(super) fn counts(report: &Report) -> Shown {
    let summary = &report.summary;
    let all = count(summary.findings, "finding", "findings");
    let mut text = match report.gate.fail_on {
        Some(mildest) if summary.findings > 0 => {
            let severe = summary.by_severity.range(mildest..).map(|(_, number)| number);
            let verb = if summary.findings == 1 { "is" } else { "are" };
            let severe = super::text::thousands(severe.sum());
            shown!("{} of {} {} {} or higher", severe, all, verb, mildest.title())
        }
        _ => all,
    };
    let there = summary.by_severity.iter().rev().filter(|(_, number)| **number > 0);
    let by_severity = there.map(|(severity, number)| shown!("{} {}", *number, severity.title()));
    let by_severity = Shown::join(by_severity, ", ");
    if !by_severity.is_empty() {
        text.push(shown!(" ({})", by_severity));
    }
    text.push(Shown::of(&summary.beside()));
    text
}

/// What was not checked, a line each.
pub(super) fn not_checked(report: &Report) -> impl Iterator<Item = Shown> {
    report.not_checked.iter().map(|row| line(row, report.accounts.len()))
}

fn line(row: &NotChecked, all: usize) -> Shown {
    let mut text = Shown::from(row.what.title());
    match row.accounts.as_ref().map(Vec::len) {
        Some(number) if number == all => text.push(shown!(" in {}", count(number, "account", "accounts"))),
        Some(number) if number > 0 => {
            let of = super::text::thousands(number);
            text.push(shown!(" in {} of {}", of, count(all, "account", "accounts")));
        }
        Some(_) | None => {}
    }
    if let Some(number) = row.principals.filter(|number| *number > 0) {
        text.push(shown!(", {}", count(number, "principal", "principals")));
    }
    text.push(shown!(" ({}", &row.why));
    if let Some(at) = row.place.as_ref().map(Place::source) {
        text.push(shown!("; {}", Shown::of_value(at)));
    }
    text.push(")");
    text
}

/// All of it in one sentence, for formats that have no room for a list; empty if everything was checked.
pub(super) fn not_checked_in_short(report: &Report) -> Shown {
    if report.not_checked.is_empty() {
        return Shown::default();
    }
    shown!("not checked: {}", Shown::join(not_checked(report), "; "))
}
