//! What an audit finds, and the report that holds it. Knows how findings are ordered, counted and identified, but
//! neither how they come about nor how they are shown.

mod baseline;
mod cause;
mod check;
pub(crate) mod digest;
mod edit;
mod item;
mod narrowest;
mod not_checked;
mod place;
mod plan;
mod remedy;
mod report;
mod scale;
mod selected;
mod subject;
mod summary;
pub mod title;
mod witness;
mod written;
mod wrong;

pub use crate::model::SourceRef;
pub use baseline::{Baseline, Fixed, Standing};
pub use cause::{CAUSES, Cause, Change, ChangeKind, Effect};
pub use check::{About, Check, Group, Selector};
pub(crate) use digest::Digest;
pub use edit::{AccountEdit, Edit, RoleName};
pub use item::{Acceptance, FINGERPRINTS, Finding};
pub use narrowest::Narrowest;
pub use not_checked::{NotChecked, What};
pub use place::Place;
pub use plan::{Opened, Plan, PlanPart, PlannedAccount, Stage};
pub use remedy::{Remedy, Step};
pub use report::{Parts, Report};
pub use scale::{Confidence, Severity, State};
pub use selected::Selected;
pub use subject::{Reach, Subject};
pub use summary::{
    AccountBypass, AccountSummary, CheckSummary, Counts, Ending, Filtered, Gate, Notice, PrincipalState,
    PrincipalSummary, SnapshotSummary, TemplateFile, Verdict, Waivers,
};
pub use title::Title;
pub use witness::{ProvenAction, Witness};
pub use written::{ReportError, WrittenFinding, WrittenPlace, WrittenReport, WrittenWaiver};
pub use wrong::{ActionNames, Wrong};
