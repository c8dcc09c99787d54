//! Fixes leave the tenant as the policy wants it: what it requires is given before anything is taken away, and every step
//! says what it changes.

use crate::data_plane::{APP, CONTRIBUTOR, Plane, READER, assignment, role};
use crate::support::Bench;
use cosmos_rbac::model::guid;
use serde_json::{Value, json};

const OTHER: &str = "a1000000-0000-4000-8000-0000000000a1";
const READ: &str = "role: Cosmos DB Built-in Data Reader";

/// The remedy of the only finding of a check.
fn remedy(plane: &Plane, block: &str, check: &str) -> Value {
    let report = plane.audit(block).report();
    let found = report.of(check);
    let [one] = &found[..] else {
        panic!("{check}: {found:?}")
    };
    one["remedy"].clone()
}

fn commands(remedy: &Value) -> Vec<&str> {
    let steps = remedy["steps"].as_array().unwrap().iter();
    steps.map(|step| step["command"].as_str().unwrap_or("-")).collect()
}

fn grants(grants: &str) -> String {
    format!("local_auth: disabled, grants: [{grants}]")
}

#[test]
fn more_than_is_required_at_the_same_scope_becomes_what_is_required() {
    let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/dbs/d")]).databases(&[("d", &[])]);
    let block = grants(&format!("{{ principal: {APP}, {READ}, scope: /dbs/d }}"));
    let fix = remedy(&plane, &block, "excess-access");
    let [update] = commands(&fix)[..] else { panic!("{fix}") };
    assert!(
        update.starts_with("az cosmosdb sql role assignment update "),
        "{update}"
    );
    assert!(
        update.ends_with("--role-definition-name 'Cosmos DB Built-in Data Reader'"),
        "{update}"
    );
    assert!(
        !update.contains("--scope") && !update.contains("--principal-id"),
        "only the role can be changed: {update}"
    );
    assert_eq!(fix["command"], *update);
    assert!(
        fix["steps"][0]["changes"]
            .as_str()
            .unwrap()
            .contains("can no longer delete, create, replace and upsert items"),
        "{fix}"
    );
}

#[test]
fn what_is_required_below_is_given_before_the_wider_access_is_deleted() {
    let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/")]).databases(&[("orders", &[])]);
    let block = grants(&format!("{{ principal: {APP}, {READ}, scope: /dbs/orders }}"));
    let fix = remedy(&plane, &block, "excess-access");
    let [create, delete] = commands(&fix)[..] else {
        panic!("{fix}")
    };
    assert!(
        create.contains("assignment create") && create.ends_with("--scope /dbs/orders"),
        "{create}"
    );
    assert!(delete.contains("assignment delete"), "{delete}");
    assert_eq!(fix["command"], format!("{create} && \\\n{delete}"));
    let kept = fix["steps"][1]["changes"].as_str().unwrap();
    assert!(
        kept.ends_with("except `Cosmos DB Built-in Data Reader` at `/dbs/orders`."),
        "{kept}"
    );
}

#[test]
fn nothing_is_created_that_another_assignment_gives() {
    let plane = Plane::new(vec![
        assignment(1, CONTRIBUTOR, APP, "/"),
        assignment(2, READER, APP, "/dbs/orders"),
    ]);
    let plane = plane.databases(&[("orders", &[])]);
    let block = grants(&format!("{{ principal: {APP}, {READ}, scope: /dbs/orders }}"));
    let fix = remedy(&plane, &block, "excess-access");
    let [delete] = commands(&fix)[..] else { panic!("{fix}") };
    assert!(delete.contains("assignment delete"), "{delete}");
    // The narrow one is redundant only as long as the wide one is there.
    let redundant = remedy(&plane, &block, "assignment-redundant");
    assert_eq!(redundant["steps"], json!([]), "{redundant}");
    assert_eq!(redundant["command"], Value::Null);
}

#[test]
fn nobody_who_is_allowed_nothing_keeps_anything() {
    let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/dbs/d")]).databases(&[("d", &[])]);
    let fix = remedy(&plane, &grants(""), "excess-access");
    assert_eq!(commands(&fix).len(), 1);
    let changes = fix["steps"][0]["changes"].as_str().unwrap();
    assert!(changes.ends_with("loses all access at `/dbs/d`."), "{changes}");
}

