//! The kinds of role of the data plane, one row each in `rows`. Whatever differs between APIs (lists, data actions,
//! built-in roles, spellings, commands) is a column there, and nothing else names an API's own words.
//!
//! An account has one kind of its own, that of its API. It can hold role assignments of the other kinds, too: exports of
//! real accounts list the built-in role definitions of all five, whatever the API. Whether the service honours those is
//! not documented, so what they grant is possible.
//!
//! A sixth, of users of MongoDB itself, has passwords in the place of identities of Entra ID: `model::native` makes its
//! definitions and assignments of what those users and their roles are.
//!
//! To add one: its variant and its row, its table of data actions in `action/catalogue.rs` and its roles in `builtin.rs`.
//!
//! Sources: "Data plane security reference" of the Cosmos DB documentation; the resource types in the
//! azure-rest-api-specs repository, `cosmos-db/resource-manager/Microsoft.DocumentDB`; `az cosmosdb --help`.

mod row;
mod rows;

pub use row::{Declared, GRAMMAR, Grammar, Inventory, Row, TABLES, Writes};

use super::action::{ActionPattern, DataAction, PREFIX};
use super::api::Api;
use super::builtin::BuiltinRole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of role of the data plane, by ARM's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub enum RoleKind {
    /// Of the API for NoSQL. Snapshots leave it out.
    #[default]
    #[serde(rename = "sql")]
    Sql,
    /// Of the API for Table.
    #[serde(rename = "table")]
    Table,
    /// Of the API for Apache Cassandra.
    #[serde(rename = "cassandra")]
    Cassandra,
    /// Of the API for Apache Gremlin.
    #[serde(rename = "gremlin")]
    Gremlin,
    /// Of the API for MongoDB, for identities of Entra ID.
    #[serde(rename = "mongoMI")]
    MongoMi,
    /// Of the API for MongoDB, for users of MongoDB itself. No snapshot has it: those users and their roles are of other types.
    #[serde(rename = "mongodb", skip_deserializing)]
    #[schemars(skip)]
    Mongodb,
    /// Of a MongoDB vCore cluster, for identities of Entra ID: what its users have, see [`super::cluster`].
    #[serde(rename = "mongoCluster")]
    MongoCluster,
}

impl RoleKind {
    /// Every kind of accounts that is assigned to identities of Entra ID, each with a list of definitions and one of assignments.
    pub const ENTRA: [Self; 5] = [Self::Sql, Self::Table, Self::Cassandra, Self::Gremlin, Self::MongoMi];
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Sql,
        Self::Table,
        Self::Cassandra,
        Self::Gremlin,
        Self::MongoMi,
        Self::Mongodb,
        Self::MongoCluster,
    ];

    /// What is particular to it.
    pub fn row(self) -> &'static Row {
        match self {
            Self::Sql => &rows::SQL,
            Self::Table => &rows::TABLE,
            Self::Cassandra => &rows::CASSANDRA,
            Self::Gremlin => &rows::GREMLIN,
            Self::MongoMi => &rows::MONGO_MI,
            Self::Mongodb => &rows::MONGODB,
            Self::MongoCluster => &rows::MONGO_CLUSTER,
        }
    }

    /// The kind whose definitions or assignments are a list of this name, in any casing.
    pub fn of_list(list: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            let row = kind.row();
            [row.definitions, row.assignments]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(list))
        })
    }

    /// The kind of the list that the ARM id of a definition or an assignment names.
    pub fn of_id(id: &str) -> Option<Self> {
        let (above, _) = id.trim_end_matches('/').rsplit_once('/')?;
        Self::of_list(above.rsplit_once('/')?.1)
    }

    /// Whether it is the general one.
    pub fn is_general(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is assigned to users with passwords, not to identities of Entra ID.
    pub fn has_passwords(self) -> bool {
        self == Self::Mongodb
    }

    /// The built-in role definitions of this name, in exactly this spelling, that can be assigned to identities of Entra ID,
    /// each with its kind.
    pub fn builtins_named(name: &str) -> impl Iterator<Item = (Self, &'static BuiltinRole)> {
        let all = Self::ALL.into_iter().filter(|kind| !kind.has_passwords());
        all.flat_map(|kind| kind.row().builtin.iter().map(move |role| (kind, role)))
            .filter(move |(_, role)| role.name == name)
    }

    /// The data actions that the documentation lists for it.
    pub fn catalogue(self) -> &'static [DataAction] {
        self.row().catalogue
    }

    /// Whether a pattern could match a data action of the catalogue.
    pub fn knows(self, pattern: &ActionPattern) -> bool {
        let split = pattern.as_str().split_at_checked(PREFIX.len());
        let rest = split
            .filter(|(start, _)| start.eq_ignore_ascii_case(PREFIX))
            .map(|(_, rest)| rest);
        let is_one = |action: &DataAction| {
            // Most patterns are an action's name.
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(action.name)) || pattern.covers_most(&action.full())
        };
        self.catalogue().iter().any(is_one)
    }

    /// The data actions that the documentation lists, of every kind; those that kinds share are there once each.
    pub fn listed() -> impl Iterator<Item = &'static DataAction> {
        Self::ALL.into_iter().flat_map(Self::catalogue)
    }
}

