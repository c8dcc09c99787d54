//! Why findings are there: the one object whose change closes them.

use super::remedy::Remedy;
use super::scale::Severity;
use super::title::Title;
use crate::model::Shown;
use std::collections::BTreeMap;

/// One object to change, such as a role assignment, a role definition, a setting or an entry of the policy, and the findings
/// that are there because of it. Every finding has exactly one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Identifies it from run to run, as a fingerprint does a finding.
    pub id: String,
    /// What is wrong, and where.
    pub title: Title,
    /// One more sentence, where the title does not say it all.
    pub detail: Option<Shown>,
    /// The worst of its findings that count; of all, where none does.
    pub severity: Severity,
    /// Its findings, by their places in the report, in order.
    pub findings: Vec<usize>,
    /// What to change.
    pub remedy: Option<Remedy>,
    /// What the change would do; `None`: it was not worked out.
    pub effect: Option<Effect>,
}

/// What a change would do to the findings that count: the changed tenant was audited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Findings that would be there no more, by severity.
    pub closes: BTreeMap<Severity, usize>,
    /// Findings that would be there instead, by severity.
    pub opens: BTreeMap<Severity, usize>,
}
