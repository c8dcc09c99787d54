//! Accounts with equal rules become blocks, and each block gets a `match` that fits exactly its accounts: a common beginning or
//! end of their names, their resource group, subscription or a tag where these fit no other account of the tenant, and else the
//! account's name.

use super::expressible::{globbed, is_text};
use crate::model::Account;
use crate::model::glob::{Case, matches};
use foldhash::{HashMap, HashMapExt};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Which accounts a block is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) pattern: Pattern,
    /// The accounts, by their places in the tenant.
    pub(super) members: Vec<usize>,
}

/// What a block's `match` says. Of patterns that fit the same accounts, the first is taken: what can be changed least.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Pattern {
    /// Names that begin so.
    Prefix(String),
    /// Names that end so.
    Suffix(String),
    /// Names that begin and end so.
    Around(String, String),
    /// All accounts of a resource group in a subscription.
    ResourceGroup(String, String),
    /// All accounts of a subscription.
    Subscription(String),
    /// All accounts with a tag.
    Tag(String, String),
    /// Every account.
    Everything,
    /// One account, and its subscription and resource group where others have its name.
    Account(String, Option<(String, String)>),
}

impl Pattern {
    /// The better patterns first; of beginnings and ends of names, the longer.
    fn rank(&self) -> (usize, Reverse<usize>) {
        match self {
            Self::Prefix(text) => (0, Reverse(text.len())),
            Self::Suffix(text) => (1, Reverse(text.len())),
            Self::Around(first, last) => (2, Reverse(first.len() + last.len())),
            Self::ResourceGroup(..) => (3, Reverse(0)),
            Self::Subscription(_) => (4, Reverse(0)),
            Self::Tag(..) => (5, Reverse(0)),
            Self::Everything => (6, Reverse(0)),
            Self::Account(..) => (7, Reverse(0)),
        }
    }

    /// Whether a common property is one of the account.
    fn fits(&self, account: &Account) -> bool {
        let (id, name) = (&account.id, account.id.name());
        let begins = |text: &str| {
            name.get(..text.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(text))
        };
        let ends = |text: &str| {
            let from = name.len().checked_sub(text.len());
            from.and_then(|from| name.get(from..))
                .is_some_and(|end| end.eq_ignore_ascii_case(text))
        };
        match self {
            Self::Prefix(text) => begins(text),
            Self::Suffix(text) => ends(text),
            Self::Around(first, last) => name.len() >= first.len() + last.len() && begins(first) && ends(last),
            Self::ResourceGroup(subscription, group) => {
                id.subscription().eq_ignore_ascii_case(subscription) && id.resource_group().eq_ignore_ascii_case(group)
            }
            Self::Subscription(subscription) => id.subscription().eq_ignore_ascii_case(subscription),
            Self::Tag(key, value) => account.tags.values(key).any(|own| own == value),
            Self::Everything => true,
            Self::Account(..) => false,
        }
    }
}

/// What every account of the tenant matches.
pub(super) struct Places<'a> {
    accounts: &'a [&'a Account],
    patterns: HashMap<Pattern, Vec<usize>>,
    /// How many accounts have a name, in lower case.
    names: HashMap<String, usize>,
}

