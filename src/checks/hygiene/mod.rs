//! Checks that need no policy: what is odd, risky or untidy in any account. Where the policy states the same thing
//! on purpose, it has the last word.

pub(super) mod account_scope_write;
pub(super) mod assignment_redundant;
pub(super) mod dangling_role;
pub(super) mod dangling_scope;
pub(super) mod direct_user;
pub(super) mod limit_near;
pub(super) mod malformed_scope;
pub(super) mod not_data_actions;
pub(super) mod orphaned_principal;
pub(super) mod role_unused;
pub(super) mod scope_not_assignable;
pub(super) mod unknown_action;
pub(super) mod wildcard_action;
