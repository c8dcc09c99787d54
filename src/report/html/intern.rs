//! Tables in which everything that repeats stands once. The data of the page refers to rows by number.

use foldhash::{HashMap, HashMapExt};
use serde::Serialize;
use std::hash::Hash;

/// The number that says "none".
pub(super) const NONE: i32 = -1;

/// Rows in the order in which they were first seen.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Table<T> {
    rows: Vec<T>,
    #[serde(skip)]
    places: HashMap<T, i32>,
}

impl<T: Clone + Eq + Hash> Table<T> {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// The row's number; a row that is not there yet is added.
    pub(super) fn place(&mut self, row: T) -> i32 {
        if let Some(place) = self.places.get(&row) {
            return *place;
        }
        // A report with two thousand million strings would not have fitted into memory.
        let place = i32::try_from(self.rows.len()).unwrap_or(NONE);
        self.rows.push(row.clone());
        self.places.insert(row, place);
        place
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
