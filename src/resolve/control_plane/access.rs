//! Who can get at which accounts through Azure RBAC: all bypasses, and what is not known of them.

use super::bypass::{Bypass, Doubt, Reached, Via};
use super::holder::Holder;
use super::places::Places;
use super::reach::{self, Found, UnknownRole};
use crate::model::{Account, ControlPlane, Gap};
use crate::resolve::directory::Directory;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::ops::Range;

/// What of a subscription with accounts was not read in full; no bypass there proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The subscription's id, in lower case.
    pub subscription: String,
    /// The lists, by the names of their gaps.
    pub lists: Vec<&'static str>,
    /// What else couldn't be read, by names that this version doesn't know: it could be anything.
    pub others: BTreeSet<String>,
    /// Whether there is nothing of it at all: it was not collected.
    pub all: bool,
}

/// Who can get at which accounts through Azure RBAC.
#[derive(Debug)]
pub struct ControlAccess<'a> {
    /// What was found, by assignment and kind.
    pub bypasses: Vec<Bypass<'a>>,
    /// Assignments that hold for accounts and whose role was not read.
    pub unknown_roles: Vec<UnknownRole<'a>>,
    /// Assignments whose scope is malformed, so that nobody knows where they hold.
    pub unplaced: Vec<Holder<'a>>,
    /// What was not read.
    pub unread: Vec<Unread>,
    places: Places<'a>,
    /// Per block the bypasses that reach into it.
    by_block: Vec<Vec<usize>>,
}

impl<'a> ControlAccess<'a> {
    /// Resolves what Azure RBAC says of `accounts`, which are sorted by id, as of `taken_at`.
    pub fn resolve(
        planes: &'a [ControlPlane],
        accounts: Vec<&'a Account>,
        directory: &Directory<'a>,
        taken_at: Timestamp,
    ) -> Self {
        let places = Places::new(accounts, planes);
        let Found {
            bypasses,
            unknown_roles,
            unplaced,
        } = reach::find(planes, &places, directory, taken_at);
        Self {
            unread: unread(planes, &places),
            by_block: by_block(&places, &bypasses),
            bypasses,
            unknown_roles,
            unplaced,
            places,
        }
    }

