//! Renders the answer to a question. One file a format; `words` is what they share, `tally` counts, `fold` puts rows together.

mod csv;
mod denied;
mod explain;
mod fold;
mod json;
mod keys;
mod one;
mod rows;
mod sentence;
mod table;
mod tally;
mod tree;
mod words;

pub use self::csv::csv;
pub use denied::{denied, denied_without};
pub use explain::explain;
pub(super) use json::Levels;
pub use json::{json, schema};
#[cfg(feature = "parquet")]
pub(super) use rows::OfActions;
pub(super) use rows::{People, Told};
pub use sentence::{anyone, sentences};
pub use table::{not_checked, table};
