//! Accounts in parts by how their names begin, for those who have more than one policy file can hold.

use std::cmp::Reverse;

/// Accounts whose names begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What matches their names.
    pub glob: String,
    /// How many there are.
    pub accounts: usize,
}

/// Parts of at most so many accounts each, the largest first. Each account is in one part.
pub(super) fn parts<'n>(names: impl Iterator<Item = &'n str>, most: usize) -> Vec<Part> {
    let mut names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    names.sort();
    let mut parts = Vec::new();
    split(&names, 0, most.max(1), &mut parts);
    parts.sort_by(|a, b| (Reverse(a.accounts), &a.glob).cmp(&(Reverse(b.accounts), &b.glob)));
    parts
}

/// Parts of sorted names that have their first `length` bytes in common.
fn split(names: &[String], length: usize, most: usize, parts: &mut Vec<Part>) {
    let Some(first) = names.first() else { return };
    let is_one_name = names.last() == Some(first);
    if names.len() <= most || is_one_name {
        let glob = match is_one_name {
            true => first.clone(),
            false => format!("{}*", common(first, names.last().unwrap_or(first))),
        };
        let accounts = names.len();
        parts.push(Part { glob, accounts });
        return;
    }
    let mut rest = names;
    while let Some(first) = rest.first() {
        let end = next(first, length);
        let begins = first.get(..end).unwrap_or(first);
        let is_alike = |name: &String| match end > length {
            true => name.starts_with(begins),
            // The name ends here; longer ones come after it.
            false => name == first,
        };
        let (alike, others) = rest.split_at(rest.partition_point(is_alike));
        split(alike, end, most, parts);
        rest = others;
    }
}

/// What two names begin with.
fn common<'n>(one: &'n str, other: &str) -> &'n str {
    let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let end = alike.map(|(a, _)| a.len_utf8()).sum();
    one.get(..end).unwrap_or(one)
}

/// The byte behind the next character of a name.
fn next(name: &str, length: usize) -> usize {
    let rest = name.get(length..).unwrap_or_default();
    length + rest.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    fn of(names: &[&str], most: usize) -> Vec<(String, usize)> {
        let parts = parts(names.iter().copied(), most).into_iter();
        parts.map(|Part { glob, accounts }| (glob, accounts)).collect()
    }

    #[test]
    fn every_account_is_in_one_small_part() {
        let names: Vec<String> = (0..100)
            .map(|number| format!("{}-{number}", if number % 4 == 0 { "stage" } else { "prod" }))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let some = of(&names, 30);
        assert_eq!(some[0], ("stage-*".to_owned(), 25));
        assert!(some.iter().all(|(_, number)| *number <= 30), "{some:?}");
        assert_eq!(some.iter().map(|(_, number)| number).sum::<usize>(), 100);
        let globs = some
            .iter()
            .map(|(glob, _)| crate::model::Glob::new(glob, crate::model::glob::Case::Ignored));
        let globs: Vec<_> = globs.collect();
        for name in names {
            assert_eq!(globs.iter().filter(|glob| glob.matches(name)).count(), 1, "{name}");
        }
    }

    #[test]
    fn a_name_that_others_begin_with_is_a_part() {
        let one = |glob: &str| (glob.to_owned(), 1);
        assert_eq!(of(&["a", "ab", "abc"], 1), [one("a"), one("ab"), one("abc")]);
        assert_eq!(of(&["A", "a", "a"], 1), [("a".to_owned(), 3)]);
        assert_eq!(of(&[], 1), []);
    }
}
