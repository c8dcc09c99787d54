//! The data actions that the documentation lists, per API.
//!
//! Source: "Data plane security reference" of the Cosmos DB documentation (NoSQL: 2025-09-10). Another API gets its
//! table here and its arm in [`catalogue`]; nothing else needs to know.

use crate::model::account::Api;

/// What every data action of Cosmos DB begins with; policies may leave it out.
pub const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";

/// What a data action lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Names and properties of databases and containers, no items.
    Metadata,
    /// Items can be seen.
    Read,
    /// Items can be changed, added or removed.
    Write,
}

/// A data action that the service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataAction {
    /// The name without [`PREFIX`], in the documentation's casing.
    pub name: &'static str,
    /// What it does to data.
    pub effect: Effect,
    /// What its holder may do, as the end of "may …".
    pub verb: &'static str,
}

const fn action(name: &'static str, effect: Effect, verb: &'static str) -> DataAction {
    DataAction { name, effect, verb }
}

const NOSQL: &[DataAction] = &[
    action("readMetadata", Effect::Metadata, "read metadata"),
    action("sqlDatabases/containers/executeQuery", Effect::Read, "query items"),
    action(
        "sqlDatabases/containers/executeStoredProcedure",
        Effect::Write,
        "run stored procedures",
    ),
    action(
        "sqlDatabases/containers/manageConflicts",
        Effect::Write,
        "resolve conflicts",
    ),
    action(
        "sqlDatabases/containers/readChangeFeed",
        Effect::Read,
        "read the change feed",
    ),
    action("sqlDatabases/containers/items/create", Effect::Write, "create items"),
    action("sqlDatabases/containers/items/delete", Effect::Write, "delete items"),
    action("sqlDatabases/containers/items/read", Effect::Read, "read items"),
    action("sqlDatabases/containers/items/replace", Effect::Write, "replace items"),
    action(
        "sqlDatabases/containers/items/unmask",
        Effect::Read,
        "see masked fields",
    ),
    action("sqlDatabases/containers/items/upsert", Effect::Write, "upsert items"),
];

/// The data actions of an API. Empty for those whose roles this version does not read.
pub const fn catalogue(api: Api) -> &'static [DataAction] {
    match api {
        Api::Sql => NOSQL,
        Api::Mongo | Api::Cassandra | Api::Gremlin | Api::Table | Api::Unknown => &[],
    }
}
