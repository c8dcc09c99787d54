//! Control-plane bypasses: principals that can read keys, change an account or grant access through Azure RBAC, against
//! whom the policy lists. One finding per assignment of an Azure role, however many accounts it reaches.
//!
//! `judge` asks the question that the checks of an account are cases of, and `chain` that of those whose path begins
//! elsewhere; `reached` knows which identities lead where (`acting`: as which others they can act; `copies`: what they
//! can restore), `doubt` says why something is possible only, and `words` has the other words.

mod acting;
mod chain;
mod copies;
mod doubt;
mod identity_takeover;
mod judge;
mod key_access;
mod local_auth_switch;
mod question;
mod reached;
mod remedy;
mod restore_copy;
mod role_assignment_write;
mod self_grant;
mod ways;
mod words;

pub(crate) use doubt::reason as doubt_in_words;
pub(super) use judge::keys_open;
pub(super) use words::account_names;

use super::row::Row;

pub(super) use identity_takeover::not_checked;

/// The checks of this group, in the order of `explain`.
pub(super) const ROWS: &[Row] = &[
    key_access::ROW,
    self_grant::ROW,
    local_auth_switch::ROW,
    role_assignment_write::ROW,
    identity_takeover::ROW,
    restore_copy::ROW,
];
