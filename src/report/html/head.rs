//! The head of the page, the same with and without JavaScript: the bar, the verdict, the counts, what to fix first, and
//! what was not checked.

use super::super::facts::{taken, template_name};
use super::super::filtered;
use super::super::text::{count, thousands};
use super::super::verdict;
use super::coverage::{Gap, Line, checked, unchecked};
use super::fix_first::{FixFirst, fix_first};
use super::sentence::Sentence;
use crate::finding::{Finding, Report, Severity, State, Verdict};
use crate::model::Shown;
use crate::model::guid::{is_guid, short_id};
use crate::shown;
use askama::Template;

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
    /// What filters leave out.
    filtered: Option<Shown>,
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
            filtered: filtered::text(report),
            counts: match has_findings {
                true => Severity::ALL.iter().rev().map(count_of).collect(),
                false => Vec::new(),
            },
            findings: thousands(report.summary.findings),
            is_open: !has_violations,
            accounts: thousands(report.number_of_accounts()),
            checks: report.ran().count(),
            fix_first: has_violations.then(|| fix_first(report)).flatten(),
            more_gaps: missing.len().saturating_sub(GAPS),
            gaps: missing.iter().take(GAPS).map(|one| Gap::of(one)).collect(),
            unchecked: unchecked(report, &missing),
            not_checked: report.not_checked.iter().map(|row| Line::of(row, report)).collect(),
            checked: match has_violations || report.accounts.is_empty() || report.filtered.is_some() {
                true => Vec::new(),
                false => checked(report),
            },
            notices: report
                .notices
                .iter()
                .map(|notice| {
                    let at = notice.place.as_ref().map(|place| Shown::of_value(place.source()));
                    (Sentence::whole(&notice.message), at)
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

/// The tenant's name, or else its id in short.
fn tenant(report: &Report) -> Shown {
    let id = report.snapshot.tenant.as_str();
    if report.snapshot.template.is_some() {
        return "before the deployment".into();
    }
    match &report.snapshot.tenant_name {
        Some(name) if !name.is_empty() => Shown::of(name),
        _ if id.is_empty() => "unknown tenant".into(),
        _ if is_guid(id) => short_id(id),
        _ => Shown::of(id),
    }
}

fn word(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.filtered.is_some() => "Passed for what is shown",
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
        Verdict::Pass if report.not_checked.is_empty() && report.filtered.is_none() => "pass",
        Verdict::Fail => "fail",
        _ => "part",
    }
}

fn says(report: &Report) -> Shown {
    let says = answer(report);
    match verdict::waivers(report) {
        Some(waivers) => shown!("{}. {}", says, waivers.without_final(&['.'])),
        None => says,
    }
}

fn answer(report: &Report) -> Shown {
    let summary = &report.summary;
    let all = count(summary.findings, "finding", "findings");
    let accounts = filtered::accounts(report);
    match report.verdict {
        Verdict::Fail => verdict_sentence(report),
        Verdict::Pass if summary.findings == 0 && summary.known > 0 => {
            shown!("no new findings in {}", accounts)
        }
        Verdict::Pass if summary.findings == 0 => shown!("no findings in {}", accounts),
        Verdict::Pass => verdict_sentence(report),
        Verdict::Incomplete => {
            let partly = report.shown_accounts().filter(|(_, account)| account.gaps > 0).count();
            match partly {
                0 => "not everything could be read".into(),
                _ if report.snapshot.template.is_some() => {
                    shown!(
                        "{} of {} not fully known before the deployment",
                        thousands(partly),
                        accounts
                    )
                }
                _ => shown!("{} of {} couldn't be fully read", thousands(partly), accounts),
            }
        }
        Verdict::Empty if report.snapshot.template.is_some() => "the file deploys no accounts".into(),
        Verdict::Empty if !report.accounts.is_empty() => "no accounts in the subscriptions that --only chooses".into(),
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
        match &snapshot.template {
            Some(template) => template_name(template),
            None => taken(snapshot),
        },
        match &snapshot.template {
            Some(_) => filtered::accounts(report),
            None => shown!(
                "{} in {}",
                filtered::accounts(report),
                count(snapshot.subscriptions.len(), "subscription", "subscriptions")
            ),
        },
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
