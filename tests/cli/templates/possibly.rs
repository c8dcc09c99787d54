//! What a template gives where the scan couldn't read what there is: it can be new, and counts as gained whatever else may be left
//! uncompared.

use super::{ACCOUNTS, APP, GROUP, account, account_id, assignment, bench, safe, template};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const OTHER: &str = "a11ce000-0000-4000-8000-000000000009";

fn scope() -> String {
    format!("[resourceId('{ACCOUNTS}', 'orders')]")
}

fn role(number: u8) -> String {
    format!(
        "{}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000{number}",
        account_id()
    )
}

/// A custom role as a snapshot has it, and as a template does.
fn custom(action: &str) -> [Value; 2] {
    let id = "11a0f000-0000-4000-8000-000000000001";
    let action = format!("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/{action}");
    let there = json!({"id": format!("{}/sqlRoleDefinitions/{id}", account_id()), "role_name": "Own", "built_in": false,
        "assignable_scopes": [account_id()], "permissions": [{"data_actions": [action], "not_data_actions": []}]});
    let planned = json!({"type": format!("{ACCOUNTS}/sqlRoleDefinitions"), "name": format!("orders/{id}"),
        "properties": {"roleName": "Own", "type": "CustomRole", "assignableScopes": [scope()],
            "permissions": [{"dataActions": [action]}]}});
    [there, planned]
}

/// Writes a snapshot: `lists` replaces what it has of the account.
fn scanned(bench: &Bench, lists: Value, unread: &[&str]) {
    scanned_with(bench, lists, unread, None);
}

/// The same, with what was read of Azure RBAC.
fn scanned_with(bench: &Bench, lists: Value, unread: &[&str], plane: Option<Value>) {
    let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "Shop"}]});
    let gaps: Vec<Value> = unread
        .iter()
        .map(|what| json!({"what": what, "status": 403, "code": "AuthorizationFailed", "message": "no permission"}))
        .collect();
    let mut own = json!({"account": {"id": account_id(), "name": "orders", "resource_group": "shop",
        "subscription": "11111111-1111-1111-1111-111111111111", "location": "westeurope", "api": "sql", "tags": {},
        "local_auth_disabled": true, "key_metadata_writes_disabled": true},
        "role_definitions": [], "role_assignments": [], "databases": [], "gaps": gaps});
    for (name, value) in lists.as_object().into_iter().flatten() {
        match name.as_str() {
            "local_auth_disabled" | "key_metadata_writes_disabled" => own["account"][name] = value.clone(),
            _ => own[name] = value.clone(),
        }
    }
    let mut end = json!({"end": {"accounts": 1, "gaps": unread.len()}});
    if plane.is_some() {
        end["end"]["control_planes"] = json!(1);
    }
    let plane = plane.map(|plane| format!("{plane}\n")).unwrap_or_default();
    bench.write("tenant.jsonl", format!("{header}\n{own}\n{plane}{end}\n"));
}

fn diff(bench: &Bench, resources: Value, more: &[&str]) -> Outcome {
    bench.write("t.json", template(resources).to_string());
    let group = format!("--resource-group={GROUP}");
    let all = [
        "diff",
        "tenant.jsonl",
        "--template=t.json",
        &group,
        "--allow-incomplete",
        "--fail-on-gain",
    ];
    bench.run(&[&all[..], more].concat())
}

#[test]
fn what_is_assigned_where_lists_were_not_read_is_a_possible_gain() {
    let bench = bench();
    let gives = json!([safe(), assignment("a", APP, &scope())]);
    let (definitions, assignments) = ("sqlRoleDefinitions", "sqlRoleAssignments");
    let (no_roles, none) = (json!({"role_definitions": null}), json!({"role_assignments": null}));
    let both = json!({"role_definitions": null, "role_assignments": null});
    for (lists, unread) in [
        (none, &[assignments][..]),
        (no_roles, &[definitions]),
        (both.clone(), &[definitions, assignments]),
        (both, &["databaseAccount"]),
    ] {
        scanned(&bench, lists, unread);
        let outcome = diff(&bench, gives.clone(), &[]).exits(1);
        assert!(
            outcome.stdout.contains(&format!("what the template gives to {APP}")),
            "{outcome}"
        );
        let json = diff(&bench, gives.clone(), &["-f=json"]).exits(1).report();
        let rows = json.0["not_compared"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["possible_gain"] == true), "{rows:?}");
        // It gives nobody anything.
        diff(&bench, json!([safe()]), &[]).exits(0);
    }
    // An invalid scope means nothing that is known, whatever was read.
    scanned(&bench, json!({}), &[]);
    let odd = assignment("a", APP, "/subscriptions/11111111-1111-1111-1111-111111111111");
    diff(&bench, json!([safe(), odd]), &[]).exits(1);
}

