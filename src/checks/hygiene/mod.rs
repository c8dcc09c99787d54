//! Checks that need no policy: what is odd, risky or untidy in any account. Where the policy states the same thing
//! on purpose, it has the last word.

mod account_scope_write;
mod assignment_redundant;
mod dangling_role;
mod dangling_scope;
mod direct_user;
mod foreign_role_kind;
mod key_age;
mod limit_near;
mod malformed_scope;
mod no_authentication;
mod not_data_actions;
mod orphaned_principal;
mod password_user;
mod role_unused;
mod scope_not_assignable;
mod unknown_action;
mod wildcard_action;

use super::row::Row;

/// The checks of this group, in the order of `explain`.
pub(super) const ROWS: &[Row] = &[
    no_authentication::ROW,
    key_age::ROW,
    wildcard_action::ROW,
    unknown_action::ROW,
    not_data_actions::ROW,
    account_scope_write::ROW,
    dangling_role::ROW,
    dangling_scope::ROW,
    malformed_scope::ROW,
    scope_not_assignable::ROW,
    role_unused::ROW,
    assignment_redundant::ROW,
    limit_near::ROW,
    orphaned_principal::ROW,
    direct_user::ROW,
    password_user::ROW,
    foreign_role_kind::ROW,
];
