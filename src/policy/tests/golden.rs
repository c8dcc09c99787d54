//! Whole error outputs: `tests/golden/policy-errors/NAME.yaml` gives `NAME.stderr`. A line `#FILE name` begins a further
//! file. Run with `UPDATE_GOLDEN=1` to write the outputs anew, then read what changed.

use super::repository;
use crate::checks::CHECKS;
use crate::policy::Policy;
use std::fs;

#[test]
fn error_outputs() {
    let folder = repository("tests/golden/policy-errors");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        count += 1;
        let text = fs::read_to_string(&path).unwrap();
        let first = format!("#FILE {}\n{text}", path.file_name().unwrap().to_str().unwrap());
        let files: Vec<(String, &str)> = first
            .split("#FILE ")
            .skip(1)
            .map(|part| part.split_once('\n').unwrap())
            .map(|(name, text)| (format!("policies/{name}"), text))
            .collect();
        let sources: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        let actual = Policy::from_sources(&sources, &CHECKS)
            .expect_err("it has errors")
            .to_string();
        let golden = path.with_extension("stderr");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &actual).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != actual {
            wrong.push(format!("{}:\n{actual}", golden.display()));
        }
    }
    assert!(count >= 8, "only {count} golden files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
