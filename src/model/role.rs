//! Roles of the data plane: what a definition grants, and who is assigned it where.
//!
//! The field names are those of the snapshot format.

use super::action::{ActionPattern, Permission};
use super::principal::PrincipalId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A role definition of the data plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDefinition {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub role_name: String,
    /// Whether the service made it.
    pub built_in: bool,
    /// Where it may be assigned, as the service wrote it.
    pub assignable_scopes: Vec<String>,
    /// What it grants; the union of all of them.
    pub permissions: Vec<Permission>,
}

impl RoleDefinition {
    /// All patterns it names, subtracted ones included.
    pub fn patterns(&self) -> impl Iterator<Item = &ActionPattern> {
        self.permissions.iter().flat_map(Permission::patterns)
    }

    /// What names it in findings.
    pub fn reference(&self) -> RoleRef {
        RoleRef {
            id: self.id.clone(),
            name: self.role_name.clone(),
        }
    }
}

/// Gives a principal a role at a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleAssignment {
    /// Its ARM id.
    pub id: String,
    /// The ARM id of the role definition; it may name none that exists.
    pub role_definition_id: String,
    /// Who gets the role.
    pub principal_id: PrincipalId,
    /// Where, as the service wrote it; it may be malformed.
    pub scope: String,
}

/// A role definition, of the data plane or of Azure RBAC, as findings name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleRef {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub name: String,
}
