//! A row of an answer. It outlives the record of its account.

use super::against::Against;
use crate::access::{Level, Route, Row, Verb, check_of};
use crate::model::{ActionPattern, Atom, Bounds, Permission, PrincipalId, RoleRef, Scope, Universe, arm_id};
use crate::resolve::{Bypass, Chain, Holder, Reached};
use std::sync::Arc;

/// Somebody who can do what was asked, through one assignment.
#[derive(Debug, Clone)]
pub struct Found<'t> {
    /// The account's place in the frame.
    pub account: usize,
    /// Who has the assignment.
    pub principal: PrincipalId,
    /// Who was asked about, if that is a member of the principal, which is a group.
    pub member: Option<PrincipalId>,
    /// Where.
    pub scope: Scope,
    /// Whether it holds in a part of what was asked about only.
    pub is_part: bool,
    /// How they can do what was asked.
    pub level: Level,
    /// How they can read, write and delete data, and manage the account.
    pub levels: [Level; 4],
    /// The data actions.
    pub actions: Arc<Actions>,
    /// Through what.
    pub via: Via<'t>,
    /// What the service could read in another way.
    pub unsure: Unsure,
    /// What the policy says of it, if it was compared with one.
    pub against: Option<Against>,
}

/// Data actions, in full.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actions {
    /// Those that are certain.
    pub certain: Vec<String>,
    /// Those that are possible, and not certain.
    pub possible: Vec<String>,
}

/// What the service could read in another way, where it isn't documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsure {
    /// Whether the id names this role definition.
    pub naming: bool,
    /// What the role of a MongoDB vCore cluster grants.
    pub undocumented: bool,
    /// Whether a privilege of MongoDB that names no database holds in every one.
    pub any_database: bool,
    /// What the malformed scope means.
    pub scope: bool,
    /// Whether the role is of another API than the account's.
    pub foreign: bool,
    /// Whether the scope is the place that was asked about, in another spelling.
    pub spelling: bool,
    /// What the stored procedures do that the role can run.
    pub code: bool,
    /// What wildcards match, or whether actions are subtracted.
    pub wildcard: bool,
    /// What the role gives, whose definition wasn't read.
    pub role: bool,
}

/// Through what somebody has access.
#[derive(Debug, Clone)]
pub enum Via<'t> {
    /// A role assignment of the data plane.
    RoleAssignment {
        /// Its ARM id.
        id: String,
        /// Its role definition.
        role: RoleRef,
        /// The pattern of the role that gives the worst of what was asked, and what that is.
        proof: Option<(ActionPattern, Atom)>,
    },
    /// The assignment of an Azure role whose definition wasn't read.
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
        /// The other Azure role that it takes.
        with: Option<(&'t Bypass<'t>, Reached<'t, 't>)>,
    },
    /// What a managed identity has.
    Identity {
        /// The identity.
        identity: &'t PrincipalId,
        /// How it can be taken over.
        chain: Arc<Chain<'t>>,
        /// Whether it isn't known where it is.
        is_lost: bool,
        /// Through what the identity has access.
        through: Box<Via<'t>>,
    },
    /// A copy of the account.
    Copy {
        /// How it can be restored.
        chain: Arc<Chain<'t>>,
        /// Whether it isn't known how the account is backed up.
        is_guess: bool,
    },
}

impl<'t> Via<'t> {
    /// `worst`: the worst action that was asked about and that the row gives.
    pub(super) fn of(route: &Route<'_, 't>, worst: Option<&Atom>) -> Self {
        match route {
            Route::RoleAssignment(grant) => Self::RoleAssignment {
                id: grant.assignment.id.clone(),
                role: grant.role.definition.reference(),
                proof: worst.and_then(|action| {
                    let pattern = pattern(&grant.role.definition.permissions, action)?;
                    Some((pattern.clone(), action.clone()))
                }),
            },
            Route::UnknownRole { assignment, .. } => Self::RoleAssignment {
                id: assignment.id.clone(),
                role: RoleRef::unread(assignment.role_definition_id.as_str()),
                proof: None,
            },
            Route::UnknownAzureRole(holder) => Self::UnknownAzureRole(*holder),
            Route::Keys { bypass, reached } => Self::Keys {
                bypass,
                reached: reached.clone(),
            },
            Route::AzureRole { bypass, reached, with } => Self::AzureRole {
                bypass,
                reached: reached.clone(),
                with: with.clone(),
            },
            Route::Identity {
                identity,
                chain,
                is_lost,
                through,
            } => Self::Identity {
                identity,
                chain: Arc::clone(chain),
                is_lost: *is_lost,
                through: Box::new(Self::of(through, worst)),
            },
            Route::Copy { chain, is_guess } => Self::Copy {
                chain: Arc::clone(chain),
                is_guess: *is_guess,
            },
        }
    }

