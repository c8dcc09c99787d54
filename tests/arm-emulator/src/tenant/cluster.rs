//! Clusters of a tenant: MongoDB vCore and managed Cassandra.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A MongoDB vCore cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MongoCluster {
    /// Name.
    pub name: String,
    /// Resource group, in the casing it is served in.
    pub resource_group: String,
    /// Region, as in `westeurope`.
    pub location: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// `properties.authConfig.allowedModes`; left out of the body when absent.
    pub allowed_modes: Option<Vec<String>>,
    /// Users: identities of Entra ID.
    pub users: Vec<ClusterUser>,
    /// Merged over the rendered `properties`, unchecked.
    pub properties: Map<String, Value>,
}

/// A user of a MongoDB vCore cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterUser {
    /// Object id of the identity.
    pub principal_id: String,
    /// `user` or `servicePrincipal`.
    pub principal_type: String,
    /// Its roles; `root` on `admin` when empty.
    pub roles: Vec<DatabaseRole>,
    /// Served in place of the whole item.
    pub raw: Option<Value>,
}

/// A role of MongoDB.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseRole {
    /// The database.
    pub db: String,
    /// The role's name.
    pub role: String,
}

/// A managed Cassandra cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CassandraCluster {
    /// Name.
    pub name: String,
    /// Resource group, in the casing it is served in.
    pub resource_group: String,
    /// Region, as in `westeurope`.
    pub location: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// `properties.authenticationMethod`: `None`, `Cassandra` or `Ldap`; left out of the body when absent.
    pub authentication_method: Option<String>,
    /// Merged over the rendered `properties`, unchecked.
    pub properties: Map<String, Value>,
}

impl Default for MongoCluster {
    fn default() -> Self {
        Self {
            name: String::new(),
            resource_group: "rg".to_owned(),
            location: "westeurope".to_owned(),
            tags: BTreeMap::new(),
            allowed_modes: None,
            users: Vec::new(),
            properties: Map::new(),
        }
    }
}

impl Default for ClusterUser {
    fn default() -> Self {
        Self {
            principal_id: String::new(),
            principal_type: "servicePrincipal".to_owned(),
            roles: Vec::new(),
            raw: None,
        }
    }
}

impl Default for CassandraCluster {
    fn default() -> Self {
        Self {
            name: String::new(),
            resource_group: "rg".to_owned(),
            location: "westeurope".to_owned(),
            tags: BTreeMap::new(),
            authentication_method: None,
            properties: Map::new(),
        }
    }
}