#[test]
fn what_cannot_be_given_first_is_not_taken_away() {
    // No role of the account gives exactly this.
    let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/")]).databases(&[("d", &[])]);
    let rule = format!("{{ principal: {APP}, data_actions: [sqlDatabases/containers/items/read], scope: /dbs/d }}");
    let fix = remedy(&plane, &grants(&rule), "excess-access");
    assert_eq!(fix["command"], Value::Null);
    assert_eq!(commands(&fix), [""; 0]);
    assert!(fix["summary"].as_str().unwrap().contains("before you delete"), "{fix}");
}

#[test]
fn a_command_that_cannot_be_pasted_holds_back_what_comes_after_it() {
    // The Azure CLI would read it as the name of a file.
    let custom = "57a61460-0000-4000-8000-000000000001";
    let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/")])
        .databases(&[("d", &[])])
        .role(role(custom, "@file", false, &["readMetadata"]));
    let rule = format!("{{ principal: {APP}, role: \"@file\", scope: /dbs/d }}");
    let declared = "roles: [{ name: \"@file\", data_actions: [readMetadata] }]";
    let fix = remedy(&plane, &format!("{declared}, {}", grants(&rule)), "excess-access");
    assert_eq!(commands(&fix), ["-", "-"], "{fix}");
    assert_eq!(fix["command"], Value::Null);
}

#[test]
fn a_scope_that_the_policy_names_is_not_dangling_before_it_exists() {
    let plane = Plane::new(vec![
        assignment(1, CONTRIBUTOR, APP, "/dbs/d/colls/later"),
        assignment(2, CONTRIBUTOR, OTHER, "/dbs/d/colls/later"),
    ]);
    let plane = plane.databases(&[("d", &["now"])]);
    let rule = format!("{{ principal: {APP}, role: Cosmos DB Built-in Data Contributor, scope: /dbs/d/colls/later }}");
    let any = "{ principal: \"*\", role: Cosmos DB Built-in Data Contributor, scope: /, presence: optional }";
    let report = plane.audit(&grants(&format!("{rule}, {any}"))).report();
    let found = report.of("dangling-scope");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["principal"]["id"], OTHER);
    assert!(
        found[0]["remedy"]["summary"].as_str().unwrap().contains("restored"),
        "{found:?}"
    );
}

#[test]
fn a_role_goes_after_its_assignments_and_only_if_these_are_not_required() {
    let custom = "57a61460-0000-4000-8000-000000000001";
    let plane = Plane::new(vec![assignment(1, custom, APP, "/dbs/d")])
        .databases(&[("d", &[])])
        .role(role(custom, "Own", false, &["readMetadata"]));
    let fix = remedy(&plane, "roles: []", "role-undeclared");
    let [first, second] = commands(&fix)[..] else {
        panic!("{fix}")
    };
    assert!(
        first.contains("assignment delete") && second.contains("definition delete"),
        "{fix}"
    );
    let required = format!("roles: [], grants: [{{ principal: {APP}, data_actions: [readMetadata], scope: /dbs/d }}]");
    let fix = remedy(&plane, &required, "role-undeclared");
    assert!(commands(&fix).iter().all(|command| *command == "-"), "{fix}");
}

#[test]
fn a_role_is_written_as_the_policy_declares_it() {
    let custom = "57a61460-0000-4000-8000-000000000001";
    let plane = Plane::new(vec![]).role(role(
        custom,
        "It's own",
        false,
        &["readMetadata", "sqlDatabases/containers/*"],
    ));
    let declared =
        |name: &str| format!("roles: [{{ name: \"{name}\", data_actions: [readMetadata], assignable_scopes: [/] }}]");
    for (name, check, words) in [
        ("It's own", "role-drift", "definition update"),
        ("Another", "role-missing", "definition create"),
    ] {
        let report = plane.audit(&declared(name)).report();
        let fix = &report.of(check)[0]["remedy"];
        let [command] = commands(fix)[..] else { panic!("{fix}") };
        assert!(command.contains(words), "{command}");
        let body = command
            .split_once("--body '")
            .unwrap()
            .1
            .trim_end_matches('\'')
            .replace("'\\''", "'");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["RoleName"], name);
        let id = body["Id"].as_str().unwrap();
        assert!(guid::is_guid(id) && (id == custom) == (check == "role-drift"), "{id}");
        assert_eq!(body["AssignableScopes"], json!(["/"]));
        let actions = json!([{"DataActions": ["Microsoft.DocumentDB/databaseAccounts/readMetadata"]}]);
        assert_eq!(body["Permissions"], actions);
    }
    let unused = plane.audit(&declared("It's own")).report();
    assert_eq!(
        unused.of("role-unused")[0]["remedy"]["command"],
        Value::Null,
        "the policy declares it"
    );
}

