//! What a template gives that the scan may or may not have: the scan didn't read what it would take to tell.

use super::account::Found;
use super::change::{NotCompared, Unknown};
use super::holdings::{Holding, Holdings};
use super::scans::{Scan, Scans};
use super::world::World;
use crate::access::Route;
use crate::model::{PrincipalId, Shown};
use crate::shown;
use std::collections::BTreeSet;

/// Principals that a line names.
const NAMED: usize = 3;

impl World<'_> {
    /// Of an account, the people whom the template assigns something there that could not be compared.
    pub(super) fn possibly_gained(&self, found: Scans<Found<'_>>, new: &Holdings<'_>) -> Option<NotCompared> {
        let origins = self.read.new.frame.origins.as_ref()?;
        let (_, old) = found.old?;
        let is_deployed = |id: &str| origins.get(id).is_some_and(|origin| origin.at.is_some());
        let was_there = |id: &str| {
            let planes = self.read.old.frame.control_planes.iter();
            let of_azure = planes.flat_map(|plane| plane.role_assignments.iter().flatten().map(|one| one.id.as_str()));
            let own = old.role_assignments().iter().map(|one| one.id.as_str());
            own.chain(of_azure).any(|there| there.eq_ignore_ascii_case(id))
        };
        let is_open = |one: &&Holding<'_>| {
            let is_unknown = matches!(one.row.route, Route::UnknownRole { .. } | Route::UnknownAzureRole(_));
            is_unknown || !one.is_comparable
        };
        let open = new.all.iter().filter(is_open);
        let deployed = open.filter(|one| {
            let id = one.row.route.assignment();
            is_deployed(id) && !was_there(id)
        });
        let people: BTreeSet<&PrincipalId> = deployed.map(|one| one.principal).collect();
        if people.is_empty() {
            return None;
        }
        let names = people.iter().take(NAMED);
        let mut names: Vec<Shown> = names
            .map(|id| Shown::of_value(&self.principal(Scan::New, id)))
            .collect();
        match people.len().saturating_sub(NAMED) {
            0 => {}
            1 => names.push("1 other".into()),
            more => names.push(shown!("{} others", more)),
        }
        Some(NotCompared {
            of: Unknown::Account(old.account.id.clone()),
            what: shown!("what the template gives to {}", Shown::list(&names)),
            verb: "couldn't be looked up",
            reason: "it can be new, and counts as gained".into(),
            missing: Scans { old: true, new: false },
            is_failure: true,
            may_be_gain: true,
        })
    }
}
