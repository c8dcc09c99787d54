//! What a scan read, in memory and as a file: JSON Lines, one account a line, optionally compressed (`.jsonl.zst`).
//!
//! `format` has the lines, `read` and `write` the files. Knows nothing of Azure's API; no secret is ever in a snapshot.

mod format;
mod read;
mod write;

pub use format::{End, FORMAT, Header, Line, ScanGap, Subscription, VERSION};
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
            Line::End(_) => {
                self.sort();
                self.ended = true;
            }
        }
    }

    /// Its lines, from the header to the end.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        let gaps = self.gaps.len() + self.accounts.iter().map(|record| record.gaps.len()).sum::<usize>();
        let end = End {
            accounts: self.accounts.len(),
            gaps,
        };
        let accounts = self
            .accounts
            .iter()
            .map(|record| Line::Account(Box::new(record.clone())));
        std::iter::once(Line::Header(self.header.clone()))
            .chain(self.gaps.iter().cloned().map(Line::Gap))
            .chain(accounts)
            .chain(self.ended.then_some(Line::End(end)))
    }

    /// Puts everything into the one order that reports rely on.
    fn sort(&mut self) {
        self.accounts.sort_by(|a, b| a.account.id.cmp(&b.account.id));
        self.gaps.sort();
    }
}
