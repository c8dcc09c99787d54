//! The resources of the provider `azurerm` that this tool reads, and those that have nothing to do with access to data.

use super::change::Change;

/// A type of resource, and what it is in Azure Resource Manager.
#[derive(Debug)]
pub(super) struct Row {
    /// Its type in Terraform.
    pub(super) kind: &'static str,
    /// Its type in Azure Resource Manager.
    pub(super) arm: &'static str,
    /// Where its ID comes from.
    pub(super) within: Within,
}

/// Where the ID of a resource comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// From its resource group and the fields with the names in its path.
    Group(&'static [&'static str]),
    /// From the field with the ID of its parent, which has this type, and the field with its own name.
    Parent {
        field: &'static str,
        arm: &'static str,
        name: &'static str,
    },
    /// From the field with the ID of its database: `DATABASE.NAME`, directly below the account.
    MongoDatabase { name: &'static str },
    /// From its scope and the field with its own name.
    Scope { name: &'static str },
}

/// A resource group, which others refer to.
pub(super) const RESOURCE_GROUP: &str = "Microsoft.Resources/resourceGroups";
/// An account.
pub(super) const ACCOUNT: &str = "Microsoft.DocumentDB/databaseAccounts";
/// A database of an account with the API for MongoDB.
pub(super) const MONGO_DATABASE: &str = "Microsoft.DocumentDB/databaseAccounts/mongodbDatabases";
/// A role definition of the API for NoSQL.
pub(super) const SQL_ROLE: &str = "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions";
/// A role definition of Azure RBAC.
pub(super) const AZURE_ROLE: &str = "Microsoft.Authorization/roleDefinitions";

const fn row(kind: &'static str, arm: &'static str, within: Within) -> Row {
    Row { kind, arm, within }
}

/// The types that are read. Source: the provider's documentation, 4.x and the branch of 5.0, August 2026.
static ROWS: [Row; 19] = [
    row("azurerm_cosmosdb_account", ACCOUNT, Within::Group(&["name"])),
    row(
        "azurerm_cosmosdb_sql_database",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_sql_container",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
        Within::Group(&["account_name", "database_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_mongo_database",
        MONGO_DATABASE,
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_mongo_collection",
        "Microsoft.DocumentDB/databaseAccounts/mongodbDatabases/collections",
        Within::Group(&["account_name", "database_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_cassandra_keyspace",
        "Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces",
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_cassandra_table",
        "Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces/tables",
        Within::Parent {
            field: "cassandra_keyspace_id",
            arm: "Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces",
            name: "name",
        },
    ),
    row(
        "azurerm_cosmosdb_gremlin_database",
        "Microsoft.DocumentDB/databaseAccounts/gremlinDatabases",
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_gremlin_graph",
        "Microsoft.DocumentDB/databaseAccounts/gremlinDatabases/graphs",
        Within::Group(&["account_name", "database_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_table",
        "Microsoft.DocumentDB/databaseAccounts/tables",
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_sql_role_definition",
        SQL_ROLE,
        Within::Group(&["account_name", "role_definition_id"]),
    ),
    row(
        "azurerm_cosmosdb_sql_role_assignment",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        Within::Group(&["account_name", "name"]),
    ),
    row(
        "azurerm_cosmosdb_mongo_role_definition",
        "Microsoft.DocumentDB/databaseAccounts/mongodbRoleDefinitions",
        Within::MongoDatabase { name: "role_name" },
    ),
    row(
        "azurerm_cosmosdb_mongo_user_definition",
        "Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions",
        Within::MongoDatabase { name: "username" },
    ),
    row(
        "azurerm_mongo_cluster",
        "Microsoft.DocumentDB/mongoClusters",
        Within::Group(&["name"]),
    ),
    row(
        "azurerm_mongo_cluster_user",
        "Microsoft.DocumentDB/mongoClusters/users",
        Within::Parent {
            field: "mongo_cluster_id",
            arm: "Microsoft.DocumentDB/mongoClusters",
            name: "object_id",
        },
    ),
    row(
        "azurerm_cosmosdb_cassandra_cluster",
        "Microsoft.DocumentDB/cassandraClusters",
        Within::Group(&["name"]),
    ),
    row(
        "azurerm_cosmosdb_postgresql_cluster",
        "Microsoft.DBforPostgreSQL/serverGroupsv2",
        Within::Group(&["name"]),
    ),
    row(
        "azurerm_role_assignment",
        "Microsoft.Authorization/roleAssignments",
        Within::Scope { name: "name" },
    ),
];

/// Read, too; it stands apart, since its ID is in a field of its own.
static AZURE_ROLE_DEFINITION: Row = row(
    "azurerm_role_definition",
    AZURE_ROLE,
    Within::Scope {
        name: "role_definition_id",
    },
);

/// The row of a type; `None`: it isn't read.
pub(super) fn row_of(kind: &str) -> Option<&'static Row> {
    let all = ROWS.iter().chain([&AZURE_ROLE_DEFINITION]);
    all.into_iter().find(|row| row.kind == kind)
}

/// Types that decide nothing about who has access to data: code and gateways, networks, settings of servers. Roles of
/// PostgreSQL, too: what lies inside of such a cluster is never analyzed, and that is said of the cluster.
const OF_NO_ACCESS: [&str; 10] = [
    "azurerm_cosmosdb_sql_trigger",
    "azurerm_cosmosdb_sql_function",
    "azurerm_cosmosdb_sql_stored_procedure",
    "azurerm_cosmosdb_sql_dedicated_gateway",
    "azurerm_cosmosdb_notebook_workspace",
    "azurerm_cosmosdb_cassandra_datacenter",
    "azurerm_cosmosdb_postgresql_coordinator_configuration",
    "azurerm_cosmosdb_postgresql_node_configuration",
    "azurerm_cosmosdb_postgresql_firewall_rule",
    "azurerm_cosmosdb_postgresql_role",
];

/// Whether a type could grant access, and isn't known here.
pub(super) fn is_unknown(kind: &str) -> bool {
    let of_ours = ["azurerm_cosmosdb", "azurerm_mongo_cluster"]
        .iter()
        .any(|start| kind.starts_with(start));
    let is_known = OF_NO_ACCESS.contains(&kind) || kind == "azurerm_mongo_cluster_firewall_rule";
    of_ours && !is_known && row_of(kind).is_none()
}

/// The type of what the provider `azapi` makes or changes, without the API's version.
pub(super) fn azapi_type<'p>(change: &Change<'p>) -> Option<&'p str> {
    if !matches!(change.kind, "azapi_resource" | "azapi_update_resource") {
        return None;
    }
    let text = change.after.values.or(change.before.values)?.text("type")?;
    Some(text.split('@').next().unwrap_or_default())
}

/// Whether a resource is of a type of Azure Resource Manager.
pub(super) fn is_of(change: &Change<'_>, arm: &str) -> bool {
    let own = azapi_type(change).or_else(|| match change.kind {
        "azurerm_resource_group" => Some(RESOURCE_GROUP),
        kind => row_of(kind).map(|row| row.arm),
    });
    own.is_some_and(|own| own.eq_ignore_ascii_case(arm))
}