    /// The assignment of an Azure role, if it is one; of several, the one that opens the path.
    pub fn holder(&self) -> Option<Holder<'t>> {
        match self {
            Self::RoleAssignment { .. } => None,
            Self::UnknownAzureRole(holder) => Some(*holder),
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => Some(bypass.holder),
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => Some(chain.first.holder),
        }
    }

    /// The ARM id of the role assignment.
    pub fn assignment(&self) -> &str {
        match self {
            Self::RoleAssignment { id, .. } => id,
            Self::UnknownAzureRole(holder) => holder.id(),
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => bypass.holder.id(),
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => chain.first.holder.id(),
        }
    }

    /// The ARM id of the role definition.
    pub fn role_id(&self) -> &str {
        match self {
            Self::RoleAssignment { role, .. } => &role.id,
            Self::UnknownAzureRole(holder) => holder.role_definition_id(),
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => &bypass.role.id,
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => &chain.first.role.id,
        }
    }

    /// The role's name.
    pub fn role_name(&self) -> &str {
        match self {
            Self::RoleAssignment { role, .. } => &role.name,
            Self::UnknownAzureRole(holder) => arm_id::last_segment(holder.role_definition_id()),
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => &bypass.role.role_name,
            Self::Identity { chain, .. } | Self::Copy { chain, .. } => &chain.first.role.role_name,
        }
    }

    /// The check that reports such access.
    pub fn check(&self) -> Option<&'static str> {
        match self {
            Self::RoleAssignment { .. } | Self::UnknownAzureRole(_) => None,
            Self::Keys { bypass, .. } | Self::AzureRole { bypass, .. } => Some(check_of(bypass.kind)),
            Self::Identity { .. } => Some("identity-takeover"),
            Self::Copy { .. } => Some("restore-copy"),
        }
    }

    /// Sections of an answer, in their order.
    pub fn section(&self) -> usize {
        match self {
            Self::RoleAssignment { .. } => 0,
            Self::AzureRole { .. } | Self::UnknownAzureRole(_) => 1,
            Self::Keys { .. } => 2,
            Self::Identity { .. } | Self::Copy { .. } => 3,
        }
    }

    /// Whether a role has to be activated first.
    pub fn is_eligible(&self) -> bool {
        self.holder().is_some_and(Holder::is_eligible)
    }
}

/// The pattern of a role that gives an action, the surest.
fn pattern<'p>(permissions: &'p [Permission], action: &Atom) -> Option<&'p ActionPattern> {
    let key = action.key();
    let all = permissions.iter().flat_map(|permission| &permission.data_actions);
    let fits = all.filter(|own| own.covers_most(&key));
    fits.min_by_key(|own| (!own.covers_least(&key), own.is_wildcard(), own.as_str()))
}

impl Actions {
    pub(super) fn of(universe: &Universe, bounds: &Bounds) -> Self {
        let some = bounds.most().minus(bounds.least());
        Self {
            certain: universe.members(bounds.least()).map(Atom::name).collect(),
            possible: universe.members(&some).map(Atom::name).collect(),
        }
    }
}

/// Reading, writing, deleting and managing.
pub(super) fn levels(row: &Row<'_, '_>) -> [Level; 4] {
    let [read, write, delete] = Verb::ALL.map(|verb| row.level(verb));
    [read, write, delete, row.manage()]
}
