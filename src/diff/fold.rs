//! What all people of a group gained alike is told once, of the group.

use super::change::Members;
use super::claims::{Claim, Claims, claimed};
use super::groups::Groups;
use super::power::Power;
use super::scans::Scan;
use crate::model::{PrincipalId, Universe};
use foldhash::HashSet;
use std::cmp::Reverse;

/// People who have something through a group are told one by one where there are fewer.
const FEWEST: usize = 2;

/// A claim as it is told.
pub(super) struct Told<'x> {
    pub(super) principal: &'x PrincipalId,
    pub(super) claim: Claim<'x>,
    pub(super) members: Option<Members>,
}

/// What is told of a group, which may have as many people as a tenant.
struct InGroup<'x> {
    group: &'x PrincipalId,
    claim: Claim<'x>,
    /// For whom of its people it does not hold.
    apart: HashSet<PrincipalId>,
}

/// What to tell of everybody's claims: of a group what at least half of its people have, with those for whom it is not the
/// same; and of everybody what no group tells.
///
/// A group of which all people are known has nothing that none of them has: a role that moves from its members to the group
/// changes nobody's access.
pub(super) fn fold<'x>(universe: &Universe, claims: Claims<'x>, groups: &Groups<'x>, scan: Scan) -> Vec<Told<'x>> {
    let mut of_groups = Vec::new();
    let mut others = Vec::new();
    for (principal, own) in &claims {
        match groups.people(scan, principal) {
            Some(people) => of_groups.push((*principal, people, own)),
            None => others.push((*principal, own)),
        }
    }
    // The largest first, so that groups in it have nothing left to tell.
    of_groups.sort_by_key(|(principal, people, _)| (Reverse(people.len()), *principal));
    let mut told: Vec<Told<'x>> = Vec::new();
    let mut in_groups = Vec::new();
    for (group, people, own) in of_groups {
        for claim in own {
            let Some((power, apart)) = shared(universe, claim, &people, &claims) else {
                continue;
            };
            let claim = Claim { power, ..claim.clone() };
            let power = left(universe, &claim, group, &in_groups, groups, scan);
            if !power.is_none() {
                let claim = Claim { power, ..claim };
                in_groups.push(InGroup {
                    group,
                    claim: claim.clone(),
                    apart: apart.iter().cloned().collect(),
                });
                told.push(Told {
                    principal: group,
                    claim,
                    members: Some(Members {
                        people: people.len(),
                        apart,
                    }),
                });
            }
        }
    }
    for (principal, own) in others {
        for claim in own {
            let power = left(universe, claim, principal, &in_groups, groups, scan);
            if !power.is_none() {
                told.push(Told {
                    principal,
                    claim: Claim { power, ..claim.clone() },
                    members: None,
                });
            }
        }
    }
    told
}

/// What of a group's claim is told of the group, and for whom of its people it does not hold: all of it where at least half of
/// them have it, or else what all of them have.
fn shared(
    universe: &Universe,
    claim: &Claim<'_>,
    people: &[&PrincipalId],
    claims: &Claims<'_>,
) -> Option<(Power, Vec<PrincipalId>)> {
    let theirs = people.iter().map(|person| {
        let own = claims.get(*person).map_or(&[][..], Vec::as_slice);
        claimed(universe, own, claim.class, claim.scope)
    });
    let theirs: Vec<Power> = theirs.collect();
    let has_all = |power: &Power| claim.power.beyond(universe, power).is_none();
    let apart = people.iter().zip(&theirs).filter(|(_, power)| !has_all(power));
    let apart: Vec<PrincipalId> = apart.map(|(person, _)| (*person).clone()).collect();
    let same = people.len() - apart.len();
    if same >= FEWEST && apart.len() <= same {
        return Some((claim.power.clone(), apart));
    }
    let all = theirs
        .iter()
        .fold(claim.power.clone(), |all, power| all.and(universe, power));
    (people.len() >= FEWEST && !all.is_none()).then(|| (all, Vec::new()))
}

/// What of a claim no group tells that the principal is in.
fn left<'x>(
    universe: &Universe,
    claim: &Claim<'x>,
    principal: &PrincipalId,
    told: &[InGroup<'x>],
    groups: &Groups<'_>,
    scan: Scan,
) -> Power {
    let mut power = claim.power.clone();
    for one in told {
        let is_same = one.claim.class == claim.class && one.claim.scope.covers(claim.scope);
        if is_same && groups.has(scan, one.group, principal) && !one.apart.contains(principal) {
            power = power.beyond(universe, &one.claim.power);
        }
    }
    power
}