/// A name that is there is no grant that is there.
#[test]
fn what_replaces_an_assignment_of_the_same_name_is_a_possible_gain() {
    let bench = bench();
    let there = |principal: &str, number: u8| {
        json!({"id": format!("{}/sqlRoleAssignments/a", account_id()), "principal_id": principal, "scope": account_id(),
            "role_definition_id": role(number)})
    };
    let gives = json!([safe(), assignment("a", APP, &scope())]);
    for (own, code) in [(there(APP, 1), 0), (there(OTHER, 1), 1), (there(APP, 2), 1)] {
        let lists = json!({"role_definitions": null, "role_assignments": [own]});
        scanned(&bench, lists, &["sqlRoleDefinitions"]);
        let outcome = diff(&bench, gives.clone(), &[]);
        assert_eq!(outcome.code, code, "{own} {outcome}");
    }
}

#[test]
fn a_role_that_is_defined_anew_is_a_possible_gain_of_whoever_has_it() {
    let bench = bench();
    let ([before, same], [_, wider]) = (custom("read"), custom("delete"));
    for (lists, unread, planned, code) in [
        (
            json!({"role_definitions": [before], "role_assignments": null}),
            "sqlRoleAssignments",
            &wider,
            1,
        ),
        (json!({"role_definitions": null}), "sqlRoleDefinitions", &wider, 1),
        (
            json!({"role_definitions": [before], "role_assignments": null}),
            "sqlRoleAssignments",
            &same,
            0,
        ),
        // Nobody has a role that wasn't there.
        (json!({"role_assignments": null}), "sqlRoleAssignments", &wider, 0),
    ] {
        scanned(&bench, lists.clone(), &[unread]);
        let outcome = diff(&bench, json!([safe(), planned]), &[]);
        assert_eq!(outcome.code, code, "{lists} {outcome}");
    }
}

#[test]
fn a_setting_that_is_opened_where_it_was_not_read_is_a_possible_gain() {
    let bench = bench();
    for (setting, name) in [
        ("local_auth_disabled", "disableLocalAuth"),
        ("key_metadata_writes_disabled", "disableKeyBasedMetadataWriteAccess"),
    ] {
        scanned(&bench, json!({setting: null}), &[name]);
        for (disabled, code) in [(true, 0), (false, 1)] {
            let mut settings = json!({"disableLocalAuth": true, "disableKeyBasedMetadataWriteAccess": true});
            settings[name] = json!(disabled);
            let outcome = diff(&bench, json!([account(settings)]), &[]);
            assert_eq!(outcome.code, code, "{name} {outcome}");
        }
    }
}

/// Nobody can tell what a role opens whose definition neither the file nor the scan has.
#[test]
fn an_azure_role_that_nobody_defines_is_a_possible_gain_unless_it_is_assigned_already() {
    let bench = bench();
    let role = "/providers/Microsoft.Authorization/roleDefinitions/0dd0bb1e-0000-4000-8000-000000000001";
    let name = "0dd0bb1e-0000-4000-8000-00000000000a";
    let gives = json!({"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": name,
        "properties": {"principalId": APP, "roleDefinitionId": role}});
    let plane = |principal: &str, role: &str| {
        let id = format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/{name}");
        json!({"control_plane": {"subscription": "11111111-1111-1111-1111-111111111111", "role_definitions": [],
            "role_assignments": [{"id": id, "role_definition_id": role, "principal_id": principal, "scope": GROUP}],
            "deny_assignments": [], "eligible": [], "gaps": []}})
    };
    let others = format!("{role}9");
    for (plane, code) in [
        (None, 1),
        (Some(plane(APP, role)), 0),
        (Some(plane(OTHER, role)), 1),
        (Some(plane(APP, &others)), 1),
    ] {
        scanned_with(&bench, json!({}), &[], plane.clone());
        let outcome = diff(&bench, json!([safe(), gives]), &[]);
        assert_eq!(outcome.code, code, "{plane:?} {outcome}");
        assert!(
            outcome.stdout.contains(&format!("the Azure role that {APP} gets")),
            "{outcome}"
        );
    }
}

/// It isn't analyzed, and that is said.
#[test]
fn what_can_give_access_and_is_not_analyzed_is_named() {
    let bench = bench();
    scanned(&bench, json!({}), &[]);
    for kind in [
        "Microsoft.ManagedServices/registrationAssignments",
        "Microsoft.Authorization/roleEligibilityScheduleRequests",
        "Microsoft.Resources/deploymentScripts",
    ] {
        let other = json!({"type": kind, "name": "x", "properties": {}});
        let outcome = diff(&bench, json!([safe(), other]), &[]).exits(0);
        assert!(outcome.stdout.contains(kind), "{outcome}");
        bench.write("t.json", template(json!([safe(), other])).to_string());
        let junit = bench.run(&["audit", "--template=t.json", "-f=junit", "--allow-incomplete"]);
        let passes = junit
            .stdout
            .lines()
            .any(|line| line.contains("\"self-grant\"") && line.ends_with("/>"));
        assert!(!passes && junit.stdout.contains(kind), "{junit}");
    }
}
