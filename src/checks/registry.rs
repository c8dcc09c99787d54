//! The table of checks, in the order of `explain`.

use super::row::Row;
use super::{bypass, coverage, drift, hygiene};
use crate::finding::Check;
use std::sync::LazyLock;

/// The rows of each group.
const GROUPS: [&[Row]; 4] = [drift::ROWS, hygiene::ROWS, bypass::ROWS, coverage::ROWS];

/// Every check.
pub static CHECKS: LazyLock<Vec<&'static Check>> = LazyLock::new(|| rows().map(|row| row.check).collect());

/// Every check, with how it looks for its findings.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.into_iter().flatten()
}

/// The check of an id.
pub fn check(id: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_differ_and_groups_stand_together() {
        let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids.len(), CHECKS.len());
        assert!(CHECKS.is_sorted_by_key(|check| check.group));
    }

    #[test]
    fn every_check_explains_itself() {
        for check in CHECKS.iter() {
            for text in [check.why, check.fix] {
                assert!(text.ends_with('.'), "{check}: whole sentences, please: {text}");
            }
            assert!(!check.summary.is_empty() && !check.summary.ends_with('.'), "{check}");
        }
    }
}
