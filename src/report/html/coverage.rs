//! What was checked, what was not, and what could not be read, as the head of the page tells it.

use super::super::text::{count, thousands};
use super::sentence::{Sentence, upper_first};
use crate::finding::{Check, Finding, Group, NotChecked, Place, Report, State, Step};
use crate::model::Shown;
use crate::shown;

/// Things that weren't checked that the head names.
const UNCHECKED: usize = 3;
/// Accounts that a line names.
const NAMED: usize = 4;

/// Something that was not checked: what, where, why, and the policy's rule.
pub(super) struct Line {
    pub(super) what: Shown,
    pub(super) at: Shown,
    pub(super) why: Sentence,
    pub(super) rule: Option<Shown>,
}

/// Something that could not be read, and what to do about it.
pub(super) struct Gap {
    pub(super) title: Shown,
    pub(super) message: Sentence,
    pub(super) steps: Vec<(Sentence, Shown)>,
}

impl Gap {
    pub(super) fn of(finding: &Finding) -> Self {
        let steps = finding.remedy.iter().flat_map(|remedy| &remedy.steps);
        let step = |step: &Step| {
            let command = step.command.as_deref().map(Shown::of).unwrap_or_default();
            (Sentence::whole(&step.changes), command)
        };
        Self {
            title: finding.title.shown().clone(),
            message: Sentence::whole(&finding.message),
            steps: steps.map(step).collect(),
        }
    }
}

impl Line {
    pub(super) fn of(row: &NotChecked, report: &Report) -> Self {
        let all = report.number_of_accounts();
        let names = |places: &[usize]| {
            let named = places.iter().filter_map(|place| report.accounts.get(*place));
            Shown::join(named.map(|account| Shown::of(account.id.name())), ", ")
        };
        let mut at = match row.accounts.as_deref() {
            None | Some([]) => Shown::default(),
            Some(some) if some.len() == all => shown!(" in {}", count(all, "account", "accounts")),
            Some(some) if some.len() <= NAMED => shown!(" in {}", names(some)),
            Some(some) => shown!(" in {} of {}", thousands(some.len()), count(all, "account", "accounts")),
        };
        if let Some(number) = row.principals.filter(|number| *number > 0) {
            at.push(shown!(", {}", count(number, "principal", "principals")));
        }
        Self {
            what: upper_first(row.what.title()),
            at,
            why: Sentence::whole(&row.why),
            rule: row.place.as_ref().map(Place::source).map(Shown::of_value),
        }
    }
}

/// Which lists couldn't be read, and what wasn't checked, in short.
pub(super) fn unchecked(report: &Report, missing: &[&Finding]) -> Shown {
    let mut sentences = Vec::new();
    if let Some(first) = missing.first() {
        sentences.push(match missing.len() {
            1 => shown!("{}.", first.title.shown()),
            more => shown!("{}, and {} more.", first.title.shown(), more - 1),
        });
    }
    let mut whats: Vec<Shown> = report.not_checked.iter().map(|row| row.what.title().into()).collect();
    whats.dedup();
    if !whats.is_empty() {
        let all = whats.len();
        let some = Shown::join(whats.into_iter().take(UNCHECKED), ", ");
        sentences.push(match all.saturating_sub(UNCHECKED) {
            0 => shown!("Not in every account: {}.", some),
            more => shown!("Not in every account: {} and {} more.", some, more),
        });
    } else if !report.snapshot.complete && missing.is_empty() {
        sentences.push("Not everything could be read.".into());
    }
    Shown::join(sentences, " ")
}

/// What was checked: settings, and how many checks of each group found nothing.
pub(super) fn checked(report: &Report) -> Vec<(&'static str, Shown)> {
    let all = report.number_of_accounts();
    let disabled = report
        .shown_accounts()
        .filter(|(_, one)| one.local_auth_disabled == Some(true))
        .count();
    let mut rows = vec![(
        "Key-based authentication",
        shown!(
            "Disabled on {} of {}",
            thousands(disabled),
            count(all, "account", "accounts")
        ),
    )];
    for (group, title) in [
        (Group::Drift, "Deviations from the policy"),
        (Group::Bypass, "Bypasses through Azure roles"),
        (Group::Hygiene, "Role assignments and custom roles"),
    ] {
        let ran: Vec<&Check> = report
            .ran()
            .map(|(check, _)| check)
            .filter(|one| one.group == group)
            .collect();
        let whole = ran
            .iter()
            .filter(|check| report.unchecked(check, None).next().is_none())
            .count();
        let found = report
            .findings
            .iter()
            .filter(|one| one.check.group == group && one.state != State::New);
        let beside = match found.count() {
            0 => Shown::default(),
            number => shown!(" ({} known or waived)", number),
        };
        rows.push((
            title,
            match ran.len() - whole {
                0 => shown!("No findings from {}{}", count(whole, "check", "checks"), beside),
                partly => shown!(
                    "No findings from {}{}. {} couldn't check every account",
                    count(whole, "check", "checks"),
                    beside,
                    count(partly, "more check", "more checks")
                ),
            },
        ));
    }
    rows
}
