//! The role definitions that the service brings along in every NoSQL account.
//!
//! Source: "Data plane security reference" of the Cosmos DB documentation, section on built-in roles, and recorded lists
//! of role definitions. Policies name these roles without declaring them; an audit takes what they grant from the
//! account itself.

use super::action::{ActionPattern, Permission};

/// A built-in role definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltinRole {
    /// The name that people see.
    pub name: &'static str,
    /// What it grants, in full.
    pub data_actions: &'static [&'static str],
}

/// `Cosmos DB Built-in Data Reader`, `00000000-0000-0000-0000-000000000001`.
pub const DATA_READER: BuiltinRole = BuiltinRole {
    name: "Cosmos DB Built-in Data Reader",
    data_actions: &[
        "Microsoft.DocumentDB/databaseAccounts/readMetadata",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read",
    ],
};

/// `Cosmos DB Built-in Data Contributor`, `00000000-0000-0000-0000-000000000002`.
pub const DATA_CONTRIBUTOR: BuiltinRole = BuiltinRole {
    name: "Cosmos DB Built-in Data Contributor",
    data_actions: &[
        "Microsoft.DocumentDB/databaseAccounts/readMetadata",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*",
    ],
};

/// The built-in roles of accounts with the API for NoSQL.
pub const NOSQL: [BuiltinRole; 2] = [DATA_READER, DATA_CONTRIBUTOR];

impl BuiltinRole {
    /// What it grants.
    pub fn permission(&self) -> Permission {
        Permission {
            data_actions: self.data_actions.iter().copied().map(ActionPattern::full).collect(),
            not_data_actions: Vec::new(),
        }
    }
}
