//! Other commands than `audit`: what is only possible is marked, and they speak of a template where there is no scan.

use super::{ACCOUNTS, APP, GROUP, account, account_id, assignment, audit, bench, safe, template};
use serde_json::{Value, json};

fn maybe(mut resource: Value) -> Value {
    resource["condition"] = json!("[parameters('flag')]");
    resource
}

fn id() -> String {
    format!("[resourceId('{ACCOUNTS}', 'orders')]")
}

#[test]
fn lists_mark_what_is_possible() {
    let bench = bench();
    let sure = assignment("a", APP, &id());
    let unsure = maybe(assignment("b", APP, &id()));
    bench.write("t.json", template(json!([safe(), sure, unsure])).to_string());
    let list = |format: &str| {
        bench
            .run(&["list", "assignments", "--template=t.json", "-f", format])
            .exits(3)
    };
    let rows: Value = serde_json::from_str(&list("json").stdout).unwrap();
    let marks: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["confidence"]).collect();
    assert_eq!(marks, [&json!("certain"), &json!("possible")]);
    let csv = list("csv").stdout;
    assert!(csv.lines().next().unwrap().ends_with("\"confidence\""), "{csv}");
    assert_eq!(csv.matches("\"possible\"").count(), 1, "{csv}");
    assert_eq!(list("table").stdout.matches("Reader (possible)").count(), 1);
}

#[test]
fn a_policy_is_drafted_from_a_template() {
    let bench = bench();
    let mut named = safe();
    named["name"] = json!("[format('orders-{0}', parameters('given'))]");
    let mut granted = assignment("a", APP, "/dbs/shop");
    granted["name"] = json!("[format('orders-{0}/a', parameters('given'))]");
    let role = granted["properties"]["roleDefinitionId"]
        .as_str()
        .unwrap()
        .replace("'orders'", "format('orders-{0}', parameters('given'))");
    granted["properties"]["roleDefinitionId"] = json!(role);
    bench.write("t.json", template(json!([named, granted])).to_string());
    let drafted = bench
        .run(&["policy", "init", "--template=t.json", "--allow-incomplete", "-o=p.yaml"])
        .exits(0);
    let text = bench.read("p.yaml");
    assert!(
        text.starts_with("# Drafted by `cosmos-rbac policy init` from the ARM template t.json.\n"),
        "{text}"
    );
    assert!(
        text.contains("match: { account: \"orders-*\" }") || text.contains("match: { account: orders-* }"),
        "{text}"
    );
    assert!(!text.contains('⟨') && !text.contains("scan"), "{drafted}{text}");
    // What is drafted from a template passes it.
    audit(&bench, &["--template=t.json", "-p=p.yaml"]).exits(0);
    // What a condition decides isn't required.
    let unsure = maybe(assignment("b", APP, &id()));
    bench.write("t.json", template(json!([safe(), unsure])).to_string());
    let drafted = bench.run(&["policy", "init", "--template=t.json"]).exits(3);
    assert!(!drafted.stdout.contains("grants:"), "{drafted}");
    let text: Vec<&str> = drafted.stdout.split_whitespace().filter(|word| *word != "#").collect();
    let says = "role assignments aren't known before the deployment: it isn't known whether it is deployed: the parameter `flag` has no value";
    assert!(text.join(" ").contains(says), "{drafted}");
}

#[test]
fn what_is_said_of_a_template_is_not_said_of_a_scan() {
    let bench = bench();
    bench.write("t.json", template(json!([safe()])).to_string());
    bench.write(
        "p.yaml",
        "version: 1\naccounts: [{ match: {}, local_auth: disabled }, { name: other, match: { account: other } }]\n",
    );
    let outcome = audit(
        &bench,
        &["--template=t.json", "-p=p.yaml", "--details", "--fail-on=low"],
    )
    .exits(1);
    assert!(
        outcome
            .stdout
            .contains("No account in the template matches the block `other`."),
        "{outcome}"
    );
    // An account of which only the condition isn't known is named as a whole.
    bench.write("t.json", template(json!([maybe(safe())])).to_string());
    let outcome = audit(&bench, &["--template=t.json"]).exits(3);
    assert!(
        outcome
            .stdout
            .contains("Not known before the deployment: the account orders"),
        "{outcome}"
    );
    // What isn't deployed is no account.
    let mut skipped = assignment("a", APP, &id());
    skipped["condition"] = json!(false);
    bench.write("t.json", template(json!([safe(), skipped])).to_string());
    let outcome = audit(&bench, &["--template=t.json", "--details"]).exits(0);
    assert!(
        outcome.stdout.contains("undeployed resources: a resource of type"),
        "{outcome}"
    );
    assert!(!outcome.stdout.contains("further accounts"), "{outcome}");
}

