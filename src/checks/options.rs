//! What an audit is told besides tenant and policy.

use super::freshness::Freshness;
use super::only::Filter;
use crate::finding::{Baseline, Gate};

/// What an audit is told besides tenant and policy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'b> {
    /// When the result is a failure.
    pub gate: Gate,
    /// An earlier report: what it found is known.
    pub baseline: Option<&'b Baseline>,
    /// How old the snapshot can be. `None`: it was read just now.
    pub freshness: Option<Freshness>,
    /// Whether findings count that waivers accept.
    pub ignore_waivers: bool,
    /// Which findings are shown; empty: all. See [`Filter`].
    pub only: &'b [Filter],
    /// Whether to work out what the change of a cause closes and opens, as far as the tenant is small enough.
    pub effects: bool,
    /// Whether to work out what a script of fixes does.
    pub plan: bool,
    /// Whether to leave out who can do what in each account, which only the HTML report shows: it takes more memory than
    /// everything else.
    pub without_access: bool,
}

impl Options<'_> {
    /// What an audit is told of which only the findings matter.
    pub fn without_access() -> Self {
        Self {
            without_access: true,
            ..Self::default()
        }
    }
}
