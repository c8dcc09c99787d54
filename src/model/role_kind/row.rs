//! What there is to say of a kind of role.

use crate::model::action::DataAction;
use crate::model::api::Api;
use crate::model::builtin::BuiltinRole;

/// What is particular to a kind of role.
#[derive(Debug)]
pub struct Row {
    /// ARM's word for it: what the names of its lists begin with.
    pub word: &'static str,
    /// The API of the accounts that have such roles.
    pub api: Api,
    /// How accounts say that they have that API; `None`: its type says it.
    pub declared: Option<Declared>,
    /// The list of its role definitions, below the account.
    pub definitions: &'static str,
    /// The list of its role assignments, below the account.
    pub assignments: &'static str,
    /// The actions of Azure RBAC that create or change a definition, and an assignment.
    pub writes: Writes,
    /// The lists of what accounts of its API hold; `None`: there are none.
    pub inventory: Option<Inventory>,
    /// How its scopes are written.
    pub grammar: &'static Grammar,
    /// The data actions that the documentation lists.
    pub catalogue: &'static [DataAction],
    /// The role definitions that the service brings along.
    pub builtin: &'static [BuiltinRole],
    /// What commands about its roles begin with, in the Azure CLI.
    pub az: &'static str,
    /// Whether the documentation says that `disableLocalAuth` makes such accounts refuse keys.
    pub switch_is_documented: bool,
}

/// How an account says which API it has. Source: recorded lists of accounts.
#[derive(Debug)]
pub struct Declared {
    /// A capability; NoSQL has none.
    pub capability: Option<&'static str>,
    /// A word in `EnabledApiTypes`.
    pub api_type: &'static str,
}

/// Actions of Azure RBAC on roles of the data plane.
#[derive(Debug)]
pub struct Writes {
    /// Creates or changes a role definition; `None`: nobody can.
    pub definition: Option<&'static str>,
    /// Creates or changes a role assignment.
    pub assignment: &'static str,
}

/// Lists of what an account holds.
#[derive(Debug)]
pub enum Inventory {
    /// Containers in databases.
    Nested {
        /// The list of databases, below the account.
        databases: &'static str,
        /// The list of containers, below a database.
        containers: &'static str,
    },
    /// Containers only: all lie in one database, which no list shows.
    Flat {
        /// The list of containers, below the account.
        containers: &'static str,
        /// The database that they lie in.
        database: &'static str,
    },
}

impl Inventory {
    /// The list below the account.
    pub fn first(&self) -> &'static str {
        match self {
            Self::Nested { databases, .. } => databases,
            Self::Flat { containers, .. } => containers,
        }
    }

    /// The list of databases, if there is one.
    pub fn databases(&self) -> Option<&'static str> {
        match self {
            Self::Nested { databases, .. } => Some(databases),
            Self::Flat { .. } => None,
        }
    }

    /// The list of containers.
    pub fn containers(&self) -> &'static str {
        match self {
            Self::Nested { containers, .. } | Self::Flat { containers, .. } => containers,
        }
    }
}

/// How scopes are written.
#[derive(Debug)]
pub struct Grammar {
    /// The segment before a database's name.
    pub database: &'static str,
    /// The segment before a container's name.
    pub container: &'static str,
    /// What resource ids say before a database's name, and some clients take for it.
    pub database_resources: &'static [&'static str],
    /// What resource ids say before a container's name, likewise.
    pub container_resources: &'static [&'static str],
}

impl Grammar {
    /// Whether resource ids have the segment where scopes have another.
    pub fn is_resource_word(&self, segment: &str) -> bool {
        self.database_resources.contains(&segment) || self.container_resources.contains(&segment)
    }
}

/// The database that tables lie in, as the API for NoSQL shows it. No list of Azure Resource Manager has it.
pub const TABLES: &str = "TablesDB";

/// How all kinds write scopes. Source: "Data plane security reference", and recorded role assignments.
pub const GRAMMAR: Grammar = Grammar {
    database: "dbs",
    container: "colls",
    database_resources: &[
        "sqlDatabases",
        "cassandraKeyspaces",
        "gremlinDatabases",
        "mongodbDatabases",
    ],
    container_resources: &["containers", "collections", "tables", "graphs"],
};
