//! The kinds of role of the data plane, one row each: an account has the kind of its API. Whatever differs between APIs
//! (lists, data actions, built-in roles, spellings, commands) is a column here, and nothing else names an API's own words.
//!
//! To add one: its row, its table of data actions in `action/catalogue.rs` and its roles in `builtin.rs`.
//!
//! Sources: "Data plane security reference" of the Cosmos DB documentation; the resource types in the
//! azure-rest-api-specs repository, `cosmos-db/resource-manager/Microsoft.DocumentDB`; `az cosmosdb --help`.

use super::action::{ActionPattern, DataAction, PREFIX, catalogue};
use super::api::Api;
use super::builtin::{self, BuiltinRole};

/// A kind of role.
#[derive(Debug)]
pub struct RoleKind {
    /// ARM's word for it: what the names of its lists begin with.
    pub word: &'static str,
    /// The API of the accounts that have such roles.
    pub api: Api,
    /// How accounts say that they have that API.
    pub declared: Declared,
    /// The list of its role definitions, below the account.
    pub definitions: &'static str,
    /// The list of its role assignments, below the account.
    pub assignments: &'static str,
    /// The actions of Azure RBAC that create or change a definition, and an assignment.
    pub writes: Writes,
    /// The lists of databases below the account and of containers below a database; `None`: this version reads nothing of
    /// this kind.
    pub inventory: Option<Inventory>,
    /// How its scopes are written.
    pub grammar: &'static Grammar,
    /// The data actions that the documentation lists; empty for a kind that this version does not read.
    pub catalogue: &'static [DataAction],
    /// The role definitions that the service brings along.
    pub builtin: &'static [BuiltinRole],
    /// What commands about its roles begin with, in the Azure CLI; `None`: it has none.
    pub az: Option<&'static str>,
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
    /// Creates or changes a role definition.
    pub definition: &'static str,
    /// Creates or changes a role assignment.
    pub assignment: &'static str,
}

/// Lists of what an account holds.
#[derive(Debug)]
pub struct Inventory {
    /// Below the account.
    pub databases: &'static str,
    /// Below a database.
    pub containers: &'static str,
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

/// How all kinds write scopes. Source: "Data plane security reference", and recorded role assignments.
pub const GRAMMAR: Grammar = Grammar {
    database: "dbs",
    container: "colls",
    database_resources: &["sqlDatabases"],
    container_resources: &["containers", "collections"],
};

/// Every kind.
pub static ROLE_KINDS: [RoleKind; 5] = [
    RoleKind {
        word: "sql",
        api: Api::Sql,
        declared: Declared {
            capability: None,
            api_type: "Sql",
        },
        definitions: "sqlRoleDefinitions",
        assignments: "sqlRoleAssignments",
        writes: Writes {
            definition: "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write",
            assignment: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
        },
        inventory: Some(Inventory {
            databases: "sqlDatabases",
            containers: "containers",
        }),
        grammar: &GRAMMAR,
        catalogue: catalogue::NOSQL,
        builtin: &builtin::NOSQL,
        az: Some("az cosmosdb sql role"),
        switch_is_documented: true,
    },
    RoleKind {
        word: "table",
        api: Api::Table,
        declared: Declared {
            capability: Some("EnableTable"),
            api_type: "Table",
        },
        definitions: "tableRoleDefinitions",
        assignments: "tableRoleAssignments",
        writes: Writes {
            definition: "Microsoft.DocumentDB/databaseAccounts/tableRoleDefinitions/write",
            assignment: "Microsoft.DocumentDB/databaseAccounts/tableRoleAssignments/write",
        },
        ..NOT_READ
    },
    RoleKind {
        word: "cassandra",
        api: Api::Cassandra,
        declared: Declared {
            capability: Some("EnableCassandra"),
            api_type: "Cassandra",
        },
        definitions: "cassandraRoleDefinitions",
        assignments: "cassandraRoleAssignments",
        writes: Writes {
            definition: "Microsoft.DocumentDB/databaseAccounts/cassandraRoleDefinitions/write",
            assignment: "Microsoft.DocumentDB/databaseAccounts/cassandraRoleAssignments/write",
        },
        ..NOT_READ
    },
    RoleKind {
        word: "gremlin",
        api: Api::Gremlin,
        declared: Declared {
            capability: Some("EnableGremlin"),
            api_type: "Gremlin",
        },
        definitions: "gremlinRoleDefinitions",
        assignments: "gremlinRoleAssignments",
        writes: Writes {
            definition: "Microsoft.DocumentDB/databaseAccounts/gremlinRoleDefinitions/write",
            assignment: "Microsoft.DocumentDB/databaseAccounts/gremlinRoleAssignments/write",
        },
        ..NOT_READ
    },
    RoleKind {
        word: "mongoMI",
        api: Api::Mongo,
        declared: Declared {
            capability: Some("EnableMongo"),
            api_type: "MongoDB",
        },
        definitions: "mongoMIRoleDefinitions",
        assignments: "mongoMIRoleAssignments",
        writes: Writes {
            definition: "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleDefinitions/write",
            assignment: "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleAssignments/write",
        },
        ..NOT_READ
    },
];

/// What the kinds have in common whose definitions and assignments this version does not read.
const NOT_READ: RoleKind = RoleKind {
    word: "",
    api: Api::Unknown,
    declared: Declared {
        capability: None,
        api_type: "",
    },
    definitions: "",
    assignments: "",
    writes: Writes {
        definition: "",
        assignment: "",
    },
    inventory: None,
    grammar: &GRAMMAR,
    catalogue: &[],
    builtin: &[],
    az: None,
    switch_is_documented: false,
};

impl RoleKind {
    /// The kind of the general API. Its lists stand for all roles of an account where this version reads none.
    pub fn general() -> &'static Self {
        &ROLE_KINDS[0]
    }

