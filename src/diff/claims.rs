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
    let (has, had): (Vec<_>, Vec<_>) = (own.of(groups, id).collect(), other.of(groups, id).collect());
    let mut classes: Vec<Class> = has.iter().map(|one| one.class).collect();
    classes.sort_by_key(|class| rank(*class));
    classes.dedup();
    let mut claims: Vec<Claim<'x>> = Vec::new();
    for class in classes.into_iter().filter(|class| other.knows(*class)) {
        let scopes = has.iter().filter(|one| one.class == class).map(|one| one.scope);
        // The wider come first.
        for scope in scopes.collect::<BTreeSet<_>>() {
            let now = at(universe, &has, class, scope);
            let mut lacking = now.beyond(universe, &at(universe, &had, class, scope));
            let told = claims
                .iter()
                .filter(|one| one.class == class || shorter(class).contains(&one.class));
            for one in told
                .filter(|one| one.scope.covers(scope))
                .map(|one| one.power.clone())
                .collect::<Vec<_>>()
            {
                lacking = lacking.beyond(universe, &one);
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
        if one.class == class {
            power.add(&one.power);
        } else if shorter(class).contains(&one.class) {
            power.add(&one.power.without_keys());
        }
    }
    power
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
