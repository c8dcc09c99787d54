//! Bodies of databases and containers.

use serde_json::{Value, json};

use super::{CREATED_UNIX, expand_all};
use crate::tenant::Account;
use crate::util::guid_of;

/// All databases of an account.
pub(crate) fn databases(account_id: &str, account: &Account) -> Vec<Value> {
    let declared = account
        .databases
        .keys()
        .map(|name| database(account_id, name));
    declared
        .chain(
            account
                .raw_databases
                .iter()
                .map(|raw| expand_all(raw, account_id)),
        )
        .collect()
}

fn database(account_id: &str, name: &str) -> Value {
    let seed = guid_of(&format!("{account_id} {name}"));
    let rid = format!("{}AA==", seed.get(..4).unwrap_or_default());
    json!({
        "id": format!("{account_id}/sqlDatabases/{name}"),
        "type": "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
        "name": name,
        "properties": {
            "resource": {
                "id": name,
                "_rid": rid,
                "_self": format!("dbs/{rid}/"),
                "_etag": etag(&seed),
                "_colls": "colls/",
                "_users": "users/",
                "_ts": CREATED_UNIX,
            },
        },
    })
}

/// All containers of a database.
pub(crate) fn containers(account_id: &str, database: &str, names: &[String]) -> Vec<Value> {
    names
        .iter()
        .map(|name| container(account_id, database, name))
        .collect()
}

fn container(account_id: &str, database: &str, name: &str) -> Value {
    let seed = guid_of(&format!("{account_id} {database} {name}"));
    let rid = format!("{}AI=", seed.get(..8).unwrap_or_default());
    json!({
        "id": format!("{account_id}/sqlDatabases/{database}/containers/{name}"),
        "type": "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
        "name": name,
        "properties": {
            "resource": {
                "id": name,
                "indexingPolicy": {
                    "indexingMode": "consistent",
                    "automatic": true,
                    "includedPaths": [{ "path": "/*" }],
                    "excludedPaths": [{ "path": "/\"_etag\"/?" }],
                },
                "partitionKey": { "paths": ["/id"], "kind": "Hash", "version": 2 },
                "conflictResolutionPolicy": {
                    "mode": "LastWriterWins",
                    "conflictResolutionPath": "/_ts",
                    "conflictResolutionProcedure": "",
                },
                "_rid": rid,
                "_ts": CREATED_UNIX,
                "_self": format!("dbs/{rid}/colls/{rid}/"),
                "_etag": etag(&seed),
                "_docs": "docs/",
                "_sprocs": "sprocs/",
                "_triggers": "triggers/",
                "_udfs": "udfs/",
                "_conflicts": "conflicts/",
            },
        },
    })
}

fn etag(seed: &str) -> String {
    format!("\"{}\"", seed.replace("-4", "-0"))
}
