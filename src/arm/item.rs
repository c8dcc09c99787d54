//! What comes of reading an item.

use crate::model::Gap;

/// An item that was read.
pub(crate) struct Item<T> {
    pub(crate) value: T,
    /// Fields of it that could not be read.
    pub(crate) gaps: Vec<Gap>,
}

impl<T> From<T> for Item<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            gaps: Vec::new(),
        }
    }
}

/// Why an item cannot be read.
pub(crate) type Malformed = String;
