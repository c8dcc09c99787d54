//! Azure Lighthouse: what a subscription delegates to principals of another tenant, the managing one.
//!
//! Role assignments do not list it: "role assignments authorized by that service provider won't be shown here" ("List
//! Azure role assignments using the REST API"). Source of the shapes: "Registration Assignments - List", api-version
//! 2022-10-01; of what can be delegated: "Tenants, users, and roles in Azure Lighthouse scenarios".

use super::scope::AzureScope;
use crate::model::principal::PrincipalId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A registration assignment: an offer of a managing tenant, accepted at a subscription or resource group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Delegation {
    /// Its ARM id.
    pub id: String,
    /// Where its roles hold: a subscription or a resource group.
    pub scope: AzureScope,
    /// The name of the offer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The id of the managing tenant.
    pub managing_tenant: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managing_tenant_name: Option<String>,
    /// Who has which role.
    pub authorizations: Vec<Authorization>,
    /// Who can activate which role (Privileged Identity Management of the managing tenant).
    pub eligible_authorizations: Vec<Authorization>,
}

/// A principal of the managing tenant, and the role that it has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Authorization {
    /// The object id, in the managing tenant.
    pub principal_id: PrincipalId,
    /// The name that the offer gives the principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// The role definition: its GUID, or an id that ends with it.
    pub role_definition_id: String,
    /// The roles that a User Access Administrator can assign, and only to managed identities of the delegating tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated_role_definition_ids: Vec<String>,
}

impl Delegation {
    /// The managing tenant as people know it.
    pub fn managed_by(&self) -> &str {
        let name = self.managing_tenant_name.as_deref().filter(|name| !name.is_empty());
        name.unwrap_or(&self.managing_tenant)
    }

    /// All authorizations, each with whether it must be activated first.
    pub fn all(&self) -> impl Iterator<Item = (&Authorization, bool)> {
        let active = self.authorizations.iter().map(|one| (one, false));
        active.chain(self.eligible_authorizations.iter().map(|one| (one, true)))
    }
}

impl Authorization {
    /// The built-in role User Access Administrator.
    const USER_ACCESS_ADMINISTRATOR: &'static str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

    /// Whether its role counts for nothing but assigning the delegated roles: "no other permissions typically granted by
    /// this role will apply" (source above, section "Role support for Azure Lighthouse").
    pub fn only_assigns(&self) -> bool {
        let role = crate::model::arm_id::last_segment(&self.role_definition_id);
        role.eq_ignore_ascii_case(Self::USER_ACCESS_ADMINISTRATOR)
    }

    /// The role definitions that it names: its own, and those that it can assign.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let assignable = self.delegated_role_definition_ids.iter().map(String::as_str);
        std::iter::once(self.role_definition_id.as_str()).chain(assignable)
    }
}
