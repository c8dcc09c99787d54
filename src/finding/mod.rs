//! What an audit finds, and the report that holds it. Knows how findings are ordered, counted and identified, but
//! neither how they come about nor how they are shown.

mod baseline;
mod check;
mod item;
mod place;
mod report;
mod scale;
mod subject;
mod summary;
mod witness;

pub use baseline::{Baseline, BaselineError};
pub use check::{About, Check, Group};
pub use item::{Acceptance, Finding};
pub use place::{Place, SourceRef};
pub use report::{Parts, Report};
pub use scale::{Confidence, Severity, State};
pub use subject::{Reach, Subject};
pub use summary::{
    AccountBypass, AccountSummary, CheckSummary, Counts, Gate, Notice, PrincipalState, PrincipalSummary,
    SnapshotSummary, Verdict,
};
pub use witness::{ProvenAction, Remedy, Witness};
