//! The published JSON Schemas: what the program prints, and true of what it writes.

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::{policy, report, snapshot};
use serde_json::Value;
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
