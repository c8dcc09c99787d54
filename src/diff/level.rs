//! Both scans, with what only one of them read and the other should have read left out of both.
//!
//! That is what takes access away or decides how surely somebody has it: deny assignments, the definitions of Azure roles, who
//! a principal is and who is in a group. Without it, access is as doubtful in one scan as in the other. The lists that give
//! access stay, because what they lack can only be missing: `needs` has those.

use super::lookups::Lookups;
use super::scans::{Scan, Scans};
use crate::model::{ControlPlane, Gap, PrincipalRecord, role_key};
use crate::resolve::Tenant;
use crate::snapshot::Frame;
use foldhash::HashMap;
use std::collections::BTreeSet;

/// What is left of the scans; `None`: it is as it was read.
pub(super) struct Levelled {
    planes: Scans<Option<Vec<ControlPlane>>>,
    principals: Scans<Option<Vec<PrincipalRecord>>>,
}

impl Levelled {
    pub(super) fn new(tenants: Scans<&Tenant<'_>>, lookups: &Lookups<'_>) -> Self {
        let planes = Scans::of(|scan| tenants.get(scan).frame.control_planes);
        Self {
            planes: Scans::of(|scan| levelled(planes.get(scan), planes.get(scan.other()))),
            principals: Scans::of(|scan| {
                let records = tenants.get(scan).frame.principals?;
                lookups.levelled(scan, records)
            }),
        }
    }

    /// The tenant with what is left; `None`: it is as it was read.
    pub(super) fn tenant<'a>(&'a self, scan: Scan, tenant: &'a Tenant<'a>) -> Option<Tenant<'a>> {
        let (planes, principals) = (self.planes.get(scan).as_deref(), self.principals.get(scan).as_deref());
        if planes.is_none() && principals.is_none() {
            return None;
        }
        let frame = Frame {
            control_planes: planes.unwrap_or(tenant.frame.control_planes),
            principals: principals.or(tenant.frame.principals),
            ..tenant.frame.clone()
        };
        Some(Tenant::new(frame, tenant))
    }
}

/// What Azure RBAC says, without what the other scan should have read and didn't.
fn levelled(own: &[ControlPlane], other: &[ControlPlane]) -> Option<Vec<ControlPlane>> {
    let read: HashMap<String, &ControlPlane> = other
        .iter()
        .map(|plane| (plane.subscription.to_ascii_lowercase(), plane))
        .collect();
    let lost = lost_roles(own, other);
    let lacks_denies = |plane: &ControlPlane| {
        let there = read.get(&plane.subscription.to_ascii_lowercase());
        let is_whole = |one: &ControlPlane| one.has_all(Gap::DENY_ASSIGNMENTS);
        plane.deny_assignments.is_some() && !(is_whole(plane) && there.is_none_or(|there| is_whole(there)))
    };
    if lost.is_empty() && !own.iter().any(lacks_denies) {
        return None;
    }
    let planes = own.iter().map(|plane| {
        let mut plane = plane.clone();
        if lacks_denies(&plane) {
            plane.deny_assignments = None;
        }
        if let Some(roles) = &mut plane.role_definitions {
            roles.retain(|role| !lost.contains(&role_key(&role.id)));
        }
        plane
    });
    Some(planes.collect())
}

/// The Azure roles whose definition only one scan read, although the other needs it.
fn lost_roles(own: &[ControlPlane], other: &[ControlPlane]) -> BTreeSet<String> {
    let read: BTreeSet<String> = defined(other).collect();
    let mut lost: BTreeSet<String> = defined(own).filter(|role| !read.contains(role)).collect();
    if lost.is_empty() {
        return lost;
    }
    let is_whole = other.iter().all(|plane| plane.has_all(Gap::AZURE_ROLE_DEFINITIONS));
    let mut conditions = own.iter().chain(other).flat_map(conditions);
    // What a condition leaves depends on which roles there are to assign.
    if is_whole || conditions.next().is_none() {
        let named: BTreeSet<String> = other.iter().flat_map(named).collect();
        lost.retain(|role| named.contains(role));
    }
    lost
}

fn defined(planes: &[ControlPlane]) -> impl Iterator<Item = String> {
    let roles = planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten());
    roles.map(|role| role_key(&role.id))
}

/// The roles that assignments and delegations name.
fn named(plane: &ControlPlane) -> impl Iterator<Item = String> {
    let active = plane.role_assignments.iter().flatten();
    let eligible = plane.eligible.iter().flatten();
    let delegations = plane.delegations.iter().flatten();
    let delegated = delegations.flat_map(|one| one.all().flat_map(|(authorization, _)| authorization.roles()));
    let ids = active.map(|one| one.role_definition_id.as_str());
    ids.chain(eligible.map(|one| one.role_definition_id.as_str()))
        .chain(delegated)
        .map(role_key)
}

fn conditions(plane: &ControlPlane) -> impl Iterator<Item = &str> {
    let active = plane.role_assignments.iter().flatten().map(|one| &one.condition);
    let eligible = plane.eligible.iter().flatten().map(|one| &one.condition);
    let denies = plane.deny_assignments.iter().flatten();
    let of_denies = denies.clone().flat_map(|one| &one.permissions);
    let of_roles = plane.role_definitions.iter().flatten().flat_map(|one| &one.permissions);
    let of_permissions = of_roles.chain(of_denies).map(|one| &one.condition);
    let all = active
        .chain(eligible)
        .chain(denies.map(|one| &one.condition))
        .chain(of_permissions);
    all.filter_map(|text| text.as_deref())
        .filter(|text| !text.trim().is_empty())
}
