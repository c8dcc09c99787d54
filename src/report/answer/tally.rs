//! How many principals can, and how.

use crate::access::Level;
use crate::model::PrincipalId;
use crate::query::{Answer, Found, Via, Wanted};
use std::collections::BTreeMap;

/// Principals, each counted once: for the most that they can.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Who can, for certain and at once.
    pub(super) sure: usize,
    /// Of these, who can only in a part of what was asked about.
    pub(super) in_part: usize,
    /// Who possibly can.
    pub(super) possible: usize,
    /// Who possibly can, and is counted below for what is certain after a change.
    pub(super) also_possible: usize,
    /// Who can grant themselves access.
    pub(super) indirect: usize,
    /// Who possibly can grant themselves access.
    pub(super) maybe_indirect: usize,
    /// Who has a path from elsewhere and none of the above.
    pub(super) elsewhere: usize,
    /// Who possibly has one.
    pub(super) maybe_elsewhere: usize,
    /// Whether some of these act as an identity, and whether some read a copy.
    pub(super) by_identity: bool,
    pub(super) by_copy: bool,
}

/// Who a row is about.
pub(super) fn actor<'f>(found: &'f Found<'_>) -> &'f PrincipalId {
    found.member.as_ref().unwrap_or(&found.principal)
}

/// The same, told apart: another account's user of MongoDB is somebody else, whatever they are called.
fn somebody<'f>(found: &'f Found<'_>) -> (&'f PrincipalId, Option<usize>) {
    let id = actor(found);
    (id, id.is_mongo_user().then_some(found.account))
}

/// How a row gives what was asked without a grant to oneself.
pub(super) fn direct(answer: &Answer<'_>, found: &Found<'_>) -> Level {
    match (&found.via, &answer.question.wanted) {
        (Via::RoleAssignment { .. } | Via::Keys { .. }, _) => found.level,
        (Via::AzureRole { .. } | Via::UnknownAzureRole(_), Wanted::Manage | Wanted::Anything) => found.levels[3],
        _ => Level::No,
    }
}

impl Tally {
    pub(super) fn of(answer: &Answer<'_>) -> Self {
        let mut best: BTreeMap<_, (Level, bool)> = BTreeMap::new();
        let mut others: BTreeMap<_, Level> = BTreeMap::new();
        for found in &answer.rows {
            let level = direct(answer, found);
            if level > Level::No {
                let known = best.entry(somebody(found)).or_insert((Level::No, false));
                *known = (*known).max((level, !found.is_part));
            } else if matches!(found.via, Via::AzureRole { .. } | Via::UnknownAzureRole(_)) {
                let known = others.entry(somebody(found)).or_default();
                *known = found.level.max(*known);
            }
        }
        let mut far: BTreeMap<_, Level> = BTreeMap::new();
        let is_far = |found: &&Found<'_>| matches!(found.via, Via::Identity { .. } | Via::Copy { .. });
        for found in answer.rows.iter().filter(is_far) {
            let known = far.entry(somebody(found)).or_default();
            *known = found.level.max(*known);
        }
        // What is certain after a change is more than what is only possible at once.
        let before = best.len();
        best.retain(|id, (level, _)| {
            let is_more = |others: &BTreeMap<_, Level>| others.get(id).is_some_and(|other| *other > *level);
            !is_more(&others) && !is_more(&far)
        });
        others.retain(|id, level| !best.contains_key(id) && far.get(id).is_none_or(|other| *other <= *level));
        far.retain(|id, _| !best.contains_key(id) && !others.contains_key(id));
        let mut tally = Self {
            also_possible: before - best.len(),
            ..Self::default()
        };
        for (level, is_whole) in best.values() {
            match level {
                Level::Yes => {
                    tally.sure += 1;
                    tally.in_part += usize::from(!is_whole);
                }
                _ => tally.possible += 1,
            }
        }
        (tally.indirect, tally.maybe_indirect) = sure_and_possible(others.values().copied());
        for found in answer.rows.iter().filter(|found| far.contains_key(&somebody(found))) {
            tally.by_identity |= matches!(found.via, Via::Identity { .. });
            tally.by_copy |= matches!(found.via, Via::Copy { .. });
        }
        (tally.elsewhere, tally.maybe_elsewhere) = sure_and_possible(far.into_values());
        tally
    }

    /// Who has another path than one from elsewhere.
    pub(super) fn nearer(&self) -> usize {
        self.sure + self.possible + self.indirect + self.maybe_indirect
    }

    /// Whether nobody can in any way.
    pub(super) fn is_nobody(&self) -> bool {
        self.nearer() + self.elsewhere + self.maybe_elsewhere == 0
    }
}

/// How many of them are sure, and how many only possible.
pub(super) fn sure_and_possible(levels: impl Iterator<Item = Level>) -> (usize, usize) {
    let (possible, sure): (Vec<Level>, Vec<Level>) = levels.partition(|level| *level == Level::Possible);
    (sure.len(), possible.len())
}
