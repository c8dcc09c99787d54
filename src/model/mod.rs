//! The words of the field as types: data actions, scopes, ARM ids, accounts, principals, Azure RBAC.
//!
//! Knows nothing of Azure's HTTP API, files, policies or reports.

pub mod account;
pub mod account_key;
mod account_users;
pub mod action;
mod alike;
pub mod api;
pub mod arm_id;
pub mod azure_rbac;
pub mod builtin;
pub mod bypass;
pub mod casing;
pub mod cluster;
pub mod gap;
pub mod glob;
pub mod guid;
pub mod hosts;
pub mod listed_only;
pub mod mongo;
pub mod native;
pub mod principal;
pub(crate) mod quoted;
pub mod role;
pub mod role_kind;
pub mod scanned_by;
pub mod scope;
mod scope_pattern;
pub mod shown;
mod source_ref;
pub mod spelling;
pub mod tags;
pub mod takeover;
#[cfg(test)]
mod tests;
pub(crate) mod time;
pub mod yaml;

pub use account::{Account, AccountRecord, Backup, Database, Keys};
pub use account_key::{AccountKey, Generated, KeysGenerated};
pub use action::{ActionPattern, ActionSet, Atom, Bounds, Permission, Universe};
pub use api::Api;
pub use arm_id::{AccountId, ResourceType};
pub use azure_rbac::{
    Authorization, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane, Delegation,
    DenyAssignment, DenyEffect, DenyPrincipal, EligibleAssignment,
};
pub use builtin::BuiltinRole;
pub use bypass::{BypassAction, BypassKind};
pub use gap::{Gap, Part};
pub use glob::Glob;
pub use mongo::{MongoPrivilege, MongoRole, MongoRoleName, MongoUser};
pub use native::{Native, NativeAssignment, OnceNative};
pub use principal::{PrincipalId, PrincipalKind, PrincipalRecord, PrincipalRef};
pub use role::{Naming, RoleAssignment, RoleDefinition, RoleDefinitionId, RoleRef, role_key};
pub use role_kind::RoleKind;
pub use scanned_by::ScannedBy;
pub use scope::Scope;
pub use scope_pattern::ScopePattern;
pub use shown::Shown;
pub use source_ref::SourceRef;
pub use spelling::{Alike, Existing};
pub use tags::Tags;
