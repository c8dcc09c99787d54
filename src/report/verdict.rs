//! What every format says of an audit as a whole: the verdict in sentences with their counts, and what was not checked.

use super::filtered::{self, accounts};
use super::text::{count, in_brackets, thousands};
use crate::finding::{NotChecked, Place, Report, Severity, Verdict, What};
use crate::model::Shown;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Things that were not checked and are named in a sentence; the rest is counted.
const NAMED: usize = 3;

/// The first word of the verdict.
pub(super) fn title(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.filtered.is_some() => "Passed for what is shown",
        Verdict::Pass => "Passed",
        Verdict::Fail => "Failed",
        Verdict::Incomplete => "Incomplete",
        Verdict::Empty => "Nothing to audit",
        Verdict::NotGated => "Not gated (--fail-on never)",
    }
}

/// The verdict, which claims no more than was checked: `Failed: 2 of 5 findings are High or higher (2 High). 1 waived.`
pub(super) fn text(report: &Report) -> Shown {
    shown!("{}: {}", title(report), Shown::join(sentences(report), " "))
}

/// What follows the first word and its colon. What failed, or was found, is the first sentence.
pub(super) fn sentences(report: &Report) -> Vec<Shown> {
    let snapshot = &report.snapshot;
    let gone = || {
        shown!(
            "{} deleted during the scan.",
            count(snapshot.gone, "account was", "accounts were")
        )
    };
    let gone = (snapshot.gone > 0).then(gone);
    let mut all: Vec<Option<Shown>> = match report.verdict {
        Verdict::Fail | Verdict::NotGated => {
            vec![Some(shown!("{}.", counts(report))), beside(report), unread(report)]
        }
        Verdict::Pass => vec![Some(passed(report)), beside(report), not_compared(report)],
        Verdict::Incomplete => vec![unread(report), Some(milder(report)), beside(report)],
        Verdict::Empty => vec![Some(empty(report)), found_without_accounts(report)],
    };
    all.push(gone);
    all.push(waivers(report));
    all.push(filtered::text(report));
    all.into_iter().flatten().collect()
}

/// How many findings count, and how many of them are so severe that they fail the audit.
pub(super) fn counts(report: &Report) -> Shown {
    let summary = &report.summary;
    let all = findings(report);
    let Some(mildest) = report.gate.fail_on.filter(|_| summary.findings > 0) else {
        return shown!("{}{}", all, in_brackets(summary.by_severity.iter()));
    };
    let severe = summary.at_or_above(mildest);
    match severe {
        0 => shown!(
            "{}, none {} or higher{}",
            all,
            mildest.title(),
            in_brackets(summary.by_severity.iter())
        ),
        _ => {
            let of_each = in_brackets(summary.by_severity.range(mildest..));
            let (number, verb) = match summary.findings {
                1 => (all, "is"),
                every if every == severe => (all, "are"),
                _ => (shown!("{} of {}", thousands(severe), all), "are"),
            };
            shown!("{} {} {} or higher{}", number, verb, mildest.title(), of_each)
        }
    }
}

/// `no findings`, `49 findings`; with a baseline, `2 new findings`.
fn findings(report: &Report) -> Shown {
    let summary = &report.summary;
    let hides = report
        .filtered
        .as_ref()
        .is_some_and(|filtered| filtered.findings > summary.findings);
    match (summary.findings, summary.known + summary.fixed) {
        (0, 0) if hides => "no findings that match the filters".into(),
        (0, _) if hides => "no new findings that match the filters".into(),
        (0, 0) => "no findings".into(),
        (0, _) => "no new findings".into(),
        (number, 0) => count(number, "finding", "findings"),
        (number, _) => count(number, "new finding", "new findings"),
    }
}

/// What there is beside the findings that count: `3 known (2 High, 1 Low), 1 waived, 4 fixed.`
fn beside(report: &Report) -> Option<Shown> {
    let summary = &report.summary;
    let known: &BTreeMap<Severity, usize> = &summary.known_by_severity;
    let mut parts = Vec::new();
    if summary.known > 0 {
        parts.push(shown!(
            "{} known{}",
            thousands(summary.known),
            in_brackets(known.iter())
        ));
    }
    for (number, word) in [(summary.waived, "waived"), (summary.fixed, "fixed")] {
        if number > 0 {
            parts.push(shown!("{} {}", thousands(number), word));
        }
    }
    (!parts.is_empty()).then(|| shown!("{}.", Shown::join(parts, ", ")))
}

