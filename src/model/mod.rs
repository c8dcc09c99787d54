//! The words of the field as types: data actions, scopes, ARM ids, accounts, principals, Azure RBAC.
//!
//! Knows nothing of Azure's HTTP API, files, policies or reports.

pub mod account;
pub mod action;
pub mod arm_id;
pub mod azure_rbac;
pub mod builtin;
pub mod glob;
pub mod principal;
pub mod scope;

pub use account::{Account, AccountRecord, Api, Database, Gap, Permission, RoleAssignment, RoleDefinition};
pub use action::{ActionPattern, ActionSet, Bounds, Universe};
pub use arm_id::AccountId;
pub use azure_rbac::{
    AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane, DenyAssignment, DenyPrincipal,
    EligibleAssignment,
};
pub use builtin::BuiltinRole;
pub use glob::Glob;
pub use principal::{PrincipalId, PrincipalKind, PrincipalRecord};
pub use scope::{Scope, ScopePattern};
