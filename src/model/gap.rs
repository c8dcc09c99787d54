//! What the scan could not read, so that it is never taken for empty.

use super::role_kind::{Inventory, RoleKind};
use super::shown::Shown;
use crate::shown;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that the scan could not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The list or field: `sqlRoleAssignments`, `sqlDatabases`, `containers`, `disableLocalAuth`, …
    pub what: String,
    /// Which of several, where `what` alone does not say: a database's name, an item's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's error code, or one of ours when there was no answer.
    pub code: String,
    /// What went wrong.
    pub message: String,
}

/// What could not be read, whatever the list is called for the kind of role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The role definitions of an account.
    RoleDefinitions,
    /// The role assignments of an account.
    RoleAssignments,
    /// The databases of an account.
    Databases,
    /// The containers of a database.
    Containers,
    /// Whether an account accepts keys.
    LocalAuth,
    /// Whether keys may change metadata.
    KeyMetadataWrites,
    /// All that lies below an account.
    Account,
    /// The accounts of a subscription.
    Accounts,
    /// The subscriptions.
    Subscriptions,
    /// The role assignments of Azure RBAC.
    AzureRoleAssignments,
    /// The role definitions of Azure RBAC.
    AzureRoleDefinitions,
    /// The deny assignments of Azure RBAC.
    DenyAssignments,
    /// The roles of Azure RBAC that can be activated.
    Eligible,
    /// What is delegated to other tenants.
    Delegations,
    /// The principals' names, kinds and members.
    Principals,
    /// Something that this version does not know.
    Other,
}

impl Part {
    /// What `what` of a gap stands for.
    fn of(what: &str) -> Self {
        let known = Self::known().find(|(word, _)| *word == what);
        known.map_or(Self::Other, |(_, part)| part)
    }

    /// Every `what` that says what couldn't be read.
    fn known() -> impl Iterator<Item = (&'static str, Self)> {
        let own = [
            (Gap::LOCAL_AUTH, Self::LocalAuth),
            (Gap::AUTH_CONFIG, Self::LocalAuth),
            (Gap::AUTHENTICATION_METHOD, Self::LocalAuth),
            (Gap::KEY_METADATA_WRITES, Self::KeyMetadataWrites),
            (Gap::ACCOUNT, Self::Account),
            (Gap::ACCOUNTS, Self::Accounts),
            (Gap::MONGO_CLUSTERS, Self::Accounts),
            (Gap::CASSANDRA_CLUSTERS, Self::Accounts),
            (Gap::RESOURCES, Self::Accounts),
            (Gap::SUBSCRIPTIONS, Self::Subscriptions),
            (Gap::AZURE_ROLE_ASSIGNMENTS, Self::AzureRoleAssignments),
            (Gap::AZURE_ROLE_DEFINITIONS, Self::AzureRoleDefinitions),
            (Gap::DENY_ASSIGNMENTS, Self::DenyAssignments),
            (Gap::ELIGIBLE, Self::Eligible),
            (Gap::DELEGATIONS, Self::Delegations),
            (Gap::PRINCIPALS, Self::Principals),
        ];
        let of_kinds = RoleKind::ALL.into_iter().map(RoleKind::row).flat_map(|row| {
            let lists = row.inventory.as_ref();
            let databases = lists.and_then(Inventory::databases).map(|list| (list, Self::Databases));
            let containers = lists.map(|lists| (lists.containers(), Self::Containers));
            databases.into_iter().chain(containers).chain([
                (row.definitions, Self::RoleDefinitions),
                (row.assignments, Self::RoleAssignments),
            ])
        });
        own.into_iter().chain(of_kinds)
    }
}

impl Gap {
    /// What it is in.
    pub fn part(&self) -> Part {
        Part::of(&self.what)
    }

    /// What couldn't be read, as people read it.
    pub fn name(&self) -> Shown {
        Self::name_of(&self.what)
    }

