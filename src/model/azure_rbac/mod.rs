//! Azure RBAC, the access control of the control plane: who may read an account's keys, change the account, or grant
//! access to it. As a subscription's lists tell it, with what could not be read.
//!
//! Role assignments of the data plane are something else; see `account`. Source of the shapes: Azure RBAC documentation,
//! "Understand Azure role definitions", "Understand Azure role assignments", "Understand Azure deny assignments".

mod built_in;
mod delegation;
mod place;
mod scope;

pub use built_in::{BuiltInAzureRole, Opens};
pub use delegation::{Authorization, Delegation};
pub use place::AzurePlace;
pub use scope::{AzureScope, Level};

use super::action::ActionPattern;
use super::gap::Gap;
use super::principal::PrincipalId;
use super::role::RoleRef;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What Azure RBAC says of one subscription: all that holds at it, above it and below it.
///
/// `None`: the list could not be read, or was not asked for; then a gap says why. A list that was read in part has a gap
/// too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlPlane {
    /// The subscription's id.
    pub subscription: String,
    /// Its role assignments, those inherited from above included.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_assignments: Option<Vec<AzureRoleAssignment>>,
    /// The role definitions: at least those that assignments of the subscription name.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_definitions: Option<Vec<AzureRoleDefinition>>,
    /// Its deny assignments.
    #[serde(deserialize_with = "Option::deserialize")]
    pub deny_assignments: Option<Vec<DenyAssignment>>,
    /// Roles that somebody may activate (Privileged Identity Management).
    #[serde(deserialize_with = "Option::deserialize")]
    pub eligible: Option<Vec<EligibleAssignment>>,
    /// What it and its resource groups delegate to other tenants (Azure Lighthouse). `None` without a gap: it was not
    /// asked for, as by versions of this program that knew nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegations: Option<Vec<Delegation>>,
    /// What of it a template says. No file of a snapshot has it.
    #[serde(skip)]
    pub of_template: OfTemplate,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// What of a control plane nobody read, since only a template says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfTemplate {
    /// Whether a template says all of it: then what is there already isn't known, and nothing in it is whole.
    pub is_all: bool,
    /// The ids, in lower case, of role definitions and assignments of which it isn't certain that they are deployed like this.
    /// What they give is possible.
    pub doubtful: BTreeSet<String>,
}

impl OfTemplate {
    /// Whether it isn't certain that something is deployed like this.
    pub fn is_doubtful(&self, id: &str) -> bool {
        !self.doubtful.is_empty() && self.doubtful.contains(&id.to_ascii_lowercase())
    }
}

/// Gives a principal an Azure role at a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AzureRoleAssignment {
    /// Its ARM id.
    pub id: String,
    /// The ARM id of the role definition.
    pub role_definition_id: String,
    /// Who gets the role.
    pub principal_id: PrincipalId,
    /// `User`, `Group`, `ServicePrincipal`, …, as the service wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_type: Option<String>,
    /// Where; it holds for all below, too.
    pub scope: AzureScope,
    /// Text of the condition (ABAC) that narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// When it was made.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::model::time::optional"
    )]
    pub created_on: Option<Timestamp>,
}

/// An Azure role. Its data actions do not matter: Cosmos DB's are in no Azure role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AzureRoleDefinition {
    /// Its ARM id; the GUID at its end is what identifies it.
    pub id: String,
    /// The name that people see.
    pub role_name: String,
    /// Whether Azure made it.
    pub built_in: bool,
    /// Where it may be assigned.
    pub assignable_scopes: Vec<AzureScope>,
    /// What it grants; the union of all of them.
    pub permissions: Vec<AzurePermission>,
}

impl AzureRoleDefinition {
    /// What names it in findings.
    pub fn reference(&self) -> RoleRef {
        RoleRef {
            id: self.id.clone(),
            name: self.role_name.clone(),
        }
    }
}

/// One permissions object of an Azure role or deny assignment.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AzurePermission {
    /// What it names.
    pub actions: Vec<ActionPattern>,
    /// What it takes out again, of this object only.
    pub not_actions: Vec<ActionPattern>,
    /// Text of the condition under which it holds; built-in roles that may assign some roles only have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// What a `*` between two slashes stands for in an action of Azure RBAC, which isn't settled. Elsewhere `*` stands for any
/// run of characters, slashes included: "Understand Azure role definitions", section "Actions format".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// For at least one segment: `a/*/write` doesn't match `a/write`.
    Literal,
    /// For any number of segments: it does.
    OptionalSegment,
}

impl AzurePermission {
    /// The pattern that gives the action in one reading of wildcards, if this object gives it.
    pub fn grants(&self, action: &str, reading: Reading) -> Option<&ActionPattern> {
        let covers = |pattern: &&ActionPattern| match reading {
            Reading::Literal => pattern.covers_most(action),
            Reading::OptionalSegment => pattern.covers_without_segment(action),
        };
        let granted = self.actions.iter().find(covers)?;
        self.not_actions.iter().find(covers).is_none().then_some(granted)
    }
}

