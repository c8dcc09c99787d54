//! The schema for editors says what the loader says, as far as a schema can.

use super::{load, repository};
use crate::checks::CHECKS;
use crate::policy::schema;
use serde_json::{Value, json};
use std::fs;

/// The policies of the repository, and the examples of the docs.
fn policies() -> Vec<Value> {
    let mut texts: Vec<String> = ["baseline", "strict", "contoso"]
        .map(|name| fs::read_to_string(repository(&format!("policies/{name}.yaml"))).unwrap())
        .to_vec();
    let page = fs::read_to_string(repository("docs/policy.md")).unwrap();
    for block in page.split("```yaml policy\n").skip(1) {
        let (text, _) = block.split_once("```").unwrap();
        let version = if text.contains("version:") { "" } else { "version: 1\n" };
        texts.push(format!("{version}{text}"));
    }
    // Editors read YAML 1.2, in which `off` is text.
    let values = texts
        .iter()
        .map(|text| serde_saphyr::from_str(&text.replace(": off", ": \"off\"")).unwrap());
    values.collect()
}

fn loads(policy: &Value) -> bool {
    // JSON is YAML.
    load(&policy.to_string()).is_ok()
}

/// The places of all values.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, inner)| places(inner, &format!("{at}/{}", escaped(key)), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found)),
        _ => {}
    }
}

#[test]
fn what_the_loader_takes_the_schema_takes() {
    let validator = jsonschema::validator_for(&schema(&CHECKS)).unwrap();
    let odd = [
        json!({"version": "1"}),
        json!({"version": 1, "accounts": [{"name": 123, "owner": true, "roles": [{"name": 5, "data_actions": ["*"]}]}]}),
        json!({"version": 1, "waivers": [{"check": "policy-unused", "expires": "2027-01-31", "reason": 7}]}),
        json!({"version": 1, "accounts": [{"deny": [{"data_actions": ["*"], "scope": "/dbs/*/colls/a b"}], "match": {}}]}),
    ];
    for policy in policies().iter().chain(&odd) {
        assert!(loads(policy), "{policy}");
        let errors: Vec<String> = validator
            .iter_errors(policy)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{policy}");
    }
}

/// Keys that don't exist, and values of another kind, are errors to both.
#[test]
fn what_has_the_wrong_shape_is_wrong_to_both() {
    let validator = jsonschema::validator_for(&schema(&CHECKS)).unwrap();
    let mut number = 0;
    for policy in policies() {
        let mut all = Vec::new();
        places(&policy, "", &mut all);
        for place in all {
            let value = policy.pointer(&place).unwrap();
            let mut mutants = vec![json!([]), json!({}), json!([["a"]]), json!({"a": {}}), Value::Null];
            mutants.retain(|mutant| mutant != value);
            if let Value::Object(fields) = value {
                let mut fields = fields.clone();
                fields.insert("unheard_of".to_owned(), json!("x"));
                mutants.push(fields.into());
            } else {
                mutants.push(json!(""));
            }
            for mutant in mutants {
                let mut changed = policy.clone();
                *changed.pointer_mut(&place).unwrap() = mutant;
                // What others refer to may be missing: that only the loader knows.
                let is_valid = validator.is_valid(&changed);
                assert!(
                    is_valid || !loads(&changed),
                    "the schema is stricter at {place}: {changed}"
                );
                let is_shape = !(place.starts_with("/principals") || place.contains("/roles") || place.is_empty());
                let is_lost = changed
                    .pointer(&place)
                    .is_some_and(|one| one == &json!({}) || one == &json!([]));
                assert!(
                    !is_valid || loads(&changed) || !is_shape || is_lost,
                    "the loader is stricter at {place}: {changed}"
                );
                number += 1;
            }
        }
    }
    assert!(number > 1000, "only {number}");
}

/// What the schema can say beside kinds: words, dates, GUIDs, scopes, one of two keys.
#[test]
fn values_are_held_to_what_the_loader_takes() {
    let validator = jsonschema::validator_for(&schema(&CHECKS)).unwrap();
    let id = "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11";
    let block = |block: Value| json!({"version": 1, "accounts": [block]});
    let grant = |grant: Value| block(json!({"grants": [grant]}));
    let waiver = |key: &str, value: &str| {
        let mut waiver = json!({"check": "excess-access", "account": "a", "expires": "2027-01-31", "reason": "r"});
        waiver[key] = value.into();
        json!({"version": 1, "waivers": [waiver]})
    };
    for wrong in [
        json!({}),
        json!({"version": 2}),
        json!({"version": 1, "checks": {"excess-access": "urgent"}}),
        json!({"version": 1, "checks": {"collection-incomplete": "off"}}),
        json!({"version": 1, "principals": {"a": {"id": "a"}}}),
        json!({"version": 1, "principals": {"a": {"id": id, "kind": "robot"}}}),
        block(json!({"local_auth": "off"})),
        block(json!({"roles": [{"name": "a", "data_actions": []}]})),
        block(json!({"roles": [{"name": "a", "data_actions": ["*"], "assignable_scopes": ["/dbs/*"]}]})),
        grant(json!({"principal": id, "scope": "/"})),
        grant(json!({"principal": id, "scope": "/", "role": "Cosmos DB Built-in Data Reader", "data_actions": ["*"]})),
        grant(json!({"principal": id, "scope": "dbs/a", "data_actions": ["*"]})),
        grant(json!({"principal": id, "scope": "/dbs/*", "data_actions": ["*"]})),
        grant(json!({"principal": "*", "scope": "/", "data_actions": ["*"]})),
        waiver("check", "waiver-unused"),
        waiver("check", "collection-incomplete"),
        waiver("check", "excess"),
        waiver("expires", "2027-13-01"),
        waiver("expires", "31.01.2027"),
        waiver("account", "a_b"),
        waiver("scope", "/dbs"),
        waiver("confidence", "certain"),
        waiver("fingerprint", "a69544"),
        waiver("reason", " "),
    ] {
        assert!(!validator.is_valid(&wrong), "the schema takes {wrong}");
        assert!(!loads(&wrong), "the loader takes {wrong}");
    }
    let optional = json!({"principal": "*", "scope": "/dbs/*", "data_actions": ["*"], "presence": "optional"});
    assert!(validator.is_valid(&grant(optional.clone())) && loads(&grant(optional)));
}
