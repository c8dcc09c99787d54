//! `--only`: the part of the findings that is shown. The audit is a whole one; what is left out is counted, and said.
//!
//! A filter for accounts shows what concerns one of them, and what could: an Azure role above them, a list that they could be in.
//! Filters for findings never hide what couldn't be read of these accounts: without it nobody knows what else there would be.

mod choice;
mod filter;

pub use choice::OnlyError;
pub use filter::Filter;

use super::names::Names;
use crate::finding::{AccountSummary, Filtered, Finding, Fixed, NotChecked, Report, State};
use crate::snapshot::Frame;
use choice::Choice;

/// The report with what the filters leave, and the findings that they don't. `frame`: what it is about, as the scan saw it.
///
/// # Errors
/// When a filter means nothing in the tenant.
pub(super) fn narrowed(
    report: Report,
    filters: &[Filter],
    names: &Names<'_>,
    frame: &Frame<'_>,
) -> Result<(Report, Vec<Finding>), OnlyError> {
    let choice = Choice::of(filters, &report, names, frame)?;
    let gate = report.gate;
    let before = report.summary.findings;
    let all = report.accounts.len();
    let is_shown: Vec<bool> = report.findings.iter().map(|one| choice.shows(one, &report)).collect();
    let is_fixed_shown: Vec<bool> = report
        .fixed
        .iter()
        .map(|one| choice.shows_fixed(one, &report))
        .collect();
    let mut parts = report.into_parts();
    let mut hidden = Vec::new();
    let mut shown = Vec::new();
    for (finding, is_shown) in parts.findings.into_iter().zip(is_shown) {
        if is_shown { &mut shown } else { &mut hidden }.push(finding);
    }
    parts.findings = shown;
    let fixed = parts.fixed.into_iter().zip(is_fixed_shown);
    parts.fixed = fixed
        .filter(|(_, is_shown)| *is_shown)
        .map(|(one, _): (Fixed, _)| one)
        .collect();
    for (account, is_chosen) in parts.accounts.iter_mut().zip(&choice.accounts) {
        account.is_shown = *is_chosen;
    }
    parts.not_checked = parts
        .not_checked
        .into_iter()
        .filter_map(|row| narrowed_row(row, &parts.accounts))
        .collect();
    // Each thing that couldn't be read is a finding, and those of the accounts that are shown are never left out.
    parts.snapshot.complete |= !parts.findings.iter().any(Finding::is_gap);
    // What couldn't be read, and what is too old, each by itself.
    let age = parts.snapshot.age_doubt.take();
    let is_of_age = |finding: &&Finding| age.as_ref() == Some(finding.title.shown());
    let (aged, unread): (Vec<&Finding>, Vec<&Finding>) = parts
        .findings
        .iter()
        .filter(|finding| finding.is_gap())
        .partition(is_of_age);
    parts.snapshot.all_read |= unread.is_empty();
    parts.snapshot.age_doubt = age.filter(|_| !aged.is_empty());
    let of = |state: State| hidden.iter().filter(|one| one.state == state).count();
    let mut filtered = Filtered {
        only: filters.iter().map(ToString::to_string).collect(),
        accounts: all,
        findings: before,
        known: of(State::Known),
        waived: of(State::Waived),
        leaves_accounts_whole: filters.iter().all(|filter| filter.key().is_of_accounts()),
        ..Filtered::default()
    };
    for finding in hidden.iter().filter(|one| one.state == State::New) {
        *filtered.hidden.entry(finding.severity).or_default() += 1;
    }
    parts.filtered = Some(filtered);
    Ok((Report::new(parts, gate), hidden))
}

/// What was not checked in the accounts that are shown.
fn narrowed_row(mut row: NotChecked, accounts: &[AccountSummary]) -> Option<NotChecked> {
    let Some(places) = &mut row.accounts else {
        return Some(row);
    };
    let before = places.len();
    places.retain(|place| accounts.get(*place).is_some_and(|account| account.is_shown));
    if places.len() < before {
        // They were counted over all accounts.
        row.principals = None;
    }
    (before == 0 || !places.is_empty()).then_some(row)
}
