//! What is there already: results of what-if, and snapshots that a template is deployed to.

use super::{ACCOUNTS, APP, GROUP, account, account_id, assignment, audit, bench, safe, template};
use serde_json::{Value, json};

#[test]
fn a_what_if_result_never_takes_unsupported_for_absent() {
    let bench = bench();
    let id = account_id();
    let body = |disabled: bool| {
        json!({"id": id, "type": ACCOUNTS, "name": "orders", "location": "westeurope", "kind": "GlobalDocumentDB",
            "properties": {"disableLocalAuth": disabled, "disableKeyBasedMetadataWriteAccess": true}})
    };
    let result = |changes: Value| json!({"status": "Succeeded", "error": null, "changes": changes, "diagnostics": []});
    for (change, code) in [
        (
            json!({"resourceId": id, "changeType": "Create", "after": body(true)}),
            0,
        ),
        (
            json!({"resourceId": id, "changeType": "Create", "after": body(false)}),
            1,
        ),
        (
            json!({"resourceId": id, "changeType": "Modify", "before": body(true), "after": body(false), "delta": []}),
            1,
        ),
        (
            json!({"resourceId": id, "changeType": "NoChange", "before": body(false), "after": body(false)}),
            1,
        ),
        (
            json!({"resourceId": id, "changeType": "Ignore", "before": body(false), "after": null}),
            1,
        ),
        (
            json!({"resourceId": id, "changeType": "Unsupported", "unsupportedReason": "It has a reference."}),
            3,
        ),
        (json!({"resourceId": id, "changeType": "Deploy"}), 3),
        (
            json!({"resourceId": id, "changeType": "Delete", "before": body(false)}),
            4,
        ),
    ] {
        bench.write("w.json", result(json!([change])).to_string());
        let outcome = audit(&bench, &["--template=w.json", "-q"]);
        assert_eq!(outcome.code, code, "{change}: {outcome}");
    }
}

#[test]
fn what_is_there_already_counts_and_who_gains_access_is_told() {
    let bench = bench();
    let id = format!("[resourceId('{ACCOUNTS}', 'orders')]");
    let group = ["--resource-group", GROUP];
    bench.write("t.json", template(json!([safe()])).to_string());
    let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "Shop"}]});
    let own = json!({"account": {"id": account_id(), "name": "orders", "resource_group": "shop",
        "subscription": "11111111-1111-1111-1111-111111111111", "location": "westeurope", "api": "sql", "tags": {},
        "local_auth_disabled": true, "key_metadata_writes_disabled": true},
        "role_definitions": [], "role_assignments": [], "databases": [], "gaps": []});
    let lines = [
        header.to_string(),
        own.to_string(),
        json!({"end": {"accounts": 1, "gaps": 0}}).to_string(),
    ];
    bench.write("tenant.jsonl", lines.join("\n"));
    // Only an assignment: of the account nothing is known but from the snapshot.
    bench.write("t.json", template(json!([assignment("a", APP, &id)])).to_string());
    let alone = [&["--template=t.json"], &group[..]].concat();
    audit(&bench, &alone).exits(3);
    audit(&bench, &[&alone[..], &["--against=tenant.jsonl"]].concat()).exits(0);
    let diff = |more: &[&str]| bench.run(&[&["diff", "tenant.jsonl", "--template=t.json"], &group[..], more].concat());
    let gained = diff(&["--fail-on-gain"]).exits(1);
    assert!(gained.stdout.contains(APP), "{gained}");
    // Keys that would be switched on are a gain, too.
    bench.write(
        "t.json",
        template(json!([account(json!({"disableLocalAuth": false}))])).to_string(),
    );
    diff(&["--fail-on-gain"]).exits(1);
    bench.write("t.json", template(json!([safe()])).to_string());
    diff(&["--fail-on-gain"]).exits(0);
}
