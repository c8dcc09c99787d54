//! What a scan read, in memory and as a file: JSON Lines, one account or subscription a line, optionally compressed (`.jsonl.zst`).
//!
//! `format` has what lines hold, `lines` how they are found in a file, `read` and `write` the files; `resume` is what a scan
//! that was cut off has left, `course` what becomes of what is there, and `file` the file that a scan writes, so that it can
//! be resumed at any time. `shard` says which accounts a part of a scan reads, `merge` makes one snapshot of several. Knows nothing of Azure's API; no secret is ever in a snapshot.

mod course;
mod difference;
mod error;
mod file;
mod format;
mod lines;
mod merge;
mod order;
mod origins;
mod parse;
mod read;
mod records;
mod resume;
mod shard;
mod stored;
mod twins;
mod unsaid;
mod write;

pub use course::Course;
pub use difference::Difference;
pub use error::SnapshotError;
pub use file::SnapshotFile;
pub use format::{End, Extent, FORMAT, Gone, Header, Line, ScanGap, Subscription, TargetKind, VERSION};
pub use merge::{MergeError, Merged, Unread, merge};
pub use origins::{AzureRole, Doubt, Origin, Origins};
pub use records::{Frame, Records};
pub use resume::ResumeState;
pub use shard::{Shard, Shards};
pub use stored::Stored;
pub use write::{Compression, Writer, schema};

use crate::model::{AccountId, AccountRecord, ControlPlane, PrincipalRecord};

/// A whole snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// When, where and what was scanned.
    pub header: Header,
    /// The accounts, sorted by id.
    pub accounts: Vec<AccountRecord>,
    /// What Azure RBAC says, sorted by subscription. Empty: it was not collected.
    pub control_planes: Vec<ControlPlane>,
    /// What the directory says of principals, sorted by id. `None`: they were not looked up.
    pub principals: Option<Vec<PrincipalRecord>>,
    /// What could not be read above the accounts, sorted.
    pub gaps: Vec<ScanGap>,
    /// Accounts that were deleted while the scan ran, sorted by id.
    pub gone: Vec<Gone>,
    /// Whether the scan came to its end; if not, accounts may be missing.
    pub ended: bool,
    /// Where all of this is written, if no scan read it. No file of a snapshot has it.
    pub origins: Option<Origins>,
}

impl Snapshot {
    /// A snapshot that is yet to be filled.
    pub fn new(header: Header) -> Self {
        Self {
            header,
            accounts: Vec::new(),
            control_planes: Vec::new(),
            principals: None,
            gaps: Vec::new(),
            gone: Vec::new(),
            ended: false,
            origins: None,
        }
    }

    /// The name of an account's subscription, or its id where no name is known.
    pub fn subscription_name<'s>(&'s self, account: &'s AccountId) -> &'s str {
        Subscription::name_of(&self.header.subscriptions, account)
    }

    /// What Azure RBAC says of a subscription; `None`: it was not collected.
    pub fn control_plane(&self, subscription: &str) -> Option<&ControlPlane> {
        let own = |plane: &&ControlPlane| plane.subscription.eq_ignore_ascii_case(subscription);
        self.control_planes.iter().find(own)
    }

    /// Whether everything that was to be read was read.
    pub fn is_complete(&self) -> bool {
        self.ended && self.header.shards.is_none() && self.count().gaps == 0
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
    fn line(&mut self, line: Line) -> std::io::Result<()> {
        self.add(line);
        Ok(())
    }
}

impl Snapshot {
    /// Takes a line.
    pub(crate) fn add(&mut self, mut line: Line) {
        // As in a file: checks rely on the order of these lists.
        line.sort();
        self.push(line);
    }

    /// Takes a line whose lists are sorted.
    fn push(&mut self, line: Line) {
        match line {
            Line::Header(header) => self.header = header,
            Line::Account(record) => self.accounts.push(*record),
            Line::ControlPlane(plane) => self.control_planes.push(*plane),
            Line::Principals(list) => self.principals.get_or_insert_default().extend(list),
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
        let planes = self
            .control_planes
            .iter()
            .map(|plane| Line::ControlPlane(Box::new(plane.clone())));
        let principals = self.principals.iter().flat_map(|all| Line::of_principals(all));
        std::iter::once(Line::Header(self.header.clone()))
            .chain(self.gaps.iter().cloned().map(Line::Gap))
            .chain(self.gone.iter().cloned().map(Line::Gone))
            .chain(accounts)
            .chain(planes)
            .chain(principals)
            .chain(self.ended.then_some(Line::End(end)))
    }

    /// What its `end` says.
    fn count(&self) -> End {
        End {
            accounts: self.accounts.len(),
            gaps: self.gaps.len()
                + self.accounts.iter().map(|record| record.gaps.len()).sum::<usize>()
                + self.control_planes.iter().map(|plane| plane.gaps.len()).sum::<usize>(),
            gone: self.gone.len(),
            control_planes: self.control_planes.len(),
            principals: self.principals.as_ref().map(Vec::len),
        }
    }

    /// Puts everything into the one order that reports rely on.
    fn sort(&mut self) {
        self.accounts.sort_by(|a, b| a.account.id.cmp(&b.account.id));
        self.control_planes
            .sort_by_cached_key(|plane| plane.subscription.to_ascii_lowercase());
        self.principals.iter_mut().for_each(|list| list.sort());
        self.gaps.sort();
        self.gone.sort();
    }
}
