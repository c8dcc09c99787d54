//! What a scan may fail to read.

use super::model::{GROUPS, PEOPLE, SUBSCRIPTIONS};
use crate::unread::gap;
use cosmos_rbac::model::{AccountRecord, ControlPlane, Gap};
use cosmos_rbac::snapshot::Snapshot;
use proptest::prelude::*;

/// Something that a scan didn't read: all of a list, or the first that is in it.
#[derive(Debug, Clone)]
pub(super) enum Hole {
    Definitions(usize, bool),
    Assignments(usize, bool),
    Switch(usize),
    Backup(usize),
    /// A list of Azure RBAC.
    List(usize, &'static str, bool),
    Plane(usize),
    Directory,
    Record(usize),
    Members(usize, bool),
}

pub(super) fn hole() -> impl Strategy<Value = Hole> {
    let lists = [
        Gap::AZURE_ROLE_ASSIGNMENTS,
        Gap::AZURE_ROLE_DEFINITIONS,
        Gap::DENY_ASSIGNMENTS,
        Gap::ELIGIBLE,
        Gap::DELEGATIONS,
    ];
    let records = PEOPLE.len() + GROUPS.len();
    prop_oneof![
        (0..2_usize, any::<bool>()).prop_map(|(account, all)| Hole::Definitions(account, all)),
        (0..2_usize, any::<bool>()).prop_map(|(account, all)| Hole::Assignments(account, all)),
        (0..2_usize).prop_map(Hole::Switch),
        (0..2_usize).prop_map(Hole::Backup),
        (0..2_usize, prop::sample::select(lists.to_vec()), any::<bool>())
            .prop_map(|(plane, list, all)| Hole::List(plane, list, all)),
        (0..2_usize).prop_map(Hole::Plane),
        Just(Hole::Directory),
        (0..records).prop_map(Hole::Record),
        (0..2_usize, any::<bool>()).prop_map(|(group, all)| Hole::Members(group, all)),
    ]
}

/// All of a list, or the first that is in it.
fn lose<T>(list: &mut Option<Vec<T>>, all: bool) {
    match list {
        Some(list) if !all => {
            list.drain(..list.len().min(1));
        }
        _ => *list = None,
    }
}

impl Hole {
    pub(super) fn make(&self, snapshot: &mut Snapshot) {
        match *self {
            Self::Definitions(account, all) => in_account(snapshot, account, |record| {
                lose(&mut record.role_definitions, all);
                record.gaps.push(gap("sqlRoleDefinitions"));
            }),
            Self::Assignments(account, all) => in_account(snapshot, account, |record| {
                lose(&mut record.role_assignments, all);
                record.gaps.push(gap("sqlRoleAssignments"));
            }),
            Self::Switch(account) => in_account(snapshot, account, |record| {
                record.account.local_auth_disabled = None;
                record.gaps.push(gap(Gap::LOCAL_AUTH));
            }),
            Self::Backup(account) => in_account(snapshot, account, |record| record.account.backup = None),
            Self::List(plane, list, all) => {
                let planes = snapshot.control_planes.iter_mut();
                let own = planes.filter(|one| one.subscription == SUBSCRIPTIONS[plane]);
                own.for_each(|plane| lose_list(plane, list, all));
            }
            Self::Plane(plane) => snapshot
                .control_planes
                .retain(|one| one.subscription != SUBSCRIPTIONS[plane]),
            Self::Directory => snapshot.principals = None,
            Self::Record(number) => {
                let id = PEOPLE.into_iter().chain(GROUPS).nth(number).unwrap();
                let records = snapshot.principals.iter_mut();
                records.for_each(|records| records.retain(|record| record.id.as_str() != id));
            }
            Self::Members(group, all) => {
                let records = snapshot.principals.iter_mut().flatten();
                for record in records.filter(|record| record.id.as_str() == GROUPS[group]) {
                    lose(&mut record.members, all);
                    record.members_bounded = !all;
                }
            }
        }
    }

    /// Whether it is in what an account itself holds.
    pub(super) fn is_in_account(&self) -> bool {
        match self {
            Self::Definitions(..) | Self::Assignments(..) | Self::Switch(_) | Self::Backup(_) => true,
            Self::List(..) | Self::Plane(_) | Self::Directory | Self::Record(_) | Self::Members(..) => false,
        }
    }

    /// Whether a comparison has to say so, whatever the tenant is.
    pub(super) fn is_told(&self, full: &Snapshot) -> bool {
        match *self {
            Self::Definitions(account, _) | Self::Assignments(account, _) | Self::Switch(account) => {
                account < full.accounts.len()
            }
            Self::List(plane, ..) | Self::Plane(plane) => plane == 0 && !full.accounts.is_empty(),
            Self::Directory => true,
            Self::Backup(_) | Self::Record(_) | Self::Members(..) => false,
        }
    }
}

fn in_account(snapshot: &mut Snapshot, account: usize, change: impl FnOnce(&mut AccountRecord)) {
    if let Some(record) = snapshot.accounts.get_mut(account) {
        change(record);
    }
}

fn lose_list(plane: &mut ControlPlane, list: &'static str, all: bool) {
    match list {
        Gap::AZURE_ROLE_ASSIGNMENTS => lose(&mut plane.role_assignments, all),
        Gap::AZURE_ROLE_DEFINITIONS => lose(&mut plane.role_definitions, all),
        Gap::DENY_ASSIGNMENTS => lose(&mut plane.deny_assignments, all),
        Gap::ELIGIBLE => lose(&mut plane.eligible, all),
        _ => lose(&mut plane.delegations, all),
    }
    plane.gaps.push(gap(list));
}
