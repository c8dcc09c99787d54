//! The examples of the policy language's page are policies.

use super::{errors, repository};
use std::fs;

#[test]
fn examples_load() {
    let page = fs::read_to_string(repository("docs/policy.md")).unwrap();
    let mut count = 0;
    for block in page.split("```yaml policy\n").skip(1) {
        let (text, _) = block.split_once("```").unwrap();
        // Parts of a policy are shown without its first line.
        let text = if text.contains("version:") {
            text.to_owned()
        } else {
            format!("version: 1\n{text}")
        };
        assert_eq!(errors(&text), "", "{text}");
        count += 1;
    }
    assert!(count >= 6, "only {count} examples");
}
