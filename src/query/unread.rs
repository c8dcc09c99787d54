//! What an answer doesn't know, because it couldn't be read.

use super::wanted::Wanted;
use crate::checks::{Names, unread_above, unread_of};
use crate::finding::What;
use crate::model::{AccountRecord, Keys, PrincipalId, Shown};
use crate::resolve::Tenant;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Something that couldn't be read, so that more principals could have access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What.
    pub what: What,
    /// Why.
    pub why: Shown,
    /// The accounts that it concerns, by their places; `None`: nobody knows which.
    pub accounts: Option<Vec<usize>>,
}

impl Unread {
    /// Whether it concerns the account of this place, for certain or possibly.
    pub fn is_about(&self, account: usize) -> bool {
        self.what.is_about(self.accounts.as_deref(), account)
    }
}

/// What couldn't be read, put together: by what and why the accounts.
#[derive(Default)]
pub(super) struct Collected(BTreeMap<(What, Shown), Option<BTreeSet<usize>>>);

impl Collected {
    pub(super) fn add(&mut self, what: What, why: Shown, places: Option<&[usize]>) {
        let known = self.0.entry((what, why)).or_insert_with(|| Some(BTreeSet::new()));
        match (known.as_mut(), places) {
            (Some(known), Some(places)) => known.extend(places),
            _ => *known = None,
        }
    }

    pub(super) fn finish(self) -> Vec<Unread> {
        let rows = self.0.into_iter().map(|((what, why), accounts)| Unread {
            what,
            why,
            accounts: accounts.map(|places| places.into_iter().collect()),
        });
        rows.collect()
    }
}

/// What of an account matters to a question and wasn't read.
pub(super) fn of_account(record: &AccountRecord, wanted: &Wanted) -> Vec<(What, Shown)> {
    let matters = |what: What| match what {
        What::RoleDefinitions | What::RoleAssignments | What::OtherApis | What::MongoUsers | What::ClusterUsers => {
            wanted.is_of_data()
        }
        // Of these, who can change them isn't read either.
        What::OtherResources | What::Accounts => true,
        // That it isn't known makes keys possible, and nobody is left out.
        _ => false,
    };
    let unread = unread_of(record).into_iter();
    unread.filter(|(what, _)| matters(*what)).collect()
}

/// What above the accounts wasn't read. `looked`: the accounts that were looked at.
pub(super) fn above(tenant: &Tenant<'_>, looked: &BTreeSet<usize>, all: &mut Collected) {
    for (what, why, places) in unread_above(tenant) {
        // Access is never taken away by a list of denies that wasn't read.
        if what == What::DenyAssignments {
            continue;
        }
        // Whoever asks about some accounts doesn't ask about clusters and other resources.
        if matches!(what, What::Clusters | What::OtherResources) && looked.len() < tenant.frame.accounts.len() {
            continue;
        }
        let places: Option<Vec<usize>> =
            places.map(|places| places.into_iter().filter(|place| looked.contains(place)).collect());
        if places.as_ref().is_none_or(|places| !places.is_empty()) {
            all.add(what, why, places.as_deref());
        }
    }
}

/// Whoever was given a key has access, and no list says who that is.
pub(super) fn keys(tenant: &Tenant<'_>, looked: impl Iterator<Item = usize>, all: &mut Collected) {
    let accepts = |place: &usize| {
        tenant
            .account(*place)
            .is_some_and(|account| account.keys() != Keys::Refused && !account.api.is_cluster())
    };
    let places: Vec<usize> = looked.filter(accepts).collect();
    if !places.is_empty() {
        let why = "key-based authentication isn't disabled, and whoever was given an account key has access";
        all.add(What::KeyReaders, why.into(), Some(&places));
    }
}

/// Those who have what was asked, or a part of what it takes, and could be groups with others in them. `is_asked`: whether
/// somebody was asked about.
pub(super) fn groups(
    names: &Names<'_>,
    groups: BTreeMap<PrincipalId, BTreeSet<usize>>,
    is_asked: bool,
    all: &mut Collected,
) {
    /// Groups that are named.
    const NAMED: usize = 5;
    let mut places = BTreeSet::new();
    let mut shown: Vec<Shown> = Vec::new();
    let number = groups.len();
    for (id, own) in groups {
        places.extend(own);
        if shown.len() < NAMED {
            shown.push(names.in_short(&id));
        }
    }
    if number > NAMED {
        shown.push(shown!("{} more", number - NAMED));
    }
    if number > 0 {
        let places: Vec<usize> = places.into_iter().collect();
        let groups = Shown::list(&shown);
        let why = match is_asked {
            true => shown!("whether the principal is a member of {} isn't known", groups),
            false => shown!("who is a member of {} isn't known in full", groups),
        };
        all.add(What::GroupMembers, why, Some(&places));
    }
}
