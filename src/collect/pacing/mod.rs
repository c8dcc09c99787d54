//! When a request may be sent, and when again. `throttle` is the gate that all of them pass, `lane` says whose turn it is,
//! `pace` what is known of a token bucket, `retry` how long to wait after a failure. Nothing here sends anything.

mod lane;
mod pace;
mod retry;
mod throttle;

pub(super) use lane::Answer;
pub use retry::RetryPolicy;
pub(super) use retry::{asked_pause, chance, is_retryable};
pub(super) use throttle::{Closed, Gate, Pass};
