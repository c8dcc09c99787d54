//! What a check of bypasses asks, and what answers it.

use crate::checks::names::Included;
use crate::finding::{Check, Confidence};
use crate::model::{Account, BypassKind};
use crate::policy::{Holders, Privilege};
use crate::resolve::{Bypass, Reached};

/// What a check asks.
pub(super) struct Question {
    pub(super) check: &'static Check,
    /// The kinds of bypass that it is about, the worst first.
    pub(super) kinds: &'static [BypassKind],
    /// Who may.
    pub(super) privilege: Privilege,
    /// Whether it matters at an account. `stated`: whether the policy says who may.
    pub(super) matters: fn(account: &Account, stated: bool) -> Option<Confidence>,
    /// What that leads to, as a sentence.
    pub(super) consequence: fn(kind: BypassKind) -> &'static str,
}

/// One account that an assignment reaches against the policy.
pub(super) struct Hit<'r, 'a> {
    pub(super) bypass: &'r Bypass<'a>,
    pub(super) reached: Reached<'r, 'a>,
    pub(super) is_certain: bool,
    /// Whether the policy names the principal as far as that is known.
    pub(super) included: Included,
    /// The lists of the policy that do not name the principal; empty: there are none.
    pub(super) lists: &'r [&'a Holders],
}
