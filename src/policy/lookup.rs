//! Which blocks can match an account, or are for every account of another block, without a look at each of them: policies have
//! thousands, most of them for one name or one value of a tag.

use super::rules::Block;
use crate::model::casing::folded;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;

/// Blocks by how the names of their accounts begin; those of any name by a tag for which they want one value.
pub(super) struct Lookup<'p> {
    /// By the beginning, in one case.
    by_beginning: HashMap<String, Vec<usize>>,
    /// The lengths of these beginnings.
    lengths: BTreeSet<usize>,
    /// By the tag's name in one case, and by the value.
    by_tag: HashMap<String, HashMap<&'p str, Vec<usize>>>,
}

impl<'p> Lookup<'p> {
    /// `blocks`: each with its place, in order.
    pub(super) fn new(blocks: impl Iterator<Item = (usize, &'p Block)>) -> Self {
        let mut by_beginning: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_tag: HashMap<String, HashMap<&'p str, Vec<usize>>> = HashMap::new();
        for (place, block) in blocks {
            let beginning = beginning(block);
            let places = match wanted(block).next() {
                Some((name, value)) if beginning.is_empty() => {
                    by_tag.entry(folded(name)).or_default().entry(value).or_default()
                }
                _ => by_beginning.entry(beginning).or_default(),
            };
            places.push(place);
        }
        Self {
            lengths: by_beginning.keys().map(String::len).collect(),
            by_beginning,
            by_tag,
        }
    }

    /// The places of all blocks that can match an account of this name and these tags, in order.
    pub(super) fn matching<'t>(&self, name: &str, tags: impl Iterator<Item = (&'t str, &'t str)>) -> Vec<usize> {
        let mut found = self.find(&folded(name), tags).concat();
        found.sort_unstable();
        // Two tags can differ in case alone.
        found.dedup();
        found
    }

    /// The places of all blocks that can be for every account of `block`, in order; it is one of them. Whoever needs the first
    /// of thousands doesn't wait for the others.
    pub(super) fn wider(&self, block: &Block) -> impl Iterator<Item = usize> {
        let mut lists = self.find(&beginning(block), wanted(block));
        std::iter::from_fn(move || {
            let first = *lists.iter().filter_map(|list| list.first()).min()?;
            for list in &mut lists {
                if let [place, rest @ ..] = list
                    && *place == first
                {
                    *list = rest;
                }
            }
            Some(first)
        })
    }

    fn find<'t>(&self, beginning: &str, tags: impl Iterator<Item = (&'t str, &'t str)>) -> Vec<&[usize]> {
        let beginnings = self.lengths.iter().filter_map(|length| beginning.get(..*length));
        let by_name = beginnings.filter_map(|beginning| self.by_beginning.get(beginning));
        let by_tag = tags.filter_map(|(tag, value)| self.by_tag.get(&folded(tag))?.get(value));
        by_name.chain(by_tag).map(Vec::as_slice).collect()
    }
}

/// How the names of all accounts of a block begin.
pub(super) fn beginning(block: &Block) -> String {
    let glob = block.matches.account.as_ref().map_or("*", |glob| glob.as_str());
    folded(glob.split('*').next().unwrap_or_default())
}

/// The tags of which a block wants one value.
pub(super) fn wanted(block: &Block) -> impl Iterator<Item = (&str, &str)> {
    let tags = block.matches.tags.iter();
    tags.filter(|(_, value)| value.is_literal())
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::policy::tests::load;

    /// Blocks that match by names and tags, each with each.
    pub(in crate::policy) fn policy() -> Result<Policy, String> {
        let names = [
            "",
            "account: prod",
            "account: Prod",
            "account: 'p*'",
            "account: 'pr*'",
            "account: '*d'",
            "account: '*'",
        ];
        let tags = [
            "",
            "tags: { Env: prod }",
            "tags: { env: prod, team: a }",
            "tags: { team: a, ENV: prod }",
            "tags: { env: 'p*' }",
            "tags: { env: 'p*', team: a }",
            "tags: { Ünit: x, env: test }",
            "tags: { ünit: x }",
        ];
        let both = names
            .iter()
            .flat_map(|name| tags.iter().map(move |tags| [*name, *tags]));
        let blocks: String = both
            .enumerate()
            .map(|(place, parts)| {
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                format!("  - {{ name: b{place}, match: {{ {} }} }}\n", parts.join(", "))
            })
            .collect();
        let text = format!("version: 1\naccounts:\n{blocks}");
        load(&text).map_err(|errors| errors.to_string())
    }

    #[test]
    fn no_wider_block_is_overlooked() -> Result<(), String> {
        let policy = policy()?;
        let lookup = Lookup::new(policy.blocks.iter().enumerate());
        let mut fewer = 0;
        for inner in &policy.blocks {
            let found: Vec<usize> = lookup.wider(inner).collect();
            assert!(found.is_sorted_by(|a, b| a < b), "{found:?}");
            for (place, outer) in policy.blocks.iter().enumerate() {
                let is_found = found.contains(&place);
                assert!(
                    is_found || !outer.matches.contains(&inner.matches),
                    "{:?} {:?}",
                    outer.matches,
                    inner.matches
                );
                fewer += usize::from(!is_found);
            }
        }
        assert!(fewer > 1000, "{fewer}");
        Ok(())
    }
}
