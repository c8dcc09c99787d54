//! The data actions that the documentation lists, a table for each kind of role.
//!
//! Source: "Data plane security reference" of the Cosmos DB documentation (NoSQL: 2025-09-10). That page lacks
//! `readAnalytics`: "Mirror Azure Cosmos DB: private networks" of the Microsoft Fabric documentation has it, and Microsoft's
//! sample script `ps-account-rbac-mirroring.ps1` assigns it at the account.

use strum::IntoStaticStr;

/// What every data action of Cosmos DB begins with; policies may leave it out.
pub const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";

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
    /// Items can be removed.
    Delete,
    /// Code in the database can be run.
    Execute,
    /// An action that a role or the policy names, and no documentation.
    Unlisted,
    /// Whatever else a wildcard matches, today or one day.
    Future,
}

impl Ability {
    /// All of them, in the order of a matrix' cells.
    pub const ALL: [Self; 8] = [
        Self::Metadata,
        Self::Read,
        Self::Query,
        Self::Write,
        Self::Delete,
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
        matches!(self, Self::Write | Self::Delete | Self::Execute)
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
            Self::Execute => 2,
            Self::Read => 3,
            Self::Query => 4,
            Self::Metadata => 5,
            Self::Unlisted => 6,
            Self::Future => 7,
        }
    }
}

/// A data action that the service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DataAction {
    /// The name without [`PREFIX`], in the documentation's casing.
    pub name: &'static str,
    /// What it comes to.
    pub ability: Ability,
    /// What its holder can do, as the end of "can …".
    pub verb: &'static str,
}

const fn action(name: &'static str, ability: Ability, verb: &'static str) -> DataAction {
    DataAction { name, ability, verb }
}

/// Reads every item of the account through its analytical copy, whatever database or container it is in.
pub(super) const READ_ANALYTICS: &str = "readAnalytics";

/// Sees what dynamic data masking hides.
pub(super) const UNMASK: &str = "sqlDatabases/containers/items/unmask";

/// Of accounts with the API for NoSQL.
pub(in crate::model) const NOSQL: &[DataAction] = &[
    action("readMetadata", Ability::Metadata, "read metadata"),
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
