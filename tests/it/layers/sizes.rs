//! Files are short enough to be read in one go.

use std::path::Path;

const MOST_LINES: usize = 350;

/// Files that may be longer, and why.
const LONGER: &[&str] = &[
    // To be split.
    "src/collect/sign_in/credential.rs",
    "tests/arm-emulator/src/route.rs",
    "tests/arm-emulator/tests/it/faults.rs",
    "tests/browser/reports.rs",
    "tests/formats/reports.rs",
    "tests/it/ways.rs",
    "tests/laws/strategies.rs",
];

#[test]
fn no_file_is_too_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        super::source(&root.join(folder), &mut files);
    }
    let mut longer = Vec::new();
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        if lines > MOST_LINES {
            let name = file
                .strip_prefix(root)
                .unwrap()
                .iter()
                .map(|part| part.to_str().unwrap());
            longer.push(name.collect::<Vec<_>>().join("/"));
        }
    }
    longer.sort();
    assert_eq!(longer, LONGER, "too long, or no longer so");
}
