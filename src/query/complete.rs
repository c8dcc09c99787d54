//! Whether the rows of an account are all the access there is. **This is the one rule of it**, for every command and export.
//!
//! An account is *complete* if its rows are all the access there is, as far as the tool can know: nothing was left unread that could
//! add a row, or somebody who has what a row gives. What counts:
//!
//! - of the account: role definitions, role assignments, users with passwords, APIs, resources and values of a template that this
//!   version doesn't read or know (`unread::of_account`, `unknown`);
//! - above it: Azure RBAC and delegations of its subscription, accounts of which nobody knows whether they are its own
//!   (`unread::above`);
//! - of who has a row: members of groups that aren't known, principals without a record in the directory, and who can act as managed
//!   identities, where that wasn't read;
//! - keys, where they aren't disabled: whoever was given one has access, and no list says who that is. A question about principals
//!   is about what is theirs, and a key is nobody's.
//!
//! What takes access away never adds any: deny assignments that weren't read only count where a row depends on them, as that row can
//! disappear. Databases don't count: a place that could be the one that was asked about has its rows. What a template doesn't deploy,
//! as a condition is false, is said and doesn't count: it is nothing that there would be.

use super::question::Question;
use super::unread::{Above, Collected, Unread, concerned};
use crate::access::Blind;
use crate::checks::{ByPrincipal, Names, Said, group_members, said, without_records};
use crate::finding::What;
use crate::model::{Keys, PrincipalId, Shown};
use crate::resolve::Tenant;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// What keeps the rows of one account from being all the access there is.
#[derive(Debug)]
pub struct Completeness<'a>(Vec<&'a Unread>);

impl<'a> Completeness<'a> {
    pub(super) fn of(unread: &'a [Unread], account: usize) -> Self {
        Self(unread.iter().filter(|one| one.is_about(account)).collect())
    }

    /// Whether the rows are all the access there is.
    pub fn is_complete(&self) -> bool {
        self.0.is_empty()
    }

    /// What isn't known, in the words of reports.
    pub fn whats(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|one| one.what.word())
    }

    /// Why, in the order of [`whats`](Self::whats).
    pub fn whys(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|one| one.why.as_str())
    }
}

/// What isn't known of one account.
#[derive(Default, Clone)]
pub(super) struct Lacks {
    /// What wasn't read of it, and why.
    pub(super) unread: Vec<(What, Shown)>,
    /// Who has what was asked, or a part of what it takes, and could be a group with others in it.
    pub(super) groups: BTreeSet<PrincipalId>,
    /// Whose takeover isn't known.
    pub(super) blind: BTreeSet<(Blind, PrincipalId)>,
    /// Whether a row depends on deny assignments that weren't read.
    pub(super) denies: bool,
}

/// What isn't known of all accounts, by their places.
#[derive(Default)]
pub(super) struct AllLacks {
    pub(super) collected: Collected,
    groups: ByPrincipal,
    blind: BTreeMap<Blind, ByPrincipal>,
    denies: BTreeSet<usize>,
}

impl AllLacks {
    pub(super) fn add(&mut self, place: usize, lacks: Lacks) {
        for (what, why) in lacks.unread {
            self.collected.add(what, why, Some(&[place]));
        }
        for id in lacks.groups {
            self.groups.entry(id).or_default().insert(place);
        }
        for (why, id) in lacks.blind {
            self.blind.entry(why).or_default().entry(id).or_default().insert(place);
        }
        if lacks.denies {
            self.denies.insert(place);
        }
    }

    /// All of it: also what is above the accounts that were looked at, and who was given their keys.
    pub(super) fn finish(
        mut self,
        tenant: &Tenant<'_>,
        above: &[Above],
        names: &Names<'_>,
        question: &Question,
        looked: &BTreeSet<usize>,
    ) -> Vec<Unread> {
        let all = &mut self.collected;
        concerned(above, tenant.frame.accounts.len(), looked, &self.denies, all);
        let mut of_people = group_members(names, self.groups, !question.who.is_empty());
        for (why, ids) in self.blind {
            of_people.extend(blind(tenant, names, why, ids));
        }
        for (what, why, places) in of_people {
            all.add(what, why, Some(&places));
        }
        if question.who.is_empty() && question.wanted.is_of_data() {
            keys(tenant, looked, all);
        }
        self.collected.finish()
    }
}

/// Whoever was given a key has access, and no list says who that is.
fn keys(tenant: &Tenant<'_>, looked: &BTreeSet<usize>, all: &mut Collected) {
    let keys = |place: usize| {
        let account = tenant.account(place).filter(|account| !account.api.is_cluster())?;
        Some((place, account.keys()))
    };
    let reasons: [(&[Keys], &str); 2] = [
        (
            &[Keys::Accepted],
            "key-based authentication isn't disabled, and everybody who was given an account key has access",
        ),
        (
            &[Keys::SaidRefused, Keys::Unknown],
            "it isn't certain that key-based authentication is disabled: everybody who was given an account key possibly has access",
        ),
    ];
    for (of, why) in reasons {
        let places = looked.iter().filter_map(|place| keys(*place));
        let places: Vec<usize> = places
            .filter(|(_, keys)| of.contains(keys))
            .map(|(place, _)| place)
            .collect();
        if !places.is_empty() {
            all.add(What::KeyReaders, why.into(), Some(&places));
        }
    }
}

/// Those of whom it isn't known who can act as them.
fn blind(tenant: &Tenant<'_>, names: &Names<'_>, why: Blind, ids: ByPrincipal) -> Vec<Said> {
    let why: fn(Shown) -> Shown = match why {
        Blind::NoRecord => return without_records(tenant, names, ids),
        Blind::Lost => |named| shown!("the resource ID of {} isn't known", named),
        Blind::Unread => |named| shown!("Azure RBAC that says who can act as {} wasn't read", named),
        Blind::Attached => return attached(names, ids),
        Blind::UnknownHost => |named| shown!("this version doesn't know what runs code on the resource of {}", named),
    };
    said(names, ids, What::Identities, why)
}

/// User-assigned identities: most accounts have some, and one reason about all of them says as much as many.
fn attached(names: &Names<'_>, ids: ByPrincipal) -> Vec<Said> {
    let why = |named: Shown| {
        shown!(
            "scans don't read which resources use {}: everyone who can run code on one of these can act as the identity",
            named
        )
    };
    let first = ids.values().next();
    if ids.values().any(|places| Some(places) != first) {
        let named = shown!("{} user-assigned identities that have access", ids.len());
        let places: BTreeSet<usize> = ids.into_values().flatten().collect();
        return vec![(What::Identities, why(named), places.into_iter().collect())];
    }
    said(names, ids, What::Identities, why)
}
