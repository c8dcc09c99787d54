//! Reads access control from Azure into a snapshot. Everything that talks to Azure is here, and it only ever reads.
//!
//! `scan` has the order of things and `schedule` what is in work at once; `subscriptions`, `cosmos`, `authorization` and
//! `graph` say what is read, and `list` is how every list is read. `service` sends one request, which passes `throttle`, carries the token of `token`,
//! goes out through `transport` and comes again as `retry` says. `lane` and `pace` are what `throttle` goes by.
//! `models` turns answers into the types of the model. Knows nothing of policies, checks and reports.
//!
//! Nothing here prints or logs a token: the log of the SDK's pipeline redacts headers, `Authorization` is marked sensitive
//! below it, and texts of errors are searched for secrets. With every crate at `trace` the pipeline and hyper log URLs and
//! sizes, but no header of ours and no body; a test holds that. The legacy SDK, which logs tokens, is used for its
//! models alone.

mod authorization;
mod cloud;
mod cosmos;
mod credential;
mod error;
mod fault;
mod graph;
mod lane;
mod list;
mod models;
mod options;
mod output;
mod pace;
mod progress;
mod redact;
mod retry;
mod scan;
mod schedule;
mod service;
mod subscriptions;
#[cfg(test)]
mod testing;
mod throttle;
mod token;
mod transport;

pub use cloud::Cloud;
pub use error::{CollectError, Tried};
#[doc(hidden)]
pub use options::Tuning;
pub use options::{AzureOptions, CredentialKind, Target};
pub use progress::Progress;
#[doc(hidden)]
pub use retry::RetryPolicy;
pub use scan::{Scan, Summary, collect};