/// A snapshot of a tenant with one account of that ID, which has two databases.
fn tenant(id: &str) -> String {
    let head = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "s"}]});
    let reader = json!({"id": format!("{id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001"), "role_name": "Cosmos DB Built-in Data Reader",
        "built_in": true, "assignable_scopes": [id], "permissions": [{"data_actions": [format!("{ACCOUNTS}/readMetadata")], "not_data_actions": []}]});
    let granted = json!({"id": format!("{id}/sqlRoleAssignments/a"), "role_definition_id": reader["id"], "principal_id": APP, "scope": format!("{id}/dbs/old")});
    let account = json!({"account": {"id": id, "name": id.rsplit('/').next(), "resource_group": "shop",
        "subscription": "11111111-1111-1111-1111-111111111111", "location": "", "api": "sql", "tags": {},
        "local_auth_disabled": true, "key_metadata_writes_disabled": true},
        "role_definitions": [reader], "role_assignments": [granted], "databases": [{"name": "old", "containers": []}, {"name": "shop", "containers": ["a", "b"]}], "gaps": []});
    let end = json!({"end": {"accounts": 1, "gaps": 0}});
    [head, account, end].map(|line| format!("{line}\n")).concat()
}

#[test]
fn an_account_that_could_exist_is_said() {
    let bench = bench();
    bench.write("s.jsonl", tenant(&account_id()));
    let mut named = safe();
    for (name, code) in [
        ("[format('ord{0}', parameters('given'))]", 3),
        ("[parameters('given')]", 3),
        ("[format('sales-{0}', parameters('given'))]", 0),
        ("orders", 0),
    ] {
        named["name"] = json!(name);
        bench.write("t.json", template(json!([named])).to_string());
        let outcome = audit(
            &bench,
            &[
                "--template=t.json",
                "--against=s.jsonl",
                "--resource-group",
                GROUP,
                "--details",
            ],
        )
        .exits(code);
        let says = "it isn't known whether this is a new account: it could be `orders`";
        let text: Vec<&str> = outcome.stdout.split_whitespace().collect();
        assert_eq!(text.join(" ").contains(says), code == 3, "{name}: {outcome}");
    }
}

#[test]
fn databases_that_are_deleted_are_no_longer_there() {
    let bench = bench();
    bench.write("s.jsonl", tenant(&account_id()));
    let delete = |below: &str| json!({"status": "Succeeded", "changes": [{"resourceId": format!("{}/{below}", account_id()), "changeType": "Delete"}]});
    for (below, is_dangling) in [
        ("sqlDatabases/shop", false),
        ("sqlDatabases/shop/containers/a", false),
        ("sqlDatabases/old", true),
    ] {
        bench.write("w.json", delete(below).to_string());
        let outcome = audit(
            &bench,
            &["--template=w.json", "--against=s.jsonl", "--fail-on=never", "--details"],
        )
        .exits(0);
        assert_eq!(
            outcome.stdout.contains("dangling-scope"),
            is_dangling,
            "{below}: {outcome}"
        );
    }
}

#[test]
fn a_comparison_with_a_template_names_it() {
    let bench = bench();
    bench.write("s.jsonl", tenant(&account_id()));
    bench.write("t.json", template(json!([safe()])).to_string());
    let diff = |format: &str| {
        bench
            .run(&[
                "diff",
                "s.jsonl",
                "--template=t.json",
                "--resource-group",
                GROUP,
                "-f",
                format,
            ])
            .exits(0)
            .stdout
    };
    for format in ["table", "markdown", "html"] {
        let text = diff(format);
        assert!(text.contains("with ARM template t.json"), "{text}");
        assert!(!text.contains("either scan") && !text.contains("new scan"), "{text}");
    }
    let json: Value = serde_json::from_str(&diff("json")).unwrap();
    assert_eq!(
        json["new"]["template"],
        json!({"file": "t.json", "kind": "ARM template"})
    );
    assert!(json["old"].get("template").is_none());
}

