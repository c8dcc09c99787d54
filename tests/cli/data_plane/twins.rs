//! Things that stand twice in an account of a snapshot file.

use super::{ACCOUNT, APP, CONTRIBUTOR, Plane, assignment, role};
use crate::support::Bench;
use serde_json::{Value, json};

const OWN: &str = "c0000000-0000-4000-8000-000000000001";

fn refused(plane: &Plane, what: &str) {
    let bench = Bench::offline();
    bench.write("s.jsonl", plane.lines());
    let outcome = bench.run(&["audit", "--snapshot=s.jsonl"]);
    outcome.fails_saying(&["s.jsonl:2: ", what, "twice"]);
}

fn spelt(mut item: Value, id: &str) -> Value {
    item["id"] = id.into();
    item
}

#[test]
fn what_stands_twice_and_differs_is_refused_whatever_the_spelling_of_its_id() {
    let list = format!("{ACCOUNT}/sqlRoleDefinitions");
    for id in [
        format!("{list}/{OWN}"),
        format!("{list}/{OWN}").to_uppercase(),
        format!("{list}/{}", OWN.replace('-', "")),
        format!("{list}/{{{OWN}}}"),
    ] {
        let weak = role(OWN, "weak", false, &["readMetadata"]);
        let strong = spelt(role(OWN, "strong", false, &["*"]), &id);
        for (one, two) in [(&weak, &strong), (&strong, &weak)] {
            let plane = Plane::new(Vec::new()).role(one.clone()).role(two.clone());
            refused(&plane, "role definition");
        }
    }
    let one = assignment(1, CONTRIBUTOR, APP, "/");
    let upper = one["id"].as_str().unwrap().to_uppercase();
    let two = spelt(assignment(1, CONTRIBUTOR, APP, "/dbs/x"), &upper);
    refused(&Plane::new(vec![one, two]), "role assignment");
    let databases: &[(&str, &[&str])] = &[("d", &["a"]), ("d", &["b"])];
    refused(&Plane::new(Vec::new()).databases(databases), "database `d`");
}

#[test]
fn what_stands_twice_and_is_the_same_is_one() {
    let one = assignment(1, CONTRIBUTOR, APP, "/");
    let upper = one["id"].as_str().unwrap().to_uppercase();
    let twin = spelt(one.clone(), &upper);
    let own = role(OWN, "own", false, &["readMetadata"]);
    let databases: &[(&str, &[&str])] = &[("d", &["a", "a"]), ("d", &["a", "a"])];
    let plane = Plane::new(vec![one, twin])
        .role(own.clone())
        .role(own)
        .databases(databases);
    let report = plane.audit("grants: []").report();
    let account = report.account("acc");
    assert_eq!(
        (
            &account["role_definitions"],
            &account["role_assignments"],
            &account["databases"]
        ),
        (&json!(3), &json!(1), &json!(1))
    );
    assert_eq!(report.of("excess-access").len(), 1);
}

#[test]
fn a_field_that_contradicts_the_id_is_refused() {
    for field in ["name", "resource_group", "subscription"] {
        let mut plane = Plane::new(Vec::new());
        plane.record["account"][field] = "other".into();
        let bench = Bench::offline();
        bench.write("s.jsonl", plane.lines());
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl"]);
        outcome.fails_saying(&["s.jsonl:2: ", &format!("`{field}`")]);
    }
}
