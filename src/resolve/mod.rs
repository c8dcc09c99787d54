//! From what a scan read to who may really do what.
//!
//! `data_plane` resolves the account's own role assignments. Another way to the data (Azure RBAC, keys) gets its file
//! here.

mod data_plane;

pub use data_plane::{Access, Assignment, Grant, Role};
