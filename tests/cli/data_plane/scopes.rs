//! Names in scopes that are spelt otherwise than what exists.

use super::{ACCOUNT, APP, CONTRIBUTOR, Plane, assignment};

const CONTAINS: &[(&str, &[&str])] = &[("Sales", &["Orders"]), ("database 1", &[])];

fn at(scope: &str) -> Plane {
    Plane::new(vec![assignment(1, CONTRIBUTOR, APP, scope)]).databases(CONTAINS)
}

fn deny(scope: &str) -> String {
    format!("deny: [{{ data_actions: [\"*\"], scope: \"{scope}\" }}]")
}

fn grant(scope: &str) -> String {
    format!("grants: [{{ principal: {APP}, role: Cosmos DB Built-in Data Contributor, scope: \"{scope}\" }}]")
}

const OTHERWISE: &[(&str, &str)] = &[
    ("/dbs/sales", "/dbs/Sales"),
    ("/dbs/database%201", "/dbs/database 1"),
    ("/dbs/Database%25201", "/dbs/database 1"),
    ("/dbs/Sales/colls/orders", "/dbs/Sales/colls/Orders"),
    ("/dbs/s%61les/colls/ORDERS", "/dbs/Sales/colls/Orders"),
];

#[test]
fn a_name_in_another_spelling_is_possibly_the_denied_one() {
    for (own, other) in OTHERWISE {
        for (own, other) in [(own, other), (other, own)] {
            let found = at(own).found(&deny(other));
            assert!(
                found.contains(&"denied-access possible".to_owned()),
                "{own} {other} {found:?}"
            );
        }
    }
    let found = at("/dbs/Sales").found(&deny("/dbs/sal*"));
    assert_eq!(found, [""; 0], "what exists is not what only looks like a pattern");
}

#[test]
fn a_name_in_another_spelling_is_possibly_the_allowed_one() {
    for (own, other) in OTHERWISE {
        for (own, other) in [(own, other), (other, own)] {
            let mut found = at(own).found(&grant(other));
            found.retain(|one| !one.starts_with("dangling-scope"));
            assert_eq!(
                found,
                ["excess-access possible", "missing-access possible"],
                "{own} {other}"
            );
        }
    }
}

#[test]
fn two_names_that_both_exist_are_two() {
    let both: &[(&str, &[&str])] = &[("Sales", &[]), ("sales", &[])];
    let plane = at("/dbs/sales").databases(both);
    assert_eq!(plane.found(&deny("/dbs/Sales")), [""; 0]);
    assert_eq!(
        plane.found(&grant("/dbs/Sales")),
        ["excess-access certain", "missing-access certain"]
    );
}

#[test]
fn a_scope_that_exists_only_in_another_spelling_is_told_with_the_near_one() {
    for (own, other) in OTHERWISE {
        let plane = at(own);
        let said = plane.messages("local_auth: disabled", "dangling-scope");
        let near = format!("only in another spelling: `{other}`.");
        assert!(said.len() == 1 && said[0].contains(&near), "{own} {said:?}");
        let report = plane.audit("local_auth: disabled").report();
        assert_eq!(
            report.of("dangling-scope")[0]["remedy"]["command"],
            serde_json::Value::Null,
            "{own}"
        );
    }
    let report = at("/dbs/gone").audit("local_auth: disabled").report();
    let title = report.of("dangling-scope")[0]["title"].as_str().unwrap();
    assert!(title.ends_with(" /dbs/gone, which doesn't exist"), "{title}");
}

#[test]
fn a_scope_with_slashes_astray_possibly_holds_where_it_seems_to() {
    for scope in [
        "//dbs/Sales",
        "/dbs//Sales",
        "/Dbs/Sales",
        "/sqlDatabases/Sales",
        &format!("/{ACCOUNT}/dbs/Sales"),
        &format!("{}/dbs/Sales", &ACCOUNT[1..]),
        &format!("{ACCOUNT}//dbs/Sales/"),
        &format!("{ACCOUNT}{ACCOUNT}/dbs/Sales"),
    ] {
        let found = at(scope).found(&deny("/dbs/Sales"));
        assert_eq!(found, ["denied-access possible", "malformed-scope certain"], "{scope}");
    }
    let said = at(&format!("/{ACCOUNT}/dbs/Sales")).messages("local_auth: disabled", "malformed-scope");
    assert!(!said[0].contains("twice"), "{said:?}");
    // These are other spellings of one scope, and no doubt is left.
    for scope in ["dbs/Sales", "/dbs/Sales/", &format!("{ACCOUNT}/dbs/Sales")] {
        assert_eq!(
            at(scope).found(&deny("/dbs/Sales")),
            ["denied-access certain"],
            "{scope}"
        );
    }
}

#[test]
fn a_policy_scope_without_its_first_slash_is_an_error() {
    let outcome = at("/").audit(&deny("dbs/orders"));
    outcome.fails_saying(&["p.yaml:3:", "doesn't begin with `/`; did you mean `/dbs/orders`?"]);
}

#[test]
fn an_assignable_scope_above_the_account_is_one_finding() {
    let mut plane = at("/dbs/Sales");
    let group = ACCOUNT.split("/providers/").next().unwrap();
    let subscription = group.split("/resourceGroups/").next().unwrap();
    plane.record["role_definitions"][1]["assignable_scopes"] = serde_json::json!([format!("{group}/"), subscription]);
    assert_eq!(plane.found("local_auth: disabled"), ["malformed-scope certain"]);
}

#[test]
fn databases_that_were_to_be_read_and_are_not_there_are_a_gap() {
    let null = || at("/dbs/x").with("databases", serde_json::Value::Null);
    null().audit("local_auth: disabled").exits(3);
    let without = null().with("databases", serde_json::json!([{"name": "x", "containers": null}]));
    without.audit("local_auth: disabled").exits(3);
    let mut asked = null();
    asked.inventory = false;
    let outcome = asked.audit("local_auth: disabled").exits(0);
    assert!(outcome.stdout.contains("`--no-inventory`"), "{outcome}");
}
