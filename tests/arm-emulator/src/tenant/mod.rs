//! What the emulator serves: plain data, written in YAML or built in code. Knows nothing of HTTP or JSON bodies.

mod account;
mod azure_rbac;
mod cluster;
mod generate;
mod resource;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub use account::{Account, Api, MongoRole, MongoUser, Permission, RoleAssignment, RoleDefinition, RoleType};
pub use azure_rbac::{AzureAssignment, AzureRbac, AzureRole, DelegatedRole, Delegation, DenyAssignment};
pub use cluster::{CassandraCluster, ClusterUser, DatabaseRole, MongoCluster};
pub use generate::Generate;
pub use resource::Resource;

use crate::{Error, Fault};

/// The id of a tenant that names none.
pub const DEFAULT_TENANT_ID: &str = "72f988bf-0000-4000-8000-2d7cd011db47";

/// A tenant: directory, subscriptions and what is in them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tenant {
    /// Tenant id; [`DEFAULT_TENANT_ID`] when empty.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Top management groups (the tenant root group is implied above them).
    pub management_groups: Vec<ManagementGroup>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Users, groups and service principals that Graph knows.
    pub principals: Vec<Principal>,
    /// App registrations that may sign in. Without any, one is made: see [`Application::default`].
    pub applications: Vec<Application>,
    /// User-assigned identities of the machine. Without any, its endpoint gives the first application's tokens whatever is
    /// asked for.
    pub identities: Vec<UserAssignedIdentity>,
    /// Whether the tenant lacks the licence of Privileged Identity Management; its lists are refused then.
    pub no_pim_licence: bool,
    /// Whether the service doesn't know the version of the API that tells the effect of deny assignments.
    pub no_deny_effect: bool,
    /// Whether the service doesn't know the types of clusters.
    pub no_clusters: bool,
    /// Versions of the API that the service doesn't know for MongoDB vCore clusters.
    pub unknown_versions: BTreeSet<String>,
    /// Whether the service lists all resources of a subscription, whatever is asked for.
    pub ignores_filters: bool,
    /// Faults in force from the start.
    pub faults: Vec<Fault>,
    /// Further subscriptions made by a rule, rendered when they are asked for.
    pub generate: Option<Generate>,
}

/// A management group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ManagementGroup {
    /// Id, the last segment of its resource id.
    pub id: String,
    /// Display name; the id when empty.
    pub name: String,
    /// Ids of the subscriptions directly below.
    pub subscriptions: Vec<String>,
    /// Groups directly below.
    pub children: Vec<ManagementGroup>,
    /// Azure RBAC of the group, which all subscriptions below it list too.
    pub rbac: Option<AzureRbac>,
}

/// A subscription.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subscription {
    /// Subscription id.
    pub id: String,
    /// Display name; the id when empty.
    pub name: String,
    /// State; `Enabled` when empty.
    pub state: String,
    /// Cosmos DB accounts.
    pub accounts: Vec<Account>,
    /// MongoDB vCore clusters.
    pub mongo_clusters: Vec<MongoCluster>,
    /// Managed Cassandra clusters.
    pub cassandra_clusters: Vec<CassandraCluster>,
    /// Resources of other types.
    pub resources: Vec<Resource>,
    /// Azure RBAC of the subscription and below.
    pub rbac: Option<AzureRbac>,
    /// Further items of Azure RBAC's lists, by the list's name (`roleAssignments`, `roleDefinitions`, `denyAssignments`,
    /// `roleEligibilityScheduleInstances`), as they go over the wire.
    pub authorization: BTreeMap<String, Vec<Value>>,
}

/// Somebody in the directory.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Principal {
    /// Object id.
    pub id: String,
    /// Display name.
    pub display_name: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// `Application` or `ManagedIdentity`; for service principals.
    pub service_principal_type: Option<String>,
    /// When it was created, as Graph writes it.
    pub created_date_time: Option<String>,
    /// Application id; for service principals.
    pub app_id: Option<String>,
    /// `Member` or `Guest`; for users.
    pub user_type: Option<String>,
    /// `isExplicit=True` or `…=False`, and the ARM id; for managed identities.
    pub alternative_names: Vec<String>,
    /// How many members Graph counts that it does not list; for groups.
    pub uncounted_members: usize,
    /// Object ids of the direct members; for groups.
    pub members: Vec<String>,
    /// Whether the caller may not read it: then Graph gives its type and id, and null for the rest.
    pub limited: bool,
}

/// The kinds of principals that Graph tells apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrincipalKind {
    /// A user.
    #[default]
    User,
    /// A group.
    Group,
    /// A service principal, also one of a managed identity.
    ServicePrincipal,
}

/// An app registration that may sign in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Application {
    /// Application (client) id.
    pub client_id: String,
    /// The secret it signs in with.
    pub client_secret: String,
    /// Object id of its service principal, as error messages name it.
    pub object_id: String,
    /// Whether client assertions (workload identity, pipelines, certificates) are taken.
    pub assertions: bool,
    /// Certificates that it signs in with, as PEM.
    pub certificates: Vec<String>,
}

/// A user-assigned managed identity.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserAssignedIdentity {
    /// Client id.
    pub client_id: String,
    /// Object id of its service principal.
    pub object_id: String,
    /// Resource id.
    pub resource_id: String,
}

impl Default for Application {
    fn default() -> Self {
        Self {
            client_id: "11111111-2222-4333-8444-555555555555".to_owned(),
            client_secret: "emulator-client-secret".to_owned(),
            object_id: "99999999-8888-4777-8666-555555555555".to_owned(),
            assertions: true,
            certificates: Vec::new(),
        }
    }
}

impl Tenant {
    /// Reads a tenant file.
    ///
    /// # Errors
    /// When the file cannot be read or is no valid tenant; unknown keys are errors with their position.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::from_yaml(&text)
    }

    /// Reads a tenant from YAML.
    ///
    /// # Errors
    /// When the text is no valid tenant.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        serde_saphyr::from_str(text).map_err(|error| Error::Tenant(error.to_string()))
    }

    /// A large tenant made by a rule; bodies are rendered when they are asked for.
    #[must_use]
    pub fn generate(rule: Generate) -> Self {
        Self {
            generate: Some(rule),
            ..Self::default()
        }
    }
}
