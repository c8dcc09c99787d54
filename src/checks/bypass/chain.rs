//! Paths that begin outside the account, against the policy: one finding per assignment that opens one and per principal,
//! with all accounts that it leads to.

use super::doubt;
use super::judge::keys_open;
use super::remedy;
use super::words::{account_names, scope_name, title_of, unlisted, who};
use crate::access::Shorter;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::names::Included;
use crate::checks::wording::quote;
use crate::finding::title::{Piece, Title};
use crate::finding::{Check, Confidence, ProvenAction, Reach, SourceRef, Subject, Witness};
use crate::model::azure_rbac::Level;
use crate::model::{AccountId, PrincipalId, Shown};
use crate::policy::{Holders, Privilege};
use crate::resolve::{Chain, Power};
use crate::shown;
use foldhash::{HashMap, HashMapExt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a check asks.
pub(super) struct Question {
    pub(super) check: &'static Check,
    /// The list that says who can do this.
    pub(super) privilege: Privilege,
    /// Further lists: whoever is in one of them has the same access already.
    pub(super) also: &'static [Privilege],
}

/// A path to accounts.
pub(super) struct Path<'a> {
    pub(super) chain: Chain<'a>,
    /// What it leads through, if that is not the account itself: shown, and part of what is wrong.
    pub(super) through: Option<Through>,
    /// The accounts, by their places, and whether it certainly leads there.
    pub(super) accounts: Arc<BTreeMap<usize, bool>>,
    /// Why it is only possible, besides the doubts of the chain.
    pub(super) doubt: Option<Shown>,
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

/// The words of a finding.
pub(super) struct Words {
    /// The title, of who can do it and the accounts.
    pub(super) title: fn(who: Piece, through: &[Through], accounts: Piece) -> Title,
    /// What the principal can do, after its name.
    pub(super) does: Shown,
    /// What that leads to.
    pub(super) consequence: Shown,
}

/// All paths of a principal through one assignment.
#[derive(Default)]
struct Found<'a> {
    shown: Option<Path<'a>>,
    through: BTreeSet<Through>,
    accounts: BTreeMap<usize, bool>,
    /// By where they are written.
    lists: BTreeMap<&'a SourceRef, &'a Holders>,
    included: BTreeSet<Included>,
}

pub(super) fn judge<'a>(
    question: &Question,
    context: &AuditContext<'a>,
    paths: impl IntoIterator<Item = Path<'a>>,
    words: impl Fn(&Path<'a>, &[Through], &[usize]) -> Words,
) -> Vec<Draft> {
    // One finding for each assignment and principal, apart by whether the policy has a list and whether it is a guess.
    let mut found: BTreeMap<(&str, &PrincipalId, bool, bool), Found<'a>> = BTreeMap::new();
    let mut shorter: HashMap<usize, Shorter<'_>> = HashMap::new();
    let mut allowed = AllowedOnce::default();
    for path in paths {
        let actor = path.chain.actor;
        for (account, sure) in path.accounts.iter().map(|(account, sure)| (*account, *sure)) {
            // Another check tells that, or the policy allows it.
            let shorter = shorter.entry(account);
            if shorter
                .or_insert_with(|| Shorter::at(context.tenant, account))
                .has(actor)
            {
                continue;
            }
            let (lists, included) = allowed.of(question, context, account, actor);
            if *included == Included::Yes {
                continue;
            }
            let key = (
                path.chain.first.holder.id(),
                actor,
                lists.is_empty(),
                path.doubt.is_some(),
            );
            let all = found.entry(key).or_default();
            let sure = sure && path.chain.is_certain() && path.doubt.is_none() && *included == Included::No;
            *all.accounts.entry(account).or_insert(false) |= sure;
            all.through.extend(path.through.clone());
            all.included.insert(*included);
            all.lists.extend(lists.iter().map(|list| (&list.at, *list)));
            let rank = |path: &Path<'a>| path.chain.doubts().count() + usize::from(path.doubt.is_some());
            if all.shown.as_ref().is_none_or(|shown| rank(&path) < rank(shown)) {
                all.shown = Some(Path {
                    chain: path.chain.clone(),
                    through: path.through.clone(),
                    accounts: Arc::clone(&path.accounts),
                    doubt: path.doubt.clone(),
                });
            }
        }
    }
    let drafts = found.into_iter().filter_map(|((_, _, unstated, _), found)| {
        let through: Vec<Through> = found.through.iter().cloned().collect();
        let accounts: Vec<usize> = found.accounts.keys().copied().collect();
        let shown = found.shown.as_ref()?;
        let words = words(shown, &through, &accounts);
        let title = title_of(context, &accounts, |accounts| {
            let actor = shown.chain.actor;
            (words.title)(context.names.title(actor), &through, accounts)
        });
        let draft = draft(question, context, &found, title, words)?;
        Some(if unstated { draft.unstated() } else { draft })
    });
    drafts.collect()
}

