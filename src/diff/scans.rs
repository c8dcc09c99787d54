//! The two scans of a comparison, and what there is of each.

use crate::model::AccountRecord;

/// An account in one scan: its place in the frame, and its record.
pub(super) type Found<'r> = Option<(usize, &'r AccountRecord)>;

/// One of the two scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scan {
    /// The earlier one.
    Old,
    /// The later one.
    New,
}

impl Scan {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Old, Self::New];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Old => Self::New,
            Self::New => Self::Old,
        }
    }
}

/// Something of each scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scans<T> {
    /// Of the earlier one.
    pub old: T,
    /// Of the later one.
    pub new: T,
}

impl<T> Scans<T> {
    /// What there is of both.
    pub fn of(mut make: impl FnMut(Scan) -> T) -> Self {
        Self {
            old: make(Scan::Old),
            new: make(Scan::New),
        }
    }

    /// What there is of one.
    pub fn get(&self, scan: Scan) -> &T {
        match scan {
            Scan::Old => &self.old,
            Scan::New => &self.new,
        }
    }
}
