//! What is no finding: the audit as a whole, and what was not checked.

use super::event::{Context, Enum, HIGH_CONFIDENCE, NEW, Told, WARNING, cloud_of, of_account};
use super::shape::Unmapped;
use crate::finding::{NotChecked, Report, Verdict};
use crate::model::Shown;
use crate::report::{json, verdict};
use crate::shown;

const INFORMATIONAL: Enum = (1, "Informational");

/// What was not checked, then the audit.
pub(super) fn told<'c, 'r>(context: &'c Context<'r>) -> impl Iterator<Item = Told<'r>> + use<'c, 'r> {
    let report = context.report;
    let rows = report.not_checked.iter().zip(verdict::not_checked(report));
    rows.map(|(row, line)| not_checked(context, row, &line))
        .chain(std::iter::once_with(|| audit(report)))
}

fn not_checked<'r>(context: &Context<'r>, row: &'r NotChecked, line: &Shown) -> Told<'r> {
    let accounts = row.accounts.iter().flatten();
    let accounts = accounts.filter_map(|place| context.report.accounts.get(*place));
    let what = row.what.word();
    Told {
        control: "not-checked",
        // One kind of thing can have several reasons.
        uid: format!("not-checked/{what}/{}", row.why),
        title: shown!("Not checked: {}", row.what.title()),
        message: shown!("Not checked: {}", line),
        resources: accounts.map(|account| of_account(context, account)).collect(),
        unmapped: Unmapped::NotChecked {
            not_checked: json::NotChecked::of(row),
        },
        ..told_of(context.report, WARNING)
    }
}

fn audit(report: &Report) -> Told<'_> {
    let status = match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => (1, "Pass"),
        Verdict::Fail => (3, "Fail"),
        Verdict::Pass | Verdict::Incomplete | Verdict::Empty | Verdict::NotGated => WARNING,
    };
    told_of(report, status)
}

/// The audit as a whole.
fn told_of(report: &Report, compliance: Enum) -> Told<'_> {
    Told {
        control: "audit",
        uid: "audit".to_owned(),
        title: "Cosmos DB access audit".into(),
        message: verdict::text(report),
        severity: INFORMATIONAL,
        confidence: HIGH_CONFIDENCE,
        status: NEW,
        compliance,
        resources: Vec::new(),
        remediation: None,
        evidences: Vec::new(),
        cloud: cloud_of(report),
        unmapped: Unmapped::Audit {
            summary: Box::new(json::Summary::of(report)),
        },
    }
}
