//! The head of the page, the same with and without JavaScript: the bar, the verdict, the counts, what to fix first, and
//! what was not checked.

use super::super::text::{count, thousands};
use super::fix_first::{FixFirst, fix_first};
use super::sentence::Sentence;
use crate::finding::{Check, Finding, Group, NotChecked, Place, Report, Severity, State, Step, Verdict};
use crate::model::Shown;
use crate::shown;
use askama::Template;

/// Things that weren't checked that the head names.
const UNCHECKED: usize = 3;
/// Accounts that a line names.
const NAMED: usize = 4;
/// Gaps that the head tells in full.
const GAPS: usize = 5;

#[derive(Template)]
#[template(path = "head.html")]
pub(super) struct Head {
    tenant: Shown,
    /// `Failed`.
    word: &'static str,
    /// The name of the verdict's symbol.
    icon: &'static str,
    /// The rest of the verdict's sentence.
    says: Shown,
    facts: Vec<Shown>,
    counts: Vec<Count>,
    findings: Shown,
    is_open: bool,
    accounts: Shown,
    checks: usize,
    fix_first: Option<FixFirst>,
    gaps: Vec<Gap>,
    more_gaps: usize,
    /// What was not checked, in a sentence; empty if everything was checked.
    unchecked: Shown,
    not_checked: Vec<Line>,
    /// What was checked, where there is nothing else to tell.
    checked: Vec<(&'static str, Shown)>,
    notices: Vec<(Sentence, Option<Shown>)>,
}

/// How many findings of a severity there are.
struct Count {
    severity: &'static str,
    title: &'static str,
    number: Shown,
}

/// Something that was not checked: what, where, why, and the policy's rule.
struct Line {
    what: Shown,
    at: Shown,
    why: Sentence,
    rule: Option<Shown>,
}

/// Something that could not be read, and what to do about it.
struct Gap {
    title: Shown,
    message: Sentence,
    steps: Vec<(Sentence, Shown)>,
}

impl Head {
    pub(super) fn of(report: &Report) -> Self {
        let count_of = |severity: &Severity| Count {
            severity: severity.word(),
            title: severity.title(),
            number: thousands(report.summary.by_severity.get(severity).copied().unwrap_or_default()),
        };
        let missing: Vec<&Finding> = report.findings.iter().filter(|one| one.is_gap()).collect();
        let has_findings = report.findings.iter().any(|one| !one.is_gap()) || !report.fixed.is_empty();
        let has_violations = report
            .findings
            .iter()
            .any(|one| one.state == State::New && !one.is_gap());
        Self {
            tenant: tenant(report),
            word: word(report),
            icon: icon(report),
            says: says(report),
            facts: facts(report),
            counts: match has_findings {
                true => Severity::ALL.iter().rev().map(count_of).collect(),
                false => Vec::new(),
            },
            findings: thousands(report.summary.findings),
            is_open: !has_violations,
            accounts: thousands(report.accounts.len()),
            checks: report.ran().count(),
            fix_first: has_violations.then(|| fix_first(report)).flatten(),
            more_gaps: missing.len().saturating_sub(GAPS),
            gaps: missing.iter().take(GAPS).map(|one| Gap::of(one)).collect(),
            unchecked: unchecked(report, &missing),
            not_checked: report.not_checked.iter().map(|row| Line::of(row, report)).collect(),
            checked: match has_violations || report.accounts.is_empty() {
                true => Vec::new(),
                false => checked(report),
            },
            notices: report
                .notices
                .iter()
                .map(|notice| {
                    let at = notice.place.as_ref().map(|place| Shown::of_value(place.source()));
                    (Sentence::of(&notice.message), at)
                })
                .collect(),
        }
    }

    /// What the browser's tab says.
    pub(super) fn title(&self) -> Shown {
        shown!("{}: {} · cosmos-rbac", self.word, &self.tenant)
    }

    /// What stands at the foot of each printed page.
    pub(super) fn running_foot(&self) -> Shown {
        let when = self.facts.first().cloned().unwrap_or_default();
        shown!("cosmos-rbac · {} · {}", &self.tenant, when)
    }
}

impl Gap {
    fn of(finding: &Finding) -> Self {
        let steps = finding.remedy.iter().flat_map(|remedy| &remedy.steps);
        let step = |step: &Step| {
            let command = step.command.as_deref().map(Shown::of).unwrap_or_default();
            (Sentence::of(&step.changes), command)
        };
        Self {
            title: finding.title.shown().clone(),
            message: Sentence::of(&finding.message),
            steps: steps.map(step).collect(),
        }
    }
}

impl Line {
    fn of(row: &NotChecked, report: &Report) -> Self {
        let all = report.accounts.len();
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
            why: Sentence::of(&row.why),
            rule: row.place.as_ref().map(Place::source).map(Shown::of_value),
        }
    }
}

