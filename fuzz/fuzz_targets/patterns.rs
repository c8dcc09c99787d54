//! Patterns of data actions, one a line: what is certainly covered could be, too, and sets keep that.
#![no_main]

use cosmos_rbac::model::glob::{self, Case};
use cosmos_rbac::model::{ActionPattern, Permission, RoleKind, Universe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.lines().take(40).collect();
    let patterns: Vec<ActionPattern> = lines
        .iter()
        .enumerate()
        .map(|(number, line)| if number % 2 == 0 { ActionPattern::full(*line) } else { ActionPattern::from_policy(line) })
        .collect();
    for pattern in &patterns {
        for other in &patterns {
            let key = other.key();
            assert!(!pattern.covers_least(&key) || pattern.covers_most(&key), "{pattern:?} {key}");
            pattern.covers_without_segment(&key);
        }
    }
    if let [pattern, text, ..] = lines[..] {
        let whole = glob::matches(pattern, text, Case::Sensitive);
        assert!(!whole || glob::matches(pattern, text, Case::Ignored));
        glob::matches_optional_segments(pattern, text, Case::Ignored);
    }
    let (yes, not) = patterns.split_at(patterns.len() / 2);
    let permission = Permission {
        data_actions: yes.to_vec(),
        not_data_actions: not.to_vec(),
    };
    let universe = Universe::new(RoleKind::listed(), &patterns);
    let bounds = universe.bounds([&permission]);
    assert!(bounds.least().is_subset(bounds.most()));
    assert!(bounds.most().is_subset(&universe.all()));
});