/// What [`allowed`] says, worked out once for all accounts with the same lists.
#[derive(Default)]
struct AllowedOnce<'a, 'p>(HashMap<(usize, bool, &'p PrincipalId), (Vec<&'a Holders>, Included)>);

impl<'a, 'p> AllowedOnce<'a, 'p> {
    fn of(
        &mut self,
        question: &Question,
        context: &AuditContext<'a>,
        account: usize,
        actor: &'p PrincipalId,
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

fn draft(
    question: &Question,
    context: &AuditContext<'_>,
    found: &Found<'_>,
    title: Title,
    words: Words,
) -> Option<Draft> {
    let shown = found.shown.as_ref()?;
    let (first, second) = (&shown.chain.first, shown.chain.second.as_ref());
    let key = question.privilege.key();
    let mut message = shown!(
        "{} can {} through {}",
        name(context, &shown.chain),
        words.does,
        role(context, first)
    );
    if let Some(second) = second.filter(|second| second.holder != first.holder) {
        message.push(shown!(" and {}", role(context, second)));
    }
    message.push(shown!(". {} ", words.consequence));
    message.push(unlisted(question.privilege, !found.lists.is_empty()));
    let holder = first.holder;
    let certain = found.accounts.values().filter(|sure| **sure).count();
    let unsure = found.accounts.iter().filter(|(_, sure)| certain > 0 && !**sure);
    let subject = Subject::AzureAssignment {
        account: AccountId::split_prefix(holder.scope().as_str()).map(|(account, _)| account),
        id: holder.id().to_owned(),
        principal: context.names.principal(shown.chain.actor),
        reach: Some(Reach {
            scope: Some(holder.scope().as_str().to_owned()),
            accounts: found.accounts.keys().copied().collect(),
            possible: unsure.map(|(account, _)| *account).collect(),
        }),
    };
    let witness = Witness {
        principal: Some(context.names.principal(shown.chain.actor)),
        action: Some(ProvenAction::Elsewhere(first.action)),
        scope: None,
        azure_scope: Some(holder.scope().as_str().to_owned()),
        assignment: Some(holder.id().to_owned()),
        role: Some(first.role.reference()),
        pattern: Some(first.pattern.clone()),
    };
    let at = found.lists.keys().next().copied();
    let mut draft = Draft::new(question.check, subject, title, message)
        .witness(witness)
        .policy(at);
    if certain == 0 {
        let mut reasons: Vec<Shown> = shown
            .chain
            .doubts()
            .map(|doubt| doubt::reason(doubt, first.action))
            .collect();
        reasons.extend(shown.doubt.clone());
        reasons.extend(found.included.iter().find_map(|included| doubt::of_lists(*included)));
        reasons.dedup();
        if reasons.is_empty() {
            reasons.push("what the managed identity possibly has access to".into());
        }
        draft = draft.confidence(Confidence::Possible).depends_on(Shown::list(&reasons));
    } else if certain < found.accounts.len() {
        let others = found.accounts.len() - certain;
        let verb = if others == 1 { "is" } else { "are" };
        draft = draft.also(shown!("Of these accounts, {} {} only possible.", others, verb));
    }
    let ids: Vec<&str> = found.through.iter().map(|through| through.id.as_str()).collect();
    let stated = if found.lists.is_empty() { "unstated" } else { "" };
    let how = if certain > 0 { "certain" } else { "possible" };
    let draft = draft.key(format!("{stated}\n{how}\n{}\n{}", first.action, ids.join("\n")));
    let goes = remedy::all_of(context, holder, &first.role.role_name);
    let is_found = |name: &str| {
        let own = second
            .filter(|second| second.holder == holder)
            .map(|second| second.action);
        std::iter::once(first.action)
            .chain(own)
            .any(|action| action.eq_ignore_ascii_case(name))
    };
    // Above one resource, there can be others that it opens.
    let is_all = holder.scope().level() == Level::Resource
        && shown
            .accounts
            .keys()
            .all(|account| found.accounts.contains_key(account))
        && remedy::gives_only(first.role, holder.scope(), is_found);
    let (summary, steps) = remedy::withdraw(context, holder, is_all, &goes);
    let summary = shown!("{} Or list the principal in {}.", summary, quote(key));
    Some(draft.fix(summary, steps))
}

fn name(context: &AuditContext<'_>, chain: &Chain<'_>) -> Shown {
    if chain.actor == chain.first.holder.principal() {
        return who(context, chain.first.holder);
    }
    match chain
        .second
        .as_ref()
        .filter(|power| power.holder.principal() == chain.actor)
    {
        Some(second) => who(context, second.holder),
        None => context.names.quoted(chain.actor),
    }
}

fn role(context: &AuditContext<'_>, power: &Power<'_>) -> Shown {
    shown!(
        "{} at {}",
        quote(&power.role.role_name),
        scope_name(context, power.holder)
    )
}

/// The accounts that a message names.
pub(super) fn names(context: &AuditContext<'_>, accounts: &[usize]) -> Shown {
    account_names(context, accounts.iter().copied())
}
