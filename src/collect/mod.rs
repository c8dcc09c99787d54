//! Reads access control from Azure into a snapshot. Everything that talks to Azure is here, and it only ever reads.
//!
//! `scan` has the order of things and `schedule` what is in work at once. `read` says what is read: every list through one
//! function, every request through one service. A request passes the limiter of `pacing`, carries the token of `sign_in` and
//! goes out through `http`; what its answer means `arm` knows. Knows nothing of policies, checks and reports.
//!
//! Nothing here prints or logs a token: the log of the SDK's pipeline redacts headers, `Authorization` is marked sensitive
//! below it, and texts of errors are searched for secrets. With every crate at `trace` the pipeline and hyper log URLs and
//! sizes, but no header of ours and no body; a test holds that. The legacy SDK, which logs tokens, is used for its
//! models alone.

mod elsewhere;
mod error;
mod http;
mod limits;
mod option_error;
mod options;
mod output;
mod pacing;
mod progress;
mod read;
mod scan;
mod schedule;
mod sign_in;
mod summary;
mod waiting;

pub use error::{CollectError, Tried, Unlisted};
pub use limits::Limits;
pub use option_error::OptionError;
pub use options::{AzureOptions, Target};
pub use pacing::RetryPolicy;
pub use progress::{Progress, Rest, Rests};
pub use scan::{Scan, collect};
pub use sign_in::{Cloud, CredentialKind, Environment, UserIdentity};
pub use summary::{PlacedGap, Summary};
