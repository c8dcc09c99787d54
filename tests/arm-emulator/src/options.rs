//! How an emulator behaves, apart from what it serves.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How an emulator behaves. The default is a well-behaved service without limits.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where ARM listens; the other origins take free ports of the same address.
    pub listen: SocketAddr,
    /// Time before every answer.
    pub latency: Duration,
    /// Up to so much more, at random.
    pub latency_jitter: Duration,
    /// Items of a page.
    pub page_size: usize,
    /// How long a token lives.
    pub token_lifetime: Duration,
    /// Whether requests are logged (they are counted in any case).
    pub record_log: bool,
    /// `nextLink` without scheme and host.
    pub relative_next_link: bool,
    /// The last page carries `"nextLink": ""` rather than none.
    pub empty_next_link_at_end: bool,
    /// Every list starts with a page that has no items but a `nextLink`.
    pub empty_first_page: bool,
    /// Whether the `x-ms-ratelimit-remaining-*` headers are sent.
    pub rate_limit_headers: bool,
    /// Limits the requests; none by default.
    pub throttle: Option<Throttle>,
    /// Compresses bodies for clients that accept it.
    pub gzip: bool,
    /// Seed of fault rates and jitter.
    pub seed: u64,
    /// Worker threads of [`crate::Emulator::start_blocking`].
    pub worker_threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            latency: Duration::ZERO,
            latency_jitter: Duration::ZERO,
            page_size: 1000,
            token_lifetime: Duration::from_secs(3599),
            record_log: true,
            relative_next_link: false,
            empty_next_link_at_end: false,
            empty_first_page: false,
            rate_limit_headers: true,
            throttle: None,
            gzip: false,
            seed: 1,
            worker_threads: 1,
        }
    }
}

/// ARM's token buckets: one per subscription, and a larger one over all of them.
#[derive(Debug, Clone, Copy)]
pub struct Throttle {
    /// Reads that a full bucket of a subscription allows at once.
    pub bucket: f64,
    /// Reads that come back each second.
    pub refill_per_second: f64,
    /// How many times larger the global bucket is, in both.
    pub global_factor: f64,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            bucket: 250.0,
            refill_per_second: 25.0,
            global_factor: 15.0,
        }
    }
}
