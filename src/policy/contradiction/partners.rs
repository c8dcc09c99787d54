//! Which pairs of blocks can share all accounts of one of them, without a look at every pair.

use super::super::lookup::{Lookup, beginning, wanted};
use super::super::rules::Block;
use crate::model::casing::folded;
use foldhash::HashMap;

/// The blocks of a policy, by what narrower ones must ask for, too.
pub(super) struct Partners<'p> {
    blocks: &'p [Block],
    /// Those that state something that another could disagree with, and that none before them states.
    stating: Vec<usize>,
    wider: Lookup<'p>,
    /// How the names of their accounts begin, with their places, sorted.
    beginnings: Vec<(String, usize)>,
    /// By every tag for which they want one value.
    by_tag: HashMap<(String, &'p str), Vec<usize>>,
}

impl<'p> Partners<'p> {
    /// `states`: whether a block states something that another could disagree with, and that none before it states.
    pub(super) fn new(blocks: &'p [Block], mut states: impl FnMut(&'p Block) -> bool) -> Self {
        let stating: Vec<(usize, &'p Block)> = blocks.iter().enumerate().filter(|(_, block)| states(block)).collect();
        let numbered = || stating.iter().copied();
        let mut beginnings: Vec<_> = numbered().map(|(place, block)| (beginning(block), place)).collect();
        beginnings.sort_unstable();
        let mut by_tag: HashMap<_, Vec<usize>> = HashMap::default();
        for (place, block) in numbered() {
            for (name, value) in wanted(block) {
                by_tag.entry((folded(name), value)).or_default().push(place);
            }
        }
        Self {
            blocks,
            stating: numbered().map(|(place, _)| place).collect(),
            wider: Lookup::new(numbered()),
            beginnings,
            by_tag,
        }
    }

    /// The blocks before that of a place with which it has to be compared, in order.
    pub(super) fn earlier(&self, place: usize) -> Vec<usize> {
        let Some(block) = self.blocks.get(place) else {
            return Vec::new();
        };
        let beginning = beginning(block);
        let narrower: Vec<usize> = match wanted(block).next() {
            _ if !beginning.is_empty() => {
                let first = self.beginnings.partition_point(|(own, _)| *own < beginning);
                let after = self.beginnings.iter().skip(first);
                let narrower = after.take_while(|(own, _)| own.starts_with(&beginning));
                narrower.map(|(_, place)| *place).collect()
            }
            Some((name, value)) => self.by_tag.get(&(folded(name), value)).cloned().unwrap_or_default(),
            None => {
                let earlier = self.stating.partition_point(|other| *other < place);
                return self.stating.get(..earlier).unwrap_or_default().to_vec();
            }
        };
        let mut found: Vec<usize> = self.wider.wider(block).chain(narrower).collect();
        found.retain(|other| *other < place);
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lookup::tests::policy;

    #[test]
    fn no_pair_is_overlooked() -> Result<(), String> {
        let policy = policy()?;
        // In both orders: only the earlier ones are asked for.
        let blocks: Vec<Block> = policy
            .blocks
            .iter()
            .chain(policy.blocks.iter().rev())
            .cloned()
            .collect();
        let partners = Partners::new(&blocks, |_| true);
        let mut fewer = 0;
        for (j, b) in blocks.iter().enumerate() {
            let earlier = partners.earlier(j);
            for (i, a) in blocks.iter().enumerate().take(j) {
                let shares = a.matches.contains(&b.matches) || b.matches.contains(&a.matches);
                assert!(!shares || earlier.contains(&i), "{:?} {:?}", a.matches, b.matches);
                fewer += usize::from(!earlier.contains(&i));
            }
        }
        assert!(fewer > 1000, "{fewer}");
        Ok(())
    }
}
