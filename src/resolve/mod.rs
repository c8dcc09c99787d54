//! From what a scan read to who can do what, without any policy.
//!
//! [`Tenant`] is the middle of the program: `directory` says who is who, `data_plane` resolves an account's own role
//! assignments with what its `role_sets` grant, `control_plane` the bypasses through Azure RBAC, and `summary` has the rows that are shown of both.

pub mod control_plane;
mod data_plane;
mod directory;
mod role_sets;
mod shared;
mod summary;
mod tenant;

pub use control_plane::{
    Bypass, Chain, ControlAccess, DenyDoubt, Doubt, Holder, Power, Powers, Reached, Takeovers, Unread, Via,
};
pub use data_plane::{Access, Assignment, Grant, Role};
pub use directory::{Directory, Group, Hidden, Members};
pub use shared::Shared;
pub use summary::{AccessRows, BypassRow, Can, GrantRow, GroupRow, RoleRow, SharedRows};
pub use tenant::Tenant;
