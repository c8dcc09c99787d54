//! Who can read and change data in Azure Cosmos DB.
//!
//! ```text
//!  Azure ──collect──▶ ┐                               ┌─▶ access
//!  snapshot file ───▶ ├ Snapshot ──resolve──▶ Tenant ─┤
//!  template, plan ──▶ ┘            (who can do what    └─checks─▶ Report ──render──▶ table, html, json, sarif …
//!  policy.yaml ──load──▶ Policy ───────── where) ─────────┘         └─▶ exit code
//! ```
//!
//! Everything right of `Snapshot` is pure: no network, no clock, same input ⇒ same bytes.
//! The modules stand in pipeline order, and each may only use those above it.

mod files;

pub mod model;

pub mod snapshot;

mod arm;

pub mod collect;

pub mod template;

pub mod resolve;

pub mod access;

pub mod diff;

pub mod finding;

pub mod policy;

pub mod checks;

pub mod query;

pub mod draft;

pub mod report;

pub mod cli;

#[doc(hidden)]
pub mod fuzzing;
