//! The published JSON Schemas: what the program prints, and true of what it writes.

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::{policy, report, snapshot};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// `UPDATE_GOLDEN=1` writes it anew.
fn published(path: &str, schema: &Value) {
    let text = format!("{schema:#}\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &text).unwrap();
    }
    assert!(
        read(path) == text,
        "{path} is stale; `UPDATE_GOLDEN=1 cargo test --test it schemas`"
    );
}

fn errors(schema: &Value, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The names of all fields of a schema.
fn fields(schema: &Value, all: &mut BTreeSet<String>) {
    if let Some(own) = schema.get("properties").and_then(Value::as_object) {
        all.extend(own.keys().cloned());
    }
    match schema {
        Value::Object(fields_of) => fields_of.values().for_each(|value| fields(value, all)),
        Value::Array(list) => list.iter().for_each(|value| fields(value, all)),
        _ => {}
    }
}

#[test]
fn every_field_of_a_snapshot_is_documented() {
    let docs = read("docs/formats.md");
    let section = docs
        .split("\n## ")
        .find(|section| section.starts_with("Snapshot"))
        .unwrap();
    let mut all = BTreeSet::new();
    fields(&snapshot::schema(), &mut all);
    assert!(all.len() > 100);
    let is_named = |field: &String| {
        ['`', '"']
            .iter()
            .any(|quote| section.contains(&format!("{quote}{field}{quote}")))
    };
    let missing: Vec<String> = all.into_iter().filter(|field| !is_named(field)).collect();
    assert_eq!(missing, [""; 0], "name them in docs/formats.md");
}

#[test]
fn the_report_is_as_its_schema_says() {
    let schema = report::schema();
    published("reports/report.schema.json", &schema);
    let sample = read("reports/sample/report.json");
    assert_eq!(errors(&schema, &sample), Vec::<String>::new());
    for (from, to) in [
        ("\"severity\": \"high\"", "\"severity\": \"dire\""),
        ("\"verdict\": \"fail\"", "\"verdict\": \"meh\""),
        ("\"complete\":", "\"completed\":"),
        ("\"fingerprint\":", "\"print\":"),
    ] {
        assert!(sample.contains(from), "{from}");
        assert!(!errors(&schema, &sample.replace(from, to)).is_empty(), "{to} passes");
    }
}

/// `policy::tests::schema` holds it to the loader.
#[test]
fn the_schema_of_policies_is_published() {
    published("policies/policy.schema.json", &policy::schema(&CHECKS));
}

#[test]
fn every_line_of_a_snapshot_is_as_its_schema_says() {
    let schema = snapshot::schema();
    published("reports/snapshot.schema.json", &schema);
    let sample = read("reports/sample/contoso.jsonl");
    for line in sample.lines() {
        assert_eq!(errors(&schema, line), Vec::<String>::new(), "{line}");
    }
    let account = sample.lines().nth(1).unwrap();
    for (from, to) in [
        ("\"role_assignments\":", "\"assignments\":"),
        ("\"api\":\"sql\"", "\"api\":\"nosql\""),
    ] {
        assert!(account.contains(from), "{from}");
        assert!(!errors(&schema, &account.replace(from, to)).is_empty(), "{to} passes");
    }
}

#[test]
fn answers_have_a_published_schema() {
    published("reports/access.schema.json", &report::answer::schema());
}

/// `cli::policy_check` holds it to what is printed.
#[test]
fn checked_policies_have_a_published_schema() {
    published("reports/policy-check.schema.json", &policy::checked::schema());
}

#[test]
fn comparisons_have_a_published_schema() {
    published("reports/diff.schema.json", &report::diff::schema());
}

/// What BloodHound calls the schema of an extension knows every kind of the graph.
#[test]
fn the_extension_for_bloodhound_knows_every_kind() {
    let extension = report::extension();
    published("reports/opengraph.extension.json", &extension);
    let names = |list: &str| -> Vec<String> {
        let all = extension[list].as_array().unwrap().iter();
        let names: Vec<String> = all.map(|kind| kind["name"].as_str().unwrap().to_owned()).collect();
        let known: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(known.len(), names.len(), "{names:?}");
        assert!(
            names
                .iter()
                .all(|name| name.starts_with("CosmosRbac_") && name.len() > "CosmosRbac_".len())
        );
        names
    };
    let (nodes, edges) = (names("node_kinds"), names("relationship_kinds"));
    let graph: Value = serde_json::from_str(&read("reports/sample/report.opengraph.json")).unwrap();
    for node in graph["graph"]["nodes"].as_array().unwrap() {
        let kinds = node["kinds"].as_array().unwrap();
        assert!(kinds.iter().any(|kind| nodes.iter().any(|name| kind == name)), "{node}");
        let own = kinds
            .iter()
            .map(|kind| kind.as_str().unwrap())
            .filter(|kind| kind.starts_with("CosmosRbac_"));
        let source = &extension["environments"][0]["source_kind"];
        assert!(
            own.into_iter()
                .all(|kind| *source == kind || nodes.iter().any(|name| name == kind))
        );
    }
    for edge in graph["graph"]["edges"].as_array().unwrap() {
        assert!(edges.iter().any(|name| edge["kind"] == *name), "{edge}");
    }
}
