//! The ways round the data plane: whoever can read keys, change an account or give access through Azure RBAC, judged
//! against who may, as the policy says. One finding per assignment of an Azure role, however many accounts it reaches.
//!
//! `judge` asks the question that each check is a case of; `doubt` puts into words why something is possible only.

mod doubt;
mod judge;
pub(super) mod key_access;
pub(super) mod local_auth_switch;
pub(super) mod role_assignment_write;
pub(super) mod self_grant;
