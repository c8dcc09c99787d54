//! What an answer doesn't know, because it couldn't be read.

use super::wanted::Wanted;
use crate::checks::{unread_above, unread_of};
use crate::finding::What;
use crate::model::{AccountRecord, Shown};
use crate::resolve::Tenant;
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
        // Of these, who can change them isn't read either; what only the deployment tells can be anything.
        What::OtherResources | What::Accounts | What::Account | What::Access => true,
        // That it isn't known makes keys possible, and nobody is left out.
        _ => false,
    };
    let unread = unread_of(record).into_iter();
    unread.filter(|(what, _)| matters(*what)).collect()
}

/// Something above the accounts that wasn't read, why, and the accounts that it concerns, in order; `None`: nobody knows which.
pub(super) type Above = (What, Shown, Option<Vec<usize>>);

/// What above the accounts wasn't read.
pub(super) fn above(tenant: &Tenant<'_>) -> Vec<Above> {
    let mut all = unread_above(tenant);
    all.iter_mut()
        .filter_map(|(.., places)| places.as_mut())
        .for_each(|places| places.sort_unstable());
    all
}

/// What of it concerns the accounts that were looked at, of `accounts`. `denies`: those of which a row depends on deny assignments
/// that weren't read.
pub(super) fn concerned(
    above: &[Above],
    accounts: usize,
    looked: &BTreeSet<usize>,
    denies: &BTreeSet<usize>,
    all: &mut Collected,
) {
    let mut denies: BTreeSet<usize> = denies.clone();
    for (what, why, places) in above {
        let is_there = |place: &usize| {
            places
                .as_ref()
                .is_some_and(|places| places.binary_search(place).is_ok())
        };
        if *what == What::DenyAssignments {
            let depend: Vec<usize> = denies.iter().copied().filter(is_there).collect();
            if !depend.is_empty() {
                all.add(*what, why.clone(), Some(&depend));
            }
            denies.retain(|place| !is_there(place));
            continue;
        }
        // Whoever asks about some accounts doesn't ask about clusters and other resources.
        if matches!(what, What::Clusters | What::OtherResources) && looked.len() < accounts {
            continue;
        }
        match places {
            None => all.add(*what, why.clone(), None),
            Some(_) => {
                let own: Vec<usize> = looked.iter().copied().filter(is_there).collect();
                if !own.is_empty() {
                    all.add(*what, why.clone(), Some(&own));
                }
            }
        }
    }
    if !denies.is_empty() {
        let why = "those of another subscription, on which a path depends, weren't read";
        let places: Vec<usize> = denies.into_iter().collect();
        all.add(What::DenyAssignments, why.into(), Some(&places));
    }
}
