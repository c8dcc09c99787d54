//! Role definitions that are not what they say, and what is told of their holders.

use super::{APP, CONTRIBUTOR, Plane, READER, assignment, role};
use serde_json::json;

const OWN: &str = "c0000000-0000-4000-8000-000000000001";

#[test]
fn a_role_that_only_claims_to_be_built_in_is_custom() {
    let plane = Plane::new(vec![assignment(1, OWN, APP, "/dbs/x")]).role(role(OWN, "Data Janitor", true, &["*"]));
    for block in ["roles: []", "local_auth: disabled"] {
        let said = plane.messages(block, "role-undeclared");
        assert!(
            said.len() == 1 && said[0].contains("says that it is built in"),
            "{block}: {said:?}"
        );
    }
    assert!(plane.found("roles: []").contains(&"wildcard-action certain".to_owned()));
    assert_eq!(Plane::new(Vec::new()).messages("roles: []", "role-undeclared"), [""; 0]);
    // An id of the reserved form without the type is none either.
    let reserved = role(
        "00000000-0000-0000-0000-000000000007",
        "Seven",
        false,
        &["readMetadata"],
    );
    let said = Plane::new(Vec::new())
        .role(reserved)
        .messages("roles: []", "role-undeclared");
    assert!(
        said.len() == 1 && !said[0].contains("says that it is built in"),
        "{said:?}"
    );
}

#[test]
fn one_principal_that_may_write_everywhere_is_one_finding() {
    let plane = Plane::new(vec![
        assignment(1, READER, APP, "/"),
        assignment(2, CONTRIBUTOR, APP, "/"),
        assignment(3, OWN, APP, "/"),
    ]);
    let plane = plane.role(role(OWN, "Deleter", false, &["sqlDatabases/containers/items/delete"]));
    let said = plane.messages("local_auth: disabled", "account-scope-write");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("`Cosmos DB Built-in Data Contributor` and `Deleter`"),
        "{said:?}"
    );
}

#[test]
fn a_role_without_a_name_is_called_by_its_id() {
    let plane = Plane::new(vec![assignment(1, OWN, APP, "/")]).role(role(OWN, "", false, &["readMetadata"]));
    let said = plane.messages("grants: []", "excess-access");
    assert!(said[0].contains(&format!("`{OWN}`")), "{said:?}");
}

#[test]
fn a_database_that_arm_cannot_name_has_advice_that_helps() {
    let gap = json!([{"what": "containers", "item": "50%off", "status": 400, "code": "BadRequest", "message": "no"}]);
    let plane = Plane::new(Vec::new())
        .with("databases", json!([{"name": "50%off", "containers": null}]))
        .with("gaps", gap);
    let report = plane.audit("local_auth: disabled").exits(3).report();
    let remedy = report.of("collection-incomplete")[0]["remedy"]["summary"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        remedy.contains("rejects names with `%`") && remedy.contains("--no-inventory"),
        "{remedy}"
    );
}
