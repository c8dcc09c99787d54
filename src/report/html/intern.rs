//! Tables in which everything that repeats stands once. The data of the page refers to rows by number.

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use serde::Serialize;
use std::hash::Hash;

/// The number that says "none".
pub(super) const NONE: i32 = -1;

/// Rows in the order in which they were first seen.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Table<T: Eq + Hash>(IndexSet<T, RandomState>);

impl<T: Eq + Hash> Table<T> {
    pub(super) fn new() -> Self {
        Self(IndexSet::default())
    }

    /// The row's number; a row that is not there yet is added.
    pub(super) fn place(&mut self, row: T) -> i32 {
        // A report with two thousand million strings would not have fitted into memory.
        i32::try_from(self.0.insert_full(row).0).unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_stands_once() {
        let mut table = Table::new();
        assert_eq!(["a", "b", "a"].map(|row| table.place(row)), [0, 1, 0]);
        assert_eq!(serde_json::to_string(&table).unwrap(), r#"["a","b"]"#);
    }
}
