//! Data actions that the plain documentation lacks.

use super::{APP, Plane, assignment, role};

const FABRIC: &str = "c0000000-0000-4000-8000-000000000001";
const READING: &str = "sqlDatabases/containers/items/read, sqlDatabases/containers/executeQuery";

fn mirror(scope: &str, actions: &[&str]) -> Plane {
    Plane::new(vec![assignment(1, FABRIC, APP, scope)])
        .role(role(FABRIC, "mirror", false, actions))
        .databases(&[("hr", &["people"]), ("shop", &[])])
}

#[test]
fn reading_the_analytical_copy_is_known_and_told() {
    let plane = mirror("/", &["readMetadata", "readAnalytics"]);
    let allows = |actions: &str| {
        format!("grants: [{{ principal: {APP}, data_actions: [{actions}], scope: /, presence: optional }}]")
    };
    assert_eq!(plane.found(&allows("readMetadata, readAnalytics")), [""; 0]);
    let full = "Microsoft.DocumentDB/databaseAccounts/readAnalytics";
    assert_eq!(plane.found(&allows(&format!("readMetadata, {full}"))), [""; 0]);
    let said = plane.messages(&allows("readMetadata"), "excess-access");
    assert!(
        said[0].contains("read all data of the account through the analytical copy"),
        "{said:?}"
    );
}

#[test]
fn a_deny_of_reading_that_leaves_the_analytical_copy_out_is_possibly_broken() {
    let deny = |actions: &str, scope: &str| format!("deny: [{{ data_actions: [{actions}], scope: {scope} }}]");
    for (actions, scope, confidence) in [
        (READING, "/dbs/hr", Some("possible")),
        (
            "sqlDatabases/containers/readChangeFeed",
            "/dbs/hr/colls/people",
            Some("possible"),
        ),
        ("\"sqlDatabases/*\"", "/", Some("possible")),
        ("readAnalytics", "/", Some("certain")),
        ("\"*\"", "/dbs/hr", Some("certain")),
        ("sqlDatabases/containers/items/delete", "/dbs/hr", None),
    ] {
        let found = mirror("/", &["readAnalytics"]).found(&deny(actions, scope));
        let expected: Vec<String> = confidence
            .map(|one| format!("denied-access {one}"))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{actions} {scope}");
    }
    let said = mirror("/", &["readAnalytics"]).messages(&deny(READING, "/dbs/hr"), "denied-access");
    assert!(said[0].contains("The policy denies reading in `/dbs/hr`."), "{said:?}");
}

#[test]
fn a_deny_of_work_on_items_is_possibly_broken_by_code() {
    let deny = |actions: &str| format!("deny: [{{ data_actions: [{actions}], scope: /dbs/hr }}]");
    let code = "sqlDatabases/containers/executeStoredProcedure";
    for (own, actions, confidence) in [
        (code, "sqlDatabases/containers/items/delete", Some("possible")),
        (code, READING, Some("possible")),
        (code, "\"sqlDatabases/containers/items/*\"", Some("possible")),
        (code, code, Some("certain")),
        (code, "\"*\"", Some("certain")),
        (code, "readMetadata", None),
        (code, "sqlDatabases/containers/readChangeFeed", None),
        ("readMetadata", "sqlDatabases/containers/items/delete", None),
    ] {
        let mut found = mirror("/", &[own]).found(&deny(actions));
        found.retain(|one| one.starts_with("denied-access"));
        let expected: Vec<String> = confidence
            .map(|one| format!("denied-access {one}"))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{own}: {actions}");
    }
    let said = mirror("/", &[code]).messages(&deny("sqlDatabases/containers/items/delete"), "denied-access");
    let known = "Possible: it depends on what the stored procedures do that the role can run, which isn't scanned.";
    assert!(
        said[0].contains("A stored procedure can do what the policy denies there: delete items.")
            && said[0].ends_with(known),
        "{said:?}"
    );
    let both = mirror("/", &[code, "sqlDatabases/containers/items/delete"]);
    let said = both.messages(&deny("sqlDatabases/containers/items/delete"), "denied-access");
    assert!(
        said[0].contains("Possibly also: run stored procedures. That depends on what the stored procedures"),
        "{said:?}"
    );
}

#[test]
fn an_action_that_azure_returned_is_never_called_misspelt() {
    let actions = ["sqlDatabases/containers/items/patch"];
    let plane = mirror("/dbs/shop", &actions);
    let said = plane.messages("local_auth: disabled", "unknown-action");
    assert!(
        said[0].contains("doesn't know this action. What it allows wasn't checked."),
        "{said:?}"
    );
    let severity = |plane: &Plane| {
        let report = plane.audit("local_auth: disabled").report();
        report.of("unknown-action")[0]["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(severity(&plane), "medium");
    let nobody = Plane::new(Vec::new()).role(role(FABRIC, "mirror", false, &actions));
    assert_eq!(severity(&nobody), "low");
    // It is an action of its own.
    let deny = |action: &str| format!("deny: [{{ data_actions: [{action}], scope: / }}]");
    let patch = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/patch";
    for (action, denied) in [(patch, true), ("sqlDatabases/containers/items/delete", false)] {
        let found = plane.found(&deny(action));
        assert_eq!(
            found.iter().any(|one| one.starts_with("denied-access")),
            denied,
            "{found:?}"
        );
    }
}

#[test]
fn an_unlisted_action_that_may_change_data_counts_as_a_possible_write() {
    for (action, counts) in [
        ("sqlDatabases/containers/items/patch", true),
        ("sqlDatabases/containers/items/bulkDelete", true),
        ("sqlDatabases/containers/sprocs/*", true),
        ("sqlDatabases/containers/items/readAndDelete", true),
        ("sqlDatabases/containers/readStatistics", false),
        ("sqlDatabases/containers/items/list", false),
    ] {
        let found = mirror("/", &[action]).found("local_auth: disabled");
        let is_told = found.contains(&"account-scope-write possible".to_owned());
        assert_eq!(is_told, counts, "{action}: {found:?}");
    }
}
