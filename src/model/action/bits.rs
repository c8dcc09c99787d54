//! A set of small numbers that has no memory of its own where they are few: every row of every account has two of them.

use smallvec::{SmallVec, smallvec};

/// Numbers below the one that the set was made for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bits(SmallVec<[u64; 2]>);

const WORD: usize = 64;

impl Bits {
    /// None of the numbers below `end`.
    pub(super) fn none(end: usize) -> Self {
        Self(smallvec![0; end.div_ceil(WORD)])
    }

    /// All numbers below `end`.
    pub(super) fn all(end: usize) -> Self {
        let mut set = Self::none(end);
        for (place, word) in set.0.iter_mut().enumerate() {
            let left = end - place * WORD;
            *word = if left < WORD { (1 << left) - 1 } else { u64::MAX };
        }
        set
    }

    /// Adds a number that it was made for.
    pub(super) fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / WORD) {
            *word |= 1 << (number % WORD);
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        let word = self.0.get(number / WORD).copied().unwrap_or_default();
        word & (1 << (number % WORD)) != 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn len(&self) -> usize {
        self.numbers().count()
    }

    /// The numbers, the smallest first.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(place, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let number = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(place * WORD + number)
            })
        })
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own & !other == 0)
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.combine(other, |own, other| own & !other);
    }

    pub(super) fn intersect(&mut self, other: &Self) {
        self.combine(other, |own, other| own & other);
    }

    pub(super) fn unite(&mut self, other: &Self) {
        self.combine(other, |own, other| own | other);
    }

    /// Both are sets of the members of one universe, and so have as many words.
    fn combine(&mut self, other: &Self, with: fn(u64, u64) -> u64) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = with(*own, *other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn set(end: usize, numbers: &[usize]) -> Bits {
        let mut set = Bits::none(end);
        numbers.iter().for_each(|number| set.insert(*number));
        set
    }

    #[test]
    fn it_does_what_a_set_does() {
        for end in [0, 1, 63, 64, 65, 128, 129, 1000] {
            let all: Vec<usize> = (0..end).collect();
            assert_eq!(Bits::all(end), set(end, &all), "{end}");
            let of = |step: usize| {
                all.iter()
                    .copied()
                    .filter(|number| number % step == 0)
                    .collect::<BTreeSet<_>>()
            };
            let bits = |numbers: &BTreeSet<usize>| set(end, &numbers.iter().copied().collect::<Vec<_>>());
            let (twos, threes) = (of(2), of(3));
            let combined = |with: fn(&mut Bits, &Bits)| {
                let mut set = bits(&twos);
                with(&mut set, &bits(&threes));
                set
            };
            assert_eq!(combined(Bits::subtract), bits(&(&twos - &threes)), "{end}");
            assert_eq!(combined(Bits::intersect), bits(&(&twos & &threes)), "{end}");
            assert_eq!(combined(Bits::unite), bits(&(&twos | &threes)), "{end}");
            assert_eq!(bits(&twos).numbers().collect::<BTreeSet<_>>(), twos, "{end}");
            assert_eq!(bits(&twos).len(), twos.len(), "{end}");
            assert_eq!(bits(&twos).is_empty(), twos.is_empty(), "{end}");
            assert!(
                (0..end).all(|number| bits(&twos).contains(number) == twos.contains(&number)),
                "{end}"
            );
            assert_eq!(bits(&threes).is_subset(&bits(&twos)), threes.is_subset(&twos), "{end}");
            assert!(bits(&of(6)).is_subset(&bits(&twos)), "{end}");
        }
    }
}
