//! The data actions that the documentation lists, a table for each kind of role.
//!
//! Source: "Data plane security reference" of the Cosmos DB documentation (NoSQL and Table: 2025-09-10, Cassandra:
//! 2026-04-29; Gremlin and MongoDB have the same shape). The page for NoSQL lacks
//! `readAnalytics`: "Mirror Azure Cosmos DB: private networks" of the Microsoft Fabric documentation has it, and Microsoft's
//! sample script `ps-account-rbac-mirroring.ps1` assigns it at the account.
//!
//! Of MongoDB's own users: "Configure role-based access control in Azure Cosmos DB for MongoDB" (2025-08-20), section on
//! privileges. What the words mean is MongoDB's documentation, "Privilege Actions".

use strum::IntoStaticStr;

/// The day of the newest of these pages.
pub const AS_OF: &str = "2026-04-29";

/// What every data action of Cosmos DB begins with; policies may leave it out.
pub const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";

/// What actions of MongoDB itself begin with here, in full as well. Azure has no name for them.
pub const MONGODB: &str = "mongodb/";

/// What a data action comes to, for people: the kinds that a matrix of access has a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Ability {
    /// Names and properties of databases and containers, no items.
    Metadata,
    /// Items can be read.
    Read,
    /// Items can be queried.
    Query,
    /// Items can be added or changed.
    Write,
    /// Items can be removed, or what holds them.
    Delete,
    /// What holds items can be made or changed: tables, graphs, collections, and their throughput.
    Schema,
    /// Code in the database can be run.
    Execute,
    /// An action that a role or the policy names, and no documentation.
    Unlisted,
    /// Whatever else a wildcard matches, today or one day.
    Future,
}

impl Ability {
    /// All of them, in the order of a matrix' cells.
    pub const ALL: [Self; 9] = [
        Self::Metadata,
        Self::Read,
        Self::Query,
        Self::Write,
        Self::Delete,
        Self::Schema,
        Self::Execute,
        Self::Unlisted,
        Self::Future,
    ];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether data can be changed with it.
    pub fn changes_data(self) -> bool {
        matches!(self, Self::Write | Self::Delete | Self::Schema | Self::Execute)
    }

    /// Whether data can be read with it.
    pub fn reads_data(self) -> bool {
        matches!(self, Self::Read | Self::Query)
    }

    /// Orders abilities for people: the smaller, the worse. What changes data comes before what reads it, known before
    /// unknown.
    pub fn harm(self) -> u8 {
        match self {
            Self::Delete => 0,
            Self::Write => 1,
            Self::Schema => 2,
            Self::Execute => 3,
            Self::Read => 4,
            Self::Query => 5,
            Self::Metadata => 6,
            Self::Unlisted => 7,
            Self::Future => 8,
        }
    }
}

/// A data action that the service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DataAction {
    /// The name without [`PREFIX`], in the documentation's casing. Those of MongoDB itself begin with [`MONGODB`].
    pub name: &'static str,
    /// What it comes to.
    pub ability: Ability,
    /// What its holder can do, as the end of "can …".
    pub verb: &'static str,
}

impl DataAction {
    /// The name in full.
    pub fn full(&self) -> String {
        match self.name.starts_with(MONGODB) {
            true => self.name.to_owned(),
            false => format!("{PREFIX}{}", self.name),
        }
    }
}

const fn action(name: &'static str, ability: Ability, verb: &'static str) -> DataAction {
    DataAction { name, ability, verb }
}

const READ_METADATA: DataAction = action("readMetadata", Ability::Metadata, "read metadata");

/// Reads every item of the account through its analytical copy, whatever database or container it is in.
pub(super) const READ_ANALYTICS: &str = "readAnalytics";

/// Sees what dynamic data masking hides.
pub(super) const UNMASK: &str = "sqlDatabases/containers/items/unmask";

/// Of accounts with the API for NoSQL.
pub(in crate::model) const NOSQL: &[DataAction] = &[
    READ_METADATA,
    action(
        READ_ANALYTICS,
        Ability::Read,
        "read all data of the account through the analytical copy",
    ),
    action("sqlDatabases/containers/executeQuery", Ability::Query, "query items"),
    action(
        "sqlDatabases/containers/executeStoredProcedure",
        Ability::Execute,
        "run stored procedures",
    ),
    action(
        "sqlDatabases/containers/manageConflicts",
        Ability::Write,
        "resolve conflicts",
    ),
    action(
        "sqlDatabases/containers/readChangeFeed",
        Ability::Read,
        "read the change feed",
    ),
    action("sqlDatabases/containers/items/create", Ability::Write, "create items"),
    action("sqlDatabases/containers/items/delete", Ability::Delete, "delete items"),
    action("sqlDatabases/containers/items/read", Ability::Read, "read items"),
    action("sqlDatabases/containers/items/replace", Ability::Write, "replace items"),
    action(UNMASK, Ability::Read, "see masked fields"),
    action("sqlDatabases/containers/items/upsert", Ability::Write, "upsert items"),
];

