//! Who is in which group, as far as both scans know it.
//!
//! A group whose members one of the scans didn't read is a principal like any other here: whoever is missing in one list
//! need not have left.

use super::lookups::Lookups;
use super::scans::{Scan, Scans};
use crate::model::PrincipalId;
use crate::resolve::{Directory, Members, Tenant};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

/// The groups of two scans.
pub(super) struct Groups<'t> {
    directories: Scans<&'t Directory<'t>>,
    lookups: &'t Lookups<'t>,
    /// Who is in a group in one scan only.
    changed: HashMap<&'t PrincipalId, Vec<&'t PrincipalId>>,
}

impl<'t> Groups<'t> {
    pub(super) fn new(tenants: Scans<&'t Tenant<'t>>, lookups: &'t Lookups<'t>) -> Self {
        let mut all = Self {
            directories: Scans::of(|scan| &tenants.get(scan).directory),
            lookups,
            changed: HashMap::new(),
        };
        for group in lookups.groups() {
            let members = Scans::of(|scan| all.members(scan, group));
            let changed: Vec<_> = members.old.symmetric_difference(&members.new).copied().collect();
            if !changed.is_empty() {
                all.changed.insert(group, changed);
            }
        }
        all
    }

    /// Which scans didn't read who is in it, if there are any.
    pub(super) fn unread(&self, group: &PrincipalId) -> Option<Scans<bool>> {
        self.lookups.unread(group)
    }

    /// Who is in a group in one scan only.
    pub(super) fn changed(&self, group: &PrincipalId) -> &[&'t PrincipalId] {
        self.changed.get(group).map_or(&[], Vec::as_slice)
    }

    /// The groups that a principal is in.
    pub(super) fn of(&self, scan: Scan, id: &PrincipalId) -> impl Iterator<Item = &'t PrincipalId> {
        self.directories.get(scan).groups_of(id).iter().copied()
    }

    /// Whether a principal is in a group.
    pub(super) fn has(&self, scan: Scan, group: &PrincipalId, id: &PrincipalId) -> bool {
        group != id && self.directories.get(scan).is_or_is_in(id, group)
    }

    /// Who is in a group, groups in it included.
    pub(super) fn members(&self, scan: Scan, group: &PrincipalId) -> HashSet<&'t PrincipalId> {
        match self.directories.get(scan).members(group, None) {
            Members::Known(group) => group.members.clone(),
            Members::None | Members::Unknown => HashSet::new(),
        }
    }

    /// The people in a group; `None`: nobody is known to be in it, or it is no group.
    pub(super) fn people(&self, scan: Scan, group: &PrincipalId) -> Option<Vec<&'t PrincipalId>> {
        self.directories.get(scan).all_people(group)
    }
}
