//! Ways to accounts that begin outside them, held against the policy: what is left of them, for each who has one.

use super::judge::keys_open;
use crate::access::Shorter;
use crate::checks::context::AuditContext;
use crate::checks::names::Included;
use crate::checks::reached::Accounts;
use crate::finding::title::Piece;
use crate::finding::{Check, Confidence, SourceRef};
use crate::model::{PrincipalId, Shown};
use crate::policy::{Holders, Privilege};
use crate::resolve::{Chain, Shared};
use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// What a check asks.
pub(super) struct Question {
    pub(super) check: &'static Check,
    /// The list that says who can do this.
    pub(super) privilege: Privilege,
    /// Further lists: whoever is in one of them has the same access already.
    pub(super) also: &'static [Privilege],
}

/// The ways to the same accounts: through one managed identity, or to what one subscription holds.
pub(super) struct Ways<'w, 'a> {
    pub(super) chains: Cow<'w, [Chain<'a>]>,
    /// What they lead through, if that is not the account itself: shown, and part of what is wrong.
    pub(super) through: Option<Through>,
    /// The accounts that they lead to.
    pub(super) accounts: Arc<Accounts>,
    /// Why they are only possible, besides the doubts of the chains.
    pub(super) doubt: Option<Shown>,
}

/// One of the ways that a finding is about: the one that is told.
pub(super) struct Path<'a> {
    pub(super) chain: Chain<'a>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) doubt: Option<Shown>,
}

impl Path<'_> {
    /// How doubtful it is.
    fn rank(&self) -> usize {
        rank(&self.chain, self.doubt.as_ref())
    }
}

fn rank(chain: &Chain<'_>, doubt: Option<&Shown>) -> usize {
    chain.doubts().count() + usize::from(doubt.is_some())
}

/// A managed identity on the way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Through {
    pub(super) id: PrincipalId,
    /// As messages write it.
    pub(super) name: Shown,
    /// As titles write it.
    pub(super) title: Piece,
}

/// All paths of a principal through one assignment.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) shown: Option<Path<'a>>,
    /// The managed identities on the way, and where these have something.
    pub(super) through: BTreeMap<Through, Arc<Accounts>>,
    /// By their places, and whether certainly.
    pub(super) accounts: BTreeMap<usize, bool>,
    /// By where they are written.
    pub(super) lists: BTreeMap<&'a SourceRef, &'a Holders>,
    pub(super) included: BTreeSet<Included>,
}

impl<'a> Found<'a> {
    /// The same with what was found later. The first of the least doubtful paths is told.
    fn join(&mut self, later: Self) {
        self.through.extend(later.through);
        self.lists.extend(later.lists);
        self.included.extend(later.included);
        for (account, sure) in later.accounts {
            *self.accounts.entry(account).or_insert(false) |= sure;
        }
        if let Some(path) = later.shown
            && self.shown.as_ref().is_none_or(|shown| path.rank() < shown.rank())
        {
            self.shown = Some(path);
        }
    }
}

/// One for each assignment and principal, apart by whether the policy has a list and whether it is a guess.
pub(super) type All<'a> = BTreeMap<(&'a str, &'a PrincipalId, bool, bool), Found<'a>>;

/// What some ways come to, and what is worked out once for them.
struct Judged<'j, 'a> {
    question: &'j Question,
    context: &'j AuditContext<'a>,
    shorter: &'j ShorterOnce<'a>,
    allowed: AllowedOnce<'a>,
    found: All<'a>,
}

impl<'a> Judged<'_, 'a> {
    fn add(mut self, ways: &Ways<'_, 'a>) -> Self {
        let context = self.context;
        let through = ways.through.as_ref();
        // An identity has its own access.
        let is_itself = |actor: &PrincipalId| through.is_some_and(|through| through.id == *actor);
        for chain in ways.chains.iter().filter(|chain| !is_itself(chain.actor)) {
            let actor = chain.actor;
            let mut spared = HashMap::new();
            for (account, sure) in ways.accounts.iter().map(|(account, lead)| (account, lead.is_sure)) {
                // Another check tells that, or the policy allows it.
                let is_spared = self.shorter.of(context, account).is_some_and(|shorter| {
                    let known = spared.entry(Arc::as_ptr(shorter));
                    *known.or_insert_with(|| shorter.has(context.names.directory, actor))
                });
                if is_spared {
                    continue;
                }
                let (lists, included) = self.allowed.of(self.question, context, account, actor);
                if *included == Included::Yes {
                    continue;
                }
                let key = (chain.first.holder.id(), actor, lists.is_empty(), ways.doubt.is_some());
                let all = self.found.entry(key).or_default();
                let sure = sure && chain.is_certain() && ways.doubt.is_none() && *included == Included::No;
                *all.accounts.entry(account).or_insert(false) |= sure;
                all.included.insert(*included);
                all.lists.extend(lists.iter().map(|list| (&list.at, *list)));
                if let Some(through) = through.filter(|through| !all.through.contains_key(through)) {
                    all.through.insert(through.clone(), Arc::clone(&ways.accounts));
                }
                let rank = rank(chain, ways.doubt.as_ref());
                if all.shown.as_ref().is_none_or(|shown| rank < shown.rank()) {
                    all.shown = Some(Path {
                        chain: chain.clone(),
                        accounts: Arc::clone(&ways.accounts),
                        doubt: ways.doubt.clone(),
                    });
                }
            }
        }
        self
    }
}