    /// Whether the service doesn't know the version of its API that was asked for, or not this list in it.
    pub fn is_of_unknown_version(&self) -> bool {
        let codes = [
            "NoRegisteredProviderFound",
            "InvalidApiVersionParameter",
            "InvalidResourceType",
            "UnsupportedApiVersion",
        ];
        matches!(self.status, Some(400 | 404)) && codes.iter().any(|code| code.eq_ignore_ascii_case(&self.code))
    }

    /// Whether it is in one item of a list, and not in the list.
    pub fn is_in_item(&self) -> bool {
        matches!(self.code.as_str(), Self::MALFORMED_ITEM | Self::CONTRADICTORY_ITEM)
    }

    /// The list or field that it is in: its name, and which of several. Items of one list have the same.
    pub fn list(&self) -> (&str, Option<&str>) {
        (&self.what, self.item.as_deref().filter(|_| !self.is_in_item()))
    }

    /// How many lists and fields gaps of one place are in.
    pub fn lists(gaps: &[Self]) -> usize {
        gaps.iter().map(Self::list).collect::<BTreeSet<_>>().len()
    }

    /// Whether it is in the tags of an account.
    pub fn is_in_tags(&self) -> bool {
        self.what == Self::TAGS
    }

    /// Whether only the deployment of a template tells.
    pub fn is_until_deployment(&self) -> bool {
        self.code == Self::UNTIL_DEPLOYMENT || self.is_left_as_it_is()
    }

    /// Whether a template leaves it as it is, so that what is there says it.
    pub fn is_left_as_it_is(&self) -> bool {
        self.code == Self::AS_IT_IS
    }

    /// Why, in a few words: the status of the answer, what the program's own codes mean, or the code of the service.
    pub fn in_short(&self) -> Shown {
        match (self.status, self.code.as_str()) {
            (Some(status), _) => shown!("{}", status),
            (None, Self::UNTIL_DEPLOYMENT) => "known after the deployment".into(),
            (None, Self::AS_IT_IS) => "the file leaves it as it is".into(),
            (None, Self::NOT_READ) => "nothing says why".into(),
            (None, Self::ACCOUNT_IN_TRANSITION) => "the account is being created or deleted".into(),
            (None, code) => Shown::of(code),
        }
    }

    /// The same of the `what` of a gap.
    pub fn name_of(what: &str) -> Shown {
        // Of which API they are, where people don't take them for those of NoSQL.
        if let Some(kind) = RoleKind::of_list(what).filter(|kind| !kind.is_general()) {
            let title = kind.row().api.title();
            if kind.row().api.is_cluster() {
                return "users".into();
            }
            return match Part::of(what) {
                Part::RoleDefinitions if kind.has_passwords() => "roles of MongoDB users".into(),
                _ if kind.has_passwords() => "MongoDB users".into(),
                Part::RoleDefinitions => shown!("{} role definitions", title),
                _ => shown!("{} role assignments", title),
            };
        }
        let known = match Part::of(what) {
            Part::RoleDefinitions => "role definitions",
            Part::RoleAssignments => "role assignments",
            Part::Databases => "databases",
            Part::Containers => "containers",
            Part::LocalAuth => "the setting for key-based authentication",
            Part::KeyMetadataWrites => "the setting for metadata writes with keys",
            Part::Account => "roles and databases",
            Part::Accounts => match what {
                Self::MONGO_CLUSTERS => "MongoDB vCore clusters",
                Self::CASSANDRA_CLUSTERS => "managed Cassandra clusters",
                Self::RESOURCES => "Garnet and PostgreSQL clusters",
                _ => "accounts",
            },
            Part::Subscriptions => "the list of subscriptions",
            Part::AzureRoleAssignments => "Azure role assignments",
            Part::AzureRoleDefinitions => "Azure role definitions",
            Part::DenyAssignments => "deny assignments",
            Part::Eligible => "eligible role assignments",
            Part::Delegations => "delegations to other tenants (Azure Lighthouse)",
            Part::Principals | Part::Other => return Shown::of(what),
        };
        known.into()
    }

