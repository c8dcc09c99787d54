//! What deny assignments leave of a range of accounts, in pieces that share their doubts.

use super::bypass::{DenyDoubt, Doubt, Span};
use super::deny::Denial;
use crate::model::DenyAssignment;
use std::ops::Range;

/// What a deny assignment does to the accounts of a range.
pub(super) struct Denied<'a> {
    pub(super) ranks: Range<usize>,
    pub(super) denial: Denial,
    pub(super) deny: &'a DenyAssignment,
}

/// People who are denied the same.
pub(super) struct Concerned<'a> {
    pub(super) denied: Vec<Denied<'a>>,
    /// Whether there certainly are such people.
    pub(super) exists: bool,
}

/// What is left of `ranks` for those of `people` who keep the most; `doubts` hold for all of it.
pub(super) fn remaining<'a>(ranks: &Range<usize>, doubts: &[Doubt<'a>], people: &[Concerned<'a>]) -> Vec<Span<'a>> {
    let denied = people.iter().flat_map(|class| &class.denied);
    let ends = denied.flat_map(|part| [part.ranks.start, part.ranks.end]);
    let mut edges: Vec<usize> = ends.filter(|edge| ranks.contains(edge)).collect();
    edges.push(ranks.start);
    edges.sort_unstable();
    edges.dedup();
    let following = edges.iter().skip(1).copied().chain([ranks.end]);
    let mut left: Vec<Span<'a>> = Vec::new();
    for (start, end) in edges.iter().copied().zip(following) {
        let Some(own) = best(people, start).filter(|_| start < end) else {
            continue;
        };
        let own = [doubts, &own].concat();
        match left.last_mut() {
            Some(last) if last.ranks.end == start && last.doubts == own => last.ranks.end = end,
            _ => left.push(Span {
                ranks: start..end,
                doubts: own,
            }),
        }
    }
    left
}

/// Why access to the account of a rank is possible and not certain, for those who keep the most; `None`: nobody keeps it.
fn best<'a>(people: &[Concerned<'a>], rank: usize) -> Option<Vec<Doubt<'a>>> {
    let left = people
        .iter()
        .filter(|class| class.gone_at(rank).is_none())
        .map(|class| {
            let mut own: Vec<Doubt<'a>> = class.denied_at(rank).filter_map(Denied::doubt).collect();
            if own.is_empty() && !class.exists {
                // Whoever certainly is in the group is denied it.
                let deny = people.iter().find_map(|class| class.gone_at(rank));
                own.extend(deny.map(|part| Doubt::DenyUnsure {
                    deny: part.deny,
                    why: DenyDoubt::Membership,
                }));
            }
            own
        });
    left.min_by_key(Vec::len)
}

impl<'a> Concerned<'a> {
    fn denied_at(&self, rank: usize) -> impl Iterator<Item = &Denied<'a>> {
        self.denied.iter().filter(move |part| part.ranks.contains(&rank))
    }

    /// What takes access to the account of a rank away for certain.
    fn gone_at(&self, rank: usize) -> Option<&Denied<'a>> {
        self.denied_at(rank).find(|part| part.denial == Denial::Certain)
    }
}

impl<'a> Denied<'a> {
    fn doubt(&self) -> Option<Doubt<'a>> {
        match self.denial {
            Denial::Certain => None,
            Denial::Unsure(why) => Some(Doubt::DenyUnsure { deny: self.deny, why }),
        }
    }
}
