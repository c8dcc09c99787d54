//! Laws: what must hold for every pattern, scope, snapshot and policy, tried on generated ones.
//!
//! `strategies` generates them, hostile names included; `oracle` says what the contract wants, in other words than the
//! program's; the other modules hold one group of laws each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod access;
mod accounts;
mod actions;
mod audits;
mod baselines;
mod bypasses;
mod causes;
mod delegations;
mod diffs;
mod drafts;
mod effects;
mod evaluator;
mod exhaustive;
#[cfg(feature = "parquet")]
mod exports;
mod fixes;
mod graphs;
mod lines;
mod listed;
mod merges;
mod naming;
mod native;
mod oracle;
mod paths;
mod plans;
mod replay;
mod scopes;
mod scripts;
mod snapshots;
mod spellings;
mod stored;
mod strategies;
mod streams;
mod tables;
mod templates;
mod tenants;
mod titles;
mod unread;
mod verdicts;

use proptest::test_runner::Config;

/// A run of `cases` cases, or of as many as `PROPTEST_CASES` says. Failures print their input, no file holds them.
fn cases(cases: u32) -> Config {
    let config = Config::default();
    Config {
        cases: std::env::var_os("PROPTEST_CASES").map_or(cases, |_| config.cases),
        failure_persistence: None,
        ..config
    }
}
