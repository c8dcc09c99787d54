//! A cause in the JSON report.

use super::found::Remedy;
use crate::finding::{self, Severity};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// One object to change, and the findings that are there because of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cause<'r> {
    /// Identifies the object from run to run: it does not depend on order, casing, wording or counts.
    id: &'r str,
    /// What is wrong, and where: at most 80 characters.
    title: &'r str,
    /// One more sentence; `null`: the title says it all.
    detail: Option<&'r str>,
    /// The worst severity of its findings that count; of all, where none does.
    #[schemars(extend("enum" = Severity::ALL.map(Severity::word)))]
    severity: &'static str,
    /// The fingerprints of its findings. Each finding has one cause.
    findings: Vec<String>,
    /// What to change.
    change: Change<'r>,
    /// What to do.
    remedy: Option<Remedy<'r>>,
    /// Of its findings that count, how many would be there no more once the change is made. `null`: it was not worked out.
    closes: Option<BySeverity>,
    /// Findings that count and are there only once the change is made. `null`: it was not worked out.
    opens: Option<BySeverity>,
}

/// What to change.
#[derive(Serialize, JsonSchema)]
struct Change<'r> {
    /// What kind of change it is.
    #[schemars(extend("enum" = finding::ChangeKind::ALL.map(finding::ChangeKind::word)))]
    kind: &'static str,
    /// What is changed: ARM ids, or places in the policy.
    objects: &'r [String],
}

/// Numbers of findings in the changed tenant, which was audited.
#[derive(Serialize, JsonSchema)]
struct BySeverity {
    /// Of each severity; every severity is present.
    by_severity: BTreeMap<&'static str, usize>,
}

impl BySeverity {
    fn of(counts: &BTreeMap<Severity, usize>) -> Self {
        let number = |severity: Severity| (severity.word(), counts.get(&severity).copied().unwrap_or_default());
        Self {
            by_severity: Severity::ALL.into_iter().map(number).collect(),
        }
    }
}

impl<'r> Cause<'r> {
    pub(super) fn of(cause: &'r finding::Cause, report: &finding::Report) -> Self {
        let own = cause.findings.iter().filter_map(|place| report.findings.get(*place));
        let effect = cause.effect.as_ref();
        Self {
            id: &cause.id,
            title: cause.title.as_str(),
            detail: cause.detail.as_ref().map(|detail| detail.as_str()),
            severity: cause.severity.word(),
            findings: own.map(finding::Finding::fingerprint).collect(),
            change: Change {
                kind: cause.change.kind.word(),
                objects: &cause.change.objects,
            },
            remedy: cause.remedy.as_ref().map(Remedy::of),
            closes: effect.map(|effect| BySeverity::of(&effect.closes)),
            opens: effect.map(|effect| BySeverity::of(&effect.opens)),
        }
    }
}
