//! What a drafted policy says of one account. Accounts that have equal rules share a block.

use crate::model::{PrincipalId, Shown};
use crate::policy::Privilege;
use std::collections::{BTreeMap, BTreeSet};

/// The settings of an account, its role definitions and its role assignments.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DataRules {
    /// Whether the block requires key-based authentication to be disabled.
    pub(super) local_auth: bool,
    /// The same for changes to databases and containers with a key.
    pub(super) key_metadata_writes: bool,
    /// The custom role definitions; `None`: they weren't read in full.
    pub(super) roles: Option<Vec<RoleRule>>,
    /// Who has access; `None`: that wasn't read in full.
    pub(super) grants: Option<Vec<GrantRule>>,
}

/// A custom role definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RoleRule {
    pub(super) name: String,
    /// As policies write them.
    pub(super) data_actions: Vec<String>,
    /// `None`: a policy can't say them all.
    pub(super) assignable_scopes: Option<Vec<String>>,
    pub(super) todo: BTreeSet<Todo>,
}

/// What is to be reviewed about a role definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Todo {
    /// It has a wildcard.
    Wildcard,
    /// It names data actions that this version doesn't know.
    UnknownAction,
    /// It has `notDataActions`.
    NotDataActions,
    /// Some of its assignable scopes are invalid.
    AssignableScopes,
}

impl Todo {
    /// As a comment says it.
    pub(super) fn comment(self) -> &'static str {
        match self {
            Self::Wildcard => {
                "a wildcard includes data actions that are added in the future. List the data actions that are needed."
            }
            Self::UnknownAction => {
                "this version of cosmos-rbac doesn't know one of the data actions. Look up what it allows."
            }
            Self::NotDataActions => {
                "the role has `notDataActions`, which a policy can't say and Azure Cosmos DB is said to ignore."
            }
            Self::AssignableScopes => "the assignable scopes are left out, because some of them are invalid.",
        }
    }
}

/// What a principal is granted somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GrantRule {
    pub(super) principal: PrincipalId,
    pub(super) what: Granted,
    pub(super) scope: String,
    /// Whether it can only be allowed: what it grants is less than a policy can say.
    pub(super) is_optional: bool,
}

/// What a grant names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Granted {
    /// A built-in role, or one that the block declares.
    Role(String),
    /// Data actions, as policies write them.
    Actions(Vec<String>),
}

/// Who can bypass role assignments through Azure RBAC, by the list of the policy, and what is dubious about each.
pub(super) type Holders = BTreeMap<Privilege, BTreeMap<PrincipalId, Option<Dubious>>>;

/// Why somebody who can bypass role assignments is to be reviewed, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dubious {
    /// Only through a managed identity, or a copy of the account.
    Indirect,
    /// Only possibly.
    Possible,
    /// It is a principal of another tenant.
    OtherTenant,
}

impl Dubious {
    /// All of them, the worst first.
    pub(super) const ALL: [Self; 3] = [Self::OtherTenant, Self::Possible, Self::Indirect];

    /// As a comment says it of the principals before it.
    pub(super) fn comment(self) -> &'static str {
        match self {
            Self::Indirect => "only through a managed identity or a restored copy",
            Self::Possible => "possible only, such as eligible or conditional role assignments",
            Self::OtherTenant => "principals of another tenant",
        }
    }

    /// What it is called in the summary: one, and several.
    pub(super) fn what(self) -> (&'static str, &'static str) {
        match self {
            Self::Indirect => (
                "listed principal that can bypass role assignments only through an identity or a restored copy",
                "listed principals that can bypass role assignments only through an identity or a restored copy",
            ),
            Self::Possible => (
                "listed principal that can only possibly bypass role assignments",
                "listed principals that can only possibly bypass role assignments",
            ),
            Self::OtherTenant => (
                "listed principal of another tenant that can bypass role assignments",
                "listed principals of other tenants that can bypass role assignments",
            ),
        }
    }
}

/// Something of an account that the policy leaves out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Omission {
    pub(super) what: Omitted,
    /// What it is, after "Left out:".
    pub(super) text: Shown,
    /// In a few words.
    pub(super) why: &'static str,
}

/// What kind of thing is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Omitted {
    /// A role assignment.
    Assignment,
    /// A role definition.
    Role,
}
