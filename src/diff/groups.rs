//! Who is in which group, as far as both scans know it.
//!
//! A group whose members one of the scans didn't read is a principal like any other here: whoever is missing in one list
//! need not have left.

use super::scans::{Scan, Scans};
use crate::model::{Part, PrincipalId, PrincipalKind};
use crate::resolve::{Directory, Members, Tenant};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The groups of two scans.
pub(super) struct Groups<'t> {
    directories: Scans<&'t Directory<'t>>,
    /// Those whose members one of the scans didn't read.
    opaque: HashMap<&'t PrincipalId, Scans<bool>>,
    /// Of the others, who is in it in one scan only.
    changed: HashMap<&'t PrincipalId, Vec<&'t PrincipalId>>,
}

impl<'t> Groups<'t> {
    pub(super) fn new(tenants: Scans<&'t Tenant<'t>>) -> Self {
        let records = |scan: Scan| tenants.get(scan).frame.principals.unwrap_or_default();
        let is_group = |kind: PrincipalKind| kind == PrincipalKind::Group;
        let found = Scan::BOTH.into_iter().flat_map(records);
        let groups: BTreeSet<&'t PrincipalId> = found
            .filter(|record| record.members.is_some() || is_group(record.kind))
            .map(|record| &record.id)
            .collect();
        let mut all = Self {
            directories: Scans::of(|scan| &tenants.get(scan).directory),
            opaque: HashMap::new(),
            changed: HashMap::new(),
        };
        for group in groups {
            let unread = Scans::of(|scan| !knows(tenants.get(scan), group));
            if unread.old || unread.new {
                all.opaque.insert(group, unread);
                continue;
            }
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
        self.opaque.get(group).copied()
    }

    /// Who is in a group in one scan only.
    pub(super) fn changed(&self, group: &PrincipalId) -> &[&'t PrincipalId] {
        self.changed.get(group).map_or(&[], Vec::as_slice)
    }

    /// The groups that a principal is in.
    pub(super) fn of(&self, scan: Scan, id: &PrincipalId) -> impl Iterator<Item = &'t PrincipalId> {
        let groups = self.directories.get(scan).groups_of(id).iter().copied();
        groups.filter(|group| !self.opaque.contains_key(group))
    }

    /// Whether a principal is in a group.
    pub(super) fn has(&self, scan: Scan, group: &PrincipalId, id: &PrincipalId) -> bool {
        group != id && !self.opaque.contains_key(group) && self.directories.get(scan).is_or_is_in(id, group)
    }

    /// Who is in a group, groups in it included.
    pub(super) fn members(&self, scan: Scan, group: &PrincipalId) -> HashSet<&'t PrincipalId> {
        if self.opaque.contains_key(group) {
            return HashSet::new();
        }
        match self.directories.get(scan).members(group, None) {
            Members::Known(group) => group.members.clone(),
            Members::None | Members::Unknown => HashSet::new(),
        }
    }

    /// The people in a group; `None`: nobody is known to be in it, or it is no group.
    pub(super) fn people(&self, scan: Scan, group: &PrincipalId) -> Option<Vec<&'t PrincipalId>> {
        if self.opaque.contains_key(group) {
            return None;
        }
        self.directories.get(scan).all_people(group)
    }
}

/// Whether a scan knows everybody in a group. One that it never met gives nobody anything.
fn knows(tenant: &Tenant<'_>, group: &PrincipalId) -> bool {
    let frame = &tenant.frame;
    match tenant.directory.record(group) {
        Some(record) if record.kind == PrincipalKind::Unknown && record.found => record.members.is_some(),
        Some(record) => record.has_all_members(),
        None => frame.principals.is_some() && !frame.gaps.iter().any(|one| one.gap.part() == Part::Principals),
    }
}
