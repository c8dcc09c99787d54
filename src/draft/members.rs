//! Who is in the groups that a drafted policy names, so that a new member deviates from it.

use super::expressible::is_nameable;
use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord, Shown};
use crate::resolve::Directory;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Members of a group that a policy lists: nobody reviews a longer list.
const MOST: usize = 20;
/// Members of all groups together, so that the policy doesn't become too large.
const ALL: usize = 2000;

/// The members of a group.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Members {
    /// All of them.
    Listed(BTreeSet<PrincipalId>),
    /// They are left out, and why.
    LeftOut(Shown),
}

/// The members of those of `principals` that are groups.
pub(super) fn members(
    directory: &Directory<'_>,
    principals: impl Iterator<Item = PrincipalId>,
) -> BTreeMap<PrincipalId, Members> {
    let mut left = ALL;
    let of = |id: PrincipalId| {
        let record = directory.record(&id)?;
        if record.kind != PrincipalKind::Group || !record.found {
            return None;
        }
        let members = match of_group(record) {
            Members::Listed(list) if list.len() > left => Members::LeftOut("the groups have too many together".into()),
            members => members,
        };
        if let Members::Listed(list) = &members {
            left -= list.len();
        }
        Some((id, members))
    };
    principals.filter_map(of).collect()
}

fn of_group(record: &PrincipalRecord) -> Members {
    let Some(list) = record.members.as_ref().filter(|_| record.has_all_members()) else {
        return Members::LeftOut("not all of them were read".into());
    };
    if record.members_count.is_none() {
        return Members::LeftOut("the snapshot has no service principals of groups".into());
    }
    let list: BTreeSet<PrincipalId> = list.iter().filter(|id| **id != record.id).cloned().collect();
    if list.len() > MOST {
        return Members::LeftOut(shown!("there are {}", list.len()));
    }
    if !list.iter().all(is_nameable) {
        return Members::LeftOut("an object ID is invalid".into());
    }
    Members::Listed(list)
}
