//! The findings about a node or an edge, as properties.

use super::kinds::EdgeKind;
use super::shape::Value;
use crate::access::{Sure, Verb};
use crate::finding::{Finding, Severity, State};
use std::collections::BTreeSet;

/// What is told of findings: of each its check, severity and state.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The worst severity of those that count.
    severity: Option<Severity>,
    findings: BTreeSet<(&'static str, Severity, State)>,
}

impl Told {
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.state == State::New {
            self.severity = self.severity.max(Some(finding.severity));
        }
        self.findings
            .insert((finding.check.id, finding.severity, finding.state));
    }

    /// `severity` is the worst of what counts. The lists have one entry a finding, in one order.
    pub(super) fn properties(&self) -> [(&'static str, Value); 4] {
        let texts =
            |of: fn(&(&'static str, Severity, State)) -> &'static str| Value::texts(self.findings.iter().map(of));
        [
            ("severity", Value::text(self.severity.map_or("none", Severity::word))),
            ("checks", texts(|(check, ..)| check)),
            ("check_severities", texts(|(_, severity, _)| severity.word())),
            ("check_states", texts(|(.., state)| state.word())),
        ]
    }
}

/// Whether a finding about an assignment is about what an edge says: one about data actions is about the edges of what these do,
/// and if they do nothing that has an edge, about all.
pub(super) fn is_about(finding: &Finding, kind: EdgeKind) -> bool {
    let actions = finding.subject.data_actions();
    let does = |verb: Verb| actions.iter().any(|action| verb.by(action.ability()) > Sure::No);
    match kind.verb() {
        Some(verb) => does(verb) || !Verb::ALL.into_iter().any(does),
        None => true,
    }
}
