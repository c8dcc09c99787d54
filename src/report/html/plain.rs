//! What the page shows without JavaScript: the head, then findings and accounts as plain tables. Both tables end somewhere,
//! the worst first, and say so: a browser that lays out a hundred thousand rows at once is no help.

use super::super::text::{count, thousands};
use crate::finding::{
    AccountBypass, AccountSummary, Check, Confidence, Finding, Report, Severity, SnapshotSummary, State, Verdict,
};
use crate::model::{Keys, ScannedBy, Shown};
use crate::shown;
use askama::Template;
use std::cmp::Reverse;

/// Findings that the page shows without JavaScript.
const FINDINGS: usize = 2_000;
/// Accounts that it shows.
const ACCOUNTS: usize = 500;
/// Gaps that the head names.
const GAPS: usize = 5;
/// Abilities that a grant names.
const ABILITIES: usize = 6;
/// Bypasses of an account that are named.
const BYPASSES: usize = 20;

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
    says: Shown,
    facts: Vec<(&'static str, Shown)>,
    bars: Vec<Bar>,
    known: usize,
    waived: usize,
    /// What could not be read, when something could not be.
    gaps: Vec<Sentence>,
    more_gaps: usize,
    complete: bool,
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
            verdict: report.verdict.word(),
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
    let found = count(report.summary.findings, "finding", "findings");
    match report.verdict {
        Verdict::Pass if report.summary.findings == 0 => "Access is as the policy wants it.".into(),
        Verdict::Pass => shown!("{}, none of them severe enough to fail the audit.", found),
        Verdict::Fail => shown!("{}; at least one of them fails the audit.", found),
        Verdict::Incomplete => "Nothing found that fails the audit, but not everything could be read.".into(),
        Verdict::Empty => "There was no account to audit.".into(),
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
        count(snapshot.role_definitions, "role definition", "role definitions"),
        count(snapshot.role_assignments, "role assignment", "role assignments")
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
    command: Shown,
}

struct Section {
    name: Shown,
    id: Shown,
    facts: Vec<(&'static str, Shown)>,
    principals: Vec<(Shown, &'static str, Vec<Shown>)>,
    bypasses: Vec<Shown>,
    more_bypasses: usize,
}

impl Plain {
    pub(super) fn of(report: &Report) -> Self {
        // Stable: within a severity, the report's own order.
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        findings.sort_by_key(|one| (Reverse(one.severity), one.state));
        Self {
            findings: findings.iter().take(FINDINGS).map(|one| Row::of(one)).collect(),
            all_findings: thousands(findings.len()),
            more_findings: findings.len().saturating_sub(FINDINGS),
            accounts: report
                .accounts
                .iter()
                .take(ACCOUNTS)
                .map(|account| Section::of(account, report))
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
        let command = remedy.and_then(|remedy| remedy.command.as_deref());
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
            command: command.map(Shown::of).unwrap_or_default(),
        }
    }
}

impl Section {
    fn of(account: &AccountSummary, report: &Report) -> Self {
        let named = |one: &AccountBypass| {
            let bypass = report.bypasses.get(one.bypass)?;
            Some(shown!(
                "{} may {} through {}{}",
                Shown::of_value(&bypass.principal),
                bypass.kind.verb(),
                Shown::of(&bypass.role.name),
                if one.certain { "" } else { " (possible)" }
            ))
        };
        let number = |number: Option<usize>| number.map_or("not known".into(), thousands);
        let refused = |switch: Option<bool>| match switch {
            Some(true) => "refused",
            Some(false) => "allowed",
            None => "not known",
        };
        let keys = match Keys::of(account.api, account.local_auth_disabled) {
            Keys::SaidRefused => "said to be disabled",
            _ => refused(account.local_auth_disabled),
        };
        let blocks = if account.blocks.is_empty() {
            "none".into()
        } else {
            Shown::join(account.blocks.iter().map(|block| Shown::of(block)), ", ")
        };
        let principals = account.principals.iter().map(|one| {
            let place = account.access.principals.binary_search(&one.principal.id).ok();
            let grants = account.access.grants.iter();
            let grants = grants.filter(|grant| Some(grant.principal) == place);
            let told = grants.filter_map(|grant| {
                let role = account.access.roles.get(grant.role)?;
                let verbs = role.can.iter().map(|can| can.action.verb());
                let mut told = Shown::join(verbs.take(ABILITIES), ", ");
                if role.can.len() > ABILITIES {
                    told.push(shown!(" and {} more", role.can.len() - ABILITIES));
                }
                let name = Shown::of(&role.role.name);
                Some(shown!("{}: may {} ({})", Shown::of_value(&grant.scope), told, name))
            });
            (Shown::of_value(&one.principal), one.state.word(), told.collect())
        });
        Self {
            name: Shown::of(account.id.name()),
            id: Shown::of(account.id.as_str()),
            facts: vec![
                ("Keys", keys.into()),
                (
                    "Metadata writes with keys",
                    refused(account.key_metadata_writes_disabled).into(),
                ),
                ("API", account.api.title().into()),
                ("Region", Shown::of(&account.location)),
                ("Policy blocks", blocks),
                ("Role definitions", number(account.role_definitions)),
                ("Role assignments", number(account.role_assignments)),
                ("Databases", number(account.databases)),
                ("Could not be read", thousands(account.gaps)),
            ],
            principals: principals.collect(),
            bypasses: account.bypasses.iter().take(BYPASSES).filter_map(named).collect(),
            more_bypasses: account.bypasses.len().saturating_sub(BYPASSES),
        }
    }
}
