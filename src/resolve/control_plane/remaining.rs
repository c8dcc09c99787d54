//! What deny assignments leave of a range of accounts, in pieces that share their doubts.

use super::bypass::{Doubt, Span};
use super::deny::Denial;
use crate::model::DenyAssignment;
use std::ops::Range;

/// What a deny assignment does to the accounts of a range.
pub(super) struct Denied<'a> {
    pub(super) ranks: Range<usize>,
    pub(super) denial: Denial,
    pub(super) deny: &'a DenyAssignment,
}

/// What `denied` leave of `ranks`; `doubts` hold for all of it.
pub(super) fn remaining<'a>(ranks: &Range<usize>, doubts: &[Doubt<'a>], denied: &[Denied<'a>]) -> Vec<Span<'a>> {
    let ends = denied.iter().flat_map(|part| [part.ranks.start, part.ranks.end]);
    let mut edges: Vec<usize> = ends.filter(|edge| ranks.contains(edge)).collect();
    edges.push(ranks.start);
    edges.sort_unstable();
    edges.dedup();
    let following = edges.iter().skip(1).copied().chain([ranks.end]);
    let mut left: Vec<Span<'a>> = Vec::new();
    for (start, end) in edges.iter().copied().zip(following) {
        let mut own = doubts.to_vec();
        let mut here = denied.iter().filter(|part| part.ranks.contains(&start));
        let is_gone = here.any(|part| match part.denial {
            Denial::Certain => true,
            Denial::Unsure(why) => {
                own.push(Doubt::DenyUnsure { deny: part.deny, why });
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
