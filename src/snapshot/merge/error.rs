//! Why snapshots can't be merged.

use crate::snapshot::{Shards, SnapshotError};
use std::path::PathBuf;

/// Why snapshots can't be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One of them can't be read, or the new one can't be written.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// There is none.
    #[error("no snapshots to merge")]
    Nothing,
    /// The new one would take the place of one that is merged.
    #[error("the output would overwrite `{}`, which this command reads", file.display())]
    Input {
        /// Which.
        file: PathBuf,
    },
    /// They are of different tenants or clouds.
    #[error("`{}` is of {what} `{value}`, and `{}` of {what} `{expected}`", file.display(), first.display())]
    Other {
        /// What differs.
        what: &'static str,
        /// One of them.
        file: PathBuf,
        /// What it has.
        value: String,
        /// The other.
        first: PathBuf,
        /// What that has.
        expected: String,
    },
    /// They are shards of different scans.
    #[error("`{}` and `{}` are shards of different scans", first.display(), file.display())]
    OtherScan {
        /// One of them.
        file: PathBuf,
        /// The other.
        first: PathBuf,
    },
    /// Two hold the same shard, of different times: what only the older one has need not be there any more.
    #[error("`{}` and `{}` both hold {shards}, and were taken at different times", first.display(), file.display())]
    SameShards {
        /// Which shards.
        shards: Shards,
        /// One of them.
        file: PathBuf,
        /// The other.
        first: PathBuf,
    },
    /// What one of them holds isn't what its first line says.
    #[error("`{}` says that it holds {shards}, but its accounts are of other shards", file.display())]
    NotItsShard {
        /// Which shards.
        shards: Shards,
        /// The file.
        file: PathBuf,
    },
    /// Two have different contents of one thing, and none is newer.
    #[error("`{}` and `{}` were taken at the same time and differ in {what}", first.display(), file.display())]
    OneTime {
        /// What they differ in.
        what: String,
        /// One of them.
        file: PathBuf,
        /// The other.
        first: PathBuf,
    },
    /// Shards are missing.
    #[error("the snapshots hold only {shards}")]
    Missing {
        /// Those that are there.
        shards: Shards,
    },
    /// One of them is not whole.
    #[error("`{}` holds an interrupted scan", file.display())]
    Interrupted {
        /// Which.
        file: PathBuf,
    },
}
