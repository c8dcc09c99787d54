//! Rules that cannot both be kept. Those of blocks that certainly share accounts are found when the policy is loaded,
//! the others when an account turns up that two blocks match, and then the stricter rule holds; the comparison (`compare`) is the same. `partners` has the
//! pairs of blocks for which it is worth while.

mod compare;
mod partners;

pub(super) use compare::{action_keys, same_role};

use super::error::Contradiction;
use super::rules::{Block, Policy, Ruled, Switch};
use super::text::quoted;
use crate::model::Account;
use compare::{Found, Index};
use partners::Partners;
use std::collections::BTreeSet;

/// The contradictions inside blocks, and between two blocks where one is for every account of the other.
pub(super) fn within(policy: &Policy) -> Vec<Contradiction> {
    let indexes: Vec<Index<'_>> = policy.blocks.iter().map(Index::new).collect();
    let mut found = Found::new(policy);
    for index in &indexes {
        found.inside(index);
    }
    // What is at odds with one of these is at odds with the first of them, and is told of that one.
    let mut settings = BTreeSet::new();
    let partners = Partners::new(&policy.blocks, |block| {
        states_anything(block) && settings_alone(block).is_none_or(|alone| settings.insert(alone))
    });
    for (j, b) in indexes
        .iter()
        .enumerate()
        .filter(|(_, index)| states_anything(index.block))
    {
        let earlier = partners.earlier(j);
        for a in earlier.into_iter().filter_map(|i| indexes.get(i)) {
            if !could_disagree(a, b) {
                continue;
            }
            let (inner, outer) = if a.block.matches.contains(&b.block.matches) {
                (b.block, a.block)
            } else if b.block.matches.contains(&a.block.matches) {
                (a.block, b.block)
            } else {
                continue;
            };
            let (inner, outer) = (quoted(&inner.name), quoted(&outer.name));
            found.between(a, b, &|| {
                format!("; every account of block {inner} is one of block {outer}")
            });
        }
    }
    found.sorted()
}

/// The contradictions between blocks that match one account, except for those that [`within`] finds. Each message lacks
/// its end, which [`because_of`] has.
pub(super) fn between(policy: &Policy, blocks: &[&Block]) -> Vec<Contradiction> {
    let contain = |a: &Block, b: &Block| a.matches.contains(&b.matches) || b.matches.contains(&a.matches);
    let indexes: Vec<Index<'_>> = blocks.iter().copied().map(Index::new).collect();
    let pairs = indexes.iter().enumerate().flat_map(|(i, a)| {
        let others = indexes.iter().skip(i + 1);
        others.map(move |b| (a, b))
    });
    let mut open = pairs
        .filter(|(a, b)| could_disagree(a, b) && !contain(a.block, b.block))
        .peekable();
    // Nearly always there is none, and nothing has to be made ready.
    if open.peek().is_none() {
        return Vec::new();
    }
    let mut found = Found::new(policy);
    for (a, b) in open {
        found.between(a, b, &String::new);
    }
    found.sorted()
}

/// The end of a message about blocks that both match an account.
pub(super) fn because_of(account: &Account) -> String {
    format!(", and both blocks match account {}", quoted(account.id.name()))
}

/// Whether a block states anything that another could disagree with.
fn states_anything(block: &Block) -> bool {
    let Block {
        owner,
        local_auth,
        key_metadata_writes,
        max_key_age,
        roles,
        grants,
        denies,
        // Lists of holders are put together.
        holders: _,
        name: _,
        at: _,
        matches: _,
    } = block;
    owner.is_some()
        || local_auth.is_some()
        || key_metadata_writes.is_some()
        || max_key_age.is_some()
        || roles.as_ref().is_some_and(|roles| !roles.is_empty())
        || grants.as_ref().is_some_and(|grants| !grants.is_empty())
        || !denies.is_empty()
}

/// For which accounts a block states which settings, if it states nothing else: blocks with the same are as good as one, and a
/// policy that a script wrote may have thousands.
fn settings_alone(block: &Block) -> Option<impl Ord + '_> {
    let has_others = !block.denies.is_empty() || block.roles.is_some() || block.grants.is_some();
    (!has_others).then(|| {
        (
            &block.matches,
            block.owner.as_ref().map(|owner| &owner.value),
            block.local_auth.as_ref().map(|switch| switch.value),
            block.key_metadata_writes.as_ref().map(|switch| switch.value),
            block.max_key_age.as_ref().map(|age| age.value),
        )
    })
}

/// Whether two blocks speak of the same things at all; cheaper than to ask whether they share accounts.
fn could_disagree(a: &Index<'_>, b: &Index<'_>) -> bool {
    let differ = |a: &Option<Ruled<Switch>>, b: &Option<Ruled<Switch>>| matches!((a, b), (Some(a), Some(b)) if a.value != b.value);
    let owners = (&a.block.owner, &b.block.owner);
    matches!(owners, (Some(a), Some(b)) if a.value != b.value)
        || differ(&a.block.local_auth, &b.block.local_auth)
        || differ(&a.block.key_metadata_writes, &b.block.key_metadata_writes)
        || matches!((&a.block.max_key_age, &b.block.max_key_age), (Some(a), Some(b)) if a.value != b.value)
        || !a.roles.is_empty() && !b.roles.is_empty()
        || !a.grants.is_empty() && !b.grants.is_empty()
        || !a.required.is_empty() && !b.block.denies.is_empty()
        || !b.required.is_empty() && !a.block.denies.is_empty()
}
