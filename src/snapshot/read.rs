//! Reading snapshot files. Whatever is wrong is an error that names the line: a snapshot that is silently read in part
//! would be audited as "fine".

use super::Snapshot;
use super::format::Line;
use super::parse::{parse_header, parse_line};
use crate::model::{PrincipalId, PrincipalRecord};
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Why a snapshot cannot be read. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file cannot be opened or read.
    #[error("cannot read snapshot `{file}`: {source}")]
    Io {
        /// The file, or `-`.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not what it should be.
    #[error("{file}:{line}: {problem}")]
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
        "{accounts} of the snapshot's accounts could not be read a second time; it may have been changed meanwhile"
    )]
    Lost {
        /// How many.
        accounts: usize,
    },
    /// A scan that was interrupted would be lost.
    #[error("`{file}` holds a scan that was interrupted; continue it with `--resume`, or remove the file to scan anew")]
    Interrupted {
        /// The file that holds it.
        file: String,
    },
    /// What is there would be lost.
    #[error("`{file}` is there and is no snapshot that may be replaced; remove it or name another file ({source})")]
    NotReplaceable {
        /// The file.
        file: String,
        /// Why it is no such snapshot.
        source: Box<Self>,
    },
    /// Two scans that write one file would make it useless.
    #[error("another scan is writing `{file}`; let it end, or name another file")]
    InUse {
        /// The file.
        file: String,
    },
}

/// Lines parsed at a time: enough to keep all cores busy, few enough to hold in memory.
const BATCH: usize = 4096;
/// What a Zstandard file begins with (RFC 8878, 3.1.1).
pub(super) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

impl Snapshot {
    /// Reads a snapshot file; `-` is standard input. Compression is told by the content, not by the name.
    ///
    /// # Errors
    /// When the file cannot be read, or any line of it is not as the format wants it.
    pub fn read_file(path: &Path) -> Result<Self, SnapshotError> {
        let file = path.display().to_string();
        if path.as_os_str() == "-" {
            return Self::read(io::stdin().lock(), "-");
        }
        match std::fs::File::open(path) {
            Ok(reader) => Self::read(reader, &file),
            Err(source) => Err(SnapshotError::Io { file, source }),
        }
    }

    /// Reads a snapshot. `file` names it in errors.
    ///
    /// # Errors
    /// When it cannot be read, or any line of it is not as the format wants it.
    pub fn read(reader: impl Read, file: &str) -> Result<Self, SnapshotError> {
        let io_error = |source| SnapshotError::Io {
            file: file.to_owned(),
            source,
        };
        let mut reader = BufReader::new(reader);
        if reader.fill_buf().map_err(io_error)?.starts_with(&ZSTD_MAGIC) {
            let reader = zstd::Decoder::with_buffer(reader).map_err(io_error)?;
            return Lines {
                reader: BufReader::new(reader),
                file,
                number: 0,
            }
            .into_snapshot();
        }
        Lines {
            reader,
            file,
            number: 0,
        }
        .into_snapshot()
    }
}

struct Lines<'f, R> {
    reader: R,
    file: &'f str,
    /// Of the line read last.
    number: usize,
}

impl<R: BufRead> Lines<'_, R> {
    fn error(&self, line: usize, problem: impl Into<String>) -> SnapshotError {
        SnapshotError::Line {
            file: self.file.to_owned(),
            line,
            problem: problem.into(),
        }
    }

    fn next(&mut self) -> Result<Option<String>, SnapshotError> {
        let mut bytes = Vec::new();
        let read = self.reader.read_until(b'\n', &mut bytes);
        self.number += 1;
        match read {
            Ok(0) => Ok(None),
            Ok(_) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(self.error(self.number, "the line is not UTF-8; take the snapshot anew")),
            },
            // A compressed file that was cut off ends here, in the middle of a block.
            Err(source) => Err(self.error(
                self.number,
                format!("the file cannot be read on ({source}); it may be cut off; if the scan was interrupted, continue it with `scan --resume`"),
            )),
        }
    }

    fn into_snapshot(mut self) -> Result<Snapshot, SnapshotError> {
        let first = self.next()?.unwrap_or_default();
        let header = parse_header(&first).map_err(|problem| self.error(1, problem))?;
        let mut snapshot = Snapshot::new(header);
        let mut seen = Seen::default();
        let mut end = None;
        loop {
            let start = self.number + 1;
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH {
                match self.next()? {
                    Some(text) => batch.push(text),
                    None => break,
                }
            }
            if batch.is_empty() {
                break;
            }
            let parsed: Vec<_> = batch.par_iter().map(|text| parse_line(text)).collect();
            for (number, line) in (start..).zip(parsed) {
                let line = line.map_err(|problem| self.error(number, problem))?;
                if end.is_some() {
                    return Err(self.error(number, "something follows the `end` line; a file holds one snapshot"));
                }
                if let Line::End(counts) = &line {
                    end = Some((number, *counts));
                }
                seen.take(number, &line)
                    .map_err(|problem| self.error(number, problem))?;
                snapshot.push(line);
            }
        }
        if let Some((number, counts)) = end {
            let found = snapshot.count();
            if counts != found {
                let problem = format!("`end` counts {counts}, the lines above hold {found}; lines were lost or added");
                return Err(self.error(number, problem));
            }
        }
        snapshot.sort();
        Ok(snapshot)
    }
}

/// In which lines accounts, control planes and principals stand, as each may stand in one only.
#[derive(Default)]
struct Seen {
    accounts: HashMap<String, usize>,
    planes: HashMap<String, usize>,
    principals: HashMap<PrincipalId, usize>,
}

impl Seen {
    fn take(&mut self, number: usize, line: &Line) -> Result<(), String> {
        match line {
            Line::Account(record) => {
                let id = &record.account.id;
                if let Some(before) = self.accounts.insert(id.key().to_owned(), number) {
                    return Err(format!("account `{id}` stands in line {before} already"));
                }
            }
            Line::ControlPlane(plane) => {
                let id = &plane.subscription;
                if let Some(before) = self.planes.insert(id.to_ascii_lowercase(), number) {
                    return Err(format!(
                        "the control plane of subscription `{id}` stands in line {before} already"
                    ));
                }
            }
            Line::Principals(list) => {
                for PrincipalRecord { id, .. } in list {
                    if let Some(before) = self.principals.insert(id.clone(), number) {
                        return Err(format!("principal `{id}` stands in line {before} already"));
                    }
                }
            }
            Line::Header(_) | Line::Gap(_) | Line::Gone(_) | Line::End(_) => {}
        }
        Ok(())
    }
}
