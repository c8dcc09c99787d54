//! Causes in the page's data, and what an earlier report found that is there no more.

use super::columns::{Cause, Counts, Fixed};
use super::data::Data;
use super::intern::NONE;
use crate::finding::{self, Effect, Remedy, Severity};
use std::collections::BTreeMap;

impl Data<'_> {
    pub(super) fn cause(&mut self, cause: &finding::Cause) {
        let row = Cause {
            id: self.text(&cause.id),
            title: self.text(cause.title.as_str()),
            detail: cause.detail.as_ref().map_or(NONE, |text| self.text(text.as_str())),
            severity: cause.severity as usize,
            findings: cause.findings.clone(),
            remedy: cause
                .remedy
                .as_ref()
                .map_or(NONE, |remedy| self.text(remedy.summary.as_str())),
            steps: self.plain_steps(cause.remedy.as_ref()),
            effect: cause.effect.as_ref().map(effect),
        };
        self.causes.push(row);
    }

    fn plain_steps(&mut self, remedy: Option<&Remedy>) -> i32 {
        let steps = remedy.map(|remedy| remedy.steps.as_slice()).unwrap_or_default();
        let steps = steps.iter().map(|step| {
            let command = step.command.as_deref().map_or(NONE, |text| self.text(text));
            (command, self.text(step.changes.as_str()))
        });
        let steps = steps.collect();
        self.steps.place(steps)
    }

    pub(super) fn fixed(&mut self, fixed: &finding::Fixed) {
        let row = Fixed {
            severity: fixed.severity as usize,
            check: self.text(&fixed.check),
            account: fixed.account.as_ref().map_or(NONE, |id| self.text(id.name())),
            title: self.text(fixed.title.as_str()),
            message: self.text(&fixed.message),
            fingerprint: self.text(&fixed.fingerprint),
        };
        self.fixed.push(row);
    }
}

fn effect(effect: &Effect) -> [Counts; 2] {
    let counts = |of: &BTreeMap<Severity, usize>| Severity::ALL.map(|one| of.get(&one).copied().unwrap_or_default());
    [counts(&effect.closes), counts(&effect.opens)]
}
