//! Files are short enough to be read in one go.

use std::path::Path;

const MOST_LINES: usize = 350;

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
    assert!(longer.is_empty(), "over {MOST_LINES} lines: {longer:?}");
}
