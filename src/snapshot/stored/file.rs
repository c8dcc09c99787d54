//! The snapshot itself: what is held of it, and its records as they are lent.

use super::bytes::Bytes;
use super::index::Indexed;
use super::place::Place;
use crate::model::{Account, AccountRecord, ControlPlane, PrincipalRecord};
use crate::snapshot::format::{End, Gone, Header, Line, ScanGap};
use crate::snapshot::parse::parse_line;
use crate::snapshot::{Frame, Records, Snapshot, SnapshotError, read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A snapshot in a file.
#[derive(Debug)]
pub struct Stored {
    bytes: Bytes,
    header: Header,
    /// Sorted by id.
    accounts: Vec<Account>,
    /// Where the records are, in the order of the file.
    lines: Vec<Place>,
    /// Of each account, which of `lines` it is.
    line_of: Vec<usize>,
    control_planes: Vec<ControlPlane>,
    principals: Option<Vec<PrincipalRecord>>,
    gaps: Vec<ScanGap>,
    gone: Vec<Gone>,
    /// What the file holds, but for the gaps of accounts.
    counts: End,
    /// What its last line says that it holds, and which line that is. `None`: the scan didn't come to its end.
    said: Option<(usize, End)>,
    ended: bool,
}

impl Stored {
    /// Opens a snapshot file; `-` is standard input. Compression is told by the content, not by the name. What can't be read
    /// twice, such as a pipe, is copied to a temporary file that nobody else can open.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is not as the format wants it, as far as that is told without reading
    /// what accounts hold.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let mut bytes = Bytes::open(path)?;
        let Indexed {
            accounts,
            lines,
            line_of,
            above,
            counts,
            said,
            packed,
        } = Indexed::of(&bytes).map_err(|error| first_error(&bytes).unwrap_or(error))?;
        bytes.set_packed(packed);
        Ok(Self {
            bytes,
            header: above.header,
            accounts,
            lines,
            line_of,
            control_planes: above.control_planes,
            principals: above.principals,
            gaps: above.gaps,
            gone: above.gone,
            counts,
            said,
            ended: above.ended,
        })
    }

    /// All of it, in memory.
    ///
    /// # Errors
    /// When the file cannot be read any more, or any line of it is not as the format wants it.
    pub fn whole(&self) -> Result<Snapshot, SnapshotError> {
        Snapshot::of_lines(&mut self.bytes.lines()?)
    }

    /// What it says of the tenant as a whole.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            header: &self.header,
            accounts: self.accounts.iter().collect(),
            control_planes: &self.control_planes,
            principals: self.principals.as_deref(),
            gaps: &self.gaps,
            gone: &self.gone,
            ended: self.ended,
            origins: None,
        }
    }

    /// The record that a line holds, and how many gaps the line has.
    fn record(&self, place: Place, text: &[u8]) -> Result<(Box<AccountRecord>, usize), SnapshotError> {
        let wrong = |problem| self.bytes.wrong(place.line, problem);
        let text = std::str::from_utf8(text).map_err(|_| wrong(read::NOT_UTF8.to_owned()))?;
        let mut line = parse_line(text).map_err(wrong)?;
        let gaps = match &line {
            Line::Account(record) => record.gaps.len(),
            _ => 0,
        };
        self.header.explain(&mut line);
        match (line, self.accounts.get(place.account)) {
            (Line::Account(mut record), Some(account)) if record.account == *account => {
                // What outlives the record, and names it, shares the id that is held anyway.
                record.account.id = account.id.clone();
                Ok((record, gaps))
            }
            _ => Err(self.bytes.changed(place.line)),
        }
    }

    /// Compares what its last line says with what was read.
    fn check_end(&self, gaps: usize) -> Result<(), SnapshotError> {
        let mut counts = self.counts;
        counts.gaps += gaps;
        let Some((line, said)) = self.said else { return Ok(()) };
        let wrong = |problem| self.bytes.wrong(line, problem);
        counts.check().and_then(|()| said.expect(counts)).map_err(wrong)
    }
}

impl Records for Stored {
    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        let first = FirstError::default();
        let gaps = AtomicUsize::new(0);
        let take = |place: Place, text: &[u8]| {
            // Of several errors the first in the file is told, whatever comes first in time.
            if first.is_behind(place.line) {
                return;
            }
            match self.record(place, text) {
                Ok((record, own)) => {
                    gaps.fetch_add(own, Ordering::Relaxed);
                    each(place.account, &record);
                }
                Err(error) => first.add(place.line, error),
            }
        };
        self.bytes.each(&self.lines, &take)?;
        first.result()?;
        self.check_end(gaps.into_inner())
    }

    fn lend(&self, place: usize, with: &(dyn Fn(&AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        let line = self.line_of.get(place).and_then(|line| self.lines.get(*line));
        let Some(place) = line else { return Ok(()) };
        let text = self.bytes.one(*place)?;
        with(&self.record(*place, &text)?.0);
        Ok(())
    }
}

/// The first error of a file that has one. Going through it for the frame passes over what accounts hold, and that can be wrong
/// before.
fn first_error(bytes: &Bytes) -> Option<SnapshotError> {
    let mut lines = bytes.lines().ok()?;
    let header = read::header(&mut lines).err();
    header.or_else(|| read::each_line(&mut lines, &mut |_| Ok(())).err())
}

/// The first error of a file whose lines are read in any order.
#[derive(Default)]
struct FirstError(Mutex<Option<(usize, SnapshotError)>>);

impl FirstError {
    fn is_behind(&self, line: usize) -> bool {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.as_ref().is_some_and(|(first, _)| *first <= line)
    }

    fn add(&self, line: usize, error: SnapshotError) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found.as_ref().is_none_or(|(first, _)| line < *first) {
            *found = Some((line, error));
        }
    }

    fn result(self) -> Result<(), SnapshotError> {
        let found = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.map_or(Ok(()), |(_, error)| Err(error))
    }
}
