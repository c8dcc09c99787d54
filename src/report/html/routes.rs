//! The ways round the data plane in the page's data, and the accounts that a finding reaches.

use super::data::Data;
use crate::finding::{Reach, RouteSummary};

impl Data {
    pub(super) fn route(&mut self, route: &RouteSummary) {
        // Said of the action wherever a finding names it.
        let action = self.action(route.action, route.verb);
        self.known_actions.insert(route.action.to_owned(), action);
        let word = (route.way, route.verb);
        let way = self.ways.iter().position(|known| *known == word);
        let way = way.unwrap_or_else(|| {
            self.ways.push(word);
            self.ways.len() - 1
        });
        let texts = [
            &route.pattern,
            &route.role.id,
            &route.role.name,
            &route.scope,
            &route.assignment,
        ];
        let [pattern, role_id, role_name, scope, assignment] = texts.map(|text| self.text(text));
        let principal = self.principal(&route.principal);
        let row = (
            principal,
            way,
            action,
            pattern,
            role_id,
            role_name,
            scope,
            assignment,
            route.eligible,
        );
        self.routes.push(row);
    }

    pub(super) fn reach(&mut self, reach: &Reach) -> i32 {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for place in &reach.accounts {
            match runs.last_mut() {
                Some((first, number)) if *first + *number == *place => *number += 1,
                _ => runs.push((*place, 1)),
            }
        }
        let scope = self.text(&reach.scope);
        self.reaches.place((scope, runs))
    }
}