    /// The accounts that a bypass reaches, in the order of their ids.
    pub fn reached<'r>(&self, bypass: &'r Bypass<'a>) -> Vec<Reached<'r, 'a>> {
        let mut ranks: Vec<Range<usize>> = (bypass.vias.iter())
            .flat_map(|via| via.spans.iter().map(|span| span.ranks.clone()))
            .collect();
        ranks.sort_by_key(|ranks| (ranks.start, ranks.end));
        let mut next = 0;
        let mut all = Vec::new();
        for range in ranks {
            let first = next.max(range.start);
            all.extend((first..range.end).filter_map(|rank| self.reached_at(bypass, rank)));
            next = next.max(range.end);
        }
        all
    }

    /// The bypasses that reach an account, by its place among those that were given.
    pub fn on(&self, account: usize) -> impl Iterator<Item = (&Bypass<'a>, Reached<'_, 'a>)> {
        let found = self.places.rank(account);
        let bypasses = found.and_then(|(_, block)| self.by_block.get(block));
        let rank = found.map_or(usize::MAX, |(rank, _)| rank);
        let bypasses = bypasses
            .into_iter()
            .flatten()
            .filter_map(|index| self.bypasses.get(*index));
        bypasses.filter_map(move |bypass| Some((bypass, self.reached_at(bypass, rank)?)))
    }

    /// The accounts, by their places, that an assignment of an unknown role holds for.
    pub fn concerned(&self, unknown: &UnknownRole<'a>) -> Vec<usize> {
        let ranks = unknown.ranks.iter().cloned().flatten();
        ranks
            .filter_map(|rank| self.places.account(rank))
            .map(|(index, _)| index)
            .collect()
    }

    /// The assignments of unknown roles that hold for an account, by its place among those that were given.
    pub fn unknown_on(&self, account: usize) -> impl Iterator<Item = Holder<'a>> {
        let rank = self.places.rank(account).map_or(usize::MAX, |(rank, _)| rank);
        let here = move |unknown: &&UnknownRole<'a>| unknown.ranks.iter().any(|ranks| ranks.contains(&rank));
        self.unknown_roles.iter().filter(here).map(|unknown| unknown.holder)
    }

    /// Every action of a bypass that reaches an account, by the account's place among those that were given.
    pub fn ways<'r>(&self, bypass: &'r Bypass<'a>, account: usize) -> Vec<Reached<'r, 'a>> {
        let rank = self.places.rank(account).map_or(usize::MAX, |(rank, _)| rank);
        self.ways_at(bypass, rank).collect()
    }

    /// The way that is the most certain.
    fn reached_at<'r>(&self, bypass: &'r Bypass<'a>, rank: usize) -> Option<Reached<'r, 'a>> {
        let is_other = |doubt: &Doubt<'_>| matches!(doubt, Doubt::OtherApi(_));
        // Of two that are as certain, what writes roles of the account's own API says more.
        let sureness = |reached: &Reached<'_, '_>| (reached.doubts.len(), reached.doubts.iter().any(is_other));
        self.ways_at(bypass, rank).min_by_key(sureness)
    }

    fn ways_at<'r>(&self, bypass: &'r Bypass<'a>, rank: usize) -> impl Iterator<Item = Reached<'r, 'a>> {
        let found = self.places.account(rank);
        let of_via = move |via: &'r Via<'a>| {
            let (index, account) = found?;
            let api = account.api;
            let span = via.span(rank).filter(|_| via.action.concerns(api))?;
            let doubts = via.doubts.iter().chain(&span.doubts).copied();
            Some(Reached {
                account: index,
                via,
                doubts: doubts
                    .chain(via.action.is_guess(api).then_some(Doubt::ApiUnknown))
                    .chain(via.action.other_api(api).map(Doubt::OtherApi))
                    .collect(),
            })
        };
        bypass.vias.iter().filter_map(of_via)
    }
}

/// Per block the bypasses that reach into it.
fn by_block(places: &Places<'_>, bypasses: &[Bypass<'_>]) -> Vec<Vec<usize>> {
    let mut index: Vec<Vec<usize>> = places.blocks.iter().map(|_| Vec::new()).collect();
    for (number, bypass) in bypasses.iter().enumerate() {
        for span in bypass.vias.iter().flat_map(|via| &via.spans) {
            // A span lies in one block.
            let block = places
                .blocks
                .partition_point(|block| block.ranks.end <= span.ranks.start);
            if let Some(list) = index.get_mut(block)
                && list.last() != Some(&number)
            {
                list.push(number);
            }
        }
    }
    index
}

/// What was not read of subscriptions with accounts.
fn unread(planes: &[ControlPlane], places: &Places<'_>) -> Vec<Unread> {
    let unread = places.blocks.iter().map(|block| {
        let plane = block.plane.and_then(|plane| planes.get(plane));
        let lists = plane.map_or(LISTS.to_vec(), |plane| {
            let unread = plane.lists().into_iter().filter(|(_, is_whole)| !is_whole);
            unread.map(|(what, _)| what).collect()
        });
        Unread {
            subscription: block.subscription.clone(),
            lists,
            others: plane.map(others).unwrap_or_default(),
            all: plane.is_none_or(|plane| plane.of_template.is_all),
        }
    });
    unread
        .filter(|one| !one.lists.is_empty() || !one.others.is_empty())
        .collect()
}

fn others(plane: &ControlPlane) -> BTreeSet<String> {
    let others = plane.gaps.iter().filter(|gap| !LISTS.contains(&gap.what.as_str()));
    others.map(|gap| gap.what.clone()).collect()
}

const LISTS: [&str; 5] = [
    Gap::AZURE_ROLE_ASSIGNMENTS,
    Gap::AZURE_ROLE_DEFINITIONS,
    Gap::DENY_ASSIGNMENTS,
    Gap::ELIGIBLE,
    Gap::DELEGATIONS,
];
