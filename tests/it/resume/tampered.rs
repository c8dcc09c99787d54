//! Files that somebody removes, replaces or empties while a scan writes them: a snapshot that isn't there isn't said to be written, and
//! the one before it stays.

use super::cut::{LINES, snapshot};
use cosmos_rbac::snapshot::{Sink, SnapshotFile};
use std::fs;
use std::path::Path;

type Tamper = fn(&Path, &Path);

/// What is done to the file that is being written; the other file is somebody's own.
const TAMPERS: [(&str, Tamper); 4] = [
    ("removed or replaced", |file, _| fs::remove_file(file).unwrap()),
    ("removed or replaced", |file, other| {
        fs::remove_file(file).unwrap();
        fs::copy(other, file).unwrap();
    }),
    #[cfg(unix)]
    ("removed or replaced", |file, other| {
        fs::remove_file(file).unwrap();
        std::os::unix::fs::symlink(other, file).unwrap();
    }),
    #[cfg(not(unix))]
    ("removed or replaced", |file, _| fs::remove_file(file).unwrap()),
    ("emptied", |file, _| {
        fs::OpenOptions::new()
            .write(true)
            .open(file)
            .unwrap()
            .set_len(0)
            .unwrap();
    }),
];

/// A snapshot that is there already.
fn whole() -> String {
    LINES.map(|line| format!("{line}\n")).concat()
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    InTheMiddle,
    AtTheEnd,
}

/// Writes a snapshot to `path`, with something done to `tampered` meanwhile.
fn scan(path: &Path, tampered: &Path, when: When, tamper: impl FnOnce(&Path)) -> String {
    let mut file = SnapshotFile::open(path, false).unwrap();
    let mut tamper = Some(tamper);
    for (number, line) in snapshot().lines().enumerate() {
        file.line(line).unwrap();
        if number == 3 && when == When::InTheMiddle {
            tamper.take().unwrap()(tampered);
        }
    }
    if let Some(tamper) = tamper.take() {
        tamper(tampered);
    }
    file.finish().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn what_is_not_there_in_the_end_was_not_written() {
    let cases =
        ["jsonl", "jsonl.zst"].map(|extension| [When::InTheMiddle, When::AtTheEnd].map(|when| (extension, when)));
    for (extension, when) in cases.into_iter().flatten() {
        for (what, tamper) in TAMPERS {
            let folder = tempfile::tempdir().unwrap();
            let other = folder.path().join("other");
            fs::write(&other, "precious").unwrap();
            let path = folder.path().join(format!("s.{extension}"));
            let error = scan(&path, &path, when, |file| tamper(file, &other));
            assert!(
                error.contains(what) && error.contains("scan again"),
                "{extension}: {error}"
            );
            // What is there already is left alone, too.
            fs::remove_file(&path).ok();
            fs::write(&path, whole()).unwrap();
            let part = folder.path().join(format!("s.{extension}.part"));
            let error = scan(&path, &part, when, |file| tamper(file, &other));
            assert!(error.contains(what) && error.contains(".part"), "{extension}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), whole());
            assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
        }
    }
}

#[test]
fn another_file_in_the_place_of_the_one_before_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    fs::write(&path, whole()).unwrap();
    let error = scan(&path, &path, When::InTheMiddle, |file| {
        fs::remove_file(file).unwrap();
        fs::write(file, "mine").unwrap();
    });
    assert!(error.contains("removed or replaced"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}