/// A tag whose name only the deployment tells can be any, and of two of one name nobody says which counts.
#[test]
fn tags_with_computed_names_leave_open_which_block_matches() {
    let bench = bench();
    let policy = "version: 1\naccounts:\n  - { match: { tags: { env: prod } }, local_auth: disabled }\n  - { key_metadata_writes: disabled }\n";
    bench.write("tags.yaml", policy);
    for (tags, code) in [
        (json!({"env": "prod"}), 1),
        (json!({"[concat('e', 'nv')]": "prod"}), 1),
        (json!({"[concat('e', 'nv')]": "test"}), 0),
        (json!({"[parameters('given')]": "prod"}), 3),
        (json!({"[parameters('given')]": "test", "env": "test"}), 3),
        (json!({"[concat('e', 'nv')]": "prod", "Env": "test"}), 3),
        (json!({"env": "[parameters('given')]"}), 3),
        // As it is written: nothing is to be worked out.
        (json!({"env": "\u{27e8}x\u{27e9}"}), 0),
    ] {
        let mut own = account(json!({"disableLocalAuth": false, "disableKeyBasedMetadataWriteAccess": true}));
        own["tags"] = tags.clone();
        bench.write("t.json", template(json!([own])).to_string());
        let outcome = audit(&bench, &["--template=t.json", "-p=tags.yaml", "-q"]);
        assert_eq!(outcome.code, code, "{tags}: {outcome}");
    }
}

/// Another tool fills them in: until then, nobody knows what stands there.
#[test]
fn placeholders_of_a_template_leave_open_what_they_stand_for() {
    let bench = bench();
    let policy = "version: 1\naccounts:\n  - { match: { account: 'orders*', tags: { env: prod } }, local_auth: disabled }\n  - { key_metadata_writes: disabled }\n";
    bench.write("tags.yaml", policy);
    let keys = json!({"disableLocalAuth": false, "disableKeyBasedMetadataWriteAccess": true});
    for (name, env, code) in [
        ("orders", "prod", 1),
        ("orders-${X}", "prod", 1),
        ("other-${X}", "prod", 0),
        ("${X}", "prod", 3),
        ("orders", "#{ENV}#", 3),
        ("orders", "{{ENV}}", 3),
        ("orders", "[concat('${ENV}', '')]", 3),
        ("orders", "[format('{{{0}}}', 'x')]", 0),
        ("other", "${ENV}", 0),
    ] {
        let mut own = account(keys.clone());
        (own["name"], own["tags"]) = (json!(name), json!({"env": env}));
        bench.write("t.json", template(json!([own])).to_string());
        let outcome = audit(&bench, &["--template=t.json", "-p=tags.yaml", "-q"]);
        assert_eq!(outcome.code, code, "{name} {env}: {outcome}");
    }
}

/// A few lines can mean a terabyte.
#[test]
fn what_doubles_is_given_up() {
    let bench = bench();
    let mut file = template(json!([account(
        json!({"disableLocalAuth": true, "capacity": "[variables('v40')]"})
    )]));
    file["variables"]["v0"] = json!("x");
    for number in 1..=40 {
        let before = format!("[variables('v{}')]", number - 1);
        file["variables"][format!("v{number}")] = json!({"a": before, "b": before});
    }
    bench.write("t.json", file.to_string());
    audit(&bench, &["--template=t.json", "-q"]).exits(0);
    // Copies within copies, too.
    let copy = |input: Value| json!({"copy": [{"name": "x", "count": 800, "input": input}]});
    let nested = copy(copy(copy(json!("x"))));
    bench.write("t.json", template(json!([account(nested)])).to_string());
    audit(&bench, &["--template=t.json", "-q"]).exits(3);
}

#[test]
fn names_that_would_have_to_be_worked_out_where_azure_has_fixed_ones_are_named() {
    let bench = bench();
    for field in ["[concat('prop', 'erties')]", "[parameters('given')]"] {
        let mut own = safe();
        own[field] = json!({"disableLocalAuth": false});
        bench.write("t.json", template(json!([own])).to_string());
        let outcome = audit(&bench, &["--template=t.json", "-q"]).exits(3);
        assert!(outcome.stdout.contains("as the name of a property there"), "{outcome}");
    }
}
