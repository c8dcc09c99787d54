//! The kinds of nodes and edges. All begin with one prefix, as the namespace of an extension has to, and none with `tag`, which
//! is reserved. A kind of edge has letters, digits and underscores only.
//!
//! Source: <https://bloodhound.specterops.io/opengraph/developer/nodes>, …/edges and …/graph-definition, section "Namespacing".

use crate::access::Verb;
use crate::model::{BypassKind, PrincipalKind};

/// A kind of node: the first of its kinds, by which the graph shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NodeKind {
    /// The audit.
    Run,
    /// An account or cluster.
    Account,
    /// A database, keyspace or table of an account.
    Database,
    /// A container, collection, graph or table in a database.
    Container,
    /// A user of an account's own, who signs in with a password.
    PasswordUser,
    /// Anyone who reaches a cluster without authentication.
    Anyone,
    /// Whoever an id names that isn't an object ID.
    Principal,
}

/// What all nodes have that are no objects of Entra ID: by it they can be deleted together.
pub(super) const SOURCE: &str = "CosmosRbac_Base";
/// What all principals have.
pub(super) const PRINCIPAL: &str = "CosmosRbac_Principal";

impl NodeKind {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Run,
        Self::Account,
        Self::Database,
        Self::Container,
        Self::PasswordUser,
        Self::Anyone,
        Self::Principal,
    ];

    /// What one is, in words.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Run => "An audit: its verdict, and what wasn't checked",
            Self::Account => "An Azure Cosmos DB account or cluster",
            Self::Database => "A database or keyspace at which access ends, or that has such containers",
            Self::Container => "A container, collection, graph or table at which access ends",
            Self::PasswordUser => "A user of the database itself, who signs in with a password",
            Self::Anyone => "Anyone who reaches a cluster that doesn't authenticate its clients",
            Self::Principal => "A principal with access to Azure Cosmos DB, or with a bypass",
        }
    }

    /// The icon that the graph shows, of Font Awesome's free solid ones, and its color. Objects of Entra ID have their own.
    pub(super) fn icon(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Run => Some(("clipboard-check", "#6B7280")),
            Self::Account => Some(("server", "#2563EB")),
            Self::Database => Some(("database", "#0EA5E9")),
            Self::Container => Some(("table", "#14B8A6")),
            Self::PasswordUser => Some(("user-lock", "#F59E0B")),
            Self::Anyone => Some(("door-open", "#DC2626")),
            Self::Principal => None,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Run => "CosmosRbac_Run",
            Self::Account => "CosmosRbac_Account",
            Self::Database => "CosmosRbac_Database",
            Self::Container => "CosmosRbac_Container",
            Self::PasswordUser => "CosmosRbac_PasswordUser",
            Self::Anyone => "CosmosRbac_Anyone",
            Self::Principal => PRINCIPAL,
        }
    }

    /// All kinds of a node of this kind.
    pub(super) fn all(self) -> Vec<&'static str> {
        match self {
            Self::PasswordUser | Self::Anyone => vec![self.name(), PRINCIPAL, SOURCE],
            _ => vec![self.name(), SOURCE],
        }
    }
}

/// The kinds of an object of Entra ID: those that AzureHound's nodes have, so that both are one node, whichever is uploaded first, and
/// also in a Neo4j, which looks for an `AZBase`. The first is what the graph shows. [`SOURCE`] is none of them: deleting the nodes
/// of that source would delete the users of the whole graph.
pub(super) fn of_entra(kind: PrincipalKind) -> Vec<&'static str> {
    let own = match kind {
        PrincipalKind::User | PrincipalKind::Guest => Some("AZUser"),
        PrincipalKind::Group => Some("AZGroup"),
        PrincipalKind::ServicePrincipal | PrincipalKind::ManagedIdentity => Some("AZServicePrincipal"),
        PrincipalKind::MongoUser | PrincipalKind::Unknown => None,
    };
    own.into_iter().chain(["AZBase", PRINCIPAL]).collect()
}

