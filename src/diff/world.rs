//! What the accounts of two scans are compared with: what concerns the tenant as a whole.

use super::groups::Groups;
use super::lookups::Lookups;
use super::scans::{Scan, Scans};
use super::unread::AzureLists;
use crate::access::Elsewhere;
use crate::model::{PrincipalId, PrincipalRef};
use crate::resolve::Tenant;
use crate::snapshot::Frame;
use std::collections::BTreeSet;

/// What all accounts are compared with.
pub(super) struct World<'t> {
    /// The tenants as both scans can know them.
    pub(super) tenants: Scans<&'t Tenant<'t>>,
    /// The tenants as the scans read them.
    pub(super) read: Scans<&'t Tenant<'t>>,
    pub(super) lookups: &'t Lookups<'t>,
    pub(super) groups: Groups<'t>,
    pub(super) azure: Scans<AzureLists<'t>>,
    /// The paths that begin outside accounts.
    pub(super) elsewhere: Scans<Elsewhere<'t>>,
    /// Who can run code on some resource, and couldn't before.
    pub(super) runners: BTreeSet<&'t PrincipalId>,
    /// Whether these certainly are the same.
    pub(super) is_same_elsewhere: bool,
}

impl<'t> World<'t> {
    pub(super) fn new(tenants: Scans<&'t Tenant<'t>>, read: Scans<&'t Tenant<'t>>, lookups: &'t Lookups<'t>) -> Self {
        Self {
            tenants,
            read,
            lookups,
            groups: Groups::new(tenants, lookups),
            azure: Scans::of(|scan| AzureLists::new(read.get(scan))),
            elsewhere: Scans::of(|scan| Elsewhere::new(tenants.get(scan))),
            runners: runners(tenants),
            is_same_elsewhere: is_same_elsewhere(&tenants.old.frame, &tenants.new.frame),
        }
    }

    /// A principal with the name that a scan has for it, or else the other one's.
    pub(super) fn principal(&self, scan: Scan, id: &PrincipalId) -> PrincipalRef {
        let own = self.read.get(scan).directory.principal(id);
        match own.name {
            Some(_) => own,
            None => self.read.get(scan.other()).directory.principal(id),
        }
    }
}

/// Whether two scans certainly have the same paths that begin outside accounts.
fn is_same_elsewhere(old: &Frame<'_>, new: &Frame<'_>) -> bool {
    let times = [old.header.taken_at, new.header.taken_at];
    let (from, to) = (times.into_iter().min(), times.into_iter().max());
    let eligible = old
        .control_planes
        .iter()
        .flat_map(|plane| plane.eligible.iter().flatten());
    let mut ends = eligible.filter_map(|one| one.end);
    old.control_planes == new.control_planes
        && old.principals == new.principals
        && !ends.any(|end| from <= Some(end) && Some(end) <= to)
}

/// Who can run code on some resource in the new tenant, and couldn't in the old one. Not those who can through such a group.
fn runners<'t>(tenants: Scans<&'t Tenant<'t>>) -> BTreeSet<&'t PrincipalId> {
    let running = |tenant: &'t Tenant<'t>| {
        let groups = tenant.powers.running().iter().copied();
        groups.flat_map(|id| {
            let members = tenant
                .directory
                .known_members(id)
                .map_or(&[][..], |(members, _)| members);
            std::iter::once((id, None)).chain(members.iter().map(move |member| (member, Some(id))))
        })
    };
    let old: BTreeSet<&PrincipalId> = running(tenants.old).map(|(id, _)| id).collect();
    let new = running(tenants.new).filter(|(id, through)| {
        let is_told = |group: &PrincipalId| !old.contains(group);
        !old.contains(id) && !through.is_some_and(is_told)
    });
    new.map(|(id, _)| id).collect()
}
