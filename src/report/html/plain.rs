//! What the page shows without JavaScript: the head, then findings and accounts as plain tables. Both tables end somewhere,
//! the worst first, and say so: a browser that lays out a hundred thousand rows at once is no help.

use super::super::text::{count, thousands};
use super::super::verdict;
use super::section::Section;
use crate::finding::{Check, Confidence, Finding, Report, Severity, SnapshotSummary, State, Verdict, What};
use crate::model::{ScannedBy, Shown};
use crate::shown;
use askama::Template;
use std::cmp::Reverse;

/// Findings that the page shows without JavaScript.
const FINDINGS: usize = 2_000;
/// Accounts that it shows.
const ACCOUNTS: usize = 500;
/// Gaps that the head names.
const GAPS: usize = 5;

/// Text in which names stand in backticks.
#[derive(Template)]
#[template(path = "sentence.html")]
struct Sentence {
    /// Whether it is a name, and the piece.
    pieces: Vec<(bool, Shown)>,
}

impl Sentence {
    fn of(text: &Shown) -> Self {
        let pieces = text.split('`').enumerate();
        Self {
            pieces: pieces.map(|(place, piece)| (place % 2 == 1, piece)).collect(),
        }
    }
}

/// The head of the page, the same with and without JavaScript.
#[derive(Template)]
#[template(path = "head.html")]
pub(super) struct Head {
    verdict: &'static str,
    /// How the verdict looks.
    class: &'static str,
    says: Shown,
    facts: Vec<(&'static str, Shown)>,
    bars: Vec<Bar>,
    known: usize,
    waived: usize,
    /// What could not be read, when something could not be.
    gaps: Vec<Sentence>,
    more_gaps: usize,
    complete: bool,
    not_checked: Vec<Sentence>,
    notices: Vec<(Sentence, Option<Shown>)>,
}

/// One severity in the chart.
struct Bar {
    severity: &'static str,
    number: Shown,
    /// In thousandths of the chart's width.
    width: usize,
}

impl Head {
    pub(super) fn of(report: &Report) -> Self {
        let snapshot = &report.snapshot;
        let most = report
            .summary
            .by_severity
            .values()
            .copied()
            .max()
            .unwrap_or_default()
            .max(1);
        let bar = |severity: &Severity| {
            let number = report.summary.by_severity.get(severity).copied().unwrap_or_default();
            Bar {
                severity: severity.word(),
                number: thousands(number),
                // One finding among thousands is still seen.
                width: if number == 0 { 0 } else { (number * 1000 / most).max(12) },
            }
        };
        let missing = report.findings.iter().filter(|one| one.is_gap());
        let missing: Vec<&Finding> = missing.collect();
        Self {
            verdict: match report.verdict {
                Verdict::NotGated => "not gated",
                verdict => verdict.word(),
            },
            class: match report.verdict {
                // Green is for what was checked in full.
                Verdict::Pass if !report.not_checked.is_empty() => "partly",
                Verdict::NotGated => "not",
                verdict => verdict.word(),
            },
            says: says(report),
            facts: facts(report),
            bars: Severity::ALL.iter().rev().map(bar).collect(),
            known: report.summary.known,
            waived: report.summary.waived,
            more_gaps: missing.len().saturating_sub(GAPS),
            gaps: missing
                .iter()
                .take(GAPS)
                .map(|one| Sentence::of(&one.message))
                .collect(),
            complete: snapshot.complete,
            not_checked: verdict::not_checked(report).map(|line| Sentence::of(&line)).collect(),
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
}

impl Head {
    /// What the browser's tab says.
    pub(super) fn title(&self) -> Shown {
        shown!("{}: Cosmos DB access audit", self.verdict)
    }
}

fn says(report: &Report) -> Shown {
    let counts = verdict::counts(report);
    match report.verdict {
        Verdict::Pass if !report.not_checked.is_empty() => shown!("for what was checked: {}.", counts),
        Verdict::Pass if report.summary.findings == 0 => "Access matches the policy.".into(),
        Verdict::Pass | Verdict::Fail => shown!("{}.", counts),
        Verdict::Incomplete => shown!("{}. Not everything could be read.", counts),
        Verdict::Empty => "No account was found to audit.".into(),
        Verdict::NotGated => shown!("{}. No finding fails the audit: it ran with --fail-on never.", counts),
    }
}

/// How much was read in all, and in how many accounts it is unknown.
fn read(number: usize, one: &'static str, many: &'static str, what: What, report: &Report) -> Shown {
    let unknown = (0..report.accounts.len())
        .filter(|place| report.lacks(what, *place))
        .count();
    match (number, unknown) {
        (_, 0) => count(number, one, many),
        (0, _) => shown!("{} unknown", many),
        _ => shown!(
            "{} (unknown in {})",
            count(number, one, many),
            count(unknown, "account", "accounts")
        ),
    }
}

fn facts(report: &Report) -> Vec<(&'static str, Shown)> {
    let snapshot = &report.snapshot;
    let tenant = match snapshot.tenant.as_str() {
        "" => "not known".into(),
        id => Shown::of(id),
    };
    let SnapshotSummary { taken_at, cloud, .. } = snapshot;
    let read = shown!(
        "{} in {}, {}, {}",
        count(snapshot.accounts, "account", "accounts"),
        count(snapshot.subscriptions.len(), "subscription", "subscriptions"),
        read(
            snapshot.role_definitions,
            "role definition",
            "role definitions",
            What::RoleDefinitions,
            report
        ),
        read(
            snapshot.role_assignments,
            "role assignment",
            "role assignments",
            What::RoleAssignments,
            report
        )
    );
    let mut facts = vec![
        ("Tenant", tenant),
        ("Scanned", Shown::of_value(&taken_at.strftime("%Y-%m-%d %H:%M:%S UTC"))),
        (
            "Scanned by",
            snapshot
                .scanned_by
                .as_ref()
                .map_or_else(|| "not known".into(), ScannedBy::shown),
        ),
        ("Cloud", Shown::of(cloud)),
        (
            "Policy",
            Shown::join(report.policy.iter().map(|file| Shown::of(file)), ", "),
        ),
        ("Read", read),
    ];
    if snapshot.gone > 0 {
        let gone = count(snapshot.gone, "account was", "accounts were");
        facts.push(("Gone", shown!("{} deleted while the scan ran", gone)));
    }
    facts
}

/// The tables below the head.
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

struct Row {
    fingerprint: Shown,
    severity: &'static str,
    check: &'static str,
    state: &'static str,
    possible: bool,
    account: Shown,
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
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        findings.sort_by_key(|one| (Reverse(one.severity), one.state));
        let accounts = report.accounts.iter().enumerate();
        Self {
            findings: findings.iter().take(FINDINGS).map(|one| Row::of(one)).collect(),
            all_findings: thousands(findings.len()),
            more_findings: findings.len().saturating_sub(FINDINGS),
            accounts: accounts
                .zip(report.by_account())
                .take(ACCOUNTS)
                .map(|((place, account), found)| Section::of(account, place, &found, report))
                .collect(),
            all_accounts: thousands(report.accounts.len()),
            more_accounts: report.accounts.len().saturating_sub(ACCOUNTS),
            checks: report.ran().map(|(check, _)| check).collect(),
        }
    }
}

impl Row {
    fn of(finding: &Finding) -> Self {
        let remedy = finding.remedy.as_ref();
        let steps = remedy.map(|remedy| remedy.steps.as_slice()).unwrap_or_default();
        Self {
            fingerprint: Shown::of(&finding.fingerprint()),
            severity: finding.severity.word(),
            check: finding.check.id,
            state: match finding.state {
                State::New => "",
                state => state.word(),
            },
            possible: finding.confidence == Confidence::Possible,
            account: finding.account().map(|id| Shown::of(id.name())).unwrap_or_default(),
            message: Sentence::of(&finding.message),
            policy: finding
                .place
                .as_ref()
                .map(|place| Shown::of_value(place.source()))
                .unwrap_or_default(),
            remedy: remedy.map(|remedy| Sentence::of(&remedy.summary)),
            waiver: finding
                .waiver
                .as_ref()
                .map(|waiver| shown!("{}: {}", waiver.expires, Shown::of(&waiver.reason)))
                .unwrap_or_default(),
            steps: steps
                .iter()
                .map(|step| {
                    let command = step.command.as_deref().map(Shown::of).unwrap_or_default();
                    (Sentence::of(&step.changes), command)
                })
                .collect(),
        }
    }
}
