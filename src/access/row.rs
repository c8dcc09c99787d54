//! One row: who can do what where, and through what.

use super::data::{Data, Sure};
use crate::model::{BypassKind, PrincipalId, Scope};
use crate::resolve::{Bypass, Grant, Reached};

/// What somebody can do in an account through one assignment.
#[derive(Debug, Clone)]
pub struct Row<'r> {
    /// Who: the principal of the assignment, and so whoever is in it, if it is a group.
    pub principal: &'r PrincipalId,
    /// Where.
    pub scope: &'r Scope,
    /// What they can do with the data: at once, or [indirectly](Route::is_indirect).
    pub data: Data,
    /// Whether they can change the account's settings or who has access.
    pub manages: Sure,
    /// Through what.
    pub route: Route<'r>,
}

/// Through what somebody has access.
#[derive(Debug, Clone)]
pub enum Route<'r> {
    /// A role assignment of the data plane.
    RoleAssignment(Grant<'r, 'r>),
    /// An Azure role that reads account keys.
    Keys {
        /// What the Azure role gives.
        bypass: &'r Bypass<'r>,
        /// How it reaches the account.
        reached: Reached<'r, 'r>,
    },
    /// An Azure role that changes the account or grants access.
    AzureRole {
        /// What the Azure role gives.
        bypass: &'r Bypass<'r>,
        /// How it reaches the account.
        reached: Reached<'r, 'r>,
        /// The other Azure role that it takes: who enables key-based authentication must also be able to read keys.
        with: Option<(&'r Bypass<'r>, Reached<'r, 'r>)>,
    },
}

impl Row<'_> {
    /// How sure the surest is that the row says.
    pub fn sure(&self) -> Sure {
        match &self.route {
            // Keys that are refused can still be read.
            Route::Keys { reached, .. } if self.data.is_none() => Sure::of(reached.is_certain()),
            _ => self.data.sure().max(self.manages),
        }
    }
}

impl<'r> Route<'r> {
    /// Whether the principal must first change something, such as create a role assignment.
    pub fn is_indirect(&self) -> bool {
        matches!(self, Self::AzureRole { .. })
    }

    /// What the Azure role gives, if it is one.
    pub fn bypass(&self) -> Option<&'r Bypass<'r>> {
        match self {
            Self::RoleAssignment(_) => None,
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => Some(bypass),
        }
    }

    /// The check that reports such access.
    pub fn check(&self) -> Option<&'static str> {
        self.bypass().map(|bypass| match bypass.kind {
            BypassKind::ReadKeys | BypassKind::ReadReadOnlyKeys => "key-access",
            BypassKind::ChangeAccount => "local-auth-switch",
            BypassKind::GrantData => "self-grant",
            BypassKind::AssignRoles => "role-assignment-write",
        })
    }
}