impl<'a> Places<'a> {
    /// With `is_exact`, every account is matched by its name alone.
    pub(super) fn new(accounts: &'a [&'a Account], is_exact: bool) -> Self {
        let mut patterns: HashMap<Pattern, Vec<usize>> = HashMap::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for (place, account) in accounts.iter().enumerate() {
            *names.entry(account.id.name().to_ascii_lowercase()).or_default() += 1;
            // What is only listed has no rules, so that it can be in any block.
            if !is_exact && account.api.is_read() {
                for pattern in patterns_of(account) {
                    let members = patterns.entry(pattern).or_default();
                    // Two tags can differ in case alone.
                    if members.last() != Some(&place) {
                        members.push(place);
                    }
                }
            }
        }
        Self {
            accounts,
            patterns,
            names,
        }
    }

    /// The matches for groups of accounts that share nothing: those of each group fit its accounts and no other.
    pub(super) fn cover(&self, groups: &[Vec<usize>]) -> Vec<Vec<Match>> {
        let mut group_of: HashMap<usize, usize> = HashMap::new();
        for (group, members) in groups.iter().enumerate() {
            group_of.extend(members.iter().map(|place| (*place, group)));
        }
        let mut fitting: Vec<Vec<(&Pattern, &Vec<usize>)>> = groups.iter().map(|_| Vec::new()).collect();
        for (pattern, members) in &self.patterns {
            let mut found = members.iter().map(|place| group_of.get(place));
            let Some(Some(first)) = found.next() else { continue };
            if members.len() > 1
                && found.all(|group| group == Some(first))
                && let Some(list) = fitting.get_mut(*first)
            {
                list.push((pattern, members));
            }
        }
        let groups = groups.iter().zip(fitting);
        groups
            .map(|(members, fitting)| self.cover_one(members, fitting))
            .collect()
    }

    fn cover_one(&self, members: &[usize], mut fitting: Vec<(&Pattern, &Vec<usize>)>) -> Vec<Match> {
        // The widest first; of those that fit the same accounts today, the one that fits the fewest others tomorrow.
        fitting.sort_by_key(|(pattern, members)| (Reverse(members.len()), pattern.rank(), *pattern));
        let mut open: BTreeSet<usize> = members.iter().copied().collect();
        let mut found = Vec::new();
        for (pattern, members) in fitting {
            let new = members.iter().filter(|place| open.contains(place)).count();
            // An account that is matched twice is harder to read than one that is named.
            if new > 1 && new == members.len() && self.fits_no_other(pattern, members) {
                members.iter().for_each(|place| {
                    open.remove(place);
                });
                found.push(Match {
                    pattern: pattern.clone(),
                    members: members.clone(),
                });
            }
        }
        found.extend(open.into_iter().filter_map(|place| self.exactly(place)));
        found.sort_by_key(|one| one.members.first().copied());
        found
    }

    /// Whether a pattern is for these accounts alone: a name can begin like others without being one of them to people.
    fn fits_no_other(&self, pattern: &Pattern, members: &[usize]) -> bool {
        let fitting = self.accounts.iter().filter(|account| pattern.fits(account));
        fitting.take(members.len() + 1).count() == members.len()
    }

    fn exactly(&self, place: usize) -> Option<Match> {
        let account = self.accounts.get(place)?;
        let name = account.id.name();
        let known = without_unknown(name);
        let glob = match is_text(&known) && !known.contains('*') {
            true => known,
            false => globbed(&known, |c| c != '*').unwrap_or_else(|| "*".to_owned()),
        };
        let is_alone = match glob == name {
            true => self.names.get(&name.to_ascii_lowercase()) == Some(&1),
            false => {
                let fit = |other: &&&Account| matches(&glob, other.id.name(), Case::Ignored);
                self.accounts.iter().filter(fit).count() == 1
            }
        };
        let at = || {
            let [subscription, group] = [account.id.subscription(), account.id.resource_group()]
                .map(|text| globbed(&without_unknown(text), |_| true).unwrap_or_else(|| "*".to_owned()));
            (subscription, group)
        };
        Some(Match {
            pattern: Pattern::Account(glob, (!is_alone).then(at)),
            members: vec![place],
        })
    }
}

/// Groups accounts by what `of` says of them, in the order of their first accounts.
pub(super) fn group<T: Ord>(accounts: impl Iterator<Item = (usize, T)>) -> Vec<(T, Vec<usize>)> {
    let mut groups: BTreeMap<T, Vec<usize>> = BTreeMap::new();
    for (place, rules) in accounts {
        groups.entry(rules).or_default().push(place);
    }
    let mut groups: Vec<(T, Vec<usize>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, members)| members.first().copied());
    groups
}

fn patterns_of(account: &Account) -> Vec<Pattern> {
    let mut found = vec![Pattern::Everything];
    let is_fit = |text: &str| is_text(text) && !text.contains(['*', '/', '{']);
    let name = account.id.name().to_ascii_lowercase();
    if is_fit(&name) {
        let (prefixes, suffixes) = ends(&name);
        if let (Some(first), Some(last)) = (prefixes.first(), suffixes.first())
            && first.len() + last.len() < name.len()
        {
            found.push(Pattern::Around((*first).to_owned(), (*last).to_owned()));
        }
        found.extend(prefixes.into_iter().map(|text| Pattern::Prefix(text.to_owned())));
        found.extend(suffixes.into_iter().map(|text| Pattern::Suffix(text.to_owned())));
    }
    let [subscription, group] = [account.id.subscription(), account.id.resource_group()].map(str::to_ascii_lowercase);
    if is_fit(&subscription) {
        if is_fit(&group) {
            found.push(Pattern::ResourceGroup(subscription.clone(), group));
        }
        found.push(Pattern::Subscription(subscription));
    }
    let told = account.tags.told().filter_map(|(key, value)| Some((key, value?)));
    let tags = told.filter(|(key, value)| is_text(key) && is_fit_value(value));
    found.extend(tags.map(|(key, value)| Pattern::Tag(key.to_lowercase(), value.to_owned())));
    found
}

fn is_fit_value(value: &str) -> bool {
    is_text(value) && !value.contains('*')
}

/// A name with `*` in the place of what only the deployment of a template tells: that stands in braces, which no name of Azure's has.
fn without_unknown(name: &str) -> String {
    match (name.split_once('{'), name.rsplit_once('}')) {
        (Some((start, _)), Some((_, end))) => format!("{start}*{end}"),
        _ => name.to_owned(),
    }
}

/// The beginnings and ends of a name that mean something to people: up to a hyphen, or to a number at its end. The shortest
/// first.
fn ends(name: &str) -> (Vec<&str>, Vec<&str>) {
    let mut prefixes: Vec<&str> = name
        .match_indices('-')
        .filter_map(|(at, _)| name.get(..=at))
        .filter(|text| text.len() > 1 && text.len() < name.len())
        .collect();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() > 1 && stem.len() < name.len() && !stem.ends_with('-') {
        prefixes.push(stem);
    }
    let mut suffixes: Vec<&str> = name
        .match_indices('-')
        .filter_map(|(at, _)| name.get(at..))
        .filter(|text| text.len() > 1 && text.len() < name.len())
        .collect();
    suffixes.reverse();
    (prefixes, suffixes)
}
