//! A user-assigned identity that has access: no list that a scan reads says which resources use it, so that whoever can run code on some
//! resource can possibly act as it. Nobody who can't is alarmed.

use crate::support::lines::{ANN, BEN, SUBSCRIPTION, account, allows, changed, snapshot};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const IDENTITY: &str = "1d000000-0000-4000-8000-000000000001";
const CAT: &str = "cccccccc-0000-4000-8000-00000000000c";
const CREW: &str = "dddddddd-0000-4000-8000-00000000000d";
const CONTRIBUTOR: &str = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c";

/// An identity that reads `orders`, of which `azure` says who is Contributor of what in its subscription. Cat is in the crew.
fn tenant(azure: &[(&str, &str)]) -> String {
    let read = [("r", allows(&["sqlDatabases/containers/items/read"]))];
    let accounts = [
        account("shop", &read, &[(IDENTITY, 0, "/")]),
        account("other", &read, &[]),
    ];
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let assignment = |(number, (who, below)): (usize, &(&str, &str))| {
        let scope = format!("{subscription}{below}");
        json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/a0000000-0000-4000-8000-{number:012x}"),
            "role_definition_id": CONTRIBUTOR, "principal_id": who, "scope": scope})
    };
    let assignments: Vec<Value> = azure.iter().enumerate().map(assignment).collect();
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": assignments,
        "role_definitions": [{"id": CONTRIBUTOR, "role_name": "Contributor", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["*"], "not_actions": ["Microsoft.Authorization/*/write"]}]}],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    let known = |id: &str, name: &str, kind: &str| json!({"id": id, "name": name, "kind": kind, "found": true});
    let mut identity = known(IDENTITY, "id-orders", "managed-identity");
    identity["resource_id"] = format!(
        "{subscription}/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders"
    )
    .into();
    let mut crew = known(CREW, "crew", "group");
    crew["members"] = json!([CAT]);
    crew["members_count"] = json!(1);
    let people = [
        known(ANN, "ann", "user"),
        known(BEN, "ben", "user"),
        known(CAT, "cat", "user"),
        crew,
        identity,
    ];
    changed(&snapshot(&accounts, Some(plane)), |lines| {
        // Nothing else is left unread.
        lines[0]["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"], "control_plane": true,
            "graph": true});
        let end = lines.len() - 1;
        lines[end]["end"]["principals"] = json!(people.len());
        lines.insert(end, json!({"principals": people}));
    })
}

fn asked(azure: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let bench = Bench::offline();
    bench.write("tenant.jsonl", tenant(azure));
    bench.run(&[arguments, &["--snapshot=tenant.jsonl"]].concat())
}

const SAID: &str = "scans don't read which resources use id-orders";

#[test]
fn who_can_run_code_somewhere_is_not_said_to_have_no_access() {
    let elsewhere = "/resourceGroups/elsewhere";
    let group = asked(&[(CREW, elsewhere)], &["access", "--principal=cat"]).exits(3);
    let alone = asked(&[(ANN, elsewhere)], &["access", "--principal=ann"]).exits(3);
    let machine = "/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/m";
    let host = asked(&[(ANN, machine)], &["access", "--principal=ann"]).exits(3);
    for run in [group, alone, host] {
        assert!(
            run.stdout.contains("scans don't read which resources use"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn who_can_run_no_code_has_no_access() {
    asked(&[(ANN, "/resourceGroups/elsewhere")], &["access", "--principal=ben"]).exits(1);
    let store = "/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/s";
    asked(&[(ANN, store)], &["access", "--principal=ann"]).exits(1);
    asked(&[(CAT, "/resourceGroups/r")], &["access", "--principal=crew"]).exits(1);
}

#[test]
fn an_answer_about_everybody_says_that_others_could_act_as_it() {
    let run = asked(&[(ANN, "/resourceGroups/elsewhere")], &["access", "-f=json"]).exits(0);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["not_checked"][0]["what"], "identities", "{answer}");
    assert!(
        answer["not_checked"][0]["why"].as_str().unwrap().starts_with(SAID),
        "{answer}"
    );
    let store = "/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/s";
    let run = asked(&[(ANN, store)], &["access", "-f=json"]).exits(0);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["not_checked"], json!([]), "{answer}");
}

/// No scan says who can act as the identity: whoever could only now begin to, is named.
#[test]
fn a_comparison_names_who_can_run_code_now() {
    let bench = Bench::offline();
    let elsewhere = "/resourceGroups/elsewhere";
    let tenants = [
        ("none.jsonl", tenant(&[])),
        ("ann.jsonl", tenant(&[(ANN, elsewhere)])),
        ("crew.jsonl", tenant(&[(CREW, elsewhere)])),
    ];
    for (name, text) in tenants {
        bench.write(name, text);
    }
    for (old, new, named) in [
        ("none.jsonl", "ann.jsonl", Some("ann")),
        ("none.jsonl", "crew.jsonl", Some("crew")),
        ("ann.jsonl", "ann.jsonl", None),
        ("ann.jsonl", "none.jsonl", None),
    ] {
        let run = bench
            .run(&["diff", old, new, "--fail-on-gain", "-f=json"])
            .exits(if named.is_some() { 3 } else { 0 });
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        let rows = found["not_compared"].as_array().unwrap();
        let names: Vec<&str> = rows
            .iter()
            .filter_map(|row| row["principal"]["name"].as_str())
            .collect();
        assert_eq!(names, Vec::from_iter(named), "{run}");
    }
}

/// Where nobody knows who can act as an identity, nobody knows whether that changed.
#[test]
fn a_comparison_says_where_azure_rbac_of_an_identity_was_not_read() {
    let bench = Bench::offline();
    let other = "99999999-0000-4000-8000-000000000009";
    let moved = changed(&tenant(&[]), |lines| {
        for record in lines
            .iter_mut()
            .filter_map(|line| line["principals"].as_array_mut())
            .flatten()
        {
            if let Some(at) = record["resource_id"].as_str() {
                record["resource_id"] = at.replace(SUBSCRIPTION, other).into();
            }
        }
    });
    bench.write("here.jsonl", tenant(&[]));
    bench.write("moved.jsonl", moved);
    for (old, new, code) in [
        ("here.jsonl", "here.jsonl", 0),
        ("here.jsonl", "moved.jsonl", 3),
        ("moved.jsonl", "here.jsonl", 3),
        ("moved.jsonl", "moved.jsonl", 3),
    ] {
        let run = bench.run(&["diff", old, new]).exits(code);
        assert_eq!(
            run.stdout.contains("id-orders: who can act as the managed identity"),
            code == 3,
            "{run}"
        );
    }
}
