//! Reading snapshot files. Whatever is wrong is an error that names the line: a snapshot that is silently read in part
//! would be audited as "fine".

use super::Snapshot;
use super::format::{FORMAT, Gone, Header, Line, ScanGap, VERSION};
use crate::model::{AccountRecord, ControlPlane, PrincipalId, PrincipalRecord};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;
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

pub(super) fn parse_header(text: &str) -> Result<Header, String> {
    #[derive(Deserialize)]
    struct Version {
        format: String,
        version: u64,
    }
    let not_ours = || format!("this is not a snapshot: the first line should hold `\"format\":\"{FORMAT}\"`");
    let found: Version = serde_json::from_str(text).map_err(|_| not_ours())?;
    if found.format != FORMAT {
        return Err(not_ours());
    }
    if found.version != u64::from(VERSION) {
        return Err(format!(
            "snapshot version {} is not supported, only {VERSION}; take it anew",
            found.version
        ));
    }
    serde_json::from_str(text).map_err(|error| explain(text, &error))
}

pub(super) fn parse_line(text: &str) -> Result<Line, String> {
    // The keys decide what kind of line it is; the values are then parsed once, into the right type.
    #[derive(Deserialize)]
    struct Keys<'l> {
        #[serde(borrow)]
        account: Option<&'l RawValue>,
        #[serde(borrow)]
        control_plane: Option<&'l RawValue>,
        #[serde(borrow)]
        principals: Option<&'l RawValue>,
        #[serde(borrow)]
        gap: Option<&'l RawValue>,
        #[serde(borrow)]
        gone: Option<&'l RawValue>,
        #[serde(borrow)]
        end: Option<&'l RawValue>,
        #[serde(borrow)]
        format: Option<&'l RawValue>,
    }
    let explain = |error: serde_json::Error| explain(text, &error);
    let keys: Keys<'_> = serde_json::from_str(text).map_err(explain)?;
    let kinds = [
        keys.account,
        keys.control_plane,
        keys.principals,
        keys.gap,
        keys.gone,
        keys.end,
        keys.format,
    ];
    if kinds.into_iter().flatten().count() > 1 {
        return Err("the line is of two kinds at once; take the snapshot anew".to_owned());
    }
    match keys {
        Keys { account: Some(_), .. } => {
            let record: AccountRecord = serde_json::from_str(text).map_err(explain)?;
            explained(record.unexplained_null())?;
            Ok(sorted(Line::Account(Box::new(record))))
        }
        Keys {
            control_plane: Some(plane),
            ..
        } => {
            let plane: ControlPlane = serde_json::from_str(plane.get()).map_err(explain)?;
            explained(plane.unexplained_null())?;
            if plane.subscription.is_empty() {
                return Err("`subscription` is empty; take the snapshot anew".to_owned());
            }
            Ok(sorted(Line::ControlPlane(Box::new(plane))))
        }
        Keys {
            principals: Some(list), ..
        } => {
            let list: Vec<PrincipalRecord> = serde_json::from_str(list.get()).map_err(explain)?;
            Ok(sorted(Line::Principals(list)))
        }
        Keys { gap: Some(gap), .. } => {
            let gap: ScanGap = serde_json::from_str(gap.get()).map_err(explain)?;
            Ok(Line::Gap(gap))
        }
        Keys { gone: Some(gone), .. } => {
            let gone: Gone = serde_json::from_str(gone.get()).map_err(explain)?;
            Ok(Line::Gone(gone))
        }
        Keys { end: Some(end), .. } => Ok(Line::End(serde_json::from_str(end.get()).map_err(explain)?)),
        Keys { format: Some(_), .. } => Err("a second snapshot begins here; a file holds one".to_owned()),
        _ => Err(
            "the line is none of `account`, `control_plane`, `principals`, `gap`, `gone` and `end`; take the snapshot anew"
                .to_owned(),
        ),
    }
}

fn sorted(mut line: Line) -> Line {
    line.sort();
    line
}

/// What could not be read has a gap that says so; without one, something was lost.
fn explained(null: Option<&str>) -> Result<(), String> {
    match null {
        None => Ok(()),
        Some(field) => Err(format!(
            "`{field}` is null, but no gap says why; take the snapshot anew"
        )),
    }
}

/// Says what a line lacks without the words of the JSON library's line numbers, which always say line 1.
fn explain(text: &str, error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let detail = error.to_string();
    let detail = detail.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        _ if text.trim().is_empty() => "the line is empty".to_owned(),
        Category::Eof => {
            "the line is cut off; if the scan was interrupted, continue it with `scan --resume`".to_owned()
        }
        Category::Data => format!("{detail} (column {})", error.column()),
        _ => format!("the line is not JSON: {detail} (column {})", error.column()),
    }
}
