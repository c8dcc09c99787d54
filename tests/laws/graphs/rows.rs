//! The edges of effective access against the rows of the answer.

use super::graph::{Graph, rank, texts};
use super::list;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const VERBS: [(&str, &str); 4] = [
    ("read", "CosmosRbac_CanRead"),
    ("write", "CosmosRbac_CanWrite"),
    ("delete", "CosmosRbac_CanDelete"),
    ("manage", "CosmosRbac_CanManage"),
];
const OTHER: &str = "CosmosRbac_HasOtherActions";
const LEVELS: [&str; 4] = ["no", "possible", "indirect", "yes"];
const POLICY: [&str; 6] = ["", "matches", "not checked", "waived", "noted", "deviates"];

/// Who, where, and what kind of edge: by what the nodes say of themselves, not by their ids.
type Key = (String, String, String, &'static str);

/// What is behind an edge.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    paths: Vec<Value>,
    depends_on: BTreeSet<String>,
    policy: usize,
    data_actions: BTreeSet<String>,
    possibly: BTreeSet<String>,
}

/// The edges that the rows of the answer are: a row of a group's member is the group's edge, and the member's to the group.
fn expected(access: &Value) -> BTreeMap<Key, Said> {
    let mut expected: BTreeMap<Key, Said> = BTreeMap::new();
    for row in list(&access["rows"]).filter(|row| row["via"]["group"].is_null()) {
        let via = &row["via"];
        let mut kinds: Vec<(&str, Value)> = VERBS
            .into_iter()
            .map(|(verb, kind)| (kind, row["access"][verb].clone()))
            .filter(|(_, level)| level != "no")
            .collect();
        let is_of_keys = via["bypass"] == "key-access" && via["identity"].is_null();
        if kinds.is_empty() && !is_of_keys {
            let level = match (row["confidence"] == "possible", row["indirect"] == true) {
                (true, _) => "possible",
                (false, true) => "indirect",
                (false, false) => "yes",
            };
            kinds.push((OTHER, json!(level)));
        }
        for (kind, level) in kinds {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let key = (
                text(&row["principal"]["id"]),
                text(&row["account"]),
                text(&row["scope"]),
                kind,
            );
            let said = expected.entry(key).or_default();
            if level == "possible" {
                said.depends_on.extend(texts(&row["depends_on"]));
            }
            if kind == OTHER {
                said.data_actions.extend(texts(&row["data_actions"]));
                said.possibly.extend(texts(&row["possibly"]));
            }
            said.policy = said
                .policy
                .max(row["policy"].as_str().map_or(0, |_| rank(&POLICY, &row["policy"])));
            said.paths.push(json!([
                level,
                via["type"],
                via["role"],
                via["role_assignment"],
                text(&via["with"]),
                text(&via["identity"]["id"]),
                text(&via["bypass"]),
                row["eligible"],
            ]));
        }
    }
    for account in list(&access["accounts"]).filter(|account| account["anyone_can"] == true) {
        for (_, kind) in &VERBS[..3] {
            let key = (
                "anyone".to_owned(),
                account["id"].as_str().unwrap().to_owned(),
                "/".to_owned(),
                *kind,
            );
            let path = json!(["yes", "no-authentication", "", "", "", "", "no-authentication", false]);
            expected.entry(key).or_default().paths.push(path);
        }
    }
    for said in expected.values_mut() {
        said.paths.sort_by_key(ToString::to_string);
        if said.paths.iter().any(|path| path[0] != "possible") {
            said.depends_on.clear();
        }
        said.possibly = &said.possibly - &said.data_actions;
    }
    expected
}

pub(super) fn check_access(graph: &Graph<'_>, access: &Value) {
    let mut found: BTreeMap<Key, Said> = BTreeMap::new();
    for kind in VERBS.into_iter().map(|(_, kind)| kind).chain([OTHER]) {
        for edge in graph.of_kind(kind) {
            let own = &edge["properties"];
            let text = |end, field| graph.text(edge, end, field);
            let key = (
                text("start", "principal_id"),
                text("end", "account_id"),
                text("end", "scope"),
                kind,
            );
            assert_eq!(own["scope"], key.2);
            let columns = [
                "levels",
                "via",
                "roles",
                "role_assignments",
                "with_role_assignments",
                "identities",
                "bypasses",
                "eligible",
            ];
            let number = own["levels"].as_array().unwrap().len();
            assert!(
                columns
                    .iter()
                    .all(|column| own[column].as_array().unwrap().len() == number),
                "{edge}"
            );
            let path = |place: usize| json!(columns.map(|column| &own[column][place]));
            let mut paths: Vec<Value> = (0..number).map(path).collect();
            paths.sort_by_key(ToString::to_string);
            let best = list(&own["levels"]).map(|level| rank(&LEVELS, level)).max().unwrap();
            assert_eq!(own["level"], LEVELS[best]);
            assert_eq!(own["confidence"], if best > 1 { "certain" } else { "possible" });
            let said = Said {
                paths,
                depends_on: texts(&own["depends_on"]),
                policy: rank(&POLICY, &own["policy"]),
                data_actions: texts(&own["data_actions"]),
                possibly: texts(&own["possibly"]),
            };
            assert!(found.insert(key, said).is_none(), "{edge}");
        }
    }
    let expected = expected(access);
    let less = |one: &BTreeMap<Key, Said>, other: &BTreeMap<Key, Said>| -> Vec<String> {
        let differing = one.iter().filter(|(key, said)| other.get(key) != Some(said));
        differing.take(1).map(|one| format!("{one:?}")).collect()
    };
    assert_eq!(less(&found, &expected), less(&expected, &found));
}

/// Members of groups have rows of their own, and in the graph an edge.
pub(super) fn check_groups(graph: &Graph<'_>, access: &Value) {
    let rows = list(&access["rows"]).filter(|row| !row["via"]["group"].is_null());
    let expected: BTreeSet<(String, String)> = rows
        .map(|row| {
            (
                row["principal"]["id"].as_str().unwrap(),
                row["via"]["group"]["id"].as_str().unwrap(),
            )
        })
        .map(|(member, group)| (member.to_owned(), group.to_owned()))
        .collect();
    let pair = |edge: &Value| {
        (
            graph.text(edge, "start", "principal_id"),
            graph.text(edge, "end", "principal_id"),
        )
    };
    let found: BTreeSet<(String, String)> = graph.of_kind("CosmosRbac_MemberOf").map(pair).collect();
    assert_eq!(found, expected);
    for group in list(&access["groups"]) {
        let node = graph
            .nodes
            .values()
            .find(|node| node["principal_id"] == group["id"])
            .unwrap();
        let is_all = node["members_known"] == "all";
        assert!(!is_all || group["complete"] == true, "{node} {group}");
    }
    let acting = list(&access["rows"]).filter(|row| row["via"]["group"].is_null() && !row["via"]["identity"].is_null());
    let expected: BTreeSet<(String, String)> = acting
        .map(|row| {
            (
                row["principal"]["id"].as_str().unwrap(),
                row["via"]["identity"]["id"].as_str().unwrap(),
            )
        })
        .map(|(actor, identity)| (actor.to_owned(), identity.to_owned()))
        .collect();
    let found: BTreeSet<(String, String)> = graph.of_kind("CosmosRbac_CanActAs").map(pair).collect();
    assert_eq!(found, expected);
}
