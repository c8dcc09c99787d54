//! What the page shows without JavaScript: the head, then findings and accounts as plain tables. Both tables end somewhere,
//! the worst first, and say so: a browser that lays out a hundred thousand rows at once is no help.

use super::super::text::{count, thousands, visible};
use crate::finding::{
    AccountSummary, CheckId, CheckSummary, Confidence, Finding, Report, Severity, SnapshotSummary, State, Verdict,
    WaySummary,
};
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
/// Ways round an account's roles that are named.
const WAYS: usize = 20;

/// Text in which names stand in backticks.
#[derive(Template)]
#[template(path = "sentence.html")]
struct Sentence {
    /// Whether it is a name, and the piece.
    pieces: Vec<(bool, String)>,
}

impl Sentence {
    fn of(text: &str) -> Self {
        let text = visible(text);
        let pieces = text.split('`').enumerate();
        Self {
            pieces: pieces
                .map(|(place, piece)| (place % 2 == 1, piece.to_owned()))
                .collect(),
        }
    }
}

/// The head of the page, the same with and without JavaScript.
#[derive(Template)]
#[template(path = "head.html")]
pub(super) struct Head {
    verdict: &'static str,
    says: String,
    facts: Vec<(&'static str, String)>,
    bars: Vec<Bar>,
    known: usize,
    waived: usize,
    /// What could not be read, when something could not be.
    gaps: Vec<Sentence>,
    more_gaps: usize,
    complete: bool,
    notices: Vec<(Sentence, Option<String>)>,
}

/// One severity in the chart.
struct Bar {
    severity: &'static str,
    number: String,
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
        let missing = report
            .findings
            .iter()
            .filter(|one| one.check == CheckId::CollectionIncomplete);
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
                    let at = notice.policy.as_ref().map(|at| visible(&at.to_string()));
                    (Sentence::of(&notice.message), at)
                })
                .collect(),
        }
    }
}

impl Head {
    /// What the browser's tab says.
    pub(super) fn title(&self) -> String {
        format!("{}: Cosmos DB access audit", self.verdict)
    }
}

fn says(report: &Report) -> String {
    let found = count(report.summary.findings, "finding", "findings");
    match report.verdict {
        Verdict::Pass if report.summary.findings == 0 => "Access is as the policy wants it.".to_owned(),
        Verdict::Pass => format!("{found}, none of them severe enough to fail the audit."),
        Verdict::Fail => format!("{found}; at least one of them fails the audit."),
        Verdict::Incomplete => "Nothing found that fails the audit, but not everything could be read.".to_owned(),
        Verdict::Empty => "There was no account to audit.".to_owned(),
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let snapshot = &report.snapshot;
    let tenant = match snapshot.tenant.as_str() {
        "" => "not known".to_owned(),
        id => visible(id),
    };
    let policy: Vec<String> = report.policy.iter().map(|file| visible(file)).collect();
    let SnapshotSummary { taken_at, cloud, .. } = snapshot;
    let accounts = count(snapshot.accounts, "account", "accounts");
    let subscriptions = count(snapshot.subscriptions.len(), "subscription", "subscriptions");
    let roles = count(snapshot.role_definitions, "role definition", "role definitions");
    let assignments = count(snapshot.role_assignments, "role assignment", "role assignments");
    let mut facts = vec![
        ("Tenant", tenant),
        ("Scanned", taken_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("Cloud", visible(cloud)),
        ("Policy", policy.join(", ")),
        ("Read", format!("{accounts} in {subscriptions}, {roles}, {assignments}")),
    ];
    if snapshot.gone > 0 {
        let gone = count(snapshot.gone, "account was", "accounts were");
        facts.push(("Gone", format!("{gone} deleted while the scan ran")));
    }
    facts
}

/// The tables below the head.
#[derive(Template)]
#[template(path = "plain.html")]
pub(super) struct Plain<'r> {
    findings: Vec<Row>,
    all_findings: String,
    more_findings: usize,
    accounts: Vec<Section>,
    all_accounts: String,
    more_accounts: usize,
    checks: &'r [CheckSummary],
}

struct Row {
    fingerprint: String,
    severity: &'static str,
    check: &'static str,
    state: &'static str,
    possible: bool,
    account: String,
    message: Sentence,
    policy: String,
    remedy: Option<Sentence>,
    waiver: String,
    command: String,
}

struct Section {
    name: String,
    id: String,
    facts: Vec<(&'static str, String)>,
    principals: Vec<(String, &'static str, Vec<String>)>,
    ways: Vec<String>,
    more_ways: usize,
}

impl<'r> Plain<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
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
            checks: &report.checks,
        }
    }
}

