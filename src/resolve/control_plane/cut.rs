//! What deny assignments leave of a range of accounts, in pieces that share their doubts.

use super::deny::Effect;
use super::{Doubt, Span};
use crate::model::DenyAssignment;
use std::ops::Range;

/// What a deny assignment does to the accounts of a range.
pub(super) struct Blow<'a> {
    pub(super) ranks: Range<usize>,
    pub(super) effect: Effect,
    pub(super) deny: &'a DenyAssignment,
}

/// What `blows` leave of `ranks`; `doubts` hold for all of it.
pub(super) fn cut<'a>(ranks: &Range<usize>, doubts: &[Doubt<'a>], blows: &[Blow<'a>]) -> Vec<Span<'a>> {
    let ends = blows.iter().flat_map(|blow| [blow.ranks.start, blow.ranks.end]);
    let mut edges: Vec<usize> = ends.filter(|edge| ranks.contains(edge)).collect();
    edges.push(ranks.start);
    edges.sort_unstable();
    edges.dedup();
    let following = edges.iter().skip(1).copied().chain([ranks.end]);
    let mut left: Vec<Span<'a>> = Vec::new();
    for (start, end) in edges.iter().copied().zip(following) {
        let mut own = doubts.to_vec();
        let mut here = blows.iter().filter(|blow| blow.ranks.contains(&start));
        let is_gone = here.any(|blow| match blow.effect {
            Effect::Certain => true,
            Effect::Unsure(why) => {
                own.push(Doubt::DenyUnsure { deny: blow.deny, why });
                false
            }
        });
        match left.last_mut() {
            _ if is_gone || start >= end => {}
            Some(last) if last.ranks.end == start && last.doubts == own => last.ranks.end = end,
            _ => left.push(Span {
                ranks: start..end,
                doubts: own,
            }),
        }
    }
    left
}
