//! Groups that a policy allows something through their members.

use super::{APP, Plane, READER, assignment};
use serde_json::{Value, json};

const GROUP: &str = "d0000000-0000-4000-8000-000000000001";
const NESTED: &str = "d0000000-0000-4000-8000-000000000002";
const OTHER: &str = "a1000000-0000-4000-8000-0000000000b0";

fn group(members: &[&str], bounded: bool) -> Plane {
    let record = |id: &str, kind: &str, members: Value| {
        let mut record = json!({"id": id, "name": id, "kind": kind, "found": true});
        if !members.is_null() {
            record["members"] = members;
            record["members_bounded"] = bounded.into();
        }
        record
    };
    let mut plane = Plane::new(vec![assignment(1, READER, GROUP, "/dbs/x")]).databases(&[("x", &[])]);
    plane.principals = Some(json!([
        record(GROUP, "group", json!(members)),
        record(NESTED, "group", json!([OTHER])),
        record(APP, "service-principal", Value::Null),
        record(OTHER, "service-principal", Value::Null),
    ]));
    plane
}

fn allows(ids: &[&str]) -> String {
    let rule = |id: &&str| {
        format!("{{ principal: {id}, role: Cosmos DB Built-in Data Reader, scope: /dbs/x, presence: optional }}")
    };
    format!("grants: [{}]", ids.iter().map(rule).collect::<Vec<_>>().join(", "))
}

#[test]
fn a_group_is_allowed_what_all_of_its_members_are() {
    let both = &[APP, OTHER];
    assert_eq!(group(both, false).found(&allows(both)), [""; 0]);
    assert_eq!(group(both, false).found(&allows(&[APP])), ["excess-access certain"]);
    // Whoever is not listed may be anybody.
    assert_eq!(group(both, true).found(&allows(both)), ["excess-access certain"]);
}

#[test]
fn a_group_within_a_group_is_no_member() {
    let members = &[APP, OTHER, NESTED];
    assert_eq!(group(members, false).found(&allows(&[APP, OTHER])), [""; 0]);
}
