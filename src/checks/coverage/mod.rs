//! What was not checked at all: because it couldn't be read, or because this version doesn't know it. `gap` has the words for what
//! couldn't be read.

mod collection_incomplete;
mod directory;
mod gap;
mod not_analyzed;

use super::row::Row;

pub(super) use collection_incomplete::{age_doubt, is_all_placed, is_recent, unsaid};
pub(super) use directory::is_known as is_directory_known;

/// The checks of this group, in the order of `explain`.
pub(super) const ROWS: &[Row] = &[collection_incomplete::ROW, not_analyzed::ROW];
