//! The paths that an edge puts together: BloodHound has one edge of a kind between two nodes, and there can be several role
//! assignments behind it.

use super::super::answer::Told;
use super::shape::Value;
use crate::access::Level;
use crate::finding::Confidence;
use crate::model::PrincipalId;
use crate::resolve::BypassRow;

/// Lists with one entry a path, in one order. What a path doesn't have is an empty text.
#[derive(Debug, Default)]
pub(super) struct Paths {
    levels: Vec<&'static str>,
    kinds: Vec<&'static str>,
    roles: Vec<String>,
    assignments: Vec<String>,
    with: Vec<String>,
    identities: Vec<String>,
    bypasses: Vec<&'static str>,
    eligible: Vec<bool>,
}

impl Paths {
    pub(super) fn add(&mut self, level: Level, told: &Told<'_, '_>) {
        let via = &told.found.via;
        self.levels.push(level.word());
        self.kinds.push(told.kind());
        self.roles.push(via.role_name().to_owned());
        self.assignments.push(via.assignment().to_owned());
        self.with.push(told.with().unwrap_or_default().to_owned());
        let identity = told.identity().map(PrincipalId::as_str);
        self.identities.push(identity.unwrap_or_default().to_owned());
        self.bypasses.push(via.check().unwrap_or_default());
        self.eligible.push(via.is_eligible());
    }

    /// Nothing is between anyone and the data.
    pub(super) fn add_open(&mut self, check: &'static str) {
        self.levels.push(Level::Yes.word());
        self.kinds.push("no-authentication");
        for texts in [
            &mut self.roles,
            &mut self.assignments,
            &mut self.with,
            &mut self.identities,
        ] {
            texts.push(String::new());
        }
        self.bypasses.push(check);
        self.eligible.push(false);
    }

    pub(super) fn properties(self) -> [(&'static str, Value); 8] {
        [
            ("levels", Value::texts(self.levels)),
            ("via", Value::texts(self.kinds)),
            ("roles", texts(&self.roles)),
            ("role_assignments", texts(&self.assignments)),
            ("with_role_assignments", texts(&self.with)),
            ("identities", texts(&self.identities)),
            ("bypasses", Value::texts(self.bypasses)),
            ("eligible", Value::Flags(self.eligible)),
        ]
    }
}

/// The Azure role assignments behind an edge: lists with one entry each, in one order.
#[derive(Debug, Default)]
pub(super) struct AzurePaths {
    confidences: Vec<&'static str>,
    actions: Vec<&'static str>,
    roles: Vec<String>,
    assignments: Vec<String>,
    scopes: Vec<String>,
    eligible: Vec<bool>,
}

impl AzurePaths {
    pub(super) fn add(&mut self, confidence: Confidence, bypass: &BypassRow) {
        self.confidences.push(confidence.word());
        self.actions
            .push(bypass.through.as_ref().map_or("", |(action, _)| action.name));
        self.roles.push(bypass.role.name.clone());
        self.assignments.push(bypass.assignment.clone());
        self.scopes.push(bypass.scope.clone());
        self.eligible.push(bypass.eligible);
    }

    pub(super) fn properties(self) -> [(&'static str, Value); 6] {
        [
            ("confidences", Value::texts(self.confidences)),
            ("actions", Value::texts(self.actions)),
            ("roles", texts(&self.roles)),
            ("role_assignments", texts(&self.assignments)),
            ("azure_scopes", texts(&self.scopes)),
            ("eligible", Value::Flags(self.eligible)),
        ]
    }
}

fn texts(all: &[String]) -> Value {
    Value::texts(all.iter().map(String::as_str))
}
