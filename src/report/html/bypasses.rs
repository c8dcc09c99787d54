//! Bypasses in the page's data, and the accounts that a finding reaches.

use super::data::Data;
use super::intern::NONE;
use crate::finding::Reach;
use crate::model::BypassKind;
use crate::resolve::BypassRow;

impl Data<'_> {
    pub(super) fn bypass(&mut self, bypass: &BypassRow) {
        let row = (
            self.principal(&bypass.principal),
            BypassKind::ALL
                .iter()
                .position(|kind| *kind == bypass.kind)
                .unwrap_or_default(),
            bypass
                .through
                .as_ref()
                .map_or(NONE, |(action, _)| self.azure_action(action)),
            bypass
                .through
                .as_ref()
                .map_or(NONE, |(_, pattern)| self.text(pattern.as_str())),
            self.text(&bypass.role.id),
            self.text(&bypass.role.name),
            self.text(&bypass.scope),
            self.text(&bypass.assignment),
            bypass.eligible,
        );
        self.bypasses.push(row);
    }

    pub(super) fn reach(&mut self, reach: &Reach) -> i32 {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let shown = reach.accounts.iter().filter_map(|place| self.place_of(*place));
        for place in shown {
            match runs.last_mut() {
                Some((first, number)) if *first + *number == place => *number += 1,
                _ => runs.push((place, 1)),
            }
        }
        let hidden = reach.accounts.len() - runs.iter().map(|(_, number)| number).sum::<usize>();
        let scope = self.text(reach.scope.as_deref().unwrap_or_default());
        self.reaches.place((scope, runs, hidden))
    }
}
