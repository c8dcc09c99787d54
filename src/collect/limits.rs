//! How patient a scan is, and how much it takes in. The defaults are for Azure as it is.

use super::pacing::RetryPolicy;
use std::time::Duration;

/// Bounds of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// When to ask again.
    pub retry: RetryPolicy,
    /// Time to open a connection.
    pub connect_timeout: Duration,
    /// Time without a byte of an answer.
    pub read_timeout: Duration,
    /// Time for a request with its answer.
    pub total_timeout: Duration,
    /// Time for one credential to come up with a token.
    pub credential_timeout: Duration,
    /// Largest body, decompressed.
    pub body_cap: u64,
    /// Most pages of a list.
    pub page_bound: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(180),
            credential_timeout: Duration::from_secs(60),
            body_cap: 64 << 20,
            page_bound: 10_000,
        }
    }
}