    /// `what` of a gap where the local-auth switch could not be read.
    pub const LOCAL_AUTH: &'static str = "disableLocalAuth";
    /// `what` of a gap where it could not be read how clients sign in to a MongoDB vCore cluster.
    pub const AUTH_CONFIG: &'static str = "authConfig";
    /// `what` of a gap where it could not be read how clients sign in to a managed Cassandra cluster.
    pub const AUTHENTICATION_METHOD: &'static str = "authenticationMethod";
    /// `what` of a gap where the switch for metadata writes by key could not be read.
    pub const KEY_METADATA_WRITES: &'static str = "disableKeyBasedMetadataWriteAccess";
    /// `what` of a gap in the role assignments of Azure RBAC.
    pub const AZURE_ROLE_ASSIGNMENTS: &'static str = "roleAssignments";
    /// `what` of a gap in the role definitions of Azure RBAC.
    pub const AZURE_ROLE_DEFINITIONS: &'static str = "roleDefinitions";
    /// `what` of a gap in the deny assignments of Azure RBAC.
    pub const DENY_ASSIGNMENTS: &'static str = "denyAssignments";
    /// `what` of a gap in the roles that may be activated.
    pub const ELIGIBLE: &'static str = "roleEligibilityScheduleInstances";
    /// `what` of a gap in what is delegated to other tenants (Azure Lighthouse).
    pub const DELEGATIONS: &'static str = "registrationAssignments";
    /// `what` of a gap in the principals' names, kinds and members.
    pub const PRINCIPALS: &'static str = "directoryObjects";
    /// `what` of a gap that stands for all that lies below an account.
    pub const ACCOUNT: &'static str = "databaseAccount";
    /// `code` of such a gap: the account is being created or deleted.
    pub const ACCOUNT_IN_TRANSITION: &'static str = "AccountInTransition";
    /// `code` of a gap where something isn't in the snapshot, and nothing says why.
    pub const NOT_READ: &'static str = "NotRead";
    /// `what` of a gap in the tags of an account.
    pub const TAGS: &'static str = "tags";
    /// `code` of a gap in an item of a list that isn't as Azure documents it.
    pub const MALFORMED_ITEM: &'static str = "MalformedItem";
    /// `code` of a gap in an item that a list has twice, with different contents.
    pub const CONTRADICTORY_ITEM: &'static str = "ContradictoryItem";
    /// `code` of a gap where a name cannot be part of a request.
    pub const UNUSABLE_NAME: &'static str = "UnusableName";
    /// `code` of a gap where only the deployment of a template tells.
    pub const UNTIL_DEPLOYMENT: &'static str = "KnownAfterDeployment";
    /// `code` of a gap in what a template leaves as it is.
    pub const AS_IT_IS: &'static str = "LeftAsItIs";
    /// `what` of a gap in the list of accounts of a subscription.
    pub const ACCOUNTS: &'static str = "databaseAccounts";
    /// `what` of a gap in the list of MongoDB vCore clusters of a subscription.
    pub const MONGO_CLUSTERS: &'static str = "mongoClusters";
    /// `what` of a gap in the list of managed Cassandra clusters of a subscription.
    pub const CASSANDRA_CLUSTERS: &'static str = "cassandraClusters";
    /// `what` of a gap in the list of resources of a subscription of which nothing else is read.
    pub const RESOURCES: &'static str = "resources";
    /// `what` of gaps in lists of accounts, clusters and other resources of a subscription.
    pub const LISTS: [&'static str; 4] = [
        Self::ACCOUNTS,
        Self::MONGO_CLUSTERS,
        Self::CASSANDRA_CLUSTERS,
        Self::RESOURCES,
    ];
    /// `what` of a gap in the list of subscriptions.
    pub const SUBSCRIPTIONS: &'static str = "subscriptions";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_couldnt_be_read_is_documented() {
        let docs = include_str!("../../docs/formats.md");
        for (what, _) in Part::known().chain([(Gap::TAGS, Part::Other)]) {
            assert!(docs.contains(&format!("`{what}`")), "{what}");
        }
    }
}
