//! Bodies of databases and containers.

use serde_json::{Value, json};

use super::{CREATED_UNIX, expand_all};
use crate::tenant::{Account, Api};
use crate::util::guid_of;

/// What an account's own list of data holds: its databases, or tables.
pub(crate) fn databases(account_id: &str, account: &Account) -> Vec<Value> {
    let (list, below) = account.api().data();
    let declared: Vec<Value> = match below {
        Some(_) => account
            .databases
            .keys()
            .map(|name| database(account_id, list, name))
            .collect(),
        None => {
            let tables = account.databases.values().flatten();
            tables.map(|name| container(account_id, list, name)).collect()
        }
    };
    let raw = account.raw_databases.iter().map(|raw| expand_all(raw, account_id));
    declared.into_iter().chain(raw).collect()
}

fn database(account_id: &str, list: &str, name: &str) -> Value {
    let seed = guid_of(&format!("{account_id} {name}"));
    let rid = format!("{}AA==", seed.get(..4).unwrap_or_default());
    json!({
        "id": format!("{account_id}/{list}/{name}"),
        "type": format!("Microsoft.DocumentDB/databaseAccounts/{list}"),
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

/// All containers of a database of an account.
pub(crate) fn containers(account_id: &str, api: Api, database: &str, names: &[String]) -> Vec<Value> {
    let (list, below) = api.data();
    let path = format!("{list}/{database}/{}", below.unwrap_or_default());
    names.iter().map(|name| container(account_id, &path, name)).collect()
}

/// A container, or a table; `path` is that of its list below the account.
fn container(account_id: &str, path: &str, name: &str) -> Value {
    let kind: Vec<&str> = path.split('/').step_by(2).collect();
    let seed = guid_of(&format!("{account_id} {path} {name}"));
    let rid = format!("{}AI=", seed.get(..8).unwrap_or_default());
    json!({
        "id": format!("{account_id}/{path}/{name}"),
        "type": format!("Microsoft.DocumentDB/databaseAccounts/{}", kind.join("/")),
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
