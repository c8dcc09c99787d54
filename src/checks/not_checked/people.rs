//! Of whom it isn't known who they are, or who is in them: what an audit and an answer say of them.

use crate::checks::names::Names;
use crate::finding::{AccountSummary, What};
use crate::model::{PrincipalId, Shown};
use crate::resolve::{Hidden, Tenant};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Principals, each with the places of the accounts where they have something.
pub(crate) type ByPrincipal = BTreeMap<PrincipalId, BTreeSet<usize>>;

/// A reason, and the places of the accounts that it concerns.
pub(crate) type Said = (What, Shown, Vec<usize>);

/// Those who could be groups with others in them. `is_asked`: whether somebody was asked about.
pub(crate) fn group_members(names: &Names<'_>, ids: ByPrincipal, is_asked: bool) -> Vec<Said> {
    let why = |named| match is_asked {
        true => shown!("whether the principal is a member of {} isn't known", named),
        false => shown!("who is a member of {} isn't known in full", named),
    };
    said(names, ids, What::GroupMembers, why)
}

/// Those of whom the directory says nothing: they could be groups, or identities that others can act as.
pub(crate) fn without_records(tenant: &Tenant<'_>, names: &Names<'_>, ids: ByPrincipal) -> Vec<Said> {
    let why = match (tenant.frame.principals, tenant.frame.origins) {
        (Some(_), _) => {
            let has_record = |(id, _): &(PrincipalId, _)| tenant.directory.record(id).is_some();
            let (odd, lost) = ids.into_iter().partition(has_record);
            let mut all = said(names, lost, What::Directory, |named| {
                shown!("principals without a record: {}", named)
            });
            all.extend(said(names, odd, What::Directory, |named| {
                shown!("principals of an unknown kind: {}", named)
            }));
            return all;
        }
        (None, Some(_)) => "a template doesn't say who its principals are",
        (None, None) => "principals weren't looked up: `--no-graph`, no permission, or a snapshot without them",
    };
    let places: BTreeSet<usize> = ids.into_values().flatten().collect();
    match places.is_empty() {
        true => Vec::new(),
        false => vec![(What::Directory, why.into(), places.into_iter().collect())],
    }
}

/// A reason for those who are in the same accounts, so that none names somebody of another account.
pub(crate) fn said(names: &Names<'_>, ids: ByPrincipal, what: What, why: impl Fn(Shown) -> Shown) -> Vec<Said> {
    /// Principals that a reason names.
    const NAMED: usize = 5;
    let mut alike: BTreeMap<BTreeSet<usize>, Vec<PrincipalId>> = BTreeMap::new();
    for (id, places) in ids {
        alike.entry(places).or_default().push(id);
    }
    let reason = |(places, ids): (BTreeSet<usize>, Vec<PrincipalId>)| {
        let mut shown: Vec<Shown> = ids.iter().take(NAMED).map(|id| names.in_short(id)).collect();
        if ids.len() > NAMED {
            shown.push(shown!("{} more", ids.len() - NAMED));
        }
        (what, why(Shown::list(&shown)), places.into_iter().collect())
    };
    alike.into_iter().map(reason).collect()
}

/// Of those who have something in accounts, through role assignments or Azure roles: those who could be groups with others in them, and
/// those without a record, they or others in them.
pub(super) fn of_accounts<'t>(tenant: &'t Tenant<'_>, accounts: &'t [AccountSummary]) -> [ByPrincipal; 2] {
    let (mut groups, mut nameless) = (ByPrincipal::new(), ByPrincipal::new());
    let (directory, control) = (&tenant.directory, &tenant.control);
    // Without any records one reason says it of all, also of those whom a template doesn't name.
    let hidden = |id: &PrincipalId, written: Option<&str>| match tenant.frame.principals {
        None => Hidden {
            members: false,
            record: !id.is_mongo_user(),
        },
        Some(_) => directory.hidden(id, written),
    };
    // Of groups, those in them who have no record: looked for once a group.
    let mut within: BTreeMap<&PrincipalId, Vec<&PrincipalId>> = BTreeMap::new();
    let mut add = |id: &'t PrincipalId, written: Option<&str>, places: &mut dyn Iterator<Item = usize>| {
        let hidden = hidden(id, written);
        let inside = within
            .entry(id)
            .or_insert_with(|| directory.nameless_members(id).collect());
        let lost = inside.iter().copied().chain(hidden.record.then_some(id));
        let lost: Vec<&PrincipalId> = lost.collect();
        // Of most, everything is known, and they can reach every account.
        if lost.is_empty() && !hidden.members {
            return;
        }
        for place in places {
            if hidden.members {
                groups.entry(id.clone()).or_default().insert(place);
            }
            for id in &lost {
                nameless.entry((*id).clone()).or_default().insert(place);
            }
        }
    };
    for (place, account) in accounts.iter().enumerate() {
        let holders = account.principals.iter().filter(|summary| summary.assignments > 0);
        holders.for_each(|summary| add(&summary.principal.id, None, &mut std::iter::once(place)));
    }
    for bypass in &control.bypasses {
        let (id, written) = (bypass.holder.principal(), bypass.holder.principal_type());
        let mut reached = std::iter::once(bypass)
            .flat_map(|bypass| control.reached(bypass))
            .map(|reached| reached.account);
        add(id, written, &mut reached);
    }
    for unknown in &control.unknown_roles {
        let (id, written) = (unknown.holder.principal(), unknown.holder.principal_type());
        let mut concerned = std::iter::once(unknown).flat_map(|unknown| control.concerned(unknown));
        add(id, written, &mut concerned);
    }
    [groups, nameless]
}
