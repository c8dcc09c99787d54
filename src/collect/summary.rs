//! What a scan did, in numbers.

use super::progress::Progress;
use crate::model::{Gap, ScannedBy};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// What a scan did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Subscriptions scanned.
    pub subscriptions: usize,
    /// Accounts written, those of an earlier scan included.
    pub accounts: usize,
    /// Of those, how many an earlier scan had read.
    pub kept: usize,
    /// Accounts with gaps, those of an earlier scan included.
    pub partial: usize,
    /// Accounts and clusters that this version doesn't analyze, those of an earlier scan included.
    pub not_analyzed: usize,
    /// Gaps, those on accounts included.
    pub gaps: usize,
    /// The lists and fields that they are in. A list can have a gap for each of its items.
    pub unread: usize,
    /// Those of them that aren't in an account.
    pub unread_above: usize,
    /// The first of the lists and fields in order, as many as anybody wants to read, each with its place: an account's name, a
    /// subscription's id, or nothing.
    pub first_gaps: Vec<PlacedGap>,
    /// Who signed in; `None`: nobody did.
    pub scanned_by: Option<ScannedBy>,
    /// Accounts that were deleted while the scan ran.
    pub gone: usize,
    /// Whether the scan was stopped before its end.
    pub stopped: bool,
    /// Whether the scan ended without [`Line::End`](crate::snapshot::Line::End) because no list of accounts could be read.
    pub nothing_listed: bool,
    /// What went wrong without leaving a gap: names of principals that are not known.
    pub warnings: Vec<String>,
    /// Requests sent to Microsoft Graph, repeated ones included. The other numbers are of Azure Resource Manager.
    pub graph_requests: u64,
    /// Requests sent to Azure Resource Manager, repeated ones included.
    pub requests: u64,
    /// Requests that were repeated.
    pub retries: u64,
    /// Requests that were throttled (429).
    pub throttled: u64,
    /// Times that something waited before it was sent, or sent again.
    pub waits: u64,
    /// How long those took all together; many wait side by side.
    pub waited: Duration,
    /// Bytes of the bodies, decompressed.
    pub bytes: u64,
}

/// A gap, and in what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedGap {
    /// An account's name or a subscription's id; `None`: the tenant.
    pub place: Option<String>,
    /// The subscription's id; `None`: the tenant.
    pub subscription: Option<String>,
    /// What could not be read.
    pub gap: Gap,
    /// In how many items of a list.
    pub items: usize,
}

impl PlacedGap {
    /// A gap of a place.
    pub fn new(place: Option<&str>, subscription: Option<&str>, gap: &Gap) -> Self {
        Self {
            place: place.map(str::to_owned),
            subscription: subscription.map(str::to_owned),
            gap: gap.clone(),
            items: usize::from(gap.is_in_item()),
        }
    }

    /// In order, with one gap for each list.
    pub fn by_list(mut all: Vec<Self>) -> Vec<Self> {
        // That a list couldn't be read says more than that some of its items couldn't.
        all.sort_by(|a, b| (a.list(), a.gap.is_in_item(), &a.gap).cmp(&(b.list(), b.gap.is_in_item(), &b.gap)));
        all.dedup_by(|other, first| {
            let is_same = other.list() == first.list();
            if is_same {
                first.items += other.items;
            }
            is_same
        });
        all
    }

    fn list(&self) -> (Option<&str>, Option<&str>, (&str, Option<&str>)) {
        (self.place.as_deref(), self.subscription.as_deref(), self.gap.list())
    }
}

impl Summary {
    /// Takes over what was counted while the scan ran.
    pub(super) fn with(self, progress: &Progress) -> Self {
        Self {
            requests: progress.requests.load(Relaxed),
            retries: progress.retries.load(Relaxed),
            throttled: progress.throttled.load(Relaxed),
            waits: progress.waits.load(Relaxed),
            waited: Duration::from_millis(progress.waited_ms.load(Relaxed)),
            bytes: progress.bytes.load(Relaxed),
            ..self
        }
    }
}
