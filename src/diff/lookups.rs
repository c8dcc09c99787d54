//! Of whom a scan should know who they are, and doesn't: principals that have something there, or are in a group that has, and
//! that the directory wasn't asked about. One that has nothing in a scan need not be known there.

use super::scans::{Scan, Scans};
use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord};
use crate::resolve::Tenant;
use crate::snapshot::SnapshotError;
use foldhash::{HashMap, HashSet, HashSetExt};
use std::collections::BTreeSet;

/// What the scans know of principals.
pub(super) struct Lookups<'t> {
    of: Scans<Lookup<'t>>,
    /// The groups whose members one of the scans should know, and doesn't.
    groups: HashMap<&'t PrincipalId, Scans<bool>>,
}

/// What one scan knows of principals.
struct Lookup<'t> {
    /// Those that have something, whatever it is, or that a deny assignment names.
    holders: HashSet<PrincipalId>,
    /// Those in the groups whose members were read.
    members: HashSet<&'t PrincipalId>,
    records: HashMap<&'t PrincipalId, &'t PrincipalRecord>,
}

impl<'t> Lookups<'t> {
    /// # Errors
    /// When an account cannot be read.
    pub(super) fn new(tenants: Scans<&'t Tenant<'t>>) -> Result<Self, SnapshotError> {
        let of = Scans {
            old: Lookup::new(tenants.old)?,
            new: Lookup::new(tenants.new)?,
        };
        let is_group = |record: &&PrincipalRecord| {
            record.members.is_some()
                || record.kind == PrincipalKind::Group
                || (record.kind == PrincipalKind::Unknown && record.found)
        };
        let records = Scan::BOTH.into_iter().flat_map(|scan| of.get(scan).records.values());
        let groups: BTreeSet<&'t PrincipalId> = records.copied().filter(is_group).map(|record| &record.id).collect();
        let unread = groups
            .into_iter()
            .map(|group| (group, Scans::of(|scan| !of.get(scan).knows_members(group))));
        Ok(Self {
            groups: unread.filter(|(_, unread)| unread.old || unread.new).collect(),
            of,
        })
    }

    /// Whether a scan should know who somebody is, and doesn't.
    pub(super) fn lacks(&self, scan: Scan, id: &PrincipalId) -> bool {
        self.of.get(scan).lacks(id)
    }

    /// What a scan says of somebody.
    pub(super) fn record(&self, scan: Scan, id: &PrincipalId) -> Option<&'t PrincipalRecord> {
        self.of.get(scan).records.get(id).copied()
    }

    /// All principals that a scan says something of.
    pub(super) fn ids(&self, scan: Scan) -> impl Iterator<Item = &'t PrincipalId> {
        self.of.get(scan).records.keys().copied()
    }

    /// Which scans should know who is in a group and don't, if there are any.
    pub(super) fn unread(&self, group: &PrincipalId) -> Option<Scans<bool>> {
        self.groups.get(group).copied()
    }

    /// The groups that one of the scans says something of.
    pub(super) fn groups(&self) -> BTreeSet<&'t PrincipalId> {
        let records = Scan::BOTH
            .into_iter()
            .flat_map(|scan| self.of.get(scan).records.values());
        let with_members = records.filter(|record| record.members.is_some());
        with_members.map(|record| &record.id).collect()
    }

    /// What a scan says of principals, without what the other one should know and doesn't; `None`: it is the same.
    pub(super) fn levelled(&self, scan: Scan, records: &[PrincipalRecord]) -> Option<Vec<PrincipalRecord>> {
        let is_lost = |record: &PrincipalRecord| self.lacks(scan.other(), &record.id);
        let is_opaque = |record: &PrincipalRecord| self.groups.contains_key(&record.id) && record.members.is_some();
        if !records.iter().any(|record| is_lost(record) || is_opaque(record)) {
            return None;
        }
        let kept = records.iter().filter(|record| !is_lost(record));
        let levelled = kept.map(|record| match is_opaque(record) {
            true => PrincipalRecord {
                members: None,
                members_bounded: false,
                members_count: None,
                ..record.clone()
            },
            false => record.clone(),
        });
        Some(levelled.collect())
    }
}

impl<'t> Lookup<'t> {
    fn new(tenant: &'t Tenant<'t>) -> Result<Self, SnapshotError> {
        let records = tenant.frame.principals.unwrap_or_default();
        let of_account = |_, record: &crate::model::AccountRecord| -> BTreeSet<PrincipalId> {
            let assignments = record.role_assignments().iter();
            assignments.map(|one| one.principal_id.clone()).collect()
        };
        let mut holders: HashSet<PrincipalId> = HashSet::new();
        for found in tenant.for_each_account(of_account)? {
            holders.extend(found);
        }
        for plane in tenant.frame.control_planes {
            let active = plane.role_assignments.iter().flatten().map(|one| &one.principal_id);
            let eligible = plane.eligible.iter().flatten().map(|one| &one.principal_id);
            let denies = plane.deny_assignments.iter().flatten();
            let denied = denies.flat_map(|deny| deny.principals.iter().chain(&deny.exclude_principals));
            for id in active.chain(eligible).chain(denied.map(|one| &one.id)) {
                if !holders.contains(id) {
                    holders.insert(id.clone());
                }
            }
        }
        Ok(Self {
            holders,
            members: records
                .iter()
                .flat_map(|record| record.members.iter().flatten())
                .collect(),
            records: records.iter().map(|record| (&record.id, record)).collect(),
        })
    }

    fn lacks(&self, id: &PrincipalId) -> bool {
        !self.records.contains_key(id) && (self.holders.contains(id) || self.members.contains(id))
    }

    /// Whether everybody in a group is known, or it has nothing that they could have through it.
    fn knows_members(&self, group: &PrincipalId) -> bool {
        match self.records.get(group) {
            _ if !self.holders.contains(group) => true,
            None => false,
            Some(record) if record.kind == PrincipalKind::Unknown && record.found => record.members.is_some(),
            Some(record) => record.has_all_members(),
        }
    }
}
