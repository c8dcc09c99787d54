//! Goes through a snapshot file once: holds what concerns the tenant as a whole, and notes where the records of accounts are.
//!
//! What an account holds isn't read here: its line begins with the account itself, as this program writes it, and the rest is
//! passed over. A line that begins in another way is read as a whole.

use super::bytes::Bytes;
use super::place::Place;
use crate::model::{Account, AccountId};
use crate::snapshot::format::{End, Line};
use crate::snapshot::lines::{Lines, PieceEnd};
use crate::snapshot::parse::parse_line;
use crate::snapshot::read::{self, Seen};
use crate::snapshot::{Snapshot, SnapshotError};

/// How the line of an account begins.
const ACCOUNT: &str = "{\"account\":";

/// What a line says here.
enum Found {
    Account(Box<Account>),
    Other(Box<Line>),
}

/// What going through the file brings.
pub(super) struct Indexed {
    /// Sorted by id.
    pub(super) accounts: Vec<Account>,
    /// Where the records are, in the order of the file.
    pub(super) lines: Vec<Place>,
    /// Of each account, which of `lines` it is.
    pub(super) line_of: Vec<usize>,
    /// Everything else.
    pub(super) above: Snapshot,
    /// What the file holds, but for the gaps of accounts.
    pub(super) counts: End,
    /// What its last line says that it holds, and which line that is.
    pub(super) said: Option<(usize, End)>,
    /// Whether it is compressed.
    pub(super) packed: bool,
}

impl Indexed {
    pub(super) fn of(bytes: &Bytes) -> Result<Self, SnapshotError> {
        let mut lines = bytes.lines()?;
        let header = read::header(&mut lines)?;
        let mut index = Self {
            accounts: Vec::new(),
            lines: Vec::new(),
            line_of: Vec::new(),
            above: Snapshot::new(header),
            counts: End::default(),
            said: None,
            packed: lines.compressed,
        };
        index.read(&mut lines)?;
        index.sort();
        Ok(index)
    }

    fn read(&mut self, lines: &mut Lines<'_>) -> Result<(), SnapshotError> {
        let mut seen = Seen::default();
        loop {
            let offset = lines.offset;
            let piece = lines.next()?;
            if piece.end == PieceEnd::File {
                break;
            }
            let (line, length) = (lines.number, piece.bytes.len());
            let found = read::text(piece).and_then(|text| found(&text));
            let taken = found.and_then(|found| {
                let place = Place {
                    account: self.accounts.len(),
                    line,
                    offset,
                    length,
                };
                self.take(found, place, &mut seen)
            });
            taken.map_err(|problem| lines.wrong(line, problem))?;
        }
        self.above.ended = self.said.is_some() && !lines.torn;
        Ok(())
    }

    fn take(&mut self, found: Found, place: Place, seen: &mut Seen) -> Result<(), String> {
        if self.said.is_some() {
            return Err(read::BEHIND_END.to_owned());
        }
        match found {
            Found::Account(account) => {
                seen.account(place.line, &account.id)?;
                self.counts.accounts += 1;
                self.accounts.push(*account);
                self.lines.push(place);
            }
            Found::Other(line) => {
                seen.take(place.line, &line)?;
                match *line {
                    // Compared when the records are read, as their gaps are counted.
                    Line::End(said) => self.said = Some((place.line, said)),
                    mut line => {
                        self.counts.count(&line)?;
                        self.above.header.explain(&mut line);
                        self.above.push(line);
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts everything into the one order that reports rely on.
    fn sort(&mut self) {
        self.above.sort();
        let ids: Vec<AccountId> = self.accounts.iter().map(|account| account.id.clone()).collect();
        self.line_of = (0..ids.len()).collect();
        self.line_of.sort_by_key(|line| ids.get(*line));
        // In place: there may be very many. No two have the same id.
        self.accounts.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        for (account, line) in self.line_of.iter().enumerate() {
            if let Some(place) = self.lines.get_mut(*line) {
                place.account = account;
            }
        }
    }
}

fn found(text: &str) -> Result<Found, String> {
    if let Some(account) = beginning(text) {
        return Ok(Found::Account(Box::new(account)));
    }
    Ok(match parse_line(text)? {
        Line::Account(record) => Found::Account(Box::new(record.account)),
        other => Found::Other(Box::new(other)),
    })
}

/// The account that a line begins with, if it does. What is wrong with it is told by whoever reads the whole line; and where a
/// gap can say that its tags weren't read, all of it has to be.
fn beginning(text: &str) -> Option<Account> {
    let rest = text.strip_prefix(ACCOUNT)?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Account>();
    let account = values.next()?.ok()?;
    let after = rest.get(values.byte_offset()..)?;
    (!after.contains("\"tags\"")).then_some(account)
}
