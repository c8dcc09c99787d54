//! What `policy check` finds, as JSON.

use super::error::{PolicyError, PolicyErrors};
use super::lint::Warning;
use super::rules::Policy;
use crate::finding::SourceRef;
use serde_json::{Value, json};

const FORMAT: &str = "cosmos-rbac/policy-check";

/// A policy with errors: nothing else was looked at.
pub fn invalid(errors: &PolicyErrors) -> Value {
    let one = |error: &PolicyError| {
        let position = error.position();
        let (line, column) = (position.map(|(line, _)| line), position.map(|(_, column)| column));
        json!({"message": error.message(), "at": {"file": error.file(), "line": line, "column": column}})
    };
    let errors: Vec<Value> = errors.iter().map(one).collect();
    json!({"format": FORMAT, "version": 1, "errors": errors, "warnings": []})
}

/// A policy without errors. `accounts`: how many a snapshot has, and the names of those that no block matches.
pub fn valid(policy: &Policy, warnings: &[Warning], accounts: Option<(usize, &[String])>) -> Value {
    let one = |warning: &Warning| {
        json!({"code": warning.code, "message": warning.message, "at": warning.at.as_ref().map(place),
               "other": warning.other.as_ref().map(place)})
    };
    let warnings: Vec<Value> = warnings.iter().map(one).collect();
    let files: Vec<&str> = policy.files.iter().map(|file| &**file).collect();
    let mut value = json!({"format": FORMAT, "version": 1, "files": files, "errors": [], "warnings": warnings});
    if let (Some((all, uncovered)), Some(fields)) = (accounts, value.as_object_mut()) {
        let accounts = json!({"all": all, "uncovered": uncovered});
        fields.insert("accounts".to_owned(), accounts);
    }
    value
}

fn place(at: &SourceRef) -> Value {
    json!({"file": &*at.file, "line": at.line, "column": at.column})
}

/// The JSON Schema of both.
pub fn schema() -> Value {
    let number = json!({"description": "Counted from 1.", "type": "integer", "minimum": 1});
    let place = |number: &Value| {
        object(
            "A place in a policy file.",
            &["file", "line", "column"],
            &json!({
                "file": {"description": "The file, as it was named.", "type": "string"}, "line": number, "column": number,
            }),
        )
    };
    let error = object(
        "Why the policy can't be used.",
        &["message", "at"],
        &json!({
            "message": text("What is wrong, and what to do."),
            "at": place(&json!({"description": "`null`: the whole file.", "type": ["integer", "null"], "minimum": 1})),
        }),
    );
    let or_null =
        |description: &str| json!({"description": description, "anyOf": [{"$ref": "#/$defs/place"}, {"type": "null"}]});
    let warning = object(
        "What is valid and probably a mistake.",
        &["code", "message", "at", "other"],
        &json!({
            "code": text("What kind of mistake."),
            "message": text("What is odd, and what to do."),
            "at": or_null("Where. `null`: the policy as a whole."),
            "other": or_null("What it is at odds with."),
        }),
    );
    let accounts = object(
        "With a snapshot: its accounts.",
        &["all", "uncovered"],
        &json!({
            "all": {"description": "How many there are.", "type": "integer", "minimum": 0},
            "uncovered": {"description": "The names of those that no block matches.", "type": "array", "items": {"type": "string"}},
        }),
    );
    let mut schema = object(
        "What `policy check -f json` prints.",
        &["format", "version", "errors", "warnings"],
        &json!({
            "format": {"const": FORMAT},
            "version": {"const": 1},
            "files": {"description": "The policy files. Left out if there are errors.", "type": "array", "items": {"type": "string"}},
            "errors": {"type": "array", "items": error},
            "warnings": {"type": "array", "items": warning},
            "accounts": accounts,
        }),
    );
    if let Some(keys) = schema.as_object_mut() {
        keys.insert(
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        keys.insert("title".to_owned(), "cosmos-rbac policy check, version 1".into());
        keys.insert("$defs".to_owned(), json!({"place": place(&number)}));
    }
    schema
}

fn object(description: &str, required: &[&str], properties: &Value) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": false, "required": required,
           "properties": properties})
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}