impl Api {
    /// The kind of role that identities of Entra ID have in accounts of this API.
    pub fn role_kind(self) -> Option<RoleKind> {
        let mut all = RoleKind::ALL.into_iter().filter(|kind| !kind.has_passwords());
        all.find(|kind| kind.row().api == self)
    }

    /// Whether this version reads the roles of accounts of this API. Where it doesn't, an empty list says nothing.
    pub fn has_roles_read(self) -> bool {
        self.role_kind().is_some()
    }

    /// Whether this version knows it. Of managed Cassandra it reads all that Azure lists, and that has no roles.
    pub fn is_known(self) -> bool {
        self.has_roles_read() || self == Self::CassandraCluster
    }

    /// The data actions that the documentation lists for this API. Empty where this version does not read the roles.
    pub fn catalogue(self) -> &'static [DataAction] {
        self.role_kind().map_or(&[], RoleKind::catalogue)
    }

    /// Whether the documentation says that `disableLocalAuth` makes accounts of this API refuse keys, or that clusters without
    /// native authentication refuse passwords.
    pub fn switch_is_documented(self) -> bool {
        self.is_cluster() || self.role_kind().is_some_and(|kind| kind.row().switch_is_documented)
    }

    /// The API that an account declares by one of its capabilities (`None`: they could not be read) or by a word in its
    /// `EnabledApiTypes`. What declares none of the others is NoSQL only if its kind is the general one and that is sure: the
    /// roles of an account must not be asked for in the wrong place and found to be none.
    pub fn declared(is_general: bool, capabilities: Option<&[&str]>, api_types: &[&str]) -> Option<Self> {
        let has = |list: &[&str], name: &str| list.iter().any(|one| one.eq_ignore_ascii_case(name));
        let declares = |declared: &Declared| match declared.capability {
            Some(name) => has(capabilities.unwrap_or_default(), name) || has(api_types, declared.api_type),
            None => false,
        };
        let is_sure = |declared: &Declared| capabilities.is_some() || has(api_types, declared.api_type);
        let mut rows = RoleKind::ENTRA.into_iter().filter_map(|kind| {
            let row = kind.row();
            Some((row.api, row.declared.as_ref()?))
        });
        let other = rows.clone().find(|(_, declared)| declares(declared));
        let general = || {
            let mut general = rows.by_ref().filter(|(_, declared)| declared.capability.is_none());
            general.find(|(_, declared)| is_general && is_sure(declared))
        };
        other.or_else(general).map(|(api, _)| api)
    }
}

/// Whether a data action, in full, is listed for any API.
pub fn is_listed(action: impl Fn(&str) -> bool) -> bool {
    RoleKind::listed().any(|listed| action(&listed.full()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_has_one_kind() {
        for api in [
            Api::Sql,
            Api::Mongo,
            Api::Cassandra,
            Api::Gremlin,
            Api::Table,
            Api::MongoCluster,
        ] {
            let kinds = RoleKind::ALL.into_iter();
            let kinds = kinds.filter(|kind| kind.row().api == api && !kind.has_passwords());
            assert_eq!(kinds.count(), 1, "{api:?}");
        }
        assert!(Api::Unknown.role_kind().is_none() && Api::CassandraCluster.role_kind().is_none());
    }

    #[test]
    fn names_follow_the_word() {
        for kind in RoleKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.row().word);
        }
        for kind in RoleKind::ENTRA {
            let row = kind.row();
            assert_eq!(row.definitions, format!("{}RoleDefinitions", row.word));
            assert_eq!(row.assignments, format!("{}RoleAssignments", row.word));
            let write = |list| format!("{PREFIX}{list}/write");
            assert_eq!(row.writes.definition, Some(write(row.definitions).as_str()));
            assert_eq!(row.writes.assignment, write(row.assignments));
            assert_eq!(row.az, format!("az cosmosdb {} role", row.word.to_ascii_lowercase()));
            assert!(!row.catalogue.is_empty() && !row.builtin.is_empty());
        }
    }

    #[test]
    fn built_in_roles_grant_what_is_listed() {
        for kind in RoleKind::ALL {
            let row = kind.row();
            for pattern in row.builtin.iter().flat_map(|role| role.permission().data_actions) {
                let mut listed = row.catalogue.iter();
                let is_listed = listed.any(|action| pattern.covers_most(&action.full()));
                assert!(is_listed, "{kind:?} {}", pattern.as_str());
            }
        }
    }
}
