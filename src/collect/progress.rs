//! What a scan has done so far, in numbers that may be read at any time and from any thread.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
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
}

impl Progress {
    /// Counts a wait.
    pub(super) fn wait(&self, time: Duration) {
        self.waits.fetch_add(1, Relaxed);
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.waited_ms.fetch_add(millis, Relaxed);
    }
}
