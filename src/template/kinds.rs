//! Types of Azure Resource Manager, and what they have to do with access to data.

/// What a type has to do with access to data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is read.
    Read,
    /// It could grant access, and isn't read.
    Unread,
    /// It can decide who has access in ways that are never analyzed.
    NotAnalyzed,
    /// It makes role assignments for what it connects.
    Connection,
    /// It decides nothing about who has access.
    Harmless,
}

/// Types that are read, in lower case.
const READ: [&str; 18] = [
    "microsoft.documentdb/databaseaccounts",
    "microsoft.documentdb/databaseaccounts/sqldatabases",
    "microsoft.documentdb/databaseaccounts/sqldatabases/containers",
    "microsoft.documentdb/databaseaccounts/mongodbdatabases",
    "microsoft.documentdb/databaseaccounts/mongodbdatabases/collections",
    "microsoft.documentdb/databaseaccounts/cassandrakeyspaces",
    "microsoft.documentdb/databaseaccounts/cassandrakeyspaces/tables",
    "microsoft.documentdb/databaseaccounts/gremlindatabases",
    "microsoft.documentdb/databaseaccounts/gremlindatabases/graphs",
    "microsoft.documentdb/databaseaccounts/tables",
    "microsoft.documentdb/databaseaccounts/mongodbroledefinitions",
    "microsoft.documentdb/databaseaccounts/mongodbuserdefinitions",
    "microsoft.documentdb/mongoclusters",
    "microsoft.documentdb/mongoclusters/users",
    "microsoft.documentdb/cassandraclusters",
    "microsoft.documentdb/garnetclusters",
    "microsoft.dbforpostgresql/servergroupsv2",
    "microsoft.resources/deployments",
];

/// The APIs with role definitions and role assignments of one form.
const NATIVE: [&str; 5] = ["sql", "table", "cassandra", "gremlin", "mongomi"];

/// Last segments of types of Cosmos DB that decide nothing about access: throughput, code, networks, copies of data. Roles of
/// PostgreSQL, too: what lies inside of such a cluster is never analyzed, and that is said of the cluster.
const HARMLESS: [&str; 27] = [
    "backups",
    "chaosfaults",
    "clientencryptionkeys",
    "configurations",
    "coordinatorconfigurations",
    "datacenters",
    "datatransferjobs",
    "firewallrules",
    "fleetanalytics",
    "fleets",
    "fleetspaceaccounts",
    "fleetspaces",
    "locations",
    "materializedviews",
    "networksecurityperimeterconfigurations",
    "nodeconfigurations",
    "notebookworkspaces",
    "privateendpointconnections",
    "privatelinkresources",
    "services",
    "storedprocedures",
    "throughputpoolaccounts",
    "throughputpools",
    "throughputsettings",
    "triggers",
    "userdefinedfunctions",
    "views",
];

/// Types of others that can decide who has access, in lower case.
const NOT_ANALYZED: [&str; 8] = [
    "microsoft.resources/deploymentscripts",
    "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials",
    "microsoft.authorization/roleassignmentschedulerequests",
    "microsoft.authorization/roleeligibilityschedulerequests",
    "microsoft.graph/groups",
    "microsoft.managedservices/registrationassignments",
    "microsoft.managedservices/registrationdefinitions",
    // Blocks of a policy can match by tags.
    "microsoft.resources/tags",
];

/// What a type has to do with access. A version of the API can follow it: `TYPE@2024-11-15`.
pub(super) fn standing(kind: &str) -> Standing {
    let kind = kind.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let read = [
        "microsoft.authorization/roleassignments",
        "microsoft.authorization/roledefinitions",
    ];
    let kind = match extension(&kind) {
        Some("linkers") => return Standing::Connection,
        // What it extends is in its name and doesn't matter, unless it is something of ours.
        Some(_) if !is_ours(&kind) => return Standing::Harmless,
        Some(extension) => format!("microsoft.authorization/{extension}"),
        None => kind,
    };
    let last = kind.rsplit('/').next().unwrap_or_default();
    if READ.contains(&kind.as_str()) || read.contains(&kind.as_str()) || is_native(&kind) {
        return Standing::Read;
    }
    match kind.as_str() {
        "microsoft.resources/deploymentstacks" => Standing::Read,
        kind if NOT_ANALYZED.contains(&kind) => Standing::NotAnalyzed,
        kind if kind.starts_with("microsoft.servicelinker/") => Standing::Connection,
        kind if !is_ours(kind) || HARMLESS.contains(&last) || last.starts_with("restorable") => Standing::Harmless,
        _ if kind.starts_with("microsoft.dbforpostgresql/") && last == "roles" => Standing::Harmless,
        _ => Standing::Unread,
    }
}

