//! When a request may be sent, and when again. `limiter` lets every request through, `queue` says whose turn it is,
//! `bucket` what is known of a token bucket, `retry` how long to wait after a failure. Nothing here sends anything.

mod bucket;
mod limiter;
mod queue;
mod retry;

pub(super) use limiter::{Closed, Limiter, Permit};
pub(super) use queue::Feedback;
pub use retry::RetryPolicy;
pub(super) use retry::{asked_pause, chance, is_retryable};
