//! Files that are never lost, and never read by anybody else by accident: replaced whole or not at all, written by one
//! program at a time, private when they are new, and told apart by what they are rather than by their names.

mod identity;
mod lock;
mod name;
mod replace;

pub(crate) use identity::{are_same, is_standard_input, is_standard_output};
pub(crate) use lock::{Lock, LockError, is_there};
pub(crate) use name::{create_folder, create_private, followed, put, sync_name};
#[cfg(feature = "parquet")]
pub(crate) use replace::Unfinished;
pub(crate) use replace::{abandon, replace};
