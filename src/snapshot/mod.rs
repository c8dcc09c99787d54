//! What a scan read, in memory and as a file: JSON Lines, one account a line, optionally compressed (`.jsonl.zst`).
//!
//! `format` has the lines, `read` and `write` the files; `kept` is what a scan that was cut off has left, and `file` is
//! the file that a scan writes, so that it can be continued at any time. Knows nothing of Azure's API; no secret is ever in a snapshot.

mod file;
mod format;
mod kept;
mod read;
mod write;

pub use file::SnapshotFile;
pub use format::{End, FORMAT, Gone, Header, Line, ScanGap, Scope, Subscription, TargetKind, VERSION};
pub use kept::Kept;
pub use read::SnapshotError;
pub use write::{Compression, Writer};

use crate::model::{Account, AccountRecord};

/// A whole snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// When, where and what was scanned.
    pub header: Header,
    /// The accounts, sorted by id.
    pub accounts: Vec<AccountRecord>,
    /// What could not be read above the accounts, sorted.
    pub gaps: Vec<ScanGap>,
    /// Accounts that were deleted while the scan ran, sorted by id.
    pub gone: Vec<Gone>,
    /// Whether the scan came to its end; if not, accounts may be missing.
    pub ended: bool,
}

impl Snapshot {
    /// A snapshot that is yet to be filled.
    pub fn new(header: Header) -> Self {
        Self {
            header,
            accounts: Vec::new(),
            gaps: Vec::new(),
            gone: Vec::new(),
            ended: false,
        }
    }

    /// The name of an account's subscription, or its id where no name is known.
    pub fn subscription_name<'s>(&'s self, account: &'s Account) -> &'s str {
        let own =
            |found: &&Subscription| found.id.eq_ignore_ascii_case(&account.subscription) && !found.name.is_empty();
        self.header
            .subscriptions
            .iter()
            .find(own)
            .map_or(&account.subscription, |found| &found.name)
    }

    /// Whether everything that was to be read was read.
    pub fn is_complete(&self) -> bool {
        self.ended && self.gaps.is_empty() && self.accounts.iter().all(|record| record.gaps.is_empty())
    }
}

/// Takes what a scan reads, line by line. Implemented by [`Writer`] and by [`Snapshot`].
pub trait Sink {
    /// Takes the next line. After the header, lines come in any order; [`Line::End`] is the last.
    ///
    /// # Errors
    /// When the line cannot be stored.
    fn line(&mut self, line: Line) -> std::io::Result<()>;

    /// Is called every now and then, also when no line comes: time to store what is still held back.
    ///
    /// # Errors
    /// When it cannot be stored.
    fn tick(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink for Snapshot {
    fn line(&mut self, mut line: Line) -> std::io::Result<()> {
        if let Line::Account(record) = &mut line {
            // As in a file: checks rely on the order of these lists.
            record.sort();
        }
        self.push(line);
        Ok(())
    }
}

impl Snapshot {
    /// Takes a line whose lists are sorted.
    fn push(&mut self, line: Line) {
        match line {
            Line::Header(header) => self.header = header,
            Line::Account(record) => self.accounts.push(*record),
            Line::Gap(gap) => self.gaps.push(gap),
            Line::Gone(gone) => self.gone.push(gone),
            Line::End(_) => {
                self.sort();
                self.ended = true;
            }
        }
    }

    /// Its lines, from the header to the end.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        let end = self.count();
        let accounts = self
            .accounts
            .iter()
            .map(|record| Line::Account(Box::new(record.clone())));
        std::iter::once(Line::Header(self.header.clone()))
            .chain(self.gaps.iter().cloned().map(Line::Gap))
            .chain(self.gone.iter().cloned().map(Line::Gone))
            .chain(accounts)
            .chain(self.ended.then_some(Line::End(end)))
    }

    /// What its `end` says.
    fn count(&self) -> End {
        End {
            accounts: self.accounts.len(),
            gaps: self.gaps.len() + self.accounts.iter().map(|record| record.gaps.len()).sum::<usize>(),
            gone: self.gone.len(),
        }
    }

    /// Puts everything into the one order that reports rely on.
    fn sort(&mut self) {
        self.accounts.sort_by(|a, b| a.account.id.cmp(&b.account.id));
        self.gaps.sort();
        self.gone.sort();
    }
}