/// That waivers were ignored, and that some expire soon.
pub(super) fn waivers(report: &Report) -> Option<Shown> {
    let ignored = report.waivers.ignored.map(|number| match number {
        0 => "Waivers were ignored: no finding would be waived.".into(),
        _ => shown!(
            "Waivers were ignored: {} would be waived.",
            count(number, "finding", "findings")
        ),
    });
    let ending = match report.waivers.ending {
        0 => None,
        number => Some(shown!(
            "{} within 14 days.",
            count(number, "waiver expires", "waivers expire")
        )),
    };
    let all: Vec<Shown> = ignored.into_iter().chain(ending).collect();
    (!all.is_empty()).then(|| Shown::join(all, " "))
}

/// `1 of 12 accounts couldn't be fully read.`
fn unread(report: &Report) -> Option<Shown> {
    let gaps = report.findings.iter().filter(|finding| finding.is_gap());
    let (own, above): (Vec<_>, Vec<_>) = gaps.partition(|finding| finding.account().is_some());
    let mut accounts: BTreeSet<_> = own.iter().filter_map(|finding| finding.account()).collect();
    accounts.extend(
        report
            .shown_accounts()
            .map(|(_, one)| one)
            .filter(|one| one.gaps > 0)
            .map(|one| &one.id),
    );
    let all = report.number_of_accounts();
    let (one, many, whole) = match report.snapshot.template {
        Some(_) => (
            "isn't fully known before the deployment",
            "aren't fully known before the deployment",
            "Parts of the template aren't known before the deployment.",
        ),
        None => (
            "couldn't be fully read",
            "couldn't be fully read",
            "The scan is incomplete.",
        ),
    };
    let verb = if accounts.len() == 1 { one } else { many };
    let read = match accounts.len() {
        0 => None,
        number if number == all => Some(shown!("{} {}.", count(all, "account", "accounts"), verb)),
        number => Some(shown!(
            "{} of {} {}.",
            thousands(number),
            count(all, "account", "accounts"),
            verb
        )),
    };
    let snapshot = &report.snapshot;
    // What is said of the accounts is enough where nothing else is missing.
    let is_of_age = |title: &Shown| snapshot.age_doubt.as_ref() == Some(title);
    let is_above = above.iter().any(|finding| !is_of_age(finding.title.shown()));
    let scan = (!snapshot.all_read && (read.is_none() || is_above)).then(|| whole.into());
    let age = snapshot.age_doubt.as_ref().map(|doubt| shown!("{}.", doubt));
    let all: Vec<Shown> = read.into_iter().chain(scan).chain(age).collect();
    (!all.is_empty()).then(|| Shown::join(all, " "))
}

fn passed(report: &Report) -> Shown {
    let accounts = accounts(report);
    match report.summary.findings {
        0 => shown!("{} in {}.", findings(report), accounts),
        _ => shown!("{} in {}.", counts(report), accounts),
    }
}

/// Beside the gaps, nothing fails the audit.
fn milder(report: &Report) -> Shown {
    let gaps = report
        .findings
        .iter()
        .filter(|one| one.is_gap() && one.state == crate::finding::State::New);
    let is_new = if report.summary.known + report.summary.fixed > 0 {
        "new "
    } else {
        ""
    };
    match report.summary.findings.saturating_sub(gaps.count()) {
        0 => shown!("No other {}findings.", is_new),
        number => shown!(
            "{}: none fails the audit.",
            count(number, "other finding", "other findings")
        ),
    }
}

fn empty(report: &Report) -> Shown {
    if report.snapshot.template.is_some() {
        return "the file deploys no Azure Cosmos DB accounts.".into();
    }
    if !report.accounts.is_empty() {
        return "the snapshot has no Azure Cosmos DB accounts in the subscriptions that `--only` chooses.".into();
    }
    match report.snapshot.subscriptions.len() {
        0 => "no subscriptions and no Azure Cosmos DB accounts were found.".into(),
        number => shown!(
            "no Azure Cosmos DB accounts in {}.",
            count(number, "subscription", "subscriptions")
        ),
    }
}

