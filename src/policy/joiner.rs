//! Joins the blocks that match an account, for many accounts: which blocks can match is looked up, and what blocks come to
//! together is worked out once for all accounts that the same ones match.

use super::contradiction;
use super::lookup::Lookup;
use super::merge::AccountPolicy;
use super::rules::{Block, Policy};
use crate::model::Account;
use foldhash::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Combinations of blocks that are kept: a policy in which each account has one of its own must not fill the memory.
const MOST: usize = 4096;

/// The blocks of a policy, ready for many accounts.
pub struct Joiner<'p> {
    policy: &'p Policy,
    /// The blocks by where they are written: which of several rules that say the same is named must not depend on the order
    /// of the files.
    blocks: Vec<&'p Block>,
    lookup: Lookup<'p>,
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
        Self {
            policy,
            lookup: Lookup::new(blocks.iter().copied().enumerate()),
            blocks,
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
        let name = account.id.name();
        // Of what isn't known in full any block could be the one.
        if name.contains('{') || !account.tags.is_told() {
            return (0..self.blocks.len()).collect();
        }
        self.lookup.matching(name, account.tags.iter())
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
