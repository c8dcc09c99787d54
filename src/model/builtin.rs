//! The role definitions that the service brings along, of each kind of role.
//!
//! Source: "Data plane security reference" of the Cosmos DB documentation, section on built-in roles, and recorded lists
//! of role definitions; of the other kinds, exports of accounts at api-version 2026-04-01-preview. Policies name these roles
//! without declaring them; an audit takes what they grant from the account itself.

use super::action::{ActionPattern, Permission};

/// A built-in role definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltinRole {
    /// The name that people see.
    pub name: &'static str,
    /// The last digit of its id, `00000000-0000-0000-0000-00000000000N`. Those of MongoDB itself have no such id.
    pub number: usize,
    /// What it grants, in full.
    pub data_actions: &'static [&'static str],
}

/// `Cosmos DB Built-in Data Reader`, `00000000-0000-0000-0000-000000000001`.
pub const DATA_READER: BuiltinRole = BuiltinRole {
    name: "Cosmos DB Built-in Data Reader",
    number: 1,
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
    number: 2,
    data_actions: &[
        "Microsoft.DocumentDB/databaseAccounts/readMetadata",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*",
    ],
};

/// The built-in roles of accounts with the API for NoSQL.
pub const NOSQL: [BuiltinRole; 2] = [DATA_READER, DATA_CONTRIBUTOR];

/// The built-in roles of accounts with the API for Table; they have the names of those for NoSQL.
pub const TABLE: [BuiltinRole; 2] = [
    BuiltinRole {
        name: "Cosmos DB Built-in Data Reader",
        number: 1,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/tables/containers/executeQuery",
            "Microsoft.DocumentDB/databaseAccounts/tables/containers/readChangeFeed",
            "Microsoft.DocumentDB/databaseAccounts/tables/containers/entities/read",
        ],
    },
    BuiltinRole {
        name: "Cosmos DB Built-in Data Contributor",
        number: 2,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/tables/*",
            "Microsoft.DocumentDB/databaseAccounts/tables/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/tables/containers/entities/*",
        ],
    },
];

/// The built-in roles of accounts with the API for Apache Cassandra.
pub const CASSANDRA: [BuiltinRole; 2] = [
    BuiltinRole {
        name: "Cosmos DB Cassandra Built-in Data Reader",
        number: 3,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/containers/executeQuery",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/containers/readChangeFeed",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/containers/entities/read",
        ],
    },
    BuiltinRole {
        name: "Cosmos DB Cassandra Built-in Data Contributor",
        number: 4,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/write",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/*",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/write",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/delete",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/cassandra/containers/entities/*",
        ],
    },
];

/// The built-in roles of accounts with the API for Apache Gremlin.
pub const GREMLIN: [BuiltinRole; 2] = [
    BuiltinRole {
        name: "Cosmos DB Gremlin Built-in Data Reader",
        number: 3,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/containers/executeQuery",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/containers/readChangeFeed",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/containers/entities/read",
        ],
    },
    BuiltinRole {
        name: "Cosmos DB Gremlin Built-in Data Contributor",
        number: 4,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/write",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/*",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/write",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/delete",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/gremlin/containers/entities/*",
        ],
    },
];

/// The built-in roles of accounts with the API for MongoDB.
pub const MONGO_MI: [BuiltinRole; 2] = [
    BuiltinRole {
        name: "Cosmos DB Mongo Built-in Data Reader",
        number: 3,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/containers/executeQuery",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/containers/readChangeFeed",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/containers/entities/read",
        ],
    },
    BuiltinRole {
        name: "Cosmos DB Mongo Built-in Data Contributor",
        number: 4,
        data_actions: &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/read",
            "Microsoft.DocumentDB/databaseAccounts/throughputSettings/write",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/*",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/write",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/delete",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/mongoMI/containers/entities/*",
        ],
    },
];

/// The roles that every database has for users of MongoDB itself. No list has them.
/// Source: "Configure role-based access control in Azure Cosmos DB for MongoDB", section on built-in roles.
pub const MONGODB: [BuiltinRole; 4] = [
    BuiltinRole {
        name: "read",
        number: 0,
        data_actions: &[
            "mongodb/changeStream",
            "mongodb/collStats",
            "mongodb/find",
            "mongodb/killCursors",
            "mongodb/listIndexes",
            "mongodb/listCollections",
        ],
    },
    BuiltinRole {
        name: "readWrite",
        number: 0,
        data_actions: &[
            "mongodb/changeStream",
            "mongodb/collStats",
            "mongodb/createCollection",
            "mongodb/createIndex",
            "mongodb/dropCollection",
            "mongodb/dropIndex",
            "mongodb/find",
            "mongodb/insert",
            "mongodb/killCursors",
            "mongodb/listCollections",
            "mongodb/listIndexes",
            "mongodb/remove",
            "mongodb/update",
        ],
    },
    BuiltinRole {
        name: "dbAdmin",
        number: 0,
        data_actions: &[
            "mongodb/changeStream",
            "mongodb/collStats",
            "mongodb/createCollection",
            "mongodb/createIndex",
            "mongodb/dbStats",
            "mongodb/dropCollection",
            "mongodb/dropDatabase",
            "mongodb/dropIndex",
            "mongodb/listCollections",
            "mongodb/listIndexes",
            "mongodb/reIndex",
        ],
    },
    BuiltinRole {
        name: "dbOwner",
        number: 0,
        data_actions: &[
            "mongodb/changeStream",
            "mongodb/collStats",
            "mongodb/createCollection",
            "mongodb/createIndex",
            "mongodb/dbStats",
            "mongodb/dropCollection",
            "mongodb/dropDatabase",
            "mongodb/dropIndex",
            "mongodb/find",
            "mongodb/insert",
            "mongodb/killCursors",
            "mongodb/listCollections",
            "mongodb/listIndexes",
            "mongodb/reIndex",
            "mongodb/remove",
            "mongodb/update",
        ],
    },
];

/// The role of MongoDB vCore clusters that does everything, in all databases: the only one that the documentation of their
/// users has. It has no id.
pub const MONGO_CLUSTER: [BuiltinRole; 1] = [BuiltinRole {
    name: "root",
    number: 0,
    data_actions: &[
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/listCollections",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/find",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/insert",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/update",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/remove",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/createCollection",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/dropDatabase",
        "Microsoft.DocumentDB/databaseAccounts/mongoClusters/createUser",
    ],
}];

impl BuiltinRole {
    /// The GUID at the end of its id.
    pub fn guid(&self) -> String {
        format!("00000000-0000-0000-0000-{:012}", self.number)
    }

    /// What it grants.
    pub fn permission(&self) -> Permission {
        Permission {
            data_actions: self.data_actions.iter().copied().map(ActionPattern::full).collect(),
            not_data_actions: Vec::new(),
        }
    }
}
