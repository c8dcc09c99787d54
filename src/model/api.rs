//! Which API an account has, or which kind of cluster it is.

use super::arm_id::ResourceType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// The API of an account (source: its `kind`, `capabilities` and `EnabledApiTypes`), or the kind of a cluster (source: its
/// resource type).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
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
    /// None: it is a cluster of MongoDB by virtual cores (Azure DocumentDB), not an account.
    MongoCluster,
    /// None: it is a cluster of Azure Managed Instance for Apache Cassandra, not an account.
    CassandraCluster,
    /// None: it is a cluster of Azure Cosmos DB Garnet Cache, of which nothing is read.
    GarnetCluster,
    /// None: it is a cluster of Azure Cosmos DB for PostgreSQL, of which nothing is read.
    PostgresqlCluster,
    /// None that this version knows.
    #[serde(other)]
    Unknown,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Sql,
        Self::Mongo,
        Self::Cassandra,
        Self::Gremlin,
        Self::Table,
        Self::MongoCluster,
        Self::CassandraCluster,
        Self::GarnetCluster,
        Self::PostgresqlCluster,
        Self::Unknown,
    ];

    /// What resources of it are in Azure Resource Manager.
    pub fn resource_type(self) -> ResourceType {
        match self {
            Self::MongoCluster => ResourceType::MongoCluster,
            Self::CassandraCluster => ResourceType::CassandraCluster,
            Self::GarnetCluster => ResourceType::GarnetCluster,
            Self::PostgresqlCluster => ResourceType::PostgresqlCluster,
            Self::Sql | Self::Mongo | Self::Cassandra | Self::Gremlin | Self::Table | Self::Unknown => {
                ResourceType::Account
            }
        }
    }

    /// Whether it is a cluster, which has users instead of role assignments, and passwords instead of keys.
    pub fn is_cluster(self) -> bool {
        self.resource_type() != ResourceType::Account
    }

    /// What people call a resource of it.
    pub fn noun(self) -> &'static str {
        if self.is_cluster() { "cluster" } else { "account" }
    }

    /// The word for it in snapshots and reports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The name that people use.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sql => "NoSQL",
            Self::Mongo => "MongoDB",
            Self::Cassandra => "Cassandra",
            Self::Gremlin => "Gremlin",
            Self::Table => "Table",
            Self::MongoCluster => "MongoDB vCore",
            Self::CassandraCluster => "Managed Cassandra",
            Self::GarnetCluster => "Garnet",
            Self::PostgresqlCluster => "PostgreSQL",
            Self::Unknown => "unknown",
        }
    }
}
