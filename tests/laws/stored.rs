//! A snapshot that stays in its file is the one that is read whole: the same records, or the same error.

use crate::cases;
use crate::snapshots::{BOTH, whole, write};
use cosmos_rbac::model::AccountRecord;
use cosmos_rbac::snapshot::{Compression, Frame, Records, Snapshot, SnapshotError, Stored};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// What the file holds, by going through it.
fn visited(stored: &Stored) -> Result<Snapshot, SnapshotError> {
    let Frame { accounts, .. } = stored.frame();
    let records: Mutex<Vec<Option<AccountRecord>>> = Mutex::new(vec![None; accounts.len()]);
    stored.visit(&|place, record| {
        let before = records.lock().unwrap()[place].replace(record.clone());
        assert!(before.is_none(), "handed out twice");
    })?;
    let records: Vec<Option<AccountRecord>> = records.into_inner().unwrap();
    let frame = stored.frame();
    let mut found = Snapshot::new(frame.header.clone());
    found.accounts = records.into_iter().map(|record| record.expect("handed out")).collect();
    found.control_planes = frame.control_planes.to_vec();
    found.principals = frame.principals.map(<[_]>::to_vec);
    found.gaps = frame.gaps.to_vec();
    found.gone = frame.gone.to_vec();
    found.ended = frame.ended;
    Ok(found)
}

fn in_file(bytes: &[u8], then: impl FnOnce(&Path)) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    then(file.path());
}

/// Both ways to read, with errors as text; the name of a file isn't the same.
fn both_ways(bytes: &[u8]) -> [Result<Snapshot, String>; 2] {
    let mut stored = None;
    in_file(bytes, |path| {
        let found = Stored::open(path).and_then(|stored| visited(&stored));
        let name = path.display().to_string();
        stored = Some(found.map_err(|error| error.to_string().replace(&name, "s")));
    });
    let held = Snapshot::read(bytes, "s").map_err(|error| error.to_string());
    [held, stored.unwrap()]
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn it_holds_what_was_written(whole in whole(), by in any::<Index>()) {
        for compression in BOTH {
            let [held, stored] = both_ways(&write(&whole, compression));
            prop_assert_eq!(&stored, &held);
            prop_assert_eq!(stored.unwrap(), whole.clone());
        }
        let bytes = write(&whole, Compression::None);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let last = lines.len() - 1;
        lines[1..last].rotate_left(by.index(last));
        prop_assert_eq!(both_ways(&lines.concat())[1].clone().unwrap(), whole.clone(), "in another order");
    }

    #[test]
    fn each_record_is_lent_alone(whole in whole()) {
        for compression in BOTH {
            in_file(&write(&whole, compression), |path| {
                let stored = Stored::open(path).unwrap();
                for (place, record) in whole.accounts.iter().enumerate() {
                    let lent = Mutex::new(None);
                    stored.lend(place, &|found| *lent.lock().unwrap() = Some(found.clone())).unwrap();
                    assert_eq!(lent.into_inner().unwrap().as_ref(), Some(record));
                }
                stored.lend(whole.accounts.len(), &|_| panic!("there is none")).unwrap();
            });
        }
    }

    #[test]
    fn what_is_wrong_is_found_either_way(
        whole in whole(),
        cuts in vec(any::<Index>(), 10),
        changes in vec((any::<Index>(), any::<u8>()), 20),
        lost in any::<Index>(),
    ) {
        for compression in BOTH {
            let bytes = write(&whole, compression);
            for cut in &cuts {
                let [held, stored] = both_ways(&bytes[..cut.index(bytes.len())]);
                prop_assert_eq!(stored, held);
            }
            for (place, byte) in &changes {
                let mut bytes = bytes.clone();
                *place.get_mut(&mut bytes) = *byte;
                let [held, stored] = both_ways(&bytes);
                prop_assert_eq!(stored, held);
            }
        }
        let bytes = write(&whole, Compression::None);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let line = lines.remove(lost.index(lines.len()));
        let [held, stored] = both_ways(&lines.concat());
        prop_assert_eq!(stored, held);
        lines.extend([line, line]);
        let [held, stored] = both_ways(&lines.concat());
        prop_assert_eq!(stored, held);
    }

    #[test]
    fn a_file_that_changes_meanwhile_is_an_error(whole in whole(), with in "[a-z]{1,20}") {
        prop_assume!(!whole.accounts.is_empty());
        for compression in BOTH {
            in_file(&write(&whole, compression), |path| {
                let stored = Stored::open(path).unwrap();
                let mut other = whole.clone();
                other.accounts[0].account.tags.set("changed".to_owned(), with.clone());
                std::fs::write(path, write(&other, compression)).unwrap();
                let visited = visited(&stored);
                assert!(visited.is_err(), "read as if nothing had changed");
            });
        }
    }
}
