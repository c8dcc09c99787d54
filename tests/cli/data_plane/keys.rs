//! Keys and coverage of accounts with other APIs than NoSQL.

use super::Plane;
use crate::support::Bench;
use serde_json::{Value, json};

fn other(api: &str, disabled: bool) -> Plane {
    let gap = |what: &str| json!({"what": what, "code": "ApiNotSupported", "message": "roles are not read"});
    let mut plane = Plane::new(Vec::new())
        .with("role_definitions", Value::Null)
        .with("role_assignments", Value::Null)
        .with("databases", Value::Null)
        .with("gaps", json!([gap("sqlRoleAssignments"), gap("sqlRoleDefinitions")]));
    plane.record["account"]["api"] = api.into();
    plane.record["account"]["local_auth_disabled"] = disabled.into();
    plane
}

const APIS: [&str; 4] = ["mongo", "cassandra", "table", "gremlin"];

#[test]
fn keys_that_are_open_are_open_for_certain_whatever_the_api() {
    for api in APIS {
        let report = other(api, false).audit("local_auth: disabled").exits(1).report();
        let found = report.of("local-auth-enabled");
        assert_eq!(found[0]["confidence"], "certain", "{api}");
        let fix = found[0]["remedy"]["summary"].as_str().unwrap();
        assert!(fix.contains("The service can reject the change"), "{api}: {fix}");
    }
}

#[test]
fn keys_that_are_said_to_be_disabled_are_a_possible_finding() {
    for api in APIS {
        let plane = other(api, true);
        let report = plane.audit("local_auth: disabled").exits(1).report();
        let found = report.of("local-auth-enabled");
        assert_eq!(found[0]["confidence"], "possible", "{api}");
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains("doesn't document"), "{api}: {message}");
        let bench = Bench::offline();
        bench.write("s.jsonl", plane.lines());
        let shown = bench.run(&["audit", "--snapshot=s.jsonl", "-f=markdown"]).stdout;
        assert!(
            shown.contains("key-based authentication disabled, effect not documented"),
            "{api}: {shown}"
        );
        let shown = bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).stdout;
        assert!(
            shown.contains("disabled,") && shown.contains("effect not") && shown.contains("documented"),
            "{api}: {shown}"
        );
    }
    let sql = Plane::new(Vec::new()).found("local_auth: disabled");
    assert_eq!(sql, [""; 0]);
}

#[test]
fn of_an_account_whose_assignments_are_not_read_nothing_is_known_of_who_has_access() {
    for api in APIS {
        let said = other(api, false).messages("local_auth: any", "collection-incomplete");
        let is_told = said
            .iter()
            .any(|one| one.contains("Who has data access there is unknown."));
        assert!(is_told, "{api}: {said:?}");
    }
    // Empty lists are no answer either, where nobody knows which lists there are.
    let api = "unknown";
    let empty = other(api, false)
        .with("role_definitions", json!([]))
        .with("role_assignments", json!([]))
        .with("gaps", json!([]));
    empty.audit("local_auth: any").exits(1);
    let said = empty.messages("local_auth: any", "not-analyzed");
    assert!(
        said[0].contains("Who has access to data there is unknown."),
        "{api}: {said:?}"
    );
}
