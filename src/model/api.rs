//! Which API an account has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// The API of an account. Source: `kind`, `capabilities` and `EnabledApiTypes` of the account.
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
    /// None that this version knows.
    #[serde(other)]
    Unknown,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Sql,
        Self::Mongo,
        Self::Cassandra,
        Self::Gremlin,
        Self::Table,
        Self::Unknown,
    ];

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
            Self::Unknown => "unknown",
        }
    }
}
