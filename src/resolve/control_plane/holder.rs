//! What gives a principal an Azure role: an assignment, one that can be activated, or a delegation to another tenant.

use crate::model::{
    Authorization, AzureRoleAssignment, AzureScope, Delegation, EligibleAssignment, Gap, PrincipalId, RoleRef,
};
use crate::resolve::directory::is_of_another_tenant;

/// What gives a principal a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A role assignment.
    Active(&'a AzureRoleAssignment),
    /// A role that may be activated.
    Eligible(&'a EligibleAssignment),
    /// What is delegated to a principal of another tenant (Azure Lighthouse).
    Delegated {
        /// The delegation.
        delegation: &'a Delegation,
        /// Whom it is for, of those that it names.
        authorization: &'a Authorization,
        /// Whether the role must be activated first.
        eligible: bool,
    },
}

impl<'a> Holder<'a> {
    /// The ARM id of the assignment.
    pub fn id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.id,
            Self::Eligible(one) => &one.id,
            Self::Delegated { delegation, .. } => &delegation.id,
        }
    }

    /// The list that it is in, by the name of its gaps.
    pub fn list(self) -> &'static str {
        match self {
            Self::Active(_) => Gap::AZURE_ROLE_ASSIGNMENTS,
            Self::Eligible(_) => Gap::ELIGIBLE,
            Self::Delegated { .. } => Gap::DELEGATIONS,
        }
    }

    /// The ARM id of the role definition.
    pub fn role_definition_id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.role_definition_id,
            Self::Eligible(one) => &one.role_definition_id,
            Self::Delegated { authorization, .. } => &authorization.role_definition_id,
        }
    }

    /// The role, where its definition wasn't read: its name isn't known.
    pub fn unread_role(self) -> RoleRef {
        RoleRef::unread(self.role_definition_id())
    }

    /// Who has the role.
    pub fn principal(self) -> &'a PrincipalId {
        match self {
            Self::Active(one) => &one.principal_id,
            Self::Eligible(one) => &one.principal_id,
            Self::Delegated { authorization, .. } => &authorization.principal_id,
        }
    }

    /// What that is, as the service wrote it.
    pub fn principal_type(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.principal_type.as_deref(),
            Self::Eligible(one) => one.principal_type.as_deref(),
            Self::Delegated { .. } => None,
        }
    }

    /// Whether it is of another tenant, whose directory isn't this one's: a partner's group, or whoever a delegation names.
    pub fn is_of_another_tenant(self) -> bool {
        self.delegation().is_some() || self.principal_type().is_some_and(is_of_another_tenant)
    }

    /// Where.
    pub fn scope(self) -> &'a AzureScope {
        match self {
            Self::Active(one) => &one.scope,
            Self::Eligible(one) => &one.scope,
            Self::Delegated { delegation, .. } => &delegation.scope,
        }
    }

    /// The condition that narrows it.
    pub fn condition(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.condition.as_deref(),
            Self::Eligible(one) => one.condition.as_deref(),
            Self::Delegated { .. } => None,
        }
        .filter(|text| is_conditional(Some(text)))
    }

    /// The delegation, if that is what it is.
    pub fn delegation(self) -> Option<&'a Delegation> {
        match self {
            Self::Delegated { delegation, .. } => Some(delegation),
            Self::Active(_) | Self::Eligible(_) => None,
        }
    }

    /// Whether it must be activated first.
    pub fn is_eligible(self) -> bool {
        matches!(self, Self::Eligible(_) | Self::Delegated { eligible: true, .. })
    }
}

/// Whether there is a condition; some lists say "none" with an empty text.
pub(super) fn is_conditional(condition: Option<&str>) -> bool {
    condition.is_some_and(|text| !text.trim().is_empty())
}
