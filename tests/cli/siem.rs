//! The queries of `docs/siem.md` name fields that the OCSF report has.

use crate::support::repository;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// What an event can be asked for, by the path to it; through lists, too.
fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(own) => own.iter().for_each(|(name, value)| {
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            found.insert(path.clone());
            fields(value, &path, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| fields(item, path, found)),
        _ => {}
    }
}

/// The paths in a query: words with dots between them, outside of quotes. What the query itself names begins with a capital.
fn paths(query: &str) -> Vec<String> {
    let outside = query
        .split('"')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ")
        .replace("{}", "");
    let words = outside.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    let is_path = |word: &&str| word.split('.').count() > 1 && word.split('.').all(|part| !part.is_empty());
    let own = words
        .filter(is_path)
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    own.map(str::to_owned).collect()
}

#[test]
fn queries_ask_for_fields_that_there_are() {
    let report = fs::read_to_string(repository("reports/sample/report.ocsf.jsonl")).unwrap();
    let mut known = BTreeSet::new();
    for line in report.lines() {
        fields(&serde_json::from_str(line).unwrap(), "", &mut known);
    }
    let page = fs::read_to_string(repository("docs/siem.md")).unwrap();
    let blocks = ["```kusto\n", "```spl\n"].map(|fence| page.split(fence).skip(1).collect::<Vec<_>>());
    let mut asked = BTreeSet::new();
    for block in blocks.iter().flatten() {
        asked.extend(paths(block.split("```").next().unwrap()));
    }
    assert!(asked.len() > 12, "{asked:?}");
    for path in &asked {
        assert!(known.contains(path), "`{path}` is no field of an event");
    }
    // The columns of the table that the page has made.
    for column in [
        "severity",
        "status",
        "message",
        "severity_id",
        "confidence_id",
        "metadata",
        "finding_info",
        "compliance",
        "cloud",
    ] {
        assert!(
            known.contains(column) && page.contains(&format!("`{column}`")),
            "{column}"
        );
    }
    for column in ["resources", "remediation", "unmapped", "time"] {
        assert!(
            known.contains(column) && page.contains(&format!("`{column}`")),
            "{column}"
        );
    }
}