/// Takes actions away from principals, whatever roles they have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DenyAssignment {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// What it denies.
    pub permissions: Vec<AzurePermission>,
    /// Where.
    pub scope: AzureScope,
    /// Whether it holds at that scope only, and not below.
    pub does_not_apply_to_child_scopes: bool,
    /// Whom it concerns.
    pub principals: Vec<DenyPrincipal>,
    /// Whom of these it spares.
    pub exclude_principals: Vec<DenyPrincipal>,
    /// Text of the condition that narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Whether it blocks what it denies. `None`: written before this was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<DenyEffect>,
    /// Whether Azure made it, so that nobody can delete it. `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_protected: Option<bool>,
}

impl DenyAssignment {
    /// Whether it could be one that a deployment stack made: those are lifted through the stack. Azure writes into the name
    /// who made it (`… created by Deployment Stack '…'`); a name that doesn't say leaves it open.
    /// Source: "Create and deploy Azure deployment stacks", section "Protect managed resources".
    pub fn may_be_of_deployment_stack(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        name.contains("deployment stack") || name.contains("deploymentstacks") || !name.contains("created by")
    }
}

/// What a deny assignment does when it concerns a request. Source: the REST API of deny assignments, 2024-07-01-preview,
/// `denyAssignmentEffect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DenyEffect {
    /// It blocks the request.
    Enforced,
    /// It logs the request, and lets it pass.
    Audit,
    /// The service didn't say, or said something that this version doesn't know.
    #[serde(other)]
    Unknown,
}

/// Whom a deny assignment names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DenyPrincipal {
    /// The object id.
    pub id: PrincipalId,
    /// `User`, `Group`, `ServicePrincipal`, `SystemDefined`, …, as the service wrote it.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl DenyPrincipal {
    /// The object id that stands for everyone.
    const EVERYONE: &'static str = "00000000-0000-0000-0000-000000000000";

    /// Whether it stands for every user, group, service principal and managed identity of the tenant: the all-zero GUID
    /// with the type `SystemDefined`. Source: "Understand Azure deny assignments", section "All principals".
    pub fn is_everyone(&self) -> bool {
        let is_system = |kind: &String| kind.eq_ignore_ascii_case("SystemDefined");
        self.id.as_str() == Self::EVERYONE && self.kind.as_ref().is_some_and(is_system)
    }
}

/// A role that a principal does not have, but may activate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EligibleAssignment {
    /// Its ARM id.
    pub id: String,
    /// The ARM id of the role definition.
    pub role_definition_id: String,
    /// Who may activate the role.
    pub principal_id: PrincipalId,
    /// `User`, `Group`, `ServicePrincipal`, …, as the service wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_type: Option<String>,
    /// Where the role holds then.
    pub scope: AzureScope,
    /// Text of the condition that narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Until when it may be activated; `None`: for good.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::model::time::optional"
    )]
    pub end: Option<Timestamp>,
}

impl ControlPlane {
    /// The lists by the names of their gaps: whether each was read from its beginning to its end.
    pub fn lists(&self) -> [(&'static str, bool); 5] {
        [
            (Gap::AZURE_ROLE_ASSIGNMENTS, self.role_assignments.is_some()),
            (Gap::AZURE_ROLE_DEFINITIONS, self.role_definitions.is_some()),
            (Gap::DENY_ASSIGNMENTS, self.deny_assignments.is_some()),
            (Gap::ELIGIBLE, self.eligible.is_some()),
            (Gap::DELEGATIONS, self.delegations.is_some()),
        ]
        .map(|(what, is_there)| (what, is_there && !self.of_template.is_all && !self.has_gap(what)))
    }

    /// Whether all of a list was read; `what` is the name of its gaps.
    pub fn has_all(&self, what: &str) -> bool {
        self.lists().contains(&(what, true))
    }

    /// Whether something of `what` could not be read.
    pub fn has_gap(&self, what: &str) -> bool {
        self.gaps.iter().any(|gap| gap.what == what)
    }

    /// Whether delegations were not asked for: the scan was one of an older version.
    pub fn lacks_delegations(&self) -> bool {
        self.delegations.is_none() && !self.has_gap(Gap::DELEGATIONS)
    }

    /// The first field that is `null` though no gap says why; there is none in what this program writes.
    pub fn unexplained_null(&self) -> Option<&'static str> {
        [
            (
                "role_assignments",
                self.role_assignments.is_none(),
                Gap::AZURE_ROLE_ASSIGNMENTS,
            ),
            (
                "role_definitions",
                self.role_definitions.is_none(),
                Gap::AZURE_ROLE_DEFINITIONS,
            ),
            (
                "deny_assignments",
                self.deny_assignments.is_none(),
                Gap::DENY_ASSIGNMENTS,
            ),
            ("eligible", self.eligible.is_none(), Gap::ELIGIBLE),
        ]
        .into_iter()
        .find(|(_, is_null, what)| *is_null && !self.has_gap(what))
        .map(|(field, _, _)| field)
    }

    /// The principals that its assignments name, so that they can be looked up. Those of other tenants are not known to
    /// the directory.
    pub fn principals(&self) -> impl Iterator<Item = &PrincipalId> {
        let assigned = self.role_assignments.iter().flatten().map(|one| &one.principal_id);
        let eligible = self.eligible.iter().flatten().map(|one| &one.principal_id);
        let denied = self.deny_assignments.iter().flatten().flat_map(|deny| {
            let named = deny.principals.iter().chain(&deny.exclude_principals);
            named.filter(|one| !one.is_everyone()).map(|one| &one.id)
        });
        assigned.chain(eligible).chain(denied)
    }
}
