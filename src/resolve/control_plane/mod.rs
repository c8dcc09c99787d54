//! The control plane: who can get at an account's data through Azure RBAC, without any role of the data plane.
//!
//! One [`Bypass`] per assignment and kind, with all accounts that it reaches: a role at a management group is one result,
//! however many subscriptions list it. What a role gives is `actions` less `not_actions` of each permissions object, and
//! the union of these; scopes inherit downwards; deny assignments win. Where something is not known the access stays and
//! has a [`Doubt`]; it goes only when it is certainly denied.
//!
//! `places` has the accounts at a scope, `people` who is behind a principal, `deny` the deny assignments, `lift` who can lift
//! them, `remaining` what they leave, `gather` the assignments and roles, `conditions` what conditions leave of these;
//! `reach` brings them together, and `access` is the result.

mod access;
mod built_in_roles;
mod bypass;
mod chain;
mod condition;
mod conditions;
mod custom_roles;
mod deny;
mod gather;
mod holder;
mod lift;
mod people;
mod places;
mod powers;
mod reach;
mod remaining;
mod truth;

pub use access::{ControlAccess, Unread};
pub use bypass::{Bypass, DenyDoubt, Doubt, Reached, Via};
pub use chain::{Chain, Takeovers};
pub use holder::Holder;
pub use powers::{Power, Powers};
pub use reach::UnknownRole;
