//! The ways round the data plane: whoever can read keys, change an account or give access through Azure RBAC, judged
//! against who may, as the policy says. One finding per assignment of an Azure role, however many accounts it reaches.
//!
//! `judge` asks the question that the checks of an account are cases of, and `chain` that of those whose path begins
//! elsewhere; `doubt` puts into words why something is possible only.

mod chain;
mod doubt;
mod identity_takeover;
mod judge;
mod key_access;
mod local_auth_switch;
mod question;
mod remedy;
mod restore_copy;
mod role_assignment_write;
mod self_grant;

pub(super) use judge::keys_open;

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
