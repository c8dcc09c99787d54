//! Microsoft's own SDKs for Python and JavaScript read accounts of every API as a scan does, field by field: neither the
//! emulated service nor the scan has an opinion of its own about the lists.

use crate::support::tools::tools;
use crate::support::{Bench, repository};
use serde_json::{Value, json};
use std::process::Command;

const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";

/// An account of each API with a role of its own, which is assigned, and one with a role of another API.
fn tenant() -> String {
    let app = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";
    let mut text = format!(
        "principals: [{{ id: {app}, displayName: app, kind: servicePrincipal }}]\nsubscriptions:\n  - id: {SUBSCRIPTION}\n    accounts:\n"
    );
    let prefix = "Microsoft.DocumentDB/databaseAccounts";
    for (name, api, action, place) in [
        (
            "nosql",
            "disable_local_auth: true",
            "sqlDatabases/containers/items/read",
            "shop",
        ),
        ("documents", "kind: MongoDB", "mongoMI/containers/entities/read", "shop"),
        (
            "wide",
            "capabilities: [EnableCassandra]",
            "cassandra/containers/entities/read",
            "shop",
        ),
        (
            "graph",
            "capabilities: [EnableGremlin]",
            "gremlin/containers/entities/read",
            "shop",
        ),
        (
            "flat",
            "capabilities: [EnableTable]",
            "tables/containers/entities/read",
            "TablesDB",
        ),
    ] {
        text += &format!(
            "      - name: {name}\n        {api}\n        databases: {{ {place}: [carts, orders] }}\n        role_definitions: [{{ name: \
             Own of {name}, assignable_scopes: [\"{{account}}/dbs/{place}\", \"{{account}}\"], permissions: [{{ data_actions: \
             [{prefix}/readMetadata, {prefix}/{action}], not_data_actions: [{prefix}/throughputSettings/read] }}] }}]\n        \
             role_assignments: [{{ role: Own of {name}, principal_id: {app}, scope: \"{{account}}/dbs/{place}/colls/carts\" }}]\n"
        );
    }
    text + &format!(
        "        foreign_roles: {{ gremlin: {{ role_assignments: [{{ role: Cosmos DB Gremlin Built-in Data Reader, principal_id: {app}, \
         scope: \"{{account}}\" }}] }} }}\n"
    )
}

/// Without what a scan adds and what it leaves out where it is empty.
fn plain(mut one: Value, kind: &str) -> Value {
    let fields = one.as_object_mut().unwrap();
    let own = fields.remove("kind").unwrap_or(json!("sql"));
    assert_eq!(own, kind);
    one
}

fn of_kind(record: &Value, list: &str, kind: &str) -> Vec<Value> {
    let all = record[list].as_array().unwrap().iter();
    let own = all.filter(|one| one["kind"].as_str().unwrap_or("sql") == kind);
    let mut own: Vec<Value> = own.map(|one| plain(one.clone(), kind)).collect();
    own.sort_by_key(Value::to_string);
    own
}

#[test]
#[ignore = "needs the SDK that tests/tools/install brings; tests/run runs it"]
fn python_reads_every_kind_of_role_as_a_scan_does() {
    let mut command = Command::new(tools().join("venv/bin/python"));
    command.arg(repository("tests/tools/sdk_lists.py"));
    reads_as_a_scan(command);
}

#[test]
#[ignore = "needs the SDK that tests/tools/install brings; tests/run runs it"]
fn javascript_reads_every_kind_of_role_as_a_scan_does() {
    let mut command = Command::new("node");
    command.arg(repository("tests/tools/sdk_lists.mjs"));
    command.env("COSMOS_RBAC_SDK", tools());
    reads_as_a_scan(command);
}

fn reads_as_a_scan(mut sdk: Command) {
    let bench = Bench::azure(&tenant());
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let output = sdk
        .args([bench.emulator().arm_endpoint(), SUBSCRIPTION])
        .env("NODE_EXTRA_CA_CERTS", bench.path("ca.pem"))
        .env("REQUESTS_CA_BUNDLE", bench.path("ca.pem"))
        .env("COSMOS_RBAC_TOKEN", bench.emulator().token())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let snapshot = bench.read("s.jsonl");
    let records = snapshot
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut number = 0;
    for record in records.filter(|line| line["account"].is_object()) {
        let account = &record["account"];
        let name = account["name"].as_str().unwrap();
        let sdk = &read[account["id"].as_str().unwrap()];
        for switch in ["local_auth_disabled", "key_metadata_writes_disabled"] {
            assert_eq!(sdk[switch], account[switch], "{name}: {switch}");
        }
        for (kind, lists) in sdk["roles"].as_object().unwrap() {
            let sorted = |list: &str| {
                let mut all = lists[list].as_array().unwrap().clone();
                all.sort_by_key(Value::to_string);
                all
            };
            let assignments = of_kind(&record, "role_assignments", kind);
            assert_eq!(assignments, sorted("assignments"), "{name}: {kind}");
            let definitions = of_kind(&record, "role_definitions", kind);
            // Definitions of another API are read where one of them is assigned.
            if !(definitions.is_empty() && assignments.is_empty()) {
                assert_eq!(definitions, sorted("definitions"), "{name}: {kind}");
            }
            number += assignments.len();
        }
        let scanned: serde_json::Map<String, Value> = record["databases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one["containers"].clone()))
            .collect();
        let places = sdk["places"].as_object().unwrap();
        assert_eq!(places.len(), 1, "{name}: one API answers: {places:?}");
        let listed = places.values().next().unwrap();
        // Tables are in no database of their own.
        let listed = match listed.is_array() {
            true => json!({"TablesDB": listed}),
            false => listed.clone(),
        };
        assert_eq!(listed, Value::Object(scanned), "{name}");
    }
    assert_eq!(number, 6);
}
