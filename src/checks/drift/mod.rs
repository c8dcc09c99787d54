//! Checks that compare an account with what the policy says of it. What a policy leaves out it says nothing about, so
//! none of these fires on it.

pub(super) mod account_unmanaged;
pub(super) mod denied_access;
pub(super) mod excess_access;
pub(super) mod key_metadata_writes;
pub(super) mod local_auth_enabled;
pub(super) mod missing_access;
pub(super) mod policy_unused;
pub(super) mod role_drift;
pub(super) mod role_missing;
pub(super) mod role_undeclared;