    /// The kinds that this version reads.
    pub fn read() -> impl Iterator<Item = &'static Self> {
        ROLE_KINDS.iter().filter(|kind| kind.inventory.is_some())
    }

    /// The built-in role definition of this name, in exactly this spelling, of any kind.
    pub fn builtin_named(name: &str) -> Option<&'static BuiltinRole> {
        Self::read()
            .flat_map(|kind| kind.builtin)
            .find(|role| role.name == name)
    }
}

impl Api {
    /// The kind of role that accounts of this API have.
    pub fn role_kind(self) -> Option<&'static RoleKind> {
        ROLE_KINDS.iter().find(|kind| kind.api == self)
    }

    /// Whether this version reads the roles of accounts of this API. Where it doesn't, an empty list says nothing.
    pub fn has_roles_read(self) -> bool {
        self.role_kind().is_some_and(|kind| kind.inventory.is_some())
    }

    /// The data actions that the documentation lists for this API. Empty where this version does not read the roles.
    pub fn catalogue(self) -> &'static [DataAction] {
        self.role_kind().map_or(&[], |kind| kind.catalogue)
    }

    /// Whether a pattern could match a data action of the catalogue.
    pub fn knows(self, pattern: &ActionPattern) -> bool {
        let full = |action: &DataAction| format!("{PREFIX}{}", action.name);
        self.catalogue().iter().any(|action| pattern.covers_most(&full(action)))
    }

    /// Whether the documentation says that `disableLocalAuth` makes accounts of this API refuse keys.
    pub fn switch_is_documented(self) -> bool {
        self.role_kind().is_some_and(|kind| kind.switch_is_documented)
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
        let other = ROLE_KINDS.iter().find(|kind| declares(&kind.declared));
        let general = || {
            let mut general = ROLE_KINDS.iter().filter(|kind| kind.declared.capability.is_none());
            general.find(|kind| is_general && is_sure(&kind.declared))
        };
        other.or_else(general).map(|kind| kind.api)
    }
}

/// Whether a data action, in full, is listed for any API.
pub fn is_listed(action: impl Fn(&str) -> bool) -> bool {
    let mut all = RoleKind::read().flat_map(|kind| kind.catalogue);
    all.any(|listed| action(&format!("{PREFIX}{}", listed.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_has_one_kind() {
        for api in [Api::Sql, Api::Mongo, Api::Cassandra, Api::Gremlin, Api::Table] {
            assert_eq!(ROLE_KINDS.iter().filter(|kind| kind.api == api).count(), 1, "{api:?}");
        }
        assert!(Api::Unknown.role_kind().is_none());
    }

    #[test]
    fn names_follow_the_word() {
        for kind in &ROLE_KINDS {
            assert_eq!(kind.definitions, format!("{}RoleDefinitions", kind.word));
            assert_eq!(kind.assignments, format!("{}RoleAssignments", kind.word));
            assert_eq!(kind.writes.definition, format!("{PREFIX}{}/write", kind.definitions));
            assert_eq!(kind.writes.assignment, format!("{PREFIX}{}/write", kind.assignments));
            assert_eq!(kind.inventory.is_some(), !kind.catalogue.is_empty());
        }
    }
}