/// What is left of the ways that begin with one of `sources`. They are asked for on all cores, and aren't kept, as a group of
/// thousands has more of them than memory holds.
pub(super) fn beyond<'w, 'a: 'w, T: Sync>(
    question: &Question,
    context: &AuditContext<'a>,
    sources: &[T],
    ways: impl Fn(&T) -> Option<Ways<'w, 'a>> + Sync,
) -> All<'a> {
    let shorter = ShorterOnce::none(context);
    let none = || Judged {
        question,
        context,
        shorter: &shorter,
        allowed: AllowedOnce::default(),
        found: All::new(),
    };
    (sources.par_iter())
        .fold(none, |judged, source| match ways(source) {
            Some(ways) => judged.add(&ways),
            None => judged,
        })
        .map(|judged| judged.found)
        .reduce(All::new, joined)
}

fn joined<'a>(mut first: All<'a>, later: All<'a>) -> All<'a> {
    if first.is_empty() {
        return later;
    }
    for (key, found) in later {
        first.entry(key).or_default().join(found);
    }
    first
}

/// Of each account who has a shorter path, found when somebody asks; accounts with the same share it.
struct ShorterOnce<'a> {
    accounts: Vec<OnceLock<Arc<Shorter<'a>>>>,
    shared: Shared<Shorter<'a>>,
}

impl<'a> ShorterOnce<'a> {
    fn none(context: &AuditContext<'a>) -> Self {
        Self {
            accounts: context.tenant.frame.accounts.iter().map(|_| OnceLock::new()).collect(),
            shared: Shared::default(),
        }
    }

    fn of(&self, context: &AuditContext<'a>, account: usize) -> Option<&Arc<Shorter<'a>>> {
        let found = || self.shared.made(Shorter::at(context.tenant, account));
        self.accounts.get(account).map(|once| once.get_or_init(found))
    }
}

/// What [`allowed`] says, worked out once for all accounts with the same lists.
#[derive(Default)]
struct AllowedOnce<'a>(HashMap<(usize, bool, &'a PrincipalId), (Vec<&'a Holders>, Included)>);

impl<'a> AllowedOnce<'a> {
    fn of(
        &mut self,
        question: &Question,
        context: &AuditContext<'a>,
        account: usize,
        actor: &'a PrincipalId,
    ) -> &(Vec<&'a Holders>, Included) {
        let keys = context.tenant.account(account).and_then(keys_open);
        // Accounts that the same blocks match share their lists.
        let lists = context
            .holders
            .get(account)
            .map_or(0, |lists| Arc::as_ptr(lists).addr());
        self.0
            .entry((lists, keys == Some(Confidence::Certain), actor))
            .or_insert_with(|| allowed(question, context, account, actor))
    }
}

/// The lists that say who can do this at an account, and whether one of them names the principal.
fn allowed<'a>(
    question: &Question,
    context: &AuditContext<'a>,
    account: usize,
    actor: &PrincipalId,
) -> (Vec<&'a Holders>, Included) {
    let of_account = context.holders.get(account);
    let of = |privilege: Privilege| {
        of_account
            .and_then(|lists| lists.get(&privilege))
            .into_iter()
            .flatten()
            .copied()
    };
    let own = std::iter::once(question.privilege).chain(question.also.iter().copied());
    let lists: Vec<&'a Holders> = own.flat_map(of).collect();
    let mut named: Vec<&PrincipalId> = lists.iter().flat_map(|list| &list.principals).collect();
    let keys = context.tenant.account(account).and_then(keys_open);
    if keys == Some(Confidence::Certain) {
        named.extend(of(Privilege::KeyReaders).flat_map(|list| &list.principals));
    }
    (lists, context.names.includes(&named, actor))
}