impl Row {
    fn of(finding: &Finding) -> Self {
        let remedy = finding.remedy.as_ref();
        let command = remedy.and_then(|remedy| remedy.command.as_deref());
        Self {
            fingerprint: finding.fingerprint(),
            severity: finding.severity.word(),
            check: finding.check.id(),
            state: match finding.state {
                State::New => "",
                state => state.word(),
            },
            possible: finding.confidence == Confidence::Possible,
            account: finding
                .account
                .as_ref()
                .map(|id| visible(id.name()))
                .unwrap_or_default(),
            message: Sentence::of(&finding.message),
            policy: finding
                .policy
                .as_ref()
                .map(|at| visible(&at.to_string()))
                .unwrap_or_default(),
            remedy: remedy.map(|remedy| Sentence::of(&remedy.summary)),
            waiver: finding
                .waiver
                .as_ref()
                .map(|waiver| visible(&format!("{}: {}", waiver.expires, waiver.reason)))
                .unwrap_or_default(),
            command: command.map(visible).unwrap_or_default(),
        }
    }
}

impl Section {
    fn of(account: &AccountSummary, report: &Report) -> Self {
        let way = |way: &WaySummary| {
            let route = report.routes.get(way.route)?;
            let possibly = if way.certain { "" } else { " (possible)" };
            let text = format!(
                "{} may {} through {}{possibly}",
                route.principal, route.verb, route.role.name
            );
            Some(visible(&text))
        };
        let number = |number: Option<usize>| number.map_or("not known".to_owned(), thousands);
        let refused = |switch: Option<bool>| match switch {
            Some(true) => "refused",
            Some(false) => "allowed",
            None => "not known",
        };
        let blocks: Vec<String> = account.blocks.iter().map(|block| visible(block)).collect();
        let blocks = if blocks.is_empty() {
            "none".to_owned()
        } else {
            blocks.join(", ")
        };
        let principals = account.principals.iter().enumerate().map(|(place, one)| {
            let grants = account.access.grants.iter().filter(|grant| grant.principal == place);
            let told = grants.filter_map(|grant| {
                let role = account.access.roles.get(grant.role)?;
                let verbs: Vec<&str> = role.abilities.iter().map(|ability| ability.verb.as_str()).collect();
                let more = verbs.len().saturating_sub(ABILITIES);
                let verbs = verbs.get(..ABILITIES).unwrap_or(&verbs).join(", ");
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                let text = format!("{}: may {verbs}{more} ({})", grant.scope, role.role.name);
                Some(visible(&text))
            });
            (visible(&one.principal.to_string()), one.state.word(), told.collect())
        });
        Self {
            name: visible(account.id.name()),
            id: visible(account.id.as_str()),
            facts: vec![
                ("Keys", refused(account.local_auth_disabled).to_owned()),
                (
                    "Metadata writes with keys",
                    refused(account.key_metadata_writes_disabled).to_owned(),
                ),
                ("API", account.api.title().to_owned()),
                ("Region", visible(&account.location)),
                ("Policy blocks", blocks),
                ("Role definitions", number(account.role_definitions)),
                ("Role assignments", number(account.role_assignments)),
                ("Databases", number(account.databases)),
                ("Could not be read", thousands(account.gaps)),
            ],
            principals: principals.collect(),
            ways: account.ways.iter().take(WAYS).filter_map(way).collect(),
            more_ways: account.ways.len().saturating_sub(WAYS),
        }
    }
}
