//! Whole outputs that are compared with files. Run with `UPDATE_GOLDEN=1` to write them anew, then read what changed.

use super::repository;
use std::fs;

/// Compares with `tests/golden/cli/NAME`.
#[track_caller]
pub(crate) fn golden(name: &str, actual: &str) {
    let path = repository("tests/golden/cli").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected != actual {
        let line = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count() + 1;
        panic!("{} differs from line {line} on; it is now\n{actual}", path.display());
    }
}

/// Holds two long texts to be the same, and shows where they part.
#[track_caller]
pub(crate) fn assert_same(actual: &str, expected: &str, about: &str) {
    if actual != expected {
        let (mut actual, mut expected) = (actual.lines(), expected.lines());
        loop {
            match (actual.next(), expected.next()) {
                (Some(a), Some(b)) if a == b => {}
                (a, b) => panic!(
                    "{about}: the texts part at\n{}\n{}",
                    a.unwrap_or("its end"),
                    b.unwrap_or("its end")
                ),
            }
        }
    }
}
