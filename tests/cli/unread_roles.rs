//! Role definitions that weren't read: whoever is assigned such a role is possibly able to do anything, wherever a report lists who can.

use crate::data_plane::{ACCOUNT, APP, Plane, READER, assignment, role};
use crate::support::{Bench, Outcome, lines, sample};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What identifies a bypass: who, what, and through which assignment.
type Key = [String; 4];

/// The bypasses of a report: how many accounts each certainly and possibly reaches, and whether its role was read.
fn bypasses(report: &Value) -> BTreeMap<Key, (u64, u64, bool)> {
    let mut found: BTreeMap<Key, (u64, u64, bool)> = BTreeMap::new();
    for way in report["ways"].as_array().unwrap() {
        let key = [
            &way["principal"]["id"],
            &way["way"],
            &way["role_assignment"],
            &way["eligible"],
        ]
        .map(Value::to_string);
        let number = |field: &str| way[field].as_u64().unwrap();
        let one = found.entry(key).or_default();
        one.0 += number("certain_accounts");
        one.1 += number("possible_accounts");
        one.2 |= way.get("action").is_some();
        assert_eq!(way.get("action").is_some(), way.get("pattern").is_some(), "{way}");
    }
    found
}

fn last(id: &Value) -> String {
    id.as_str().unwrap().rsplit('/').next().unwrap().to_ascii_lowercase()
}

#[test]
fn a_bypass_stays_possible_where_the_definition_of_its_azure_role_was_not_read() {
    let bench = sample::bench();
    let text = bench.read("contoso.jsonl");
    let all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let report = |name: &str| {
        let snapshot = format!("--snapshot={name}");
        let audit = ["audit", &snapshot, "-p=policy.yaml", "-f=json", "-o=html=page.html"];
        bench.run(&audit).exits(1).report().0
    };
    let whole = report("contoso.jsonl");
    let before = bypasses(&whole);
    let roles = all
        .iter()
        .filter_map(|line| line["control_plane"]["role_definitions"].as_array());
    let roles: BTreeSet<String> = roles.flatten().map(|role| last(&role["id"])).collect();
    assert!(roles.len() > 8);
    // Some of them, as each takes an audit.
    for role in roles.into_iter().step_by(3) {
        let without = lines::changed(&text, |lines| {
            let lists = lines
                .iter_mut()
                .filter_map(|line| line.pointer_mut("/control_plane/role_definitions"));
            lists.for_each(|list| list.as_array_mut().unwrap().retain(|one| last(&one["id"]) != role));
        });
        bench.write("part.jsonl", without);
        let part = report("part.jsonl");
        let after = bypasses(&part);
        let ways = whole["ways"].as_array().unwrap().iter();
        let assignments: BTreeSet<String> = ways
            .filter(|way| last(&way["role_definition"]["id"]) == role)
            .map(|way| way["role_assignment"].to_string())
            .collect();
        for (key, (certain, possible, _)) in &before {
            let Some((still_certain, still_possible, is_read)) = after.get(key) else {
                panic!("{role}: {key:?} isn't there any more");
            };
            if assignments.contains(&key[2]) {
                assert_eq!((*still_certain, *is_read), (0, false), "{role}: {key:?}");
                assert!(*still_possible >= certain + possible, "{role}: {key:?}");
            }
        }
        page_has(&bench.read("page.html"), &part);
    }
}

