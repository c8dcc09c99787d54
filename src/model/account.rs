//! An account and what it holds: role definitions, role assignments, databases, and what could not be read.
//!
//! The field names are those of the snapshot format. Optional fields must be present there (`deserialize_with`): what
//! could not be read is said with `null` and a gap, never by leaving it out.

use super::action::ActionPattern;
use super::arm_id::AccountId;
use super::principal::PrincipalId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which API an account speaks. Source: `kind`, `capabilities` and `EnabledApiTypes` of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// NoSQL, "SQL" on the wire.
    Sql,
    /// MongoDB, by request units.
    Mongo,
    /// Cassandra.
    Cassandra,
    /// Gremlin.
    Gremlin,
    /// Table.
    Table,
    /// None that this version knows.
    #[serde(other)]
    Unknown,
}

impl Api {
    /// The name that people use.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sql => "NoSQL",
            Self::Mongo => "MongoDB",
            Self::Cassandra => "Cassandra",
            Self::Gremlin => "Gremlin",
            Self::Table => "Table",
            Self::Unknown => "unknown",
        }
    }
}

/// A Cosmos DB account as Azure Resource Manager describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its ARM id.
    pub id: AccountId,
    /// Its name, as in the id.
    pub name: String,
    /// Its resource group's name.
    pub resource_group: String,
    /// Its subscription's id.
    pub subscription: String,
    /// Its region, as ARM writes it.
    pub location: String,
    /// The API it speaks.
    pub api: Api,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Whether keys are refused (`disableLocalAuth`); absent on the wire means they are not. `None`: it could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub local_auth_disabled: Option<bool>,
    /// Whether keys may not change databases, containers and throughput (`disableKeyBasedMetadataWriteAccess`).
    /// `None`: it could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_metadata_writes_disabled: Option<bool>,
}

/// A role definition of the data plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinition {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub role_name: String,
    /// Whether the service made it.
    pub built_in: bool,
    /// Where it may be assigned, as the service wrote it.
    pub assignable_scopes: Vec<String>,
    /// What it grants; the union of all of them.
    pub permissions: Vec<Permission>,
}

impl RoleDefinition {
    /// All patterns it names, subtracted ones included.
    pub fn patterns(&self) -> impl Iterator<Item = &ActionPattern> {
        self.permissions
            .iter()
            .flat_map(|permission| permission.data_actions.iter().chain(&permission.not_data_actions))
    }
}

/// One permissions object of a role definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// What it grants.
    pub data_actions: Vec<ActionPattern>,
    /// What it takes away again; the service is said not to support it.
    #[serde(default)]
    pub not_data_actions: Vec<ActionPattern>,
}

/// Gives a principal a role at a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// Its ARM id.
    pub id: String,
    /// The ARM id of the role definition; it may name none that exists.
    pub role_definition_id: String,
    /// Who gets the role.
    pub principal_id: PrincipalId,
    /// Where, as the service wrote it; it may be malformed.
    pub scope: String,
}

/// A database and its containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// The names of its containers; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub containers: Option<Vec<String>>,
}

/// Something that the scan could not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Everything that was read of one account: the unit of work for collecting, resuming and checking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account itself.
    pub account: Account,
    /// Its role definitions; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_definitions: Option<Vec<RoleDefinition>>,
    /// Its role assignments; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_assignments: Option<Vec<RoleAssignment>>,
    /// Its databases; `None`: not collected, or they could not be read (then there is a gap).
    #[serde(deserialize_with = "Option::deserialize")]
    pub databases: Option<Vec<Database>>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl AccountRecord {
    /// The role definitions that were read.
    pub fn role_definitions(&self) -> &[RoleDefinition] {
        self.role_definitions.as_deref().unwrap_or_default()
    }

    /// The role assignments that were read.
    pub fn role_assignments(&self) -> &[RoleAssignment] {
        self.role_assignments.as_deref().unwrap_or_default()
    }

    /// Whether all role definitions were read, so that a missing one is really missing.
    pub fn has_all_role_definitions(&self) -> bool {
        self.role_definitions.is_some() && !self.has_gap(Gap::ROLE_DEFINITIONS)
    }

    /// Whether all role assignments were read, so that a missing one is really missing.
    pub fn has_all_role_assignments(&self) -> bool {
        self.role_assignments.is_some() && !self.has_gap(Gap::ROLE_ASSIGNMENTS)
    }

    /// All databases with all containers, or `None` when something of them was not read.
    pub fn inventory(&self) -> Option<&[Database]> {
        let databases = self.databases.as_deref()?;
        let whole = !self.has_gap(Gap::DATABASES) && databases.iter().all(|database| database.containers.is_some());
        (whole && !self.has_gap(Gap::CONTAINERS)).then_some(databases)
    }

    /// The first field that is `null` though no gap says why; there is none in what this program writes.
    pub fn unexplained_null(&self) -> Option<&'static str> {
        let account = &self.account;
        [
            (
                "role_definitions",
                self.role_definitions.is_none(),
                Gap::ROLE_DEFINITIONS,
            ),
            (
                "role_assignments",
                self.role_assignments.is_none(),
                Gap::ROLE_ASSIGNMENTS,
            ),
            (
                "local_auth_disabled",
                account.local_auth_disabled.is_none(),
                Gap::LOCAL_AUTH,
            ),
            (
                "key_metadata_writes_disabled",
                account.key_metadata_writes_disabled.is_none(),
                Gap::KEY_METADATA_WRITES,
            ),
        ]
        .into_iter()
        .find(|(_, is_null, what)| *is_null && !self.has_gap(what))
        .map(|(field, _, _)| field)
    }

    /// Whether something of `what` could not be read.
    pub fn has_gap(&self, what: &str) -> bool {
        self.gaps.iter().any(|gap| gap.what == what)
    }
}

impl Gap {
    /// `what` of a gap in the role definitions.
    pub const ROLE_DEFINITIONS: &'static str = "sqlRoleDefinitions";
    /// `what` of a gap in the role assignments.
    pub const ROLE_ASSIGNMENTS: &'static str = "sqlRoleAssignments";
    /// `what` of a gap in the databases.
    pub const DATABASES: &'static str = "sqlDatabases";
    /// `what` of a gap in the containers of a database (its name is the `item`).
    pub const CONTAINERS: &'static str = "containers";
    /// `what` of a gap where the local-auth switch could not be read.
    pub const LOCAL_AUTH: &'static str = "disableLocalAuth";
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
    /// `what` of a gap in the principals' names, kinds and members.
    pub const PRINCIPALS: &'static str = "directoryObjects";
    /// `what` of a gap in the list of accounts of a subscription.
    pub const ACCOUNTS: &'static str = "databaseAccounts";
    /// `code` of the gaps of an account whose API's roles this version does not read.
    pub const API_NOT_SUPPORTED: &'static str = "ApiNotSupported";
    /// `what` of a gap in the list of subscriptions.
    pub const SUBSCRIPTIONS: &'static str = "subscriptions";
}