#[test]
fn keys_are_disabled_by_the_switch_of_the_account() {
    let mut plane = Plane::new(Vec::new());
    plane.record["account"]["local_auth_disabled"] = false.into();
    let fix = remedy(&plane, "local_auth: disabled", "local-auth-enabled");
    let [command] = commands(&fix)[..] else { panic!("{fix}") };
    assert!(command.starts_with("az cosmosdb update --name acc ") && command.ends_with("--disable-local-auth true"));
    assert!(
        fix["summary"]
            .as_str()
            .unwrap()
            .starts_with("Move clients that use a key"),
        "{fix}"
    );
}

#[test]
fn whoever_scanned_and_was_refused_is_given_reader_if_it_is_known_who_that_was() {
    let gap = json!({"what": "sqlRoleAssignments", "status": 403, "code": "AuthorizationFailed", "message": "no"});
    let plane = Plane::new(Vec::new())
        .with("role_assignments", Value::Null)
        .with("gaps", json!([gap]));
    let fix = |lines: String| {
        let bench = Bench::offline();
        bench.write("s.jsonl", lines);
        let report = bench.run(&["audit", "--snapshot=s.jsonl", "-f=json"]).report();
        report.of("collection-incomplete")[0]["remedy"].clone()
    };
    assert_eq!(fix(plane.lines())["steps"], json!([]));
    let by = json!({"credential": "cli", "object_id": APP}).to_string();
    let known = plane
        .lines()
        .replacen("\"tenant\"", &format!("\"scanned_by\":{by},\"tenant\""), 1);
    let known = fix(known);
    let [command] = commands(&known)[..] else {
        panic!("{known}")
    };
    assert_eq!(
        command,
        format!(
            "az role assignment create --role Reader --assignee-object-id {APP} --scope /subscriptions/5e1f0c1a-0000-4000-8000-000000000001"
        )
    );
}

#[test]
fn a_role_in_the_place_of_a_declared_one_goes_only_once_its_holders_have_that() {
    let custom = "57a61460-0000-4000-8000-000000000001";
    let plane = |assignments| {
        Plane::new(assignments)
            .databases(&[("d", &[])])
            .role(role(custom, "Writer v2", false, &["readMetadata"]))
    };
    let rule = format!("{{ principal: {APP}, role: Writer, scope: /dbs/d }}");
    let block = format!(
        "roles: [{{ name: Writer, data_actions: [readMetadata] }}], {}",
        grants(&rule)
    );
    let fix = remedy(
        &plane(vec![assignment(1, custom, APP, "/dbs/d")]),
        &block,
        "role-undeclared",
    );
    let [create, update, delete] = commands(&fix)[..] else {
        panic!("{fix}")
    };
    assert!(create.contains("role definition create"), "{create}");
    assert!(
        update.contains("role assignment update") && update.ends_with("--role-definition-name Writer"),
        "{update}"
    );
    assert!(delete.contains("role definition delete"), "{delete}");
    // What the policy says nothing of keeps the role from going.
    let both = vec![
        assignment(1, custom, APP, "/dbs/d"),
        assignment(2, custom, OTHER, "/dbs/d"),
    ];
    let fix = remedy(&plane(both), &block, "role-undeclared");
    assert!(!commands(&fix).iter().any(|one| one.contains("delete")), "{fix}");
    let last = fix["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        last["changes"],
        "Delete the role definition `Writer v2` once nothing is assigned to it."
    );
}
