//! What each principal has in one scan and lacks in the other.

use super::groups::Groups;
use super::holdings::{Class, Holding, Holdings, rank, shorter};
use super::power::Power;
use crate::model::{PrincipalId, Scope, Universe};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a principal has in one scan only. What it has in a wider place is not repeated.
#[derive(Clone)]
pub(super) struct Claim<'x> {
    pub(super) class: Class,
    pub(super) scope: &'x Scope,
    pub(super) power: Power,
}

/// Everybody's claims.
pub(super) type Claims<'x> = BTreeMap<&'x PrincipalId, Vec<Claim<'x>>>;

/// Who could have something in one scan only: whose holdings differ, and those in the groups that these are.
pub(super) fn affected<'x>(holdings: [&Holdings<'x>; 2], groups: &Groups<'x>) -> BTreeSet<&'x PrincipalId> {
    let [one, other] = holdings;
    let (joined, others) = (one.joined(), other.joined());
    let mut found = BTreeSet::new();
    let differs = |key: &&(_, _, _)| joined.get(*key) != others.get(*key);
    for (principal, _, _) in joined.keys().chain(others.keys()).filter(differs) {
        found.insert(*principal);
        for side in holdings {
            found.extend(groups.members(side.scan, principal));
        }
    }
    for principal in one.principals().union(&other.principals()) {
        found.extend(groups.changed(principal));
    }
    found
}

/// What a principal has in `own` and lacks in `other`.
pub(super) fn claims<'x>(
    universe: &Universe,
    own: &Holdings<'x>,
    other: &Holdings<'x>,
    groups: &Groups<'_>,
    id: &PrincipalId,
) -> Vec<Claim<'x>> {
    let has: Vec<_> = own.of(groups, id).filter(|one| one.is_comparable).collect();
    let had: Vec<_> = other.of(groups, id).collect();
    let mut classes: Vec<Class> = has.iter().map(|one| one.class).collect();
    classes.sort_by_key(|class| rank(*class));
    classes.dedup();
    let mut claims: Vec<Claim<'x>> = Vec::new();
    for class in classes {
        let scopes = has.iter().filter(|one| one.class == class).map(|one| one.scope);
        // The wider come first.
        for scope in scopes.collect::<BTreeSet<_>>() {
            let now = at(universe, &has, class, scope);
            let mut lacking = now.beyond(universe, &at(universe, &had, class, scope));
            let told = claims.iter().filter(|one| one.scope.covers(scope));
            let told: Vec<Power> = told.filter_map(|one| counting(class, one.class, &one.power)).collect();
            for power in told {
                lacking = lacking.beyond(universe, &power);
            }
            if !lacking.is_none() {
                claims.push(Claim {
                    class,
                    scope,
                    power: lacking,
                });
            }
        }
    }
    claims
}

/// What holdings come to at a place.
fn at(universe: &Universe, holdings: &[&Holding<'_>], class: Class, scope: &Scope) -> Power {
    let mut power = Power::none(universe);
    for one in holdings.iter().filter(|one| one.scope.covers(scope)) {
        match counting(class, one.class, &one.power) {
            // Keys are no part of what follows from them.
            Some(counting) if one.class != class => power.add(&counting.without_keys()),
            Some(counting) => power.add(&counting),
            None => {}
        }
    }
    power
}

/// What a kind of route counts for another one that needs it no more; `None`: nothing.
fn counting(class: Class, own: Class, power: &Power) -> Option<Power> {
    match class {
        _ if own == class => Some(power.clone()),
        _ if !shorter(class).contains(&own) => None,
        // Who can grant access can do with data what who changes settings can, and need not be able to change them.
        Some("local-auth-switch") => Some(Power::of_data(power.data.clone())),
        _ => Some(power.clone()),
    }
}

/// What claims of a class come to at a place.
pub(super) fn claimed(universe: &Universe, claims: &[Claim<'_>], class: Class, scope: &Scope) -> Power {
    let mut power = Power::none(universe);
    for one in claims
        .iter()
        .filter(|one| one.class == class && one.scope.covers(scope))
    {
        power.add(&one.power);
    }
    power
}
