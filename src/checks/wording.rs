//! How findings speak: names in backticks, numbers with what they count.

use crate::model::{ActionPattern, Shown};
use crate::shown;
use std::collections::BTreeSet;

/// A name in backticks.
pub(super) fn quote(name: &str) -> Shown {
    Shown::quoted(name)
}

/// `one thing`, `2 things`.
pub(super) fn count(number: usize, one: &'static str, many: &'static str) -> Shown {
    shown!("{} {}", number, if number == 1 { one } else { many })
}

/// Names, whose order and case say nothing, as the key of a finding.
pub(super) fn key_of<'p>(patterns: impl IntoIterator<Item = &'p ActionPattern>) -> String {
    let names: BTreeSet<String> = patterns
        .into_iter()
        .map(|pattern| pattern.as_str().to_ascii_lowercase())
        .collect();
    names.into_iter().collect::<Vec<_>>().join("\n")
}