fn found_without_accounts(report: &Report) -> Option<Shown> {
    (report.summary.findings > 0).then(|| shown!("{}.", counts(report)))
}

/// What a verdict of `Passed` does not cover.
fn not_compared(report: &Report) -> Option<Shown> {
    let all = report.number_of_accounts();
    let (access, others): (Vec<&NotChecked>, Vec<&NotChecked>) = report
        .not_checked
        .iter()
        .partition(|row| matches!(row.what, What::Access | What::Account));
    let mut said = Vec::new();
    if !access.is_empty() {
        let places: BTreeSet<usize> = access
            .iter()
            .flat_map(|row| row.accounts.iter().flatten())
            .copied()
            .collect();
        said.push(match places.len() {
            number if number == 0 || number == all => "Who has access wasn't compared.".into(),
            number => shown!(
                "Who has access wasn't compared in {} of {}.",
                thousands(number),
                count(all, "account", "accounts")
            ),
        });
    }
    let mut titles: Vec<Shown> = others.iter().map(|row| row.what.title().into()).collect();
    titles.dedup();
    if titles.len() > NAMED + 1 {
        let more = titles.split_off(NAMED).len();
        titles.push(shown!("{} more", more));
    }
    if !titles.is_empty() {
        let also = if said.is_empty() {
            "Not checked"
        } else {
            "Also not checked"
        };
        said.push(shown!("{}: {}.", also, Shown::list(&titles)));
    }
    (!said.is_empty()).then(|| Shown::join(said, " "))
}

/// What was not checked, a line each: `access in 5 of 12 accounts: the policy has no grants (13 principals)`.
pub(super) fn not_checked(report: &Report) -> impl Iterator<Item = Shown> {
    report.not_checked.iter().map(|row| {
        let why = row.why.without_final(&['.']);
        let mut text = shown!("{}: {}", subject(row, report), why);
        let principals = row.principals.filter(|number| *number > 0);
        let principals = principals.map(|number| count(number, "principal", "principals"));
        let at = row.place.as_ref().map(|at| Shown::of_value(Place::source(at)));
        let more: Vec<Shown> = principals.into_iter().chain(at).collect();
        if !more.is_empty() {
            text.push(shown!(" ({})", Shown::join(more, ", ")));
        }
        text
    })
}

/// What was not checked, and in which accounts.
fn subject(row: &NotChecked, report: &Report) -> Shown {
    let what = row.what.title();
    let all = report.number_of_accounts();
    match row.accounts.as_deref() {
        None | Some([]) => what.into(),
        Some([only]) => match report.accounts.get(*only) {
            Some(account) => shown!("{} in {}", what, Shown::of(account.id.name())),
            None => what.into(),
        },
        Some(accounts) if accounts.len() == all => shown!("{} in {}", what, count(all, "account", "accounts")),
        // What the policy leaves out of accounts that it covers: the others have a line of their own.
        Some(accounts) if row.what.is_of_policy() && uncovered(report) > 0 => shown!(
            "{} in {} of the {} that the policy covers",
            what,
            thousands(accounts.len()),
            count(all.saturating_sub(uncovered(report)), "account", "accounts")
        ),
        Some(accounts) => shown!(
            "{} in {} of {}",
            what,
            thousands(accounts.len()),
            count(all, "account", "accounts")
        ),
    }
}

/// How many accounts no block of the policy matches, or of which that isn't known.
fn uncovered(report: &Report) -> usize {
    let rows = report.not_checked.iter().filter(|row| row.what == What::Policy);
    let places: BTreeSet<usize> = rows
        .filter_map(|row| row.accounts.as_ref())
        .flatten()
        .copied()
        .collect();
    places.len()
}

/// All of it in one sentence, for formats that have no room for a list; empty if everything was checked.
pub(super) fn not_checked_in_short(report: &Report) -> Shown {
    if report.not_checked.is_empty() {
        return Shown::default();
    }
    /// Reasons that are told: a line of a log is no place for hundreds.
    const TOLD: usize = 20;
    let rows = report.not_checked.iter();
    let each = rows.map(|row| shown!("{} ({})", subject(row, report), row.why.without_final(&['.'])));
    let more = report.not_checked.len().saturating_sub(TOLD);
    let more = (more > 0).then(|| shown!("{} more", more));
    shown!("Not checked: {}.", Shown::join(each.take(TOLD).chain(more), ", "))
}
