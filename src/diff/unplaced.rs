//! Azure role assignments whose scope is invalid, and that only one of the scans has: nobody knows what they give.

use super::change::{NotCompared, Unknown};
use super::scans::{Scan, Scans};
use super::world::World;
use crate::model::{PrincipalId, Shown};
use crate::shown;
use std::collections::BTreeSet;

/// The principal, the role's id in lower case, and the scope.
type Key<'t> = (&'t PrincipalId, String, &'t str);

impl World<'_> {
    /// Those that came or went.
    pub(super) fn unplaced(&self) -> Vec<NotCompared> {
        let all = Scans::of(|scan| -> BTreeSet<Key<'_>> {
            let unplaced = self.read.get(scan).control.unplaced.iter();
            unplaced
                .map(|holder| {
                    let role = holder.role_definition_id().to_ascii_lowercase();
                    (holder.principal(), role, holder.scope().as_str())
                })
                .collect()
        });
        let one = |scan: Scan, (principal, _, scope): &Key<'_>| NotCompared {
            of: Unknown::Principal(self.principal(scan, principal)),
            what: "what an Azure role assignment gives".into(),
            verb: "isn't known",
            reason: shown!("its scope {} is invalid", Shown::quoted(scope)),
            missing: Scans::of(|one| one == scan),
            is_failure: true,
            may_be_gain: false,
        };
        let gone = all.old.difference(&all.new).map(|key| one(Scan::Old, key));
        let came = all.new.difference(&all.old).map(|key| one(Scan::New, key));
        gone.chain(came).collect()
    }
}