/// The same as the beginning of a sentence.
fn upper_first(text: &str) -> Shown {
    let mut rest = text.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    Shown::of(&format!("{first}{}", rest.as_str()))
}

/// The tenant's name, or else its id in short.
fn tenant(report: &Report) -> Shown {
    let id = report.snapshot.tenant.as_str();
    match &report.snapshot.tenant_name {
        Some(name) if !name.is_empty() => Shown::of(name),
        _ if id.is_empty() => "unknown tenant".into(),
        _ => match (id.get(..8), id.get(id.len().saturating_sub(4)..)) {
            (Some(start), Some(end)) if id.len() == 36 => shown!("{}…{}", Shown::of(start), Shown::of(end)),
            _ => Shown::of(id),
        },
    }
}

fn word(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => "Passed",
        Verdict::Pass => "Passed for what was checked",
        Verdict::Fail => "Failed",
        Verdict::Incomplete => "Incomplete",
        Verdict::Empty => "Nothing to audit",
        Verdict::NotGated => "Not gated",
    }
}

/// Green is for what was checked in full.
fn icon(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => "pass",
        Verdict::Fail => "fail",
        _ => "part",
    }
}

fn says(report: &Report) -> Shown {
    let summary = &report.summary;
    let all = count(summary.findings, "finding", "findings");
    let accounts = count(report.accounts.len(), "account", "accounts");
    match report.verdict {
        Verdict::Fail => verdict_sentence(report),
        Verdict::Pass if summary.findings == 0 && summary.known > 0 => {
            shown!("no new findings in {}", accounts)
        }
        Verdict::Pass if summary.findings == 0 => shown!("no findings in {}", accounts),
        Verdict::Pass => verdict_sentence(report),
        Verdict::Incomplete => {
            let partly = report.accounts.iter().filter(|account| account.gaps > 0).count();
            match partly {
                0 => "not everything could be read".into(),
                _ => shown!("{} of {} couldn’t be fully read", thousands(partly), accounts),
            }
        }
        Verdict::Empty => shown!(
            "no accounts in {}",
            count(report.snapshot.subscriptions.len(), "subscription", "subscriptions")
        ),
        Verdict::NotGated => shown!("{}, and --fail-on never accepts all of them", all),
    }
}

/// `30 of 49 findings are Medium or higher`.
fn verdict_sentence(report: &Report) -> Shown {
    let all = report.summary.findings;
    let Some(mildest) = report.gate.fail_on else {
        return count(all, "finding", "findings");
    };
    let severe: usize = report
        .summary
        .by_severity
        .range(mildest..)
        .map(|(_, number)| number)
        .sum();
    let (severe, verb) = match severe {
        0 => (Shown::from("none"), "is"),
        1 => ("1".into(), "is"),
        _ => (thousands(severe), "are"),
    };
    let or_higher = if mildest == Severity::Critical {
        ""
    } else {
        " or higher"
    };
    let findings = count(all, "finding", "findings");
    shown!("{} of {} {} {}{}", severe, findings, verb, mildest.title(), or_higher)
}

fn facts(report: &Report) -> Vec<Shown> {
    let snapshot = &report.snapshot;
    let policy = Shown::join(report.policy.iter().map(|file| Shown::of(file)), ", ");
    let mut facts = vec![
        Shown::of_value(&snapshot.taken_at.strftime("%-d %b %Y, %H:%M UTC")),
        shown!(
            "{} in {}",
            count(report.accounts.len(), "account", "accounts"),
            count(snapshot.subscriptions.len(), "subscription", "subscriptions")
        ),
        if report.policy.is_empty() {
            "no policy".into()
        } else {
            policy
        },
    ];
    if snapshot.gone > 0 {
        let gone = count(snapshot.gone, "account was", "accounts were");
        facts.push(shown!("{} deleted during the scan", gone));
    }
    facts
}

/// Which lists couldn't be read, and what wasn't checked, in short.
fn unchecked(report: &Report, missing: &[&Finding]) -> Shown {
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
            0 => shown!("Not everywhere: {}.", some),
            more => shown!("Not everywhere: {} and {} more.", some, more),
        });
    } else if !report.snapshot.complete && missing.is_empty() {
        sentences.push("Not everything could be read.".into());
    }
    Shown::join(sentences, " ")
}

/// What was checked: settings, and how many checks of each group found nothing.
fn checked(report: &Report) -> Vec<(&'static str, Shown)> {
    let all = report.accounts.len();
    let disabled = report
        .accounts
        .iter()
        .filter(|one| one.local_auth_disabled == Some(true))
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
                    "No findings from {}{}. {} couldn’t check every account",
                    count(whole, "check", "checks"),
                    beside,
                    count(partly, "more check", "more checks")
                ),
            },
        ));
    }
    rows
}
