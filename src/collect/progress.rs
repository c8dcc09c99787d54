//! What a scan has done so far, in numbers that may be read at any time and from any thread, and what it waits for.

use crate::model::ScannedBy;
use jiff::Timestamp;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Counts while a scan runs.
#[derive(Debug, Default)]
pub struct Progress {
    /// Requests sent to Azure Resource Manager, or to Microsoft Graph where that is counted, repeated ones included.
    pub requests: AtomicU64,
    /// Requests that were repeated.
    pub retries: AtomicU64,
    /// Requests that were turned away for their number (429).
    pub throttled: AtomicU64,
    /// Times that something waited before it was sent, or sent again.
    pub waits: AtomicU64,
    /// How long those took, in milliseconds and all together; many wait side by side.
    pub waited_ms: AtomicU64,
    /// Bytes of the bodies, decompressed.
    pub bytes: AtomicU64,
    /// Accounts known so far, among them those that an earlier scan has read.
    pub found: AtomicUsize,
    /// Accounts that are read, gone, or kept from an earlier scan.
    pub done: AtomicUsize,
    /// Principals that are being looked up in Microsoft Graph; 0 before and after.
    pub principals: AtomicUsize,
    /// What could not be read.
    pub gaps: AtomicUsize,
    /// Who is signed in, where that was left to the chain of credentials.
    pub signed_in: OnceLock<ScannedBy>,
    /// Long waits that the service asked for.
    pub rests: Arc<Rests>,
}

/// Long waits that nobody has been told of yet.
#[derive(Debug, Default)]
pub struct Rests(Mutex<Vec<Rest>>);

/// A long wait that the service asked for (429).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Whose requests wait; `None`: those that are about the whole tenant.
    pub subscription: Option<String>,
    /// How long.
    pub time: Duration,
    /// Until when.
    pub until: Timestamp,
}

impl Rests {
    /// What there is to say, once.
    pub fn take(&self) -> Vec<Rest> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn begin(&self, subscription: Option<&str>, time: Duration) {
        let now = Timestamp::now();
        let rest = Rest {
            subscription: subscription.map(str::to_owned),
            time,
            until: now.checked_add(time).unwrap_or(now),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(rest);
    }
}

impl Progress {
    /// Counts by itself, and tells of long waits in the same place.
    pub(super) fn beside(&self) -> Self {
        Self {
            rests: self.rests.clone(),
            ..Self::default()
        }
    }

    /// Counts a wait.
    pub(super) fn wait(&self, time: Duration) {
        self.waits.fetch_add(1, Relaxed);
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.waited_ms.fetch_add(millis, Relaxed);
    }
}
