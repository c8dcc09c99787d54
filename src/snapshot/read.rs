//! Reading snapshot files. Whatever is wrong is an error that names the line: a snapshot that is silently read in part
//! would be audited as "fine".

use super::format::{End, Header, Line};
use super::lines::{Lines, Piece, PieceEnd};
use super::parse::{CUT_OFF, parse_header, parse_line};
use super::{Snapshot, SnapshotError};
use crate::model::{AccountId, PrincipalId, PrincipalRecord};
use foldhash::HashMap;
use rayon::prelude::*;
use std::io::{self, Read};
use std::path::Path;

/// Lines parsed at a time: enough to keep all cores busy, few enough to hold in memory.
const BATCH: usize = 4096;
/// The same in bytes: a long line is held alone.
const BATCH_BYTES: usize = 16 << 20;

impl Snapshot {
    /// Reads a snapshot file; `-` is standard input. Compression is told by the content, not by the name.
    ///
    /// # Errors
    /// When the file cannot be read, or any line of it is not as the format wants it.
    pub fn read_file(path: &Path) -> Result<Self, SnapshotError> {
        let file = path.display().to_string();
        if path.as_os_str() == "-" {
            return Self::read(io::stdin(), "-");
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
    pub fn read(reader: impl Read + Send, file: &str) -> Result<Self, SnapshotError> {
        Self::of_lines(&mut Lines::new(reader, file)?)
    }

    /// The snapshot of all lines of a file.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(super) fn of_lines(lines: &mut Lines<'_>) -> Result<Self, SnapshotError> {
        let mut snapshot = Self::new(header(lines)?);
        snapshot.ended = each_line(lines, &mut |mut line| {
            snapshot.header.explain(&mut line);
            snapshot.push(line);
            Ok(())
        })?;
        snapshot.sort();
        Ok(snapshot)
    }
}

/// The first line.
pub(super) fn header(lines: &mut Lines<'_>) -> Result<Header, SnapshotError> {
    let first = lines.next()?;
    let header = match first.end {
        PieceEnd::File if lines.torn => Err(CUT_OFF.to_owned()),
        PieceEnd::File => Err("the file is empty; take a new snapshot".to_owned()),
        PieceEnd::Line | PieceEnd::Torn => text(first).and_then(|text| parse_header(&text)),
    };
    header.map_err(|problem| lines.wrong(1, problem))
}

/// Takes the lines behind the first, one after the other. Says whether the scan came to its end.
///
/// # Errors
/// When a line cannot be read, is not as the format wants it, or is refused by `take`.
pub(super) fn each_line(
    lines: &mut Lines<'_>,
    take: &mut dyn FnMut(Line) -> Result<(), String>,
) -> Result<bool, SnapshotError> {
    let mut seen = Seen::default();
    let mut counts = End::default();
    let mut is_ended = false;
    loop {
        let start = lines.number + 1;
        let batch = batch(lines)?;
        if batch.is_empty() {
            break;
        }
        let parsed: Vec<_> = batch.par_iter().map(|text| parse_line(text)).collect();
        for (number, line) in (start..).zip(parsed) {
            let checked = |line: Line| {
                if is_ended {
                    return Err(BEHIND_END.to_owned());
                }
                if let Line::End(said) = &line {
                    is_ended = true;
                    said.expect(counts)?;
                }
                counts.count(&line)?;
                seen.take(number, &line)?;
                take(line)
            };
            line.and_then(checked).map_err(|problem| lines.wrong(number, problem))?;
        }
    }
    // Behind the last line the decoder looks whether all of it is what was written.
    Ok(is_ended && !lines.torn)
}

/// The next lines, few enough to be held in memory.
fn batch(lines: &mut Lines<'_>) -> Result<Vec<String>, SnapshotError> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let piece = lines.next()?;
        if piece.end == PieceEnd::File {
            break;
        }
        bytes += piece.bytes.len();
        batch.push(text(piece).map_err(|problem| lines.wrong(lines.number, problem))?);
    }
    Ok(batch)
}

/// What is said of a line behind the last.
pub(super) const BEHIND_END: &str = "there is a line after `end`; a file holds one snapshot";
/// What is said of a line that is no text.
pub(super) const NOT_UTF8: &str = "the line isn't UTF-8; take a new snapshot";

pub(super) fn text(piece: Piece) -> Result<String, String> {
    let end = piece.end;
    String::from_utf8(piece.bytes).map_err(|_| match end {
        // A character of several bytes was cut in two.
        PieceEnd::Torn => CUT_OFF.to_owned(),
        PieceEnd::Line | PieceEnd::File => NOT_UTF8.to_owned(),
    })
}

/// In which lines accounts, control planes and principals are, as each may be in one only.
#[derive(Default)]
pub(super) struct Seen {
    accounts: HashMap<AccountId, usize>,
    planes: HashMap<String, usize>,
    principals: HashMap<PrincipalId, usize>,
}

impl Seen {
    pub(super) fn take(&mut self, number: usize, line: &Line) -> Result<(), String> {
        match line {
            Line::Account(record) => self.account(number, &record.account.id),
            Line::Gone(gone) => self.account(number, &gone.id),
            Line::ControlPlane(plane) => {
                let id = &plane.subscription;
                match self.planes.insert(id.to_ascii_lowercase(), number) {
                    Some(before) => Err(format!(
                        "the control plane of subscription `{id}` already appears on line {before}"
                    )),
                    None => Ok(()),
                }
            }
            Line::Principals(list) => {
                for PrincipalRecord { id, .. } in list {
                    if let Some(before) = self.principals.insert(id.clone(), number) {
                        return Err(format!("principal `{id}` already appears on line {before}"));
                    }
                }
                Ok(())
            }
            Line::Header(_) | Line::Gap(_) | Line::End(_) => Ok(()),
        }
    }

    /// One that was read is not one that was deleted before.
    pub(super) fn account(&mut self, number: usize, id: &AccountId) -> Result<(), String> {
        match self.accounts.insert(id.clone(), number) {
            Some(before) => Err(format!("account `{id}` already appears on line {before}")),
            None => Ok(()),
        }
    }
}
