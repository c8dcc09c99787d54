//! Waivers that accept nothing: they have expired, their check is off or has no rule to check, or another one covers them.

use super::super::rules::{Block, Policy, Waiver};
use super::super::text::quoted;
use super::warning::Warning;
use crate::finding::{Group, What};
use crate::model::Glob;
use crate::model::casing::folded;
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(super) fn lint(policy: &Policy, today: Date) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let index = by_account(policy);
    for (place, waiver) in policy.waivers.iter().enumerate() {
        let check = quoted(waiver.check.id);
        if waiver.expires < today {
            let message = format!(
                "this waiver expired on {}; remove it, or extend `expires`",
                waiver.expires
            );
            warnings.push(Warning::new("expired-waiver", &waiver.at, message));
            continue;
        }
        if let Some(ruled) = policy
            .severities
            .get(waiver.check)
            .filter(|ruled| ruled.value.is_none())
        {
            let message = format!("this waiver is unused: check {check} is off; remove one of the two");
            warnings.push(Warning::new("waiver-of-off-check", &waiver.at, message).beside(&ruled.at));
            continue;
        }
        if let Some(key) = unruled(policy, waiver) {
            let message = format!("this waiver is unused: without {key}, {check} finds nothing there; remove it");
            warnings.push(Warning::new("unreachable-waiver", &waiver.at, message));
            continue;
        }
        let keys = [None, literal(waiver)].into_iter();
        let others = keys
            .filter_map(|account| index.get(&(waiver.check.id, account)))
            .flatten();
        let others = others.filter_map(|other| Some((*other, policy.waivers.get(*other)?)));
        let wider = others
            .filter(|(other, one)| *other != place && covers(one, waiver) && (*other < place || !covers(waiver, one)));
        if let Some((_, other)) = wider.min_by_key(|(other, _)| *other) {
            let message = "this waiver adds nothing: another one accepts all of it, and as long; remove one of them";
            warnings.push(Warning::new("covered-waiver", &waiver.at, message.to_owned()).beside(&other.at));
        }
    }
    warnings
}

/// The waivers of each check for each account, so that thousands aren't each held against all others. `None`: those of any
/// account, or of a glob.
fn by_account(policy: &Policy) -> BTreeMap<(&str, Option<String>), Vec<usize>> {
    let mut index: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, waiver) in policy.waivers.iter().enumerate() {
        index.entry((waiver.check.id, literal(waiver))).or_default().push(place);
    }
    index
}

/// The one account that a waiver names.
fn literal(waiver: &Waiver) -> Option<String> {
    let named = waiver.account.as_ref().filter(|glob| glob.is_literal());
    named.map(|glob| folded(glob.as_str()))
}

/// The key of blocks without which the waiver's check finds nothing in its accounts.
fn unruled(policy: &Policy, waiver: &Waiver) -> Option<&'static str> {
    type Says = fn(&Block) -> bool;
    // What finds something of another kind without a rule is none of these.
    let needs = waiver.check.needs.iter().filter(|_| waiver.check.group == Group::Drift);
    let (key, says): (_, Says) = needs.into_iter().find_map(|what| match what {
        What::LocalAuth => Some(("`local_auth`", (|block| block.local_auth.is_some()) as Says)),
        What::KeyMetadataWrites => Some(("`key_metadata_writes`", |block| block.key_metadata_writes.is_some())),
        What::Access => Some(("`grants`", |block| block.grants.is_some())),
        What::DeniedActions => Some(("`deny`", |block| !block.denies.is_empty())),
        What::Roles => Some(("`roles`", |block| block.roles.is_some())),
        _ => None,
    })?;
    let could_match = |block: &&Block| match (&waiver.account, &block.matches.account) {
        (Some(named), Some(glob)) if named.is_literal() => glob.matches(named.as_str()),
        (Some(glob), Some(named)) if named.is_literal() => glob.matches(named.as_str()),
        _ => true,
    };
    let mut blocks = policy.blocks.iter().filter(could_match);
    (!blocks.any(says)).then_some(key)
}

/// Whether `outer` accepts everything that `inner` does, and as long.
fn covers(outer: &Waiver, inner: &Waiver) -> bool {
    let glob = |own: &Option<Glob>, other: &Option<Glob>| match (own, other) {
        (None, _) => true,
        (Some(own), Some(other)) => own.contains(other),
        (Some(_), None) => false,
    };
    let scope = || match (&outer.scope, &inner.scope) {
        (None, _) => true,
        (Some(own), Some(other)) => own.names_all_of(other),
        (Some(_), None) => false,
    };
    // What is compared quickly comes first.
    outer.check == inner.check
        && outer.expires >= inner.expires
        && (!outer.only_possible || inner.only_possible)
        && (outer.fingerprint.is_none() || outer.fingerprint == inner.fingerprint)
        && (outer.principal.is_none() || outer.principal == inner.principal)
        && glob(&outer.account, &inner.account)
        && glob(&outer.role, &inner.role)
        && scope()
}
