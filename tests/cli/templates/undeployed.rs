//! What a template doesn't deploy with these parameters, as a condition is false: every command says it, and none fails for it.

use super::{ACCOUNTS, APP, GROUP, account_id, assignment, audit, bench, safe, template};
use crate::support::Bench;
use serde_json::{Value, json};

const SAID: &str = "a resource of type `Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments` isn't deployed";

/// A tenant with the account, and a template that assigns somebody a role there where a parameter says so.
fn with(number: usize) -> Bench {
    let bench = bench();
    let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "Shop"}],
        "scope": {"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": ["Microsoft.DocumentDB/garnetClusters", "Microsoft.DBforPostgreSQL/serverGroupsv2"]}});
    let own = json!({"account": {"id": account_id(), "name": "orders", "resource_group": "shop",
        "subscription": "11111111-1111-1111-1111-111111111111", "location": "westeurope", "api": "sql", "tags": {},
        "local_auth_disabled": true, "key_metadata_writes_disabled": true},
        "role_definitions": [], "role_assignments": [], "databases": [], "gaps": []});
    let plane = json!({"control_plane": {"subscription": "11111111-1111-1111-1111-111111111111", "role_assignments": [],
        "role_definitions": [], "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    let end = json!({"end": {"accounts": 1, "gaps": 0, "control_planes": 1}});
    bench.write("tenant.jsonl", format!("{header}\n{own}\n{plane}\n{end}\n"));
    let id = format!("[resourceId('{ACCOUNTS}', 'orders')]");
    let skipped = (0..number).map(|number| {
        let mut one = assignment(&format!("a{number}"), APP, &id);
        one["condition"] = json!("[parameters('debug')]");
        one
    });
    let mut file = template(std::iter::once(safe()).chain(skipped).collect());
    file["parameters"] = json!({"debug": {"type": "bool", "defaultValue": false}});
    bench.write("t.json", file.to_string());
    bench
}

#[test]
fn a_comparison_says_what_is_not_deployed() {
    let group = format!("--resource-group={GROUP}");
    let run = |bench: &Bench, format: &str| {
        let all = [
            "diff",
            "tenant.jsonl",
            "--template=t.json",
            &group,
            "--fail-on-gain",
            format,
        ];
        bench.run(&all).exits(0).stdout
    };
    let one = with(1);
    let json: Value = serde_json::from_str(&run(&one, "-f=json")).unwrap();
    let rows = json["not_compared"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["message"].as_str().unwrap().starts_with(SAID));
    let row = row.unwrap_or_else(|| panic!("{json:#}"));
    assert_eq!((&row["missing_in"], &row["failure"]), (&json!("new"), &json!(false)));
    assert!(
        row["message"]
            .as_str()
            .unwrap()
            .contains("its condition is false: t.json:1:"),
        "{row}"
    );
    assert_eq!(json["complete"], true);
    let table = run(&one, "-f=table");
    assert!(
        table.contains("Not compared") && table.contains("No access was gained or lost in what was compared."),
        "{table}"
    );
    let json: Value = serde_json::from_str(&run(&with(2), "-f=json")).unwrap();
    let many = "2 resources of type `Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments` aren't deployed in the template";
    assert!(json.to_string().contains(many), "{json:#}");
}

/// Exit codes are those of what would be deployed, as in an audit.
#[test]
fn answers_say_what_is_not_deployed() {
    let bench = with(1);
    let group = format!("--resource-group={GROUP}");
    let source = ["--template=t.json", "--against=tenant.jsonl", &group];
    audit(&bench, &[&source[..], &["--details"]].concat()).exits(0);
    for command in [&["access"][..], &["who-can", "read"]] {
        let json = bench.run(&[command, &source, &["-f=json"]].concat()).exits(1).stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["complete"], true, "{json:#}");
        assert_eq!(json["not_checked"][0]["what"], "undeployed", "{json:#}");
        assert!(
            json["not_checked"][0]["why"].as_str().unwrap().starts_with(SAID),
            "{json:#}"
        );
        let table = bench.run(&[command, &source].concat()).exits(1).stdout;
        assert!(
            table.contains("undeployed resources: a resource of type") && !table.contains("Not everything"),
            "{table}"
        );
    }
}

/// Owner of the account opens a bypass, so a template that doesn't assign it with these parameters says so.
#[test]
fn azure_roles_that_are_not_deployed_are_named() {
    let bench = with(0);
    let role =
        "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635')]";
    let owner = json!({"type": "Microsoft.Authorization/roleAssignments", "name": "a0000000-0000-4000-8000-000000000001",
        "scope": format!("[resourceId('{ACCOUNTS}', 'orders')]"), "condition": false,
        "properties": {"principalId": APP, "roleDefinitionId": role}});
    let mut always = owner.clone();
    always.as_object_mut().unwrap().remove("condition");
    let module = json!({"type": "Microsoft.Resources/deployments", "name": "m", "condition": false,
        "properties": {"mode": "Incremental", "template": template(json!([always]))}});
    let group = format!("--resource-group={GROUP}");
    for left_out in [owner, module] {
        let said = left_out["type"].as_str().unwrap().to_owned();
        bench.write("t.json", template(json!([safe(), left_out])).to_string());
        let diff = ["diff", "tenant.jsonl", "--template=t.json", &group];
        let diff = bench.run(&diff).exits(0);
        assert!(diff.stdout.contains(&said), "{diff}");
        let source = ["--template=t.json", "--against=tenant.jsonl", &group];
        let report = audit(&bench, &source).exits(0);
        assert!(report.stdout.contains(&said), "{report}");
    }
}

/// Assignments of which nobody knows how many there are can give somebody access, as one to somebody unknown can.
#[test]
fn assignments_of_an_unknown_number_count_as_gained() {
    let group = format!("--resource-group={GROUP}");
    let azure = "Microsoft.Authorization/roleAssignments";
    for (kind, code) in [
        (format!("{ACCOUNTS}/sqlRoleAssignments"), 1),
        (azure.to_owned(), 1),
        (ACCOUNTS.to_owned(), 0),
    ] {
        let bench = with(0);
        let name = match code {
            0 => "[format('more-{0}', copyIndex())]",
            _ if kind == azure => "[guid(string(copyIndex()))]",
            _ => "[format('orders/{0}', copyIndex())]",
        };
        let many = json!({"type": kind, "apiVersion": "2022-04-01", "name": name,
            "copy": {"name": "each", "count": "[length(parameters('ids'))]"},
            "properties": {"principalId": "[parameters('ids')[copyIndex()]]"}});
        let mut file = template(json!([safe(), many]));
        file["parameters"] = json!({"ids": {"type": "array"}});
        bench.write("t.json", file.to_string());
        let diff = ["diff", "tenant.jsonl", "--template=t.json", &group, "--fail-on-gain"];
        let run = bench
            .run(&[&diff[..], &["--allow-incomplete", "-f=json"]].concat())
            .exits(code);
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        let rows = json["not_compared"].as_array().unwrap().iter();
        let rows = rows.filter(|row| row["message"].as_str().unwrap().contains("how many resources of type"));
        let gains: Vec<bool> = rows.map(|row| row["possible_gain"] == true).collect();
        assert_eq!(gains, [code == 1], "{kind}");
        bench.run(&diff).exits(if code == 1 { 1 } else { 3 });
        bench.write(
            "p.yaml",
            "version: 1\naccounts: [{ grants: [], key_readers: [], role_admins: [] }]\n",
        );
        let audit = [
            "audit",
            "--template=t.json",
            "--against=tenant.jsonl",
            &group,
            "-p=p.yaml",
            "-f=junit",
        ];
        let junit = bench.run(&audit).exits(3).stdout;
        let passes =
            |check: &str, of: &str| junit.contains(&format!("<testcase name=\"{check}\" classname=\"{of}\"/>"));
        let is_data = kind.ends_with("sqlRoleAssignments");
        assert_eq!(passes("excess-access", "orders"), !is_data, "{junit}");
        assert!(kind != azure || !passes("self-grant", "across accounts"), "{junit}");
    }
}
