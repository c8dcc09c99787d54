//! Checks that compare an account with what the policy says of it. What a policy leaves out it says nothing about, so
//! none of these fires on it.

mod account_unmanaged;
mod denied_access;
mod excess_access;
mod group_member;
mod key_metadata_writes;
mod local_auth_enabled;
mod missing_access;
mod policy_contradiction;
mod policy_unused;
mod role_drift;
mod role_missing;
mod role_undeclared;
mod waiver_expired;
mod waiver_unused;

use super::row::Row;

pub(super) use group_member::{not_checked, unread as unread_groups};

/// The checks of this group, in the order of `explain`.
pub(super) const ROWS: &[Row] = &[
    local_auth_enabled::ROW,
    key_metadata_writes::ROW,
    excess_access::ROW,
    missing_access::ROW,
    denied_access::ROW,
    role_drift::ROW,
    role_missing::ROW,
    role_undeclared::ROW,
    group_member::ROW,
    account_unmanaged::ROW,
    policy_contradiction::ROW,
    policy_unused::ROW,
    waiver_expired::ROW,
    waiver_unused::ROW,
];