/// The type of an extension that is written below what it extends: `databaseAccounts/providers/roleAssignments`. Its provider is
/// in its name, and of those that matter there is one.
fn extension(kind: &str) -> Option<&str> {
    let (_, last) = kind.rsplit_once('/')?;
    kind.strip_suffix(last)?.ends_with("/providers/").then_some(last)
}

/// The type of a resource without what it extends.
pub(super) fn without_extended(kind: &str) -> String {
    match extension(&kind.to_ascii_lowercase()) {
        Some("roleassignments") => "Microsoft.Authorization/roleAssignments".to_owned(),
        Some("roledefinitions") => "Microsoft.Authorization/roleDefinitions".to_owned(),
        _ => kind.to_owned(),
    }
}

fn is_native(kind: &str) -> bool {
    let last = kind.strip_prefix("microsoft.documentdb/databaseaccounts/");
    let api = last.and_then(|last| {
        last.strip_suffix("roledefinitions")
            .or_else(|| last.strip_suffix("roleassignments"))
    });
    api.is_some_and(|api| NATIVE.contains(&api))
}

/// Whether a type is one of Cosmos DB's.
pub(super) fn is_ours(kind: &str) -> bool {
    let is = |start: &str| {
        kind.get(..start.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    is("Microsoft.DocumentDB/") || is("Microsoft.DBforPostgreSQL/serverGroupsv2")
}

/// Whether a type is one of Cosmos DB's, or a role of Azure RBAC, which opens bypasses.
pub(super) fn is_ours_or_role(kind: &str) -> bool {
    let kind = kind.split('@').next().unwrap_or_default();
    let roles = [
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Authorization/roleDefinitions",
    ];
    is_ours(kind) || roles.iter().any(|role| role.eq_ignore_ascii_case(kind))
}

/// Whether something of a type gives somebody a role, or signs somebody in with one.
pub(super) fn assigns(kind: &str) -> bool {
    let kind = kind.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let given = ["roleassignments", "/mongodbuserdefinitions", "/mongoclusters/users"];
    given.iter().any(|end| kind.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::{Standing, standing};

    #[test]
    fn what_could_grant_access_is_read_or_said() {
        for (kind, expected) in [
            ("databaseAccounts", Standing::Read),
            ("databaseAccounts/mongoMIRoleAssignments", Standing::Read),
            ("databaseAccounts/sqlRoleDefinitions@2024-11-15", Standing::Read),
            ("databaseAccounts/providers/roleAssignments", Standing::Read),
            ("databaseAccounts/providers/locks", Standing::Harmless),
            ("databaseAccounts/fancyRoleAssignments", Standing::Unread),
            ("databaseAccounts/sqlDatabases/roleAssignments", Standing::Unread),
            ("garnetClusters", Standing::Read),
            ("mongoClusters/roles", Standing::Unread),
            ("mongoClusters/firewallRules", Standing::Harmless),
            ("databaseAccounts/sqlDatabases/containers/triggers", Standing::Harmless),
            ("restorableDatabaseAccounts", Standing::Harmless),
        ] {
            assert_eq!(standing(&format!("Microsoft.DocumentDB/{kind}")), expected, "{kind}");
        }
        assert_eq!(standing("Microsoft.Graph/groups@v1.0"), Standing::NotAnalyzed);
        assert_eq!(standing("Microsoft.Web/sites"), Standing::Harmless);
        assert_eq!(
            standing("Microsoft.DBforPostgreSQL/serverGroupsv2/roles"),
            Standing::Harmless
        );
    }
}