/// A kind of edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EdgeKind {
    /// Effective access: reading items.
    Read,
    /// Creating or changing items or what holds them.
    Write,
    /// Deleting items.
    Delete,
    /// Changing the account or who has access.
    Manage,
    /// Data actions that do none of these.
    OtherActions,
    /// What an Azure role gives besides the roles of the data plane.
    Bypass(BypassKind),
    /// Obtaining the tokens of a managed identity.
    ActAs,
    /// Being in a group, also through groups within it.
    MemberOf,
    /// A database of an account, or a container of a database.
    Contains,
    /// What the audit could read in full.
    ReadInFull,
    /// What the audit couldn't read in full: others can have access.
    NotReadInFull,
}

impl EdgeKind {
    /// All of them.
    pub(super) const ALL: [Self; 15] = [
        Self::Read,
        Self::Write,
        Self::Delete,
        Self::Manage,
        Self::OtherActions,
        Self::Bypass(BypassKind::ReadKeys),
        Self::Bypass(BypassKind::ReadReadOnlyKeys),
        Self::Bypass(BypassKind::ChangeAccount),
        Self::Bypass(BypassKind::GrantData),
        Self::Bypass(BypassKind::AssignRoles),
        Self::ActAs,
        Self::MemberOf,
        Self::Contains,
        Self::ReadInFull,
        Self::NotReadInFull,
    ];

    /// What it says, in words.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Read => "Can read or query items, certainly or possibly, directly or after a change",
            Self::Write => {
                "Can create or change items or what holds them, certainly or possibly, directly or after a change"
            }
            Self::Delete => "Can delete items, certainly or possibly, directly or after a change",
            Self::Manage => "Can change the account or who has access, certainly or possibly",
            Self::OtherActions => "Has data actions that neither read, write nor delete items",
            Self::Bypass(BypassKind::ReadKeys) => "Can read account keys through an Azure role",
            Self::Bypass(BypassKind::ReadReadOnlyKeys) => "Can read read-only keys through an Azure role",
            Self::Bypass(BypassKind::ChangeAccount) => {
                "Can change the account's settings, such as enable key-based authentication, through an Azure role"
            }
            Self::Bypass(BypassKind::GrantData) => {
                "Can grant access to data, also to themselves, through an Azure role"
            }
            Self::Bypass(BypassKind::AssignRoles) => {
                "Can assign Azure roles, also to themselves, through an Azure role"
            }
            Self::ActAs => "Can obtain tokens of a managed identity that has access",
            Self::MemberOf => "Is in a group that has access, also through groups within it",
            Self::Contains => "Access to it is access to what it contains",
            Self::ReadInFull => "The audit knows who has access",
            Self::NotReadInFull => "Others can have access, as the audit couldn't read everything",
        }
    }

    /// Whether who has its start has what its end leads to.
    pub(super) fn is_traversable(self) -> bool {
        !matches!(self, Self::OtherActions | Self::ReadInFull | Self::NotReadInFull)
    }

    /// What it lets somebody do with data.
    pub(super) fn verb(self) -> Option<Verb> {
        match self {
            Self::Read => Some(Verb::Read),
            Self::Write => Some(Verb::Write),
            Self::Delete => Some(Verb::Delete),
            _ => None,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "CosmosRbac_CanRead",
            Self::Write => "CosmosRbac_CanWrite",
            Self::Delete => "CosmosRbac_CanDelete",
            Self::Manage => "CosmosRbac_CanManage",
            Self::OtherActions => "CosmosRbac_HasOtherActions",
            Self::Bypass(BypassKind::ReadKeys) => "CosmosRbac_CanReadKeys",
            Self::Bypass(BypassKind::ReadReadOnlyKeys) => "CosmosRbac_CanReadReadOnlyKeys",
            Self::Bypass(BypassKind::ChangeAccount) => "CosmosRbac_CanChangeAccount",
            Self::Bypass(BypassKind::GrantData) => "CosmosRbac_CanGrantAccess",
            Self::Bypass(BypassKind::AssignRoles) => "CosmosRbac_CanAssignAzureRoles",
            Self::ActAs => "CosmosRbac_CanActAs",
            Self::MemberOf => "CosmosRbac_MemberOf",
            Self::Contains => "CosmosRbac_Contains",
            Self::ReadInFull => "CosmosRbac_ReadInFull",
            Self::NotReadInFull => "CosmosRbac_NotReadInFull",
        }
    }
}
