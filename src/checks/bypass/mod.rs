//! The ways round the data plane: whoever can read keys, change an account or give access through Azure RBAC, judged
//! against who may, as the policy says. One finding per assignment of an Azure role, however many accounts it reaches.
//!
//! `judge` asks the question that each check is a case of; `doubt` puts into words why something is possible only.

mod doubt;
mod judge;
mod key_access;
mod local_auth_switch;
mod role_assignment_write;
mod self_grant;

pub(super) use judge::keys_open;

use super::row::Row;

/// The checks of this group, in the order of `explain`.
pub(super) const ROWS: &[Row] = &[
    key_access::ROW,
    self_grant::ROW,
    local_auth_switch::ROW,
    role_assignment_write::ROW,
];
