//! What an audit comes to, in the JSON report and in the last line of NDJSON.

use super::found::PolicyRef;
use crate::finding;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many findings there are, and what that comes to.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Summary<'r> {
    /// Those that count: `state` is `new`.
    findings: usize,
    /// Of those that count, the ones that fail the audit: at or above `--fail-on`, and not what couldn't be read
    /// (`collection-incomplete`), which has its own verdict.
    failing: usize,
    /// Of those that count, all at or above `--fail-on`, what couldn't be read among them: the number in the sentence of the
    /// verdict. Left out with `--fail-on never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_or_above_fail_on: Option<usize>,
    /// Those that a waiver accepts.
    waived: usize,
    /// With `--ignore-waivers`: those that waivers would accept.
    #[serde(skip_serializing_if = "Option::is_none")]
    waivers_ignored: Option<usize>,
    /// How many waivers expire within two weeks; left out: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    waivers_ending: Option<usize>,
    /// Those that the baseline has already.
    known: usize,
    /// Those that the baseline has, and this audit has no more.
    fixed: usize,
    /// Of those that the baseline has already.
    known_by_severity: BySeverity,
    /// Of those that count.
    by_severity: BySeverity,
    /// Of those that count; only checks that found something.
    by_check: BTreeMap<&'static str, usize>,
    /// What the report says of the tenant: `pass`, `fail`, `incomplete` (not everything could be read, also with
    /// `--allow-incomplete`), `empty` (nothing to audit) or `not-gated` (`--fail-on never`). It holds for what was checked:
    /// see `not_checked`.
    #[schemars(extend("enum" = finding::Verdict::ALL.map(finding::Verdict::word)))]
    verdict: &'static str,
    /// What filters (`--only`) leave out; left out if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    filtered: Option<Filtered<'r>>,
    /// What was not checked, and why; empty: everything was.
    not_checked: Vec<NotChecked<'r>>,
}

/// The worst first, unlike a map's order.
#[derive(Serialize, JsonSchema)]
struct BySeverity {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    note: usize,
}

impl BySeverity {
    fn of(numbers: &BTreeMap<finding::Severity, usize>) -> Self {
        let number = |severity| numbers.get(&severity).copied().unwrap_or_default();
        Self {
            critical: number(finding::Severity::Critical),
            high: number(finding::Severity::High),
            medium: number(finding::Severity::Medium),
            low: number(finding::Severity::Low),
            note: number(finding::Severity::Note),
        }
    }
}

/// What filters leave out. Everything else in the report is about what they don't.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Filtered<'r> {
    /// The filters: findings match one of each key.
    only: &'r [String],
    /// How many accounts there are; `accounts` of the report has those that match.
    accounts: usize,
    /// How many findings count, those that aren't shown included.
    findings: usize,
    /// How many findings would count and aren't shown.
    not_shown: usize,
    /// Of those that would count and aren't shown.
    not_shown_by_severity: BySeverity,
    /// How many known findings aren't shown.
    known_not_shown: usize,
    /// How many waived findings aren't shown.
    waived_not_shown: usize,
}

impl<'r> Filtered<'r> {
    pub(in crate::report) fn of(filtered: &'r finding::Filtered, report: &finding::Report) -> Self {
        Self {
            only: &filtered.only,
            accounts: filtered.accounts,
            findings: filtered.findings,
            not_shown: filtered.findings.saturating_sub(report.summary.findings),
            not_shown_by_severity: BySeverity::of(&filtered.hidden),
            known_not_shown: filtered.known,
            waived_not_shown: filtered.waived,
        }
    }
}

/// Something that was not checked, for one reason.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct NotChecked<'r> {
    /// What.
    #[schemars(extend("enum" = finding::What::ALL.map(finding::What::word)))]
    what: &'static str,
    /// Why.
    why: &'r str,
    /// In how many accounts, whose `not_checked` has the same word; `null`: not known.
    accounts: Option<usize>,
    /// How many principals have access that was not compared; left out where that is not known or has no meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<usize>,
    /// The policy line concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyRef<'r>>,
}

impl<'r> Summary<'r> {
    pub(in crate::report) fn of(report: &'r finding::Report) -> Self {
        let summary = &report.summary;
        Self {
            findings: summary.findings,
            failing: summary.failing,
            at_or_above_fail_on: report.gate.fail_on.map(|mildest| summary.at_or_above(mildest)),
            waived: summary.waived,
            waivers_ignored: report.waivers.ignored,
            waivers_ending: Some(report.waivers.ending).filter(|number| *number > 0),
            known: summary.known,
            fixed: summary.fixed,
            known_by_severity: BySeverity::of(&summary.known_by_severity),
            by_severity: BySeverity::of(&summary.by_severity),
            by_check: summary
                .by_check
                .iter()
                .map(|(check, number)| (check.id, *number))
                .collect(),
            verdict: report.verdict.word(),
            filtered: report.filtered.as_ref().map(|one| Filtered::of(one, report)),
            not_checked: report.not_checked.iter().map(NotChecked::of).collect(),
        }
    }
}

impl<'r> NotChecked<'r> {
    pub(in crate::report) fn of(row: &'r finding::NotChecked) -> Self {
        Self {
            what: row.what.word(),
            why: row.why.as_str(),
            accounts: row.accounts.as_ref().map(Vec::len),
            principals: row.principals,
            policy: row.place.as_ref().and_then(PolicyRef::of_place),
        }
    }
}
