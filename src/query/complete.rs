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
//! disappear. Databases don't count: a place that could be the one that was asked about has its rows.

use super::question::Question;
use super::unread::{Above, Collected, Unread, concerned};
use crate::access::Blind;
use crate::checks::Names;
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
    groups: BTreeMap<PrincipalId, BTreeSet<usize>>,
    blind: BTreeMap<Blind, BTreeMap<PrincipalId, BTreeSet<usize>>>,
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
        groups(names, self.groups, !question.who.is_empty(), all);
        for (why, ids) in self.blind {
            blind(tenant, names, why, ids, all);
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

/// Some of the principals that a reason is about, and the accounts.
fn named(names: &Names<'_>, ids: BTreeMap<PrincipalId, BTreeSet<usize>>) -> Option<(Shown, Vec<usize>)> {
    /// Principals that are named.
    const NAMED: usize = 5;
    let mut places = BTreeSet::new();
    let mut shown: Vec<Shown> = Vec::new();
    let number = ids.len();
    for (id, own) in ids {
        places.extend(own);
        if shown.len() < NAMED {
            shown.push(names.in_short(&id));
        }
    }
    if number > NAMED {
        shown.push(shown!("{} more", number - NAMED));
    }
    (number > 0).then(|| (Shown::list(&shown), places.into_iter().collect()))
}

/// Those who could be groups with others in them. `is_asked`: whether somebody was asked about.
fn groups(names: &Names<'_>, ids: BTreeMap<PrincipalId, BTreeSet<usize>>, is_asked: bool, all: &mut Collected) {
    let Some((groups, places)) = named(names, ids) else {
        return;
    };
    let why = match is_asked {
        true => shown!("whether the principal is a member of {} isn't known", groups),
        false => shown!("who is a member of {} isn't known in full", groups),
    };
    all.add(What::GroupMembers, why, Some(&places));
}

/// Those of whom it isn't known who can act as them.
fn blind(
    tenant: &Tenant<'_>,
    names: &Names<'_>,
    why: Blind,
    ids: BTreeMap<PrincipalId, BTreeSet<usize>>,
    all: &mut Collected,
) {
    let Some((named, places)) = named(names, ids) else {
        return;
    };
    let frame = &tenant.frame;
    let (what, why) = match why {
        Blind::NoRecord if frame.principals.is_none() && frame.origins.is_some() => {
            (What::Directory, "a template doesn't say who its principals are".into())
        }
        Blind::NoRecord if frame.principals.is_none() => (
            What::Directory,
            "principals weren't looked up: `--no-graph`, no permission, or a snapshot without them".into(),
        ),
        Blind::NoRecord => (What::Directory, shown!("principals without a record: {}", named)),
        Blind::Lost => (What::Identities, shown!("the resource ID of {} isn't known", named)),
        Blind::Unread => (
            What::Identities,
            shown!("Azure RBAC that says who can act as {} wasn't read", named),
        ),
        Blind::UnknownHost => (
            What::Identities,
            shown!("this version doesn't know what runs code on the resource of {}", named),
        ),
    };
    all.add(what, why, Some(&places));
}