/// The actions of an API other than NoSQL. They have one shape: `$word` is the API's own segment, and `$held` what the
/// documentation says that it holds.
macro_rules! other_api {
    ($word:literal, $held:literal) => {
        &[
            READ_METADATA,
            action("throughputSettings/read", Ability::Metadata, "read throughput settings"),
            action(
                "throughputSettings/write",
                Ability::Schema,
                "change throughput settings",
            ),
            action(
                concat!($word, "/write"),
                Ability::Schema,
                concat!("create and change ", $held),
            ),
            action(
                concat!($word, "/delete"),
                Ability::Delete,
                concat!("delete ", $held, " with everything in them"),
            ),
            action(
                concat!($word, "/containers/write"),
                Ability::Schema,
                "create and change containers",
            ),
            action(
                concat!($word, "/containers/delete"),
                Ability::Delete,
                "delete containers with everything in them",
            ),
            action(
                concat!($word, "/containers/executeQuery"),
                Ability::Query,
                "query items",
            ),
            action(
                concat!($word, "/containers/executeStoredProcedure"),
                Ability::Execute,
                "run stored procedures",
            ),
            action(
                concat!($word, "/containers/readChangeFeed"),
                Ability::Read,
                "read the change feed",
            ),
            action(
                concat!($word, "/containers/manageConflicts"),
                Ability::Write,
                "resolve conflicts",
            ),
            action(
                concat!($word, "/containers/entities/create"),
                Ability::Write,
                "create items",
            ),
            action(concat!($word, "/containers/entities/read"), Ability::Read, "read items"),
            action(
                concat!($word, "/containers/entities/replace"),
                Ability::Write,
                "replace items",
            ),
            action(
                concat!($word, "/containers/entities/upsert"),
                Ability::Write,
                "upsert items",
            ),
            action(
                concat!($word, "/containers/entities/delete"),
                Ability::Delete,
                "delete items",
            ),
        ]
    };
}

/// Of accounts with the API for Table.
pub(in crate::model) const TABLE: &[DataAction] = other_api!("tables", "tables");

/// Of accounts with the API for Apache Cassandra.
pub(in crate::model) const CASSANDRA: &[DataAction] = other_api!("cassandra", "tables");

/// Of accounts with the API for Apache Gremlin.
pub(in crate::model) const GREMLIN: &[DataAction] = other_api!("gremlin", "graphs");

/// Of accounts with the API for MongoDB, for identities of Entra ID.
pub(in crate::model) const MONGO_MI: &[DataAction] = other_api!("mongoMI", "collections");

/// Of users of MongoDB itself, in accounts with the API for MongoDB.
pub(in crate::model) const MONGODB_USERS: &[DataAction] = &[
    action("mongodb/changeStream", Ability::Read, "read change streams"),
    action("mongodb/collStats", Ability::Metadata, "read statistics of collections"),
    action("mongodb/createCollection", Ability::Schema, "create collections"),
    action("mongodb/createIndex", Ability::Schema, "create indexes"),
    action("mongodb/dbStats", Ability::Metadata, "read statistics of databases"),
    action(
        "mongodb/dropCollection",
        Ability::Delete,
        "delete collections with everything in them",
    ),
    action(
        "mongodb/dropDatabase",
        Ability::Delete,
        "delete databases with everything in them",
    ),
    action("mongodb/dropIndex", Ability::Schema, "delete indexes"),
    action("mongodb/find", Ability::Read, "read items"),
    action("mongodb/insert", Ability::Write, "create items"),
    action("mongodb/killAnyCursor", Ability::Metadata, "stop queries of others"),
    action("mongodb/killCursors", Ability::Metadata, "stop queries of their own"),
    action("mongodb/listCollections", Ability::Metadata, "list collections"),
    action("mongodb/listDatabases", Ability::Metadata, "list databases"),
    action("mongodb/listIndexes", Ability::Metadata, "list indexes"),
    action("mongodb/reIndex", Ability::Schema, "rebuild indexes"),
    action("mongodb/remove", Ability::Delete, "delete items"),
    action("mongodb/update", Ability::Write, "update items"),
];

/// What can be done in a MongoDB vCore cluster. Azure lists no data actions of it: the last parts are privilege actions of
/// MongoDB, one for each thing to tell apart.
pub(in crate::model) const MONGO_CLUSTER: &[DataAction] = &[
    action(
        "mongoClusters/listCollections",
        Ability::Metadata,
        "list databases and collections",
    ),
    action("mongoClusters/find", Ability::Read, "read items"),
    action("mongoClusters/insert", Ability::Write, "create items"),
    action("mongoClusters/update", Ability::Write, "replace items"),
    action("mongoClusters/remove", Ability::Delete, "delete items"),
    action(
        "mongoClusters/createCollection",
        Ability::Schema,
        "create and change collections and indexes",
    ),
    action(
        "mongoClusters/dropDatabase",
        Ability::Delete,
        "delete databases and collections with everything in them",
    ),
    action(
        "mongoClusters/createUser",
        Ability::Schema,
        "manage users of the cluster",
    ),
];
