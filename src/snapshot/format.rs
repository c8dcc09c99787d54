//! The lines of a snapshot file.

use crate::model::{AccountRecord, Gap};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Says what kind of file it is.
pub const FORMAT: &str = "cosmos-rbac/snapshot";
/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;

/// The first line: when, where and what was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// When the scan began, UTC, whole seconds.
    pub taken_at: Timestamp,
    /// The cloud: `public`, `usgov`, `china` or `custom`.
    pub cloud: String,
    /// The tenant's id, as far as it is known.
    pub tenant: String,
    /// The subscriptions that were scanned, sorted by id.
    pub subscriptions: Vec<Subscription>,
}

impl Header {
    /// A header of the version that this program writes.
    pub fn new(taken_at: Timestamp, cloud: String, tenant: String, subscriptions: Vec<Subscription>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            taken_at,
            cloud,
            tenant,
            subscriptions,
        }
    }
}

/// A subscription that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Its display name, or empty when it is not known.
    pub name: String,
}

/// Something above the accounts that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ScanGap {
    /// The subscription, unless it concerns the whole scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// What could not be read, and why.
    #[serde(flatten)]
    pub gap: Gap,
}

/// The last line: how much there was, so that a cut-off file is told from a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How many accounts the file holds.
    pub accounts: usize,
    /// How many gaps the file holds, those on accounts included.
    pub gaps: usize,
}

/// One line of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The first.
    Header(Header),
    /// An account with all that was read of it.
    Account(Box<AccountRecord>),
    /// A gap above the accounts.
    Gap(ScanGap),
    /// The last.
    End(End),
}
