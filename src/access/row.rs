//! One row: who can do what where, and through what.

use super::data::Verb;
use super::data::{Data, Sure};
use crate::model::{BypassKind, PrincipalId, RoleAssignment, Scope};
use crate::resolve::{Bypass, Chain, Grant, Holder, Reached};
use std::sync::Arc;

/// What somebody can do in an account through one assignment. What the tenant as a whole holds (`'t`) outlives the account's
/// record (`'r`).
#[derive(Debug, Clone)]
pub struct Row<'r, 't> {
    /// Who: the principal of the assignment, and so whoever is in it, if it is a group.
    pub principal: &'r PrincipalId,
    /// Where.
    pub scope: &'r Scope,
    /// What they can do with the data: at once, or [indirectly](Route::is_indirect).
    pub data: Data,
    /// Whether they can change the account's settings or who has access.
    pub manages: Sure,
    /// Through what.
    pub route: Route<'r, 't>,
}

/// Through what somebody has access.
#[derive(Debug, Clone)]
pub enum Route<'r, 't> {
    /// A role assignment of the data plane.
    RoleAssignment(Grant<'r, 'r>),
    /// A role assignment of the data plane whose role definition wasn't read: it could give anything.
    UnknownRole {
        /// The assignment.
        assignment: &'r RoleAssignment,
        /// Whether its scope is malformed, and this is only what it could mean.
        is_scope_meant: bool,
        /// Whether it is of another kind of role than the account's API has.
        is_foreign: bool,
    },
    /// The assignment of an Azure role whose definition wasn't read: it could give anything.
    UnknownAzureRole(Holder<'t>),
    /// An Azure role that reads account keys.
    Keys {
        /// What the Azure role gives.
        bypass: &'t Bypass<'t>,
        /// How it reaches the account.
        reached: Reached<'t, 't>,
    },
    /// An Azure role that changes the account or grants access.
    AzureRole {
        /// What the Azure role gives.
        bypass: &'t Bypass<'t>,
        /// How it reaches the account.
        reached: Reached<'t, 't>,
        /// The other Azure role that it takes: who enables key-based authentication must also be able to read keys.
        with: Option<(&'t Bypass<'t>, Reached<'t, 't>)>,
    },
    /// What a managed identity has, that somebody can act as.
    Identity {
        /// The identity.
        identity: &'t PrincipalId,
        /// How it can be taken over.
        chain: Arc<Chain<'t>>,
        /// Whether it isn't known where the identity is, so that all that could concern it counts.
        is_lost: bool,
        /// Through what the identity has access.
        through: Box<Route<'r, 't>>,
    },
    /// A copy of the account, that somebody can restore and read.
    Copy {
        /// How it can be restored.
        chain: Arc<Chain<'t>>,
        /// Whether it isn't known how the account is backed up.
        is_guess: bool,
    },
}

/// How somebody can do something, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Not at all.
    #[default]
    No,
    /// It depends on something that isn't known.
    Possible,
    /// Certainly, after a change that they can make, such as a role assignment to themselves.
    Indirect,
    /// Certainly, and at once.
    Yes,
}

impl Level {
    /// What something sure is, directly or not.
    pub fn of(sure: Sure, is_indirect: bool) -> Self {
        match sure {
            Sure::No => Self::No,
            Sure::Possible => Self::Possible,
            Sure::Certain if is_indirect => Self::Indirect,
            Sure::Certain => Self::Yes,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Possible => "possible",
            Self::Indirect => "indirect",
            Self::Yes => "yes",
        }
    }
}

impl Row<'_, '_> {
    /// How they can read, write or delete data.
    pub fn level(&self, verb: Verb) -> Level {
        Level::of(self.data.can(verb), self.route.is_indirect())
    }

    /// How they can change the account's settings or who has access.
    pub fn manage(&self) -> Level {
        Level::of(self.manages, matches!(self.route, Route::Identity { .. }))
    }

    /// How sure the surest is that the row says.
    pub fn sure(&self) -> Sure {
        match &self.route {
            // Keys that are refused can still be read.
            Route::Keys { reached, .. } if self.data.is_none() => Sure::of(reached.is_certain()),
            _ => self.data.sure().max(self.manages),
        }
    }
}

impl<'t> Route<'_, 't> {
    /// Whether the principal must first change something, such as create a role assignment.
    pub fn is_indirect(&self) -> bool {
        match self {
            Self::RoleAssignment(_) | Self::UnknownRole { .. } | Self::Keys { .. } => false,
            Self::AzureRole { .. } | Self::UnknownAzureRole(_) | Self::Identity { .. } | Self::Copy { .. } => true,
        }
    }

    /// What the Azure role gives, if it is one.
    pub fn bypass(&self) -> Option<&'t Bypass<'t>> {
        match self {
            Self::RoleAssignment(_)
            | Self::UnknownRole { .. }
            | Self::UnknownAzureRole(_)
            | Self::Identity { .. }
            | Self::Copy { .. } => None,
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => Some(bypass),
        }
    }

    /// The ARM ID of the assignment that it begins with.
    pub fn assignment(&self) -> &str {
        match self {
            Self::RoleAssignment(grant) => &grant.assignment.id,
            Self::UnknownRole { assignment, .. } => &assignment.id,
            Self::UnknownAzureRole(holder) => holder.id(),
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => bypass.holder.id(),
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => chain.first.holder.id(),
        }
    }

    /// What the principal of an Azure role is, as the service wrote it.
    pub fn principal_type(&self) -> Option<&'t str> {
        match self {
            Self::UnknownAzureRole(holder) => holder.principal_type(),
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => chain.first.holder.principal_type(),
            _ => self.bypass()?.holder.principal_type(),
        }
    }

    /// The check that reports such access.
    pub fn check(&self) -> Option<&'static str> {
        match self {
            Self::RoleAssignment(_) | Self::UnknownRole { .. } | Self::UnknownAzureRole(_) => None,
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => Some(check_of(bypass.kind)),
            Self::Identity { .. } => Some("identity-takeover"),
            Self::Copy { .. } => Some("restore-copy"),
        }
    }
}

/// The check that reports what an Azure role gives.
pub fn check_of(kind: BypassKind) -> &'static str {
    match kind {
        BypassKind::ReadKeys | BypassKind::ReadReadOnlyKeys => "key-access",
        BypassKind::ChangeAccount => "local-auth-switch",
        BypassKind::GrantData => "self-grant",
        BypassKind::AssignRoles => "role-assignment-write",
    }
}
