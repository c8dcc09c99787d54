//! Which of the objects that could be changed closes a finding: the one that closes most, and so on with what is left.

use super::candidates::Candidates;
use super::object::Object;
use crate::finding::{Finding, Severity, State};
use foldhash::{HashMap, HashMapExt};
use std::collections::{BTreeMap, BinaryHeap};

/// How much the change of an object closes: findings that count, the worst severity first, and then all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    counting: [usize; Severity::ALL.len()],
    all: usize,
}

impl Weight {
    fn place(finding: &Finding) -> usize {
        Severity::ALL.len().saturating_sub(1 + finding.severity as usize)
    }

    fn add(&mut self, finding: &Finding) {
        self.all += 1;
        if finding.state == State::New
            && let Some(number) = self.counting.get_mut(Self::place(finding))
        {
            *number += 1;
        }
    }

    fn remove(&mut self, finding: &Finding) {
        self.all = self.all.saturating_sub(1);
        if finding.state == State::New
            && let Some(number) = self.counting.get_mut(Self::place(finding))
        {
            *number = number.saturating_sub(1);
        }
    }
}

/// The findings of each object, by their places, in order. Each finding is of one object.
pub(super) fn distribute(findings: &[Finding], candidates: &Candidates<'_>) -> BTreeMap<Object, Vec<usize>> {
    let mut places: HashMap<Object, usize> = HashMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    let mut of_finding: Vec<(usize, Option<usize>)> = Vec::with_capacity(findings.len());
    for (finding, found) in findings.iter().enumerate() {
        let mut place = |object: Object| {
            let next = places.len();
            let place = *places.entry(object).or_insert(next);
            if place == members.len() {
                members.push(Vec::new());
            }
            if let Some(own) = members.get_mut(place) {
                own.push(finding);
            }
            place
        };
        let (first, second) = candidates.of(found);
        let first = place(first);
        of_finding.push((first, second.map(place)));
    }
    let mut objects: Vec<(Object, usize)> = places.into_iter().collect();
    // Of two that close as much, the first by kind and name: the last that a heap gives.
    objects.sort();
    let mut weights = vec![Weight::default(); objects.len()];
    for (finding, (first, second)) in findings.iter().zip(&of_finding) {
        for place in std::iter::once(first).chain(second) {
            if let Some(weight) = weights.get_mut(*place) {
                weight.add(finding);
            }
        }
    }
    let mut heap: BinaryHeap<(Weight, std::cmp::Reverse<usize>)> = BinaryHeap::new();
    for (rank, (_, place)) in objects.iter().enumerate() {
        heap.extend(weights.get(*place).map(|weight| (*weight, std::cmp::Reverse(rank))));
    }
    let mut taken = vec![false; findings.len()];
    let mut all = BTreeMap::new();
    while let Some((weight, std::cmp::Reverse(rank))) = heap.pop() {
        let Some((object, place)) = objects.get(rank) else {
            continue;
        };
        let now = weights.get(*place).copied().unwrap_or_default();
        if now != weight {
            // Others have taken some of its findings: it waits for its turn.
            heap.push((now, std::cmp::Reverse(rank)));
            continue;
        }
        let mut own = Vec::new();
        for finding in members.get(*place).into_iter().flatten() {
            let (Some(is_taken), Some(found)) = (taken.get_mut(*finding), findings.get(*finding)) else {
                continue;
            };
            if std::mem::replace(is_taken, true) {
                continue;
            }
            own.push(*finding);
            let (first, second) = of_finding.get(*finding).copied().unwrap_or((*place, None));
            for other in std::iter::once(first).chain(second).filter(|other| other != place) {
                if let Some(weight) = weights.get_mut(other) {
                    weight.remove(found);
                }
            }
        }
        if !own.is_empty() {
            all.insert(object.clone(), own);
        }
    }
    all
}