/// The page has the same ones, and says of each without JavaScript why it is possible.
fn page_has(page: &str, report: &Value) {
    let (_, data) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let text = |place: &Value| data["strings"][place.as_u64().unwrap() as usize].clone();
    let in_page = data["bypasses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one[2] == json!(-1));
    let in_page: BTreeSet<String> = in_page.map(|one| text(&one[7]).to_string()).collect();
    let ways = report["ways"].as_array().unwrap().iter();
    let unread = ways.filter(|way| way.get("action").is_none());
    let unread: BTreeSet<String> = unread.map(|way| way["role_assignment"].to_string()).collect();
    assert_eq!(in_page, unread);
    let said = ", as its definition couldn&#39;t be read</li>";
    assert_eq!(page.contains(said), !unread.is_empty());
}

/// An account of this API, with a role definition of GUID `READER` that deletes in each of these kinds, and an assignment of another kind
/// whose role's ID ends with the same GUID. `named`: the kind whose list that ID names.
fn plane(api: &str, read: &[&str], assigned: &str, named: &str, gaps: &[&str]) -> Plane {
    let of_kind = |mut value: Value, kind: &str| {
        value["kind"] = json!(kind);
        let id = value["id"]
            .as_str()
            .unwrap()
            .replace("/sqlRole", &format!("/{kind}Role"));
        value["id"] = json!(id);
        value
    };
    let deletes = |kind: &str| match kind {
        "sql" => "sqlDatabases/containers/items/delete".to_owned(),
        _ => format!("{kind}/containers/entities/delete"),
    };
    let roles = read
        .iter()
        .map(|kind| of_kind(role(READER, "Deleter", false, &[&deletes(kind)]), kind));
    let id = format!("{ACCOUNT}/{named}RoleDefinitions/{READER}");
    let gaps: Vec<Value> = gaps
        .iter()
        .map(
            |kind| json!({"what": format!("{kind}RoleDefinitions"), "status": 403, "code": "Forbidden", "message": ""}),
        )
        .collect();
    let mut plane = Plane::new(vec![of_kind(assignment(1, &id, APP, ACCOUNT), assigned)])
        .with("role_definitions", roles.collect())
        .with("gaps", json!(gaps));
    plane.record["account"]["api"] = json!(api);
    plane
}

fn access(plane: &Plane) -> Outcome {
    let bench = Bench::offline();
    bench.write("s.jsonl", plane.lines());
    bench.run(&["access", "--snapshot=s.jsonl", "-f=json"])
}

/// The service numbers the built-in roles of all kinds alike.
#[test]
fn an_assignment_never_has_the_actions_of_a_role_of_another_kind() {
    let kinds = ["sql", "table", "cassandra", "gremlin"];
    for assigned in kinds {
        let others: Vec<&str> = kinds.into_iter().filter(|kind| *kind != assigned).collect();
        for api in [assigned, others[0]] {
            // Its kind wasn't read: everything is possible, and nothing else is said. So it is if the ID names another list.
            for named in [assigned, others[0]] {
                let plane = plane(api, &others, assigned, named, &[assigned]);
                let outcome = access(&plane).exits(0);
                let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
                let rows = answer["rows"].as_array().unwrap();
                assert_eq!(rows.len(), 1, "{api} {assigned} {named}: {outcome}");
                assert_eq!(rows[0]["data_actions"], json!([]), "{outcome}");
                let why = rows[0]["depends_on"].to_string();
                assert!(why.contains("whose role definition wasn't read"), "{outcome}");
                for verb in ["read", "write", "delete"] {
                    assert_eq!(
                        rows[0]["access"][verb], "possible",
                        "{api} {assigned} {named}: {outcome}"
                    );
                }
                let report = plane.audit("grants: []").report();
                assert_eq!(report.of("excess-access").len(), 0, "{}", report.0);
                assert_eq!(
                    report.account("acc")["principals"][0]["state"],
                    "not-judged",
                    "{}",
                    report.0
                );
            }
            // Its kind was read, and hasn't the role.
            let plane = plane(api, &others, assigned, assigned, &[]);
            let outcome = access(&plane);
            assert!(outcome.stdout.contains("\"rows\": []"), "{api} {assigned}: {outcome}");
            let report = plane.audit("grants: []").report();
            assert_eq!(report.of("dangling-role").len(), 1, "{}", report.0);
            assert_eq!(report.of("excess-access").len(), 0, "{}", report.0);
        }
    }
}
