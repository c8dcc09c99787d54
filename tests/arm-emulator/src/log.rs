//! The log of requests, for tests that must know what a client asked and whether it carried a token.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde::Deserialize;

use crate::util::lock;

/// The servers of an emulator, each with a port and so a web origin of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Azure Resource Manager.
    Arm,
    /// Entra login.
    Login,
    /// Microsoft Graph.
    Graph,
    /// A foreign server to which nobody should send a token.
    Evil,
    /// The managed identity endpoint (plain HTTP).
    Identity,
}

/// What came with the request in `Authorization`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// No such header.
    Absent,
    /// A token of this start, unexpired, for this origin (on the evil origin: for any).
    Valid,
    /// A token of this start that has expired.
    Expired,
    /// Anything else.
    Invalid,
}

impl Authorization {
    /// Whether the header was there at all.
    #[must_use]
    pub const fn is_present(self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Server it arrived at.
    pub origin: Origin,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent.
    pub query: String,
    /// What came in `Authorization`.
    pub authorization: Authorization,
    /// `User-Agent`, as sent.
    pub user_agent: String,
    /// Status answered; none when the connection was broken off or left hanging instead.
    pub status: Option<u16>,
    /// Name of the fault that shaped the answer.
    pub fault: Option<&'static str>,
}

/// Counts and, when asked to, keeps requests.
#[derive(Debug, Default)]
pub(crate) struct Log {
    keep: bool,
    count: AtomicUsize,
    entries: Mutex<Vec<Request>>,
    key_endpoint: AtomicBool,
}

impl Log {
    pub(crate) fn new(keep: bool) -> Self {
        Self {
            keep,
            ..Self::default()
        }
    }

    /// Counts a request; it is described only if the log is kept.
    pub(crate) fn record(&self, describe: impl FnOnce() -> Request) {
        self.count.fetch_add(1, Ordering::SeqCst);
        if self.keep {
            lock(&self.entries).push(describe());
        }
    }

    pub(crate) fn entries(&self) -> Vec<Request> {
        lock(&self.entries).clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub(crate) fn clear(&self) {
        lock(&self.entries).clear();
        self.count.store(0, Ordering::SeqCst);
        self.key_endpoint.store(false, Ordering::SeqCst);
    }

    pub(crate) fn flag_key_endpoint(&self) {
        self.key_endpoint.store(true, Ordering::SeqCst);
    }

    pub(crate) fn key_endpoint_was_called(&self) -> bool {
        self.key_endpoint.load(Ordering::SeqCst)
    }
}
