//! JSON by its published schema, whatever is in it.

use crate::{render, reports};
use serde_json::Value;

#[test]
fn reports_are_as_the_schema_says() {
    let schema = std::fs::read_to_string("reports/report.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, report) in reports::all() {
        let value: Value = serde_json::from_str(&render("json", &report)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
