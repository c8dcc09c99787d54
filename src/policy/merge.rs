//! Joins the blocks that match an account. Order never matters; blocks that contradict each other are an error.

use super::contradiction;
use super::error::{Contradiction, PolicyError, PolicyErrors};
use super::rules::{Block, DenyRule, GrantRule, Holders, Policy, Privilege, RoleRule, Ruled, Switch};
use crate::model::Account;
use std::collections::BTreeMap;

/// What the policy says of one account. `None`: it says nothing about that.
#[derive(Debug, Clone, Default)]
pub struct AccountPolicy<'p> {
    /// The blocks that match; none: the account is not managed.
    pub blocks: Vec<&'p Block>,
    /// What the local-auth switch must be.
    pub local_auth: Option<&'p Ruled<Switch>>,
    /// What the switch for metadata writes by key must be.
    pub key_metadata_writes: Option<&'p Ruled<Switch>>,
    /// The custom role definitions that must exist; no others may.
    pub roles: Option<Vec<&'p RoleRule>>,
    /// Who may do what where; nobody may do more.
    pub grants: Option<Vec<&'p GrantRule>>,
    /// What nobody may do.
    pub denies: Vec<&'p DenyRule>,
    /// Who may have a way round all of this: all blocks' lists together. No list: the policy does not say.
    pub holders: BTreeMap<Privilege, Vec<&'p Holders>>,
}

impl Policy {
    /// Contradictions as errors, with the lines that contradict each other.
    pub fn explain(&self, contradictions: &[Contradiction]) -> PolicyErrors {
        let errors = contradictions.iter();
        let errors = errors.map(|one| PolicyError::contradiction(&self.sources, one));
        PolicyErrors::new(errors.collect())
    }

    /// Joins the blocks that match `account`.
    ///
    /// # Errors
    /// When two of them contradict each other.
    pub fn for_account(&self, account: &Account) -> Result<AccountPolicy<'_>, Vec<Contradiction>> {
        let mut joined = AccountPolicy::default();
        let mut blocks: Vec<&Block> = self
            .blocks
            .iter()
            .filter(|block| block.matches.matches(account))
            .collect();
        // Which of several rules that say the same is named must not depend on the order of the files.
        blocks.sort_by_key(|block| &block.at);
        for block in blocks {
            joined.blocks.push(block);
            joined.local_auth = joined.local_auth.or(block.local_auth.as_ref());
            joined.key_metadata_writes = joined.key_metadata_writes.or(block.key_metadata_writes.as_ref());
            if let Some(roles) = &block.roles {
                joined.roles.get_or_insert_default().extend(roles);
            }
            if let Some(grants) = &block.grants {
                joined.grants.get_or_insert_default().extend(grants);
            }
            joined.denies.extend(&block.denies);
            for (privilege, holders) in &block.holders {
                joined.holders.entry(*privilege).or_default().push(holders);
            }
        }
        let contradictions = contradiction::at_account(self, &joined.blocks, account);
        if contradictions.is_empty() {
            Ok(joined)
        } else {
            Err(contradictions)
        }
    }
}
