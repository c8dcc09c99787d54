//! Which accounts lie at a scope. Accounts are ranked by their ids, so that those of a subscription, or of a resource
//! group, stand side by side: a scope is a range of ranks, however many accounts it holds.

use crate::model::azure_rbac::Level;
use crate::model::{Account, Api, AzureScope, ControlPlane};
use foldhash::HashMap;
use std::ops::Range;

/// The accounts, by rank.
#[derive(Debug)]
pub(super) struct Places<'a> {
    accounts: Vec<&'a Account>,
    /// The place in `accounts` of each rank. What is only listed has none: nobody knows which actions matter there.
    by_rank: Vec<usize>,
    pub(super) blocks: Vec<Block>,
    /// The block of a subscription, by its id in lower case.
    by_subscription: HashMap<String, usize>,
}

/// The accounts of a subscription.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) subscription: String,
    pub(super) ranks: Range<usize>,
    /// The APIs of its accounts.
    pub(super) apis: Vec<Api>,
    /// The place of its control plane among those that were collected.
    pub(super) plane: Option<usize>,
}

/// Where an assignment holds.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) block: usize,
    pub(super) ranks: Range<usize>,
    /// The type (in lower case) of the thing within the one account, if the scope lies within it.
    pub(super) within: Option<String>,
}

impl<'a> Places<'a> {
    pub(super) fn new(accounts: Vec<&'a Account>, planes: &[ControlPlane]) -> Self {
        let is_read = |index: &usize| accounts.get(*index).is_some_and(|account| account.api.is_read());
        let mut by_rank: Vec<usize> = (0..accounts.len()).filter(is_read).collect();
        by_rank.sort_by_key(|index| accounts.get(*index).map(|account| account.id.key()));
        let planes: HashMap<String, usize> = planes
            .iter()
            .enumerate()
            .map(|(index, plane)| (plane.subscription.to_ascii_lowercase(), index))
            .collect();
        let mut blocks: Vec<Block> = Vec::new();
        for (rank, index) in by_rank.iter().enumerate() {
            let Some(account) = accounts.get(*index) else { continue };
            let subscription = account.id.subscription().to_ascii_lowercase();
            match blocks.last_mut() {
                Some(last) if last.subscription == subscription => {
                    last.ranks.end = rank + 1;
                    if !last.apis.contains(&account.api) {
                        last.apis.push(account.api);
                    }
                }
                _ => blocks.push(Block {
                    plane: planes.get(&subscription).copied(),
                    subscription,
                    ranks: rank..rank + 1,
                    apis: vec![account.api],
                }),
            }
        }
        let by_subscription = (blocks.iter().enumerate())
            .map(|(index, block)| (block.subscription.clone(), index))
            .collect();
        Self {
            accounts,
            by_rank,
            blocks,
            by_subscription,
        }
    }

    /// The account of a rank, and its place among those that were given.
    pub(super) fn account(&self, rank: usize) -> Option<(usize, &'a Account)> {
        let index = *self.by_rank.get(rank)?;
        Some((index, self.accounts.get(index).copied()?))
    }

    /// The rank of an account, and its block.
    pub(super) fn rank(&self, index: usize) -> Option<(usize, usize)> {
        let key = self
            .accounts
            .get(index)
            .filter(|account| account.api.is_read())?
            .id
            .key();
        let rank = self.by_rank.partition_point(|other| self.key(*other) < key);
        let block = self.blocks.partition_point(|block| block.ranks.end <= rank);
        Some((rank, block))
    }

    pub(super) fn block(&self, subscription: &str) -> Option<usize> {
        self.by_subscription.get(&subscription.to_ascii_lowercase()).copied()
    }

    fn key(&self, index: usize) -> &'a str {
        self.accounts.get(index).map_or("", |account| account.id.key())
    }

    /// Where a scope that does not lie above subscriptions holds. What is malformed holds nowhere.
    pub(super) fn at(&self, scope: &AzureScope) -> Option<Part> {
        let (key, within) = match scope.level() {
            Level::Root | Level::ManagementGroup | Level::Malformed => return None,
            Level::Subscription | Level::ResourceGroup => (format!("{}/", scope.key()), None),
            Level::Resource => match scope.within_account() {
                Some((account, kind)) => (account.key().to_owned(), Some(kind.to_owned())),
                None => (scope.key().to_owned(), None),
            },
        };
        let start = self.by_rank.partition_point(|index| self.key(*index) < key.as_str());
        let fits = |index: &usize| match scope.level() {
            Level::Resource => self.key(*index) == key,
            _ => self.key(*index).starts_with(&key),
        };
        let length = self.by_rank.get(start..)?.partition_point(fits);
        let ranks = start..start + length;
        if ranks.is_empty() {
            return None;
        }
        let block = self.blocks.partition_point(|block| block.ranks.end <= start);
        Some(Part { block, ranks, within })
    }
}
