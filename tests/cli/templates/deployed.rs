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
    // What can't be read twice is read once.
    let piped = [&["diff", "-", "--template=t.json", "--fail-on-gain"], &group[..]].concat();
    let piped = bench.command(&piped).input(bench.read("tenant.jsonl")).run().exits(1);
    assert_eq!(piped.stdout, gained.stdout);
    // Keys that would be switched on are a gain, too.
    bench.write(
        "t.json",
        template(json!([account(json!({"disableLocalAuth": false}))])).to_string(),
    );
    diff(&["--fail-on-gain"]).exits(1);
    bench.write("t.json", template(json!([safe()])).to_string());
    diff(&["--fail-on-gain"]).exits(0);
}

/// What isn't sure to be deployed, or deleted, replaces nothing that is there.
#[test]
fn what_may_be_deployed_hides_nothing_that_is_there() {
    let bench = bench();
    let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "Shop"}]});
    let id = account_id();
    let role = |number: u8| format!("{id}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000{number}");
    let built_in = json!({"id": role(2), "role_name": "Cosmos DB Built-in Data Contributor", "built_in": true, "assignable_scopes": [id],
        "permissions": [{"data_actions": ["Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*"], "not_data_actions": []}]});
    let there = json!({"id": format!("{id}/sqlRoleAssignments/a"), "role_definition_id": role(2), "principal_id": APP, "scope": id});
    let own = json!({"account": {"id": id, "name": "orders", "resource_group": "shop",
        "subscription": "11111111-1111-1111-1111-111111111111", "location": "westeurope", "api": "sql", "tags": {},
        "local_auth_disabled": false, "key_metadata_writes_disabled": true},
        "role_definitions": [built_in], "role_assignments": [there], "databases": [], "gaps": []});
    let end = json!({"end": {"accounts": 1, "gaps": 0}});
    bench.write("tenant.jsonl", format!("{header}\n{own}\n{end}\n"));
    bench.write(
        "policy.yaml",
        format!(
            "version: 1\naccounts:\n  - match: {{ account: orders }}\n    local_auth: disabled\n    grants:\n      - {{ principal: {APP}, \
             role: Cosmos DB Built-in Data Reader, scope: /, presence: optional }}\n"
        ),
    );
    let maybe = |mut resource: Value| {
        resource["condition"] = json!("[parameters('flag')]");
        resource
    };
    let scope = format!("[resourceId('{ACCOUNTS}', 'orders')]");
    let narrower = template(json!([maybe(assignment("a", APP, &scope)), maybe(safe())]));
    let potential = |change: Value| json!({"status": "Succeeded", "changes": [], "potentialChanges": [change]});
    let deleted = potential(json!({"resourceId": format!("{id}/sqlRoleAssignments/a"), "changeType": "Delete"}));
    let failed = json!({"status": "Failed", "changes": [{"resourceId": id, "changeType": "Delete"}]});
    for file in [narrower, deleted, failed] {
        bench.write("f.json", file.to_string());
        let arguments = [
            "--template=f.json",
            "--against=tenant.jsonl",
            "-p=policy.yaml",
            "--resource-group",
            GROUP,
            "-f=json",
        ];
        let report = audit(&bench, &arguments).exits(1).report();
        let findings = report.0["findings"].as_array().unwrap();
        for check in ["excess-access", "local-auth-enabled"] {
            assert!(findings.iter().any(|one| one["check"] == check), "{check}: {file}");
        }
    }
}

#[test]
fn what_azure_could_not_look_into_is_said() {
    let bench = bench();
    let module = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/m";
    let told = json!([{"level": "Warning", "code": "NestedDeploymentShortCircuited", "message": "It depends on a reference.", "target": module}]);
    let linked =
        json!({"id": module, "type": "Microsoft.Resources/deployments", "properties": {"templateLink": {"uri": "x"}}});
    let unread = json!({"id": format!("{}/fancyRoleAssignments/x", account_id()), "type": format!("{ACCOUNTS}/fancyRoleAssignments"),
        "properties": {}});
    for file in [
        json!({"predictedResources": [unread], "diagnostics": []}),
        json!({"status": "Succeeded", "changes": [], "diagnostics": told}),
        json!({"predictedResources": [], "diagnostics": told}),
        json!({"predictedResources": [linked], "diagnostics": []}),
        json!({"status": "Succeeded", "changes": [{"resourceId": module, "changeType": "Unsupported"}]}),
        json!({"status": "Succeeded", "changes": [{"resourceId": "[format('{0}', reference('x'))]", "changeType": "Unsupported"}]}),
    ] {
        bench.write("f.json", file.to_string());
        let outcome = audit(&bench, &["--template=f.json", "-q"]);
        assert_eq!(outcome.code, 3, "{file}: {outcome}");
        assert!(
            outcome.stdout.contains("Not known before the deployment"),
            "{file}: {outcome}"
        );
    }
}

#[test]
fn tags_that_are_not_known_could_match() {
    let bench = bench();
    bench.write(
        "policy.yaml",
        "version: 1\naccounts:\n  - { name: prod, match: { tags: { env: prod } }, local_auth: disabled }\n  - { match: {}, key_metadata_writes: any }\n",
    );
    for (tags, code) in [
        (json!({"env": "test"}), 0),
        (json!({"env": "[parameters('given')]"}), 3),
        (json!("[createObject('env', parameters('given'))]"), 3),
        (json!("[reference('x').tags]"), 3),
        (json!({"env": "prod"}), 1),
    ] {
        let mut open = account(json!({"disableLocalAuth": false, "disableKeyBasedMetadataWriteAccess": true}));
        open["tags"] = tags.clone();
        bench.write("t.json", template(json!([open])).to_string());
        let outcome = audit(&bench, &["--template=t.json", "-p=policy.yaml", "-q"]);
        assert_eq!(outcome.code, code, "{tags}: {outcome}");
    }
}
