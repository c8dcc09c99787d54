//! What the page shows without JavaScript below its head: findings in detail, accounts, checks. All lists end somewhere, the
//! worst first, and say so: a browser that lays out a hundred thousand rows at once is no help.

use super::super::text::{count, thousands};
use super::section::Section;
use super::sentence::Sentence;
use crate::finding::{Cause, Check, Confidence, Finding, Report, State};
use crate::model::Shown;
use crate::shown;
use askama::Template;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::cmp::Reverse;

/// Findings that the page shows without JavaScript.
const FINDINGS: usize = 2_000;
/// Accounts that it shows.
const ACCOUNTS: usize = 500;

#[derive(Template)]
#[template(path = "plain.html")]
pub(super) struct Plain {
    findings: Vec<Row>,
    all_findings: Shown,
    more_findings: usize,
    accounts: Vec<Section>,
    all_accounts: Shown,
    more_accounts: usize,
    checks: Vec<&'static Check>,
}

/// Why there are several findings.
struct CauseLine {
    id: Shown,
    title: Shown,
    others: Shown,
}

struct Row {
    cause: Option<CauseLine>,
    fingerprint: Shown,
    severity: &'static str,
    severity_title: &'static str,
    title: Shown,
    check: &'static str,
    state: &'static str,
    possible: bool,
    message: Sentence,
    policy: Shown,
    remedy: Option<Sentence>,
    waiver: Shown,
    /// What each step changes, and its command.
    steps: Vec<(Sentence, Shown)>,
}

impl Plain {
    pub(super) fn of(report: &Report) -> Self {
        // Stable: within a severity, the report's own order.
        let mut findings: Vec<(usize, &Finding)> = report.findings.iter().enumerate().collect();
        findings.sort_by_key(|(_, one)| (Reverse(one.severity), one.state));
        let by_account = report.by_account();
        let accounts = report.shown_accounts();
        Self {
            findings: rows(report, &findings),
            all_findings: by_state(&findings),
            more_findings: findings.len().saturating_sub(FINDINGS),
            accounts: accounts
                .take(ACCOUNTS)
                .filter_map(|(place, account)| Some(Section::of(account, place, by_account.get(place)?, report)))
                .collect(),
            all_accounts: thousands(report.number_of_accounts()),
            more_accounts: report.number_of_accounts().saturating_sub(ACCOUNTS),
            checks: report.ran().map(|(check, _)| check).collect(),
        }
    }
}

/// `54 new, 1 waived`, as the counts of the head are of new ones.
fn by_state(findings: &[(usize, &Finding)]) -> Shown {
    let number = |state| findings.iter().filter(|(_, one)| one.state == state).count();
    let there = [State::New, State::Known, State::Waived].map(|state| (state, number(state)));
    let told = there
        .into_iter()
        .filter(|(state, number)| *number > 0 || *state == State::New);
    Shown::join(
        told.map(|(state, number)| shown!("{} {}", thousands(number), state.word())),
        ", ",
    )
}

/// `10 other findings have`, and how many of a cause's others don't count.
fn others(cause: &Cause, place: usize, report: &Report) -> Shown {
    let others = cause.findings.iter().filter(|other| **other != place);
    let others: Vec<&Finding> = others.filter_map(|other| report.findings.get(*other)).collect();
    let beside = others.iter().filter(|one| one.state != State::New).count();
    let all = count(others.len(), "other finding", "other findings");
    let verb = if others.len() == 1 { "has" } else { "have" };
    match beside {
        0 => shown!("{} {}", all, verb),
        _ => shown!("{} ({} known or waived) {}", all, thousands(beside), verb),
    }
}

/// The first of the findings, each cause beside the first finding that has it.
fn rows(report: &Report, findings: &[(usize, &Finding)]) -> Vec<Row> {
    let causes = report.causes.iter().filter(|cause| cause.findings.len() > 1);
    let mut by_finding: HashMap<usize, &Cause> = HashMap::new();
    for cause in causes {
        by_finding.extend(cause.findings.iter().map(|place| (*place, cause)));
    }
    let mut told = HashSet::new();
    let row = |(place, finding): &(usize, &Finding)| {
        let cause = by_finding.get(place).filter(|cause| told.insert(cause.id.as_str()));
        Row {
            cause: cause.map(|cause| CauseLine {
                id: Shown::of(&cause.id),
                title: cause.title.shown().clone(),
                others: others(cause, *place, report),
            }),
            ..Row::of(finding)
        }
    };
    findings.iter().take(FINDINGS).map(row).collect()
}

impl Row {
    fn of(finding: &Finding) -> Self {
        let remedy = finding.remedy.as_ref();
        let steps = remedy.map(|remedy| remedy.steps.as_slice()).unwrap_or_default();
        Self {
            cause: None,
            fingerprint: Shown::of(&finding.fingerprint()),
            severity: finding.severity.word(),
            severity_title: finding.severity.title(),
            title: finding.title.shown().clone(),
            check: finding.check.id,
            state: match finding.state {
                State::New => "",
                State::Known => "Known",
                State::Waived => "Waived",
            },
            possible: finding.confidence == Confidence::Possible,
            message: Sentence::whole(&finding.message),
            policy: finding
                .place
                .as_ref()
                .map(|place| Shown::of_value(place.source()))
                .unwrap_or_default(),
            remedy: remedy.map(|remedy| Sentence::whole(&remedy.summary)),
            waiver: finding
                .waiver
                .as_ref()
                .map(|waiver| shown!("{}: {}", waiver.expires, Shown::of(&waiver.reason)))
                .unwrap_or_default(),
            steps: steps
                .iter()
                .map(|step| {
                    let command = step.command.as_deref().map(Shown::of).unwrap_or_default();
                    (Sentence::whole(&step.changes), command)
                })
                .collect(),
        }
    }
}
