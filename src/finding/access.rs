//! Who may do what in an account, as the report shows it beside the findings: roles with what they allow, and who
//! holds them where.

use super::{PrincipalRef, RoleRef};
use crate::model::{Scope, action::Effect};
use std::sync::Arc;

/// One thing that a role allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ability {
    /// The data action in full; for [`AbilityKind::Future`] the wildcard.
    pub data_action: String,
    /// What its holder may do, as the end of "may …".
    pub verb: String,
    /// What it comes to.
    pub kind: AbilityKind,
    /// Whether the role grants it however the service reads wildcards.
    pub certain: bool,
}

/// What a data action comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbilityKind {
    /// An action that the service documents.
    Known(Effect),
    /// An action that occurs in a role or the policy, and in no documentation.
    Unlisted,
    /// Whatever else a wildcard matches, today or one day.
    Future,
}

impl AbilityKind {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Known(Effect::Metadata) => "metadata",
            Self::Known(Effect::Read) => "read",
            Self::Known(Effect::Write) => "write",
            Self::Unlisted => "unlisted",
            Self::Future => "future",
        }
    }
}

/// A role definition of an account that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSummary {
    /// Which.
    pub role: RoleRef,
    /// Whether the service brings it.
    pub built_in: bool,
    /// What it states: its patterns, short; those it subtracts begin with `not `.
    pub patterns: Vec<String>,
    /// What that allows, the worst first.
    pub abilities: Vec<Ability>,
}

/// A role assignment that gives somebody something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantSummary {
    /// Who: the place in [`super::AccountSummary::principals`].
    pub principal: usize,
    /// What: the place in [`AccessSummary::roles`].
    pub role: usize,
    /// Where.
    pub scope: Scope,
    /// Through which role assignment (ARM id).
    pub assignment: Arc<str>,
}

/// The data-plane access of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessSummary {
    /// The role definitions that somebody holds.
    pub roles: Vec<RoleSummary>,
    /// Who holds them where, sorted by principal and scope.
    pub grants: Vec<GrantSummary>,
}

/// A way round the data plane: what one assignment of Azure RBAC lets its holder do, wherever it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteSummary {
    /// Who.
    pub principal: PrincipalRef,
    /// The word for the way: `read-keys`, `read-only-keys`, `change-account`, `grant-data` or `assign-roles`.
    pub way: &'static str,
    /// What that lets its holder do, as the end of "may …".
    pub verb: &'static str,
    /// The action of Azure RBAC.
    pub action: &'static str,
    /// The role's pattern that gives it.
    pub pattern: String,
    /// The Azure role.
    pub role: RoleRef,
    /// Where it was assigned.
    pub scope: String,
    /// Through which assignment (ARM id).
    pub assignment: String,
    /// Whether it must be activated first.
    pub eligible: bool,
}

/// A way that leads to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaySummary {
    /// Which: the place in [`super::Report::routes`].
    pub route: usize,
    /// Whether nothing stands in the way.
    pub certain: bool,
}
