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
    /// What is delegated to other tenants (Azure Lighthouse); not of a management group.
    pub delegations: Vec<Delegation>,
}

impl Default for AzureRbac {
    fn default() -> Self {
        Self {
            built_in_roles: true,
            role_definitions: Vec::new(),
            role_assignments: Vec::new(),
            eligible: Vec::new(),
            deny_assignments: Vec::new(),
            delegations: Vec::new(),
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

/// An offer of another tenant that was accepted: a registration assignment with its definition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delegation {
    /// GUID; made from the name when empty.
    pub id: String,
    /// Name of the offer.
    pub name: String,
    /// Id of the managing tenant.
    pub managing_tenant: String,
    /// Its name.
    pub managing_tenant_name: Option<String>,
    /// As for a role assignment: the subscription or a group in it.
    pub scope: String,
    /// Who has which role.
    pub authorizations: Vec<DelegatedRole>,
    /// Who may activate which role.
    pub eligible: Vec<DelegatedRole>,
}

/// Whom a delegation is for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DelegatedRole {
    /// Object id in the managing tenant.
    pub principal_id: String,
    /// Display name.
    pub principal_name: Option<String>,
    /// As for a role assignment.
    pub role: String,
    /// Roles that a User Access Administrator may assign.
    pub assignable: Vec<String>,
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
