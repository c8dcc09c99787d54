//! The table: a row for each kind of role.
//!
//! Sources: the resource types in the azure-rest-api-specs repository, `cosmos-db/resource-manager/Microsoft.DocumentDB`
//! (stable/2026-03-15); `az cosmosdb <word> role --help` (of the kinds but `sql`: extension `cosmosdb-preview` 2.17.1 or
//! newer, which installs itself); "Data plane security reference" of each API; of clusters, `mongocluster/resource-manager` in
//! the azure-rest-api-specs repository, and "Connect to Azure DocumentDB using role-based access control and Microsoft Entra ID".

use super::row::{Declared, GRAMMAR, Inventory, Row, TABLES, Writes};
use crate::model::action::catalogue;
use crate::model::api::Api;
use crate::model::builtin;

pub(super) static SQL: Row = Row {
    word: "sql",
    api: Api::Sql,
    declared: Some(Declared {
        capability: None,
        api_type: "Sql",
    }),
    definitions: "sqlRoleDefinitions",
    assignments: "sqlRoleAssignments",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
    },
    inventory: Some(Inventory::Nested {
        databases: "sqlDatabases",
        containers: "containers",
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::NOSQL,
    builtin: &builtin::NOSQL,
    az: "az cosmosdb sql role",
    switch_is_documented: true,
};

/// ARM lists tables flat; seen through the API for NoSQL, each is a container of the database `TablesDB`. Scopes occur in
/// both forms, `/dbs/<table>` and `/dbs/TablesDB/colls/<table>`, and are taken for the same.
pub(super) static TABLE: Row = Row {
    word: "table",
    api: Api::Table,
    declared: Some(Declared {
        capability: Some("EnableTable"),
        api_type: "Table",
    }),
    definitions: "tableRoleDefinitions",
    assignments: "tableRoleAssignments",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/tableRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/tableRoleAssignments/write",
    },
    inventory: Some(Inventory::Flat {
        containers: "tables",
        database: TABLES,
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::TABLE,
    builtin: &builtin::TABLE,
    az: "az cosmosdb table role",
    switch_is_documented: false,
};

pub(super) static CASSANDRA: Row = Row {
    word: "cassandra",
    api: Api::Cassandra,
    declared: Some(Declared {
        capability: Some("EnableCassandra"),
        api_type: "Cassandra",
    }),
    definitions: "cassandraRoleDefinitions",
    assignments: "cassandraRoleAssignments",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/cassandraRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/cassandraRoleAssignments/write",
    },
    inventory: Some(Inventory::Nested {
        databases: "cassandraKeyspaces",
        containers: "tables",
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::CASSANDRA,
    builtin: &builtin::CASSANDRA,
    az: "az cosmosdb cassandra role",
    switch_is_documented: false,
};

pub(super) static GREMLIN: Row = Row {
    word: "gremlin",
    api: Api::Gremlin,
    declared: Some(Declared {
        capability: Some("EnableGremlin"),
        api_type: "Gremlin",
    }),
    definitions: "gremlinRoleDefinitions",
    assignments: "gremlinRoleAssignments",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/gremlinRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/gremlinRoleAssignments/write",
    },
    inventory: Some(Inventory::Nested {
        databases: "gremlinDatabases",
        containers: "graphs",
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::GREMLIN,
    builtin: &builtin::GREMLIN,
    az: "az cosmosdb gremlin role",
    switch_is_documented: false,
};

pub(super) static MONGO_MI: Row = Row {
    word: "mongoMI",
    api: Api::Mongo,
    declared: Some(Declared {
        capability: Some("EnableMongo"),
        api_type: "MongoDB",
    }),
    definitions: "mongoMIRoleDefinitions",
    assignments: "mongoMIRoleAssignments",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/mongoMIRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleAssignments/write",
    },
    inventory: Some(Inventory::Nested {
        databases: "mongodbDatabases",
        containers: "collections",
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::MONGO_MI,
    builtin: &builtin::MONGO_MI,
    az: "az cosmosdb mongomi role",
    switch_is_documented: false,
};

/// Users of MongoDB itself and their roles, in the place of assignments and definitions.
pub(super) static MONGODB: Row = Row {
    word: "mongodb",
    api: Api::Mongo,
    declared: Some(Declared {
        capability: Some("EnableMongoRoleBasedAccessControl"),
        api_type: "MongoDB",
    }),
    definitions: "mongodbRoleDefinitions",
    assignments: "mongodbUserDefinitions",
    writes: Writes {
        definition: Some("Microsoft.DocumentDB/databaseAccounts/mongodbRoleDefinitions/write"),
        assignment: "Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions/write",
    },
    inventory: Some(Inventory::Nested {
        databases: "mongodbDatabases",
        containers: "collections",
    }),
    grammar: &GRAMMAR,
    catalogue: catalogue::MONGODB_USERS,
    builtin: &builtin::MONGODB,
    az: "az cosmosdb mongodb role",
    switch_is_documented: false,
};

/// Its definitions are no list: they are the combinations of roles that its users have.
pub(super) static MONGO_CLUSTER: Row = Row {
    word: "mongoCluster",
    api: Api::MongoCluster,
    declared: None,
    definitions: "roles",
    assignments: "users",
    writes: Writes {
        definition: None,
        assignment: "Microsoft.DocumentDB/mongoClusters/users/write",
    },
    inventory: None,
    grammar: &GRAMMAR,
    catalogue: catalogue::MONGO_CLUSTER,
    builtin: &builtin::MONGO_CLUSTER,
    az: "az resource",
    switch_is_documented: true,
};
