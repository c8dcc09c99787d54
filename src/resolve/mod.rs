//! From what a scan read to who may really do what.
//!
//! `data_plane` resolves the account's own role assignments, `control_plane` the ways around them through Azure RBAC.

pub mod control_plane;
mod data_plane;

pub use control_plane::{ControlAccess, Way};
pub use data_plane::{Access, Assignment, Grant, Role};
