//! How findings speak: names in backticks, numbers with what they count.

use crate::model::Shown;
use crate::shown;

/// A name in backticks.
pub(super) fn quote(name: &str) -> Shown {
    Shown::quoted(name)
}

/// `one thing`, `2 things`.
pub(super) fn count(number: usize, one: &'static str, many: &'static str) -> Shown {
    shown!("{} {}", number, if number == 1 { one } else { many })
}
