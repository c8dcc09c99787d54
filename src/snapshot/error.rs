//! Why a snapshot cannot be read or written.

use std::borrow::Cow;
use std::io;

/// Why a snapshot cannot be read or written. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file cannot be opened or read.
    #[error("couldn't read the snapshot `{file}`: {source}")]
    Io {
        /// The file, or `-`.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("{file}:{line}: {}", in_short(problem))]
    Line {
        /// The file, or `-`.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The records of accounts that the file has were not handed out.
    #[error(
        "{accounts} of the snapshot's accounts couldn't be read a second time; the file was probably changed during the audit"
    )]
    Lost {
        /// How many.
        accounts: usize,
    },
    /// The file cannot be written.
    #[error("couldn't write the snapshot `{file}`: {source}")]
    Write {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A scan that was interrupted would be lost.
    #[error("`{file}` holds an interrupted scan; resume it with `--resume`, or delete the file to start over")]
    Interrupted {
        /// The file that holds it.
        file: String,
    },
    /// What is there would be lost.
    #[error("`{file}` exists and isn't a snapshot that can be replaced; remove it or name another file ({source})")]
    NotReplaceable {
        /// The file.
        file: String,
        /// Why it is no such snapshot.
        source: Box<Self>,
    },
    /// What would be written is somewhere else.
    #[error(
        "`{file}` is a symbolic link, a folder or a device, and a scan would write a file there; remove it or name another file"
    )]
    NotAFile {
        /// Where.
        file: String,
    },
    /// Two scans that write one file would make it useless.
    #[error("another scan is writing `{file}`; wait until it ends, or name another file")]
    InUse {
        /// The file.
        file: String,
    },
}

/// A problem that quotes what a line holds, without the middle of what is long: a line can have millions of characters.
fn in_short(problem: &str) -> Cow<'_, str> {
    /// Characters that are left at either end.
    const LEFT: usize = 500;
    let end = problem.char_indices().nth(LEFT).map(|(at, _)| at);
    let start = problem.char_indices().rev().nth(LEFT).map(|(at, _)| at);
    match end.zip(start) {
        Some((end, start)) if end < start => {
            let (head, tail) = (problem.get(..end), problem.get(start..));
            format!("{}…{}", head.unwrap_or_default(), tail.unwrap_or_default()).into()
        }
        _ => problem.into(),
    }
}
