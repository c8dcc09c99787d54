//! Azure RBAC of a subscription or a management group: who may manage resources, as opposed to who may read their data.

use serde::Deserialize;
use serde_json::Value;

use super::PrincipalKind;

/// Azure RBAC of a subscription or a management group.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AzureRbac {
    /// Whether the built-in roles that matter to Cosmos DB are listed too.
    pub built_in_roles: bool,
    /// Custom roles.
    pub role_definitions: Vec<AzureRole>,
    /// Role assignments.
    pub role_assignments: Vec<AzureAssignment>,
    /// What may be activated through Privileged Identity Management.
    pub eligible: Vec<AzureAssignment>,
    /// Deny assignments.
    pub deny_assignments: Vec<DenyAssignment>,
}

impl Default for AzureRbac {
    fn default() -> Self {
        Self {
            built_in_roles: true,
            role_definitions: Vec::new(),
            role_assignments: Vec::new(),
            eligible: Vec::new(),
            deny_assignments: Vec::new(),
        }
    }
}

/// A role definition of Azure RBAC.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AzureRole {
    /// GUID; made from the name when empty.
    pub id: String,
    /// Role name.
    pub name: String,
    /// Actions.
    pub actions: Vec<String>,
    /// Actions taken away.
    pub not_actions: Vec<String>,
    /// Data actions.
    pub data_actions: Vec<String>,
    /// Data actions taken away.
    pub not_data_actions: Vec<String>,
    /// Scopes, short or in full; where the role is declared when empty.
    pub assignable_scopes: Vec<String>,
    /// Whether the list leaves it out, although it is there when asked for.
    pub unlisted: bool,
}

/// A role assignment, active or eligible.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AzureAssignment {
    /// GUID; made from the rest when empty.
    pub id: String,
    /// The role: its name, its GUID or a full id.
    pub role: String,
    /// Object id of the principal.
    pub principal_id: String,
    /// What the principal is, as the service notes it; looked up in the directory when absent.
    pub principal_type: Option<String>,
    /// `/`, `mg:NAME`, `rg:NAME`, `account:NAME` or a full id; where it is declared when empty.
    pub scope: String,
    /// Under what condition it holds.
    pub condition: Option<String>,
    /// When an eligible one ends.
    pub ends: Option<String>,
}

/// A deny assignment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DenyAssignment {
    /// GUID; made from the name when empty.
    pub id: String,
    /// Name.
    pub name: String,
    /// Actions.
    pub actions: Vec<String>,
    /// Actions taken away.
    pub not_actions: Vec<String>,
    /// As for a role assignment.
    pub scope: String,
    /// Whether it ends at its scope.
    pub do_not_apply_to_child_scopes: bool,
    /// Object ids; everybody when empty.
    pub principals: Vec<String>,
    /// Object ids of whom it spares.
    pub exclude_principals: Vec<String>,
    /// Whether it was made by Azure, such as for a deployment stack or a managed application, so that nobody can delete it.
    pub system_protected: bool,
    /// `enforced` when empty, or `audit`.
    pub effect: String,
    /// Further properties, merged over the rendered ones, unchecked.
    pub properties: serde_json::Map<String, Value>,
}

impl PrincipalKind {
    /// As role assignments note it.
    #[must_use]
    pub const fn azure_name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
        }
    }
}
