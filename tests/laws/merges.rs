//! Merging snapshots: what was taken apart comes back whole, in any order and in any steps.

use crate::cases;
use crate::snapshots::{whole, write};
use cosmos_rbac::snapshot::{Compression, Snapshot, merge};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// Writes a snapshot to a file.
fn file(folder: &TempDir, name: &str, snapshot: &Snapshot) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, write(snapshot, Compression::of(&path))).unwrap();
    path
}

fn merged(folder: &TempDir, name: &str, from: &[PathBuf]) -> (PathBuf, Vec<u8>) {
    let to = folder.path().join(name);
    merge(from, &to, true).unwrap();
    let bytes = fs::read(&to).unwrap();
    (to, bytes)
}

/// Parts of a snapshot: each account, control plane, principal and gap is in the one that its number says.
fn parts(snapshot: &Snapshot, numbers: &[usize], of: usize) -> Vec<Snapshot> {
    let mut numbers = numbers.iter().cycle();
    let mut parts: Vec<Snapshot> = (0..of).map(|_| Snapshot::new(snapshot.header.clone())).collect();
    let mut next = || numbers.next().map_or(0, |number| number % of);
    for one in &snapshot.accounts {
        parts[next()].accounts.push(one.clone());
    }
    for one in &snapshot.control_planes {
        parts[next()].control_planes.push(one.clone());
    }
    for one in &snapshot.gaps {
        parts[next()].gaps.push(one.clone());
    }
    for one in &snapshot.gone {
        parts[next()].gone.push(one.clone());
    }
    for part in &mut parts {
        part.ended = true;
        part.principals = snapshot.principals.as_ref().map(|_| Vec::new());
    }
    for one in snapshot.principals.iter().flatten() {
        parts[next()].principals.as_mut().unwrap().push(one.clone());
    }
    parts
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn any_parts_of_a_snapshot_make_it_whole_again(
        mut snapshot in whole(),
        numbers in vec(any::<usize>(), 1..12),
        of in 1_usize..5,
    ) {
        // A gap is one, however often it is told.
        snapshot.gaps.dedup();
        let folder = tempfile::tempdir().unwrap();
        let (_, expected) = merged(&folder, "whole.jsonl", &[file(&folder, "0.jsonl", &snapshot)]);
        prop_assert_eq!(Snapshot::read(&expected[..], "whole").unwrap(), snapshot.clone());
        let parts = parts(&snapshot, &numbers, of);
        let name = |place: usize| format!("part-{place}.jsonl{}", if place == 1 { ".zst" } else { "" });
        let parts = parts.iter().enumerate().map(|(place, part)| file(&folder, &name(place), part));
        let mut parts: Vec<PathBuf> = parts.collect();
        prop_assert_eq!(&merged(&folder, "all.jsonl", &parts).1, &expected);
        parts.reverse();
        prop_assert_eq!(&merged(&folder, "all.jsonl", &parts).1, &expected);
        // The first with the second, that with the third, and so on.
        let steps = parts.iter().enumerate().fold(None, |sum: Option<PathBuf>, (place, part)| {
            let two: Vec<PathBuf> = sum.into_iter().chain([part.clone()]).collect();
            Some(merged(&folder, &format!("sum-{place}.jsonl"), &two).0)
        });
        prop_assert_eq!(&fs::read(steps.unwrap()).unwrap(), &expected);
        // What is merged twice is no more.
        parts.extend(parts.clone());
        prop_assert_eq!(&merged(&folder, "all.jsonl", &parts).1, &expected);
    }
}
