//! A Cosmos DB account of a tenant and what lies below it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The API of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// NoSQL.
    Sql,
    /// Table.
    Table,
    /// Cassandra.
    Cassandra,
    /// Gremlin.
    Gremlin,
    /// MongoDB (request units).
    Mongo,
}

impl Api {
    /// Every API.
    pub const ALL: [Self; 5] = [Self::Sql, Self::Table, Self::Cassandra, Self::Gremlin, Self::Mongo];

    /// The list of what its accounts hold, and the list below each item of it, if there is one.
    #[must_use]
    pub const fn data(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Sql => ("sqlDatabases", Some("containers")),
            Self::Table => ("tables", None),
            Self::Cassandra => ("cassandraKeyspaces", Some("tables")),
            Self::Gremlin => ("gremlinDatabases", Some("graphs")),
            Self::Mongo => ("mongodbDatabases", Some("collections")),
        }
    }

    /// What the account's list names start with, as in `sqlRoleDefinitions`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Table => "table",
            Self::Cassandra => "cassandra",
            Self::Gremlin => "gremlin",
            Self::Mongo => "mongoMI",
        }
    }

    /// The name in `EnabledApiTypes`.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Sql => "Sql",
            Self::Table => "Table, Sql",
            Self::Cassandra => "Cassandra",
            Self::Gremlin => "Gremlin, Sql",
            Self::Mongo => "MongoDB",
        }
    }
}

/// A Cosmos DB account.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Name.
    pub name: String,
    /// Resource group, in the casing it is served in.
    pub resource_group: String,
    /// Served in place of the id made of the above; for ids in odd casing.
    pub id: Option<String>,
    /// Region, as in `West Europe`.
    pub location: String,
    /// `GlobalDocumentDB`, `MongoDB` or `Parse`.
    pub kind: String,
    /// Names of capabilities, as in `EnableGremlin`.
    pub capabilities: Vec<String>,
    /// `properties.EnabledApiTypes`; made from kind and capabilities when absent.
    pub enabled_api_types: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// `properties.disableLocalAuth`; left out of the body when absent, as older api-versions do.
    pub disable_local_auth: Option<bool>,
    /// `properties.disableKeyBasedMetadataWriteAccess`; left out of the body when absent.
    pub disable_key_based_metadata_write_access: Option<bool>,
    /// Merged over the rendered `properties`, unchecked.
    pub properties: Map<String, Value>,
    /// Whether the two built-in role definitions are served too.
    pub built_in_roles: bool,
    /// Role definitions, of the account's API.
    pub role_definitions: Vec<RoleDefinition>,
    /// Role assignments, of the account's API.
    pub role_assignments: Vec<RoleAssignment>,
    /// Roles of other APIs, by what their lists' names start with, as in `table`.
    pub foreign_roles: BTreeMap<String, ForeignRoles>,
    /// Custom roles of MongoDB itself.
    pub mongo_roles: Vec<MongoRole>,
    /// Users of MongoDB itself.
    pub mongo_users: Vec<MongoUser>,
    /// Databases and their containers; all tables of an account with the API for Table.
    pub databases: BTreeMap<String, Vec<String>>,
    /// Further items of the database list, as they go over the wire.
    pub raw_databases: Vec<Value>,
    /// Lists below the account served as given, by name; they replace what would be served.
    pub other_lists: BTreeMap<String, Vec<Value>>,
    /// Served in place of the whole account body.
    pub raw: Option<Value>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            name: String::new(),
            resource_group: "rg".to_owned(),
            id: None,
            location: "West Europe".to_owned(),
            kind: "GlobalDocumentDB".to_owned(),
            capabilities: Vec::new(),
            enabled_api_types: None,
            tags: BTreeMap::new(),
            disable_local_auth: None,
            disable_key_based_metadata_write_access: None,
            properties: Map::new(),
            built_in_roles: true,
            role_definitions: Vec::new(),
            role_assignments: Vec::new(),
            foreign_roles: BTreeMap::new(),
            mongo_roles: Vec::new(),
            mongo_users: Vec::new(),
            databases: BTreeMap::new(),
            raw_databases: Vec::new(),
            other_lists: BTreeMap::new(),
            raw: None,
        }
    }
}

impl Account {
    /// The role definitions and assignments of an API.
    #[must_use]
    pub fn roles(&self, api: Api) -> (&[RoleDefinition], &[RoleAssignment]) {
        if api == self.api() {
            return (&self.role_definitions, &self.role_assignments);
        }
        self.foreign_roles
            .get(api.prefix())
            .map_or((&[], &[]), |roles| (&roles.role_definitions, &roles.role_assignments))
    }

    /// The account's API, from its kind and capabilities.
    #[must_use]
    pub fn api(&self) -> Api {
        let has = |name: &str| self.capabilities.iter().any(|one| one.eq_ignore_ascii_case(name));
        if !self.kind.eq_ignore_ascii_case("GlobalDocumentDB") || has("EnableMongo") {
            Api::Mongo
        } else if has("EnableCassandra") {
            Api::Cassandra
        } else if has("EnableTable") {
            Api::Table
        } else if has("EnableGremlin") {
            Api::Gremlin
        } else {
            Api::Sql
        }
    }
}

/// Roles of another API than the account's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForeignRoles {
    /// Role definitions, beside the built-in ones.
    pub role_definitions: Vec<RoleDefinition>,
    /// Role assignments.
    pub role_assignments: Vec<RoleAssignment>,
}

/// A custom role of MongoDB itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MongoRole {
    /// The database that it is defined in.
    pub db: String,
    /// Role name.
    pub role: String,
    /// Privileges, as they go over the wire.
    pub privileges: Vec<Value>,
    /// The roles that it inherits, as they go over the wire.
    pub roles: Vec<Value>,
}

/// A user of MongoDB itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MongoUser {
    /// The database that it is defined in.
    pub db: String,
    /// User name.
    pub user: String,
    /// Roles, as they go over the wire.
    pub roles: Vec<Value>,
    /// Custom data.
    pub custom_data: Option<String>,
    /// A password; `null` goes over the wire without one. The service says that it never sends one.
    pub password: Option<String>,
}

/// A data-plane role definition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleDefinition {
    /// GUID; made from the name when empty.
    pub id: String,
    /// Role name.
    pub name: String,
    /// Custom or built-in.
    #[serde(rename = "type")]
    pub role_type: RoleType,
    /// Scopes, in which `{account}` stands for the account's id; the account itself when empty.
    pub assignable_scopes: Vec<String>,
    /// Permissions.
    pub permissions: Vec<Permission>,
    /// Served in place of the whole item.
    pub raw: Option<Value>,
}

/// The type of a role definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleType {
    /// `CustomRole`
    #[default]
    Custom,
    /// `BuiltInRole`
    BuiltIn,
}

/// One permissions object of a role definition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permission {
    /// Data actions, in full or without `Microsoft.DocumentDB/databaseAccounts/`.
    pub data_actions: Vec<String>,
    /// Data actions taken away, written alike.
    pub not_data_actions: Vec<String>,
}

/// A data-plane role assignment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleAssignment {
    /// GUID; made from the rest when empty.
    pub id: String,
    /// The role: its name or GUID in this account, or a full id (`{account}` expands).
    pub role: String,
    /// Object id of the principal.
    pub principal_id: String,
    /// Scope, served as written but for `{account}`; the account when empty.
    pub scope: String,
    /// Served in place of the whole item.
    pub raw: Option<Value>,
}
