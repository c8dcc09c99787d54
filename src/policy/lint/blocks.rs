//! Blocks that can never match, and blocks that add nothing to another one.

use super::super::contradiction::{action_keys, same_role};
use super::super::lookup::Lookup;
use super::super::rules::{Block, DenyRule, GrantRule, Policy, Ruled, Switch};
use super::super::text::quoted;
use super::warning::{Warning, named};
use crate::model::Glob;

pub(super) fn lint(policy: &Policy) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = policy.blocks.iter().filter_map(never_matches).collect();
    let lookup = Lookup::new(policy.blocks.iter().enumerate());
    for (place, block) in policy.blocks.iter().enumerate() {
        if is_empty(block) {
            let message = format!(
                "{} has no rules; it only keeps its accounts from being reported as not covered",
                named(block)
            );
            warnings.push(Warning::new("empty-block", &block.at, message));
            continue;
        }
        let others = lookup
            .wider(block)
            .filter_map(|other| Some((other, policy.blocks.get(other)?)));
        // Of two blocks that say the same, the later one adds nothing.
        let mut wider = others.filter(|(other, one)| {
            *other != place
                && one.matches.contains(&block.matches)
                && says_all_of(one, block)
                && (*other < place || !(block.matches.contains(&one.matches) && says_all_of(block, one)))
        });
        if let Some((_, other)) = wider.next() {
            let message = format!(
                "{} adds nothing: {} matches all of its accounts and has all of its rules; remove one of them",
                named(block),
                named(other)
            );
            warnings.push(Warning::new("redundant-block", &block.at, message).beside(&other.at));
        }
    }
    warnings
}

fn is_empty(block: &Block) -> bool {
    block.owner.is_none()
        && block.local_auth.is_none()
        && block.key_metadata_writes.is_none()
        && block.max_key_age.is_none()
        && block.roles.is_none()
        && block.grants.is_none()
        && block.denies.is_empty()
        && block.holders.is_empty()
}

/// A pattern that no name in Azure has the letters for.
fn never_matches(block: &Block) -> Option<Warning> {
    let matches = &block.matches;
    let odd = |key: &str, glob: &Option<Glob>, allowed: fn(char) -> bool, longest: usize| {
        let text = glob.as_ref()?.as_str();
        let letters = text.chars().filter(|c| *c != '*');
        let why = match letters.clone().find(|c| !allowed(*c)) {
            Some(c) => format!("no such name has {}", quoted(&c.to_string())),
            None if letters.count() > longest => format!("such names have at most {longest} characters"),
            None => return None,
        };
        Some(format!(
            "{} never matches: {key} {} can't exist, because {why}",
            named(block),
            quoted(text)
        ))
    };
    let account = odd(
        "`account`",
        &matches.account,
        |c| c.is_ascii_alphanumeric() || c == '-',
        50,
    );
    let subscription = || {
        odd(
            "`subscription`",
            &matches.subscription,
            |c| c.is_ascii_hexdigit() || c == '-',
            36,
        )
    };
    let group = || {
        odd(
            "`resource_group`",
            &matches.resource_group,
            |c| c.is_alphanumeric() || "-_.()".contains(c),
            90,
        )
    };
    let message = account.or_else(subscription).or_else(group)?;
    Some(Warning::new("never-matches", &block.at, message))
}

/// Whether everything that `inner` says of its accounts is said by `outer`, too.
fn says_all_of(outer: &Block, inner: &Block) -> bool {
    let switch = |own: &Option<Ruled<Switch>>, other: &Option<Ruled<Switch>>| {
        let value = |one: &Option<Ruled<Switch>>| one.as_ref().map(|ruled| ruled.value);
        other.is_none() || value(own) == value(other)
    };
    let owner = inner.owner.is_none()
        || outer.owner.as_ref().map(|owner| &owner.value) == inner.owner.as_ref().map(|owner| &owner.value);
    let roles = inner.roles.as_ref().is_none_or(|roles| {
        outer.roles.as_ref().is_some_and(|own| {
            roles
                .iter()
                .all(|role| own.iter().any(|one| one.name == role.name && same_role(one, role)))
        })
    });
    let grants = inner.grants.as_ref().is_none_or(|grants| {
        (outer.grants.as_ref())
            .is_some_and(|own| grants.iter().all(|grant| own.iter().any(|one| same_grant(one, grant))))
    });
    let denies = inner
        .denies
        .iter()
        .all(|deny| outer.denies.iter().any(|one| same_deny(one, deny)));
    let holders = inner.holders.iter().all(|(privilege, holders)| {
        let own = outer.holders.get(privilege);
        own.is_some_and(|own| holders.principals.iter().all(|id| own.principals.contains(id)))
    });
    let key_age = inner.max_key_age.is_none()
        || outer.max_key_age.as_ref().map(|age| age.value) == inner.max_key_age.as_ref().map(|age| age.value);
    switch(&outer.local_auth, &inner.local_auth)
        && key_age
        && switch(&outer.key_metadata_writes, &inner.key_metadata_writes)
        && owner
        && roles
        && grants
        && denies
        && holders
}

/// Whether two grants are one.
pub(super) fn same_grant(a: &GrantRule, b: &GrantRule) -> bool {
    a.principal == b.principal
        && a.role == b.role
        && a.scope == b.scope
        && a.presence == b.presence
        && action_keys(&a.permission) == action_keys(&b.permission)
}

fn same_deny(a: &DenyRule, b: &DenyRule) -> bool {
    let all = |deny: &DenyRule| {
        deny.data_actions
            .iter()
            .map(|action| action.as_str().to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    a.scope == b.scope && all(a) == all(b) && a.except == b.except
}
