//! What gives a principal an Azure role: an assignment, or one that can be activated.

use crate::model::{AzureRoleAssignment, AzureScope, EligibleAssignment, PrincipalId};

/// What gives a principal a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A role assignment.
    Active(&'a AzureRoleAssignment),
    /// A role that may be activated.
    Eligible(&'a EligibleAssignment),
}

impl<'a> Holder<'a> {
    /// The ARM id of the assignment.
    pub fn id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.id,
            Self::Eligible(one) => &one.id,
        }
    }

    /// The ARM id of the role definition.
    pub fn role_definition_id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.role_definition_id,
            Self::Eligible(one) => &one.role_definition_id,
        }
    }

    /// Who has the role.
    pub fn principal(self) -> &'a PrincipalId {
        match self {
            Self::Active(one) => &one.principal_id,
            Self::Eligible(one) => &one.principal_id,
        }
    }

    /// What that is, as the service wrote it.
    pub fn principal_type(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.principal_type.as_deref(),
            Self::Eligible(one) => one.principal_type.as_deref(),
        }
    }

    /// Whether it is of another tenant, whose directory isn't this one's: a partner's group in a subscription of the Cloud
    /// Solution Provider program. Source: `principalType` in the REST API of role assignments.
    pub fn is_of_another_tenant(self) -> bool {
        self.principal_type()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("ForeignGroup"))
    }

    /// Where.
    pub fn scope(self) -> &'a AzureScope {
        match self {
            Self::Active(one) => &one.scope,
            Self::Eligible(one) => &one.scope,
        }
    }

    /// The condition that narrows it.
    pub fn condition(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.condition.as_deref(),
            Self::Eligible(one) => one.condition.as_deref(),
        }
        .filter(|text| is_conditional(Some(text)))
    }

    /// Whether it must be activated first.
    pub fn is_eligible(self) -> bool {
        matches!(self, Self::Eligible(_))
    }
}

/// Whether there is a condition; some lists say "none" with an empty text.
pub(super) fn is_conditional(condition: Option<&str>) -> bool {
    condition.is_some_and(|text| !text.trim().is_empty())
}
