//! The control plane: who can get at an account's data through Azure RBAC, without any role of the data plane.
//!
//! One [`Bypass`] per assignment and kind, with all accounts that it reaches: a role at a management group is one result,
//! however many subscriptions list it. What a role gives is `actions` less `not_actions` of each permissions object, and
//! the union of these; scopes inherit downwards; deny assignments win. Where something is not known the access stays and
//! has a [`Doubt`]; it goes only when it is certainly denied.
//!
//! `places` has the accounts at a scope, `deny` the deny assignments, `remaining` what they leave, `gather` the assignments
//! and roles; `reach` brings them together, and `access` is the result.

mod access;
mod bypass;
mod deny;
mod gather;
mod holder;
mod places;
mod reach;
mod remaining;

pub use access::{ControlAccess, Unread};
pub use bypass::{Bypass, DenyDoubt, Doubt, Reached, Via};
pub use holder::Holder;
pub use reach::UnknownRole;
