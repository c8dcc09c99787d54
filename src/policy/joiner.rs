//! Joins the blocks that match an account, for many accounts: which blocks can match is looked up by the account's name and
//! tags, and what blocks come to together is worked out once for all accounts that the same ones match.

use super::contradiction;
use super::merge::AccountPolicy;
use super::rules::{Block, Policy};
use crate::model::Account;
use crate::model::casing::folded;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

/// Combinations of blocks that are kept: a policy in which each account has one of its own must not fill the memory.
const MOST: usize = 4096;

/// The blocks of a policy, ready for many accounts.
pub struct Joiner<'p> {
    policy: &'p Policy,
    /// The blocks by where they are written: which of several rules that say the same is named must not depend on the order
    /// of the files.
    blocks: Vec<&'p Block>,
    /// Blocks by how the names of their accounts begin, in lower case.
    by_beginning: HashMap<String, Vec<usize>>,
    /// The lengths of these beginnings.
    lengths: BTreeSet<usize>,
    /// Blocks of any name that need a tag of one value: by the tag's name in lower case, and by the value.
    by_tag: HashMap<String, HashMap<&'p str, Vec<usize>>>,
    joined: RwLock<HashMap<Vec<usize>, Arc<AccountPolicy<'p>>>>,
}

impl Policy {
    /// Joins the blocks that match `account`. For many accounts, see [`Self::joiner`].
    pub fn for_account(&self, account: &Account) -> AccountPolicy<'_> {
        self.joiner().for_account(account)
    }

    /// Joins the blocks that match accounts.
    pub fn joiner(&self) -> Joiner<'_> {
        Joiner::new(self)
    }
}

impl<'p> Joiner<'p> {
    fn new(policy: &'p Policy) -> Self {
        let mut blocks: Vec<&Block> = policy.blocks.iter().collect();
        blocks.sort_by_key(|block| &block.at);
        let mut by_beginning: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_tag: HashMap<String, HashMap<&'p str, Vec<usize>>> = HashMap::new();
        for (place, block) in blocks.iter().enumerate() {
            let glob = block.matches.account.as_ref().map_or("*", |glob| glob.as_str());
            let beginning = glob.split('*').next().unwrap_or_default();
            let places = match block.matches.tags.iter().find(|(_, value)| value.is_literal()) {
                Some((name, value)) if beginning.is_empty() => {
                    let values = by_tag.entry(folded(name)).or_default();
                    values.entry(value.as_str()).or_default()
                }
                _ => by_beginning.entry(folded(beginning)).or_default(),
            };
            places.push(place);
        }
        Self {
            policy,
            blocks,
            lengths: by_beginning.keys().map(String::len).collect(),
            by_beginning,
            by_tag,
            joined: RwLock::default(),
        }
    }

    /// The policy.
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// Joins the blocks that match `account`.
    pub fn for_account(&self, account: &Account) -> AccountPolicy<'p> {
        let (mut matching, mut undecided) = (Vec::new(), Vec::new());
        for place in self.candidates(account) {
            let Some(block) = self.blocks.get(place) else { continue };
            match block.matches.matches(account) {
                Some(true) => matching.push(place),
                None => undecided.push(*block),
                Some(false) => {}
            }
        }
        let joined = self.joined(matching);
        let mut own = AccountPolicy::clone(&joined);
        own.undecided = undecided;
        for found in &mut own.contradictions {
            found.message.push_str(&contradiction::because_of(account));
        }
        own
    }

    /// The blocks that can match an account, in order.
    fn candidates(&self, account: &Account) -> Vec<usize> {
        let name = folded(account.id.name());
        // Of what isn't known in full any block could be the one.
        if name.contains('{') || !account.tags.is_told() {
            return (0..self.blocks.len()).collect();
        }
        let beginnings = self.lengths.iter().filter_map(|length| name.get(..*length));
        let by_name = beginnings.filter_map(|beginning| self.by_beginning.get(beginning));
        let tags = account.tags.iter();
        let by_tag = tags.filter_map(|(tag, value)| self.by_tag.get(&folded(tag))?.get(value));
        let mut found: Vec<usize> = by_name.chain(by_tag).flatten().copied().collect();
        found.sort_unstable();
        // Two tags can differ in case alone.
        found.dedup();
        found
    }

    /// What blocks come to; what contradicts is said without the account.
    fn joined(&self, places: Vec<usize>) -> Arc<AccountPolicy<'p>> {
        let known = self.joined.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(joined) = known.get(&places) {
            return Arc::clone(joined);
        }
        drop(known);
        let blocks: Vec<&'p Block> = places
            .iter()
            .filter_map(|place| self.blocks.get(*place).copied())
            .collect();
        let joined = Arc::new(AccountPolicy::of(self.policy, blocks));
        let mut known = self.joined.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(places, Arc::clone(&joined));
        }
        joined
    }
}
