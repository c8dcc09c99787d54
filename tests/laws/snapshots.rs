//! Snapshot files: what is written reads the same, and what is broken is never taken for whole.

use crate::cases;
use crate::lines::{control_planes, principals};
use crate::plans::snapshot;
use crate::strategies::{Shapes, any_text, plan};
use cosmos_rbac::model::{AccountRecord, Gap};
use cosmos_rbac::snapshot::{Compression, End, Line, ScanGap, Sink, Snapshot, Writer};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

pub(crate) const BOTH: [Compression; 2] = [Compression::None, Compression::Zstd];

/// A whole snapshot of accounts, control planes and principals with hostile names.
pub(crate) fn whole() -> impl Strategy<Value = Snapshot> {
    let others = prop_oneof![
        1 => Just((Vec::new(), None)),
        2 => (control_planes(), principals()),
    ];
    (accounts(), others).prop_map(|(mut whole, (planes, principals))| {
        whole.control_planes = planes;
        whole.principals = principals;
        whole
    })
}

fn accounts() -> impl Strategy<Value = Snapshot> {
    let gap = (
        option::of(any_text()),
        any_text(),
        option::of(any_text()),
        option::of(any::<u16>()),
        any_text(),
    );
    let gaps = prop_oneof![3 => Just(Vec::new()), 1 => vec(gap, 0..3)];
    (vec(plan(Shapes::Any), 0..4), gaps, any::<bool>(), any_text()).prop_map(|(plans, gaps, all_read, tenant)| {
        let mut records: Vec<AccountRecord> = plans
            .iter()
            .enumerate()
            .map(|(number, plan)| plan.record(number))
            .collect();
        if all_read {
            for record in &mut records {
                record.account.local_auth_disabled = Some(true);
                record.gaps.clear();
                record.account.tags.set(tenant.clone(), tenant.clone());
            }
        }
        let mut whole = snapshot(records);
        whole.header.tenant = tenant;
        let gaps = gaps.into_iter().filter(|_| !all_read);
        whole
            .gaps
            .extend(gaps.map(|(subscription, what, item, status, code)| ScanGap {
                subscription,
                gap: Gap {
                    what,
                    item,
                    status,
                    message: code.clone(),
                    code,
                },
            }));
        whole.gaps.sort();
        whole
    })
}

pub(crate) fn write(snapshot: &Snapshot, compression: Compression) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), compression).unwrap();
    writer.line(Line::Header(snapshot.header.clone())).unwrap();
    for record in &snapshot.accounts {
        writer.line(Line::Account(Box::new(record.clone()))).unwrap();
    }
    for gap in &snapshot.gaps {
        writer.line(Line::Gap(gap.clone())).unwrap();
    }
    for plane in &snapshot.control_planes {
        writer.line(Line::ControlPlane(Box::new(plane.clone()))).unwrap();
    }
    // One by one: how they are spread over lines means nothing.
    match snapshot.principals.as_deref() {
        None => {}
        Some([]) => writer.line(Line::Principals(Vec::new())).unwrap(),
        Some(list) => list
            .iter()
            .for_each(|one| writer.line(Line::Principals(vec![one.clone()])).unwrap()),
    }
    let in_accounts: usize = snapshot.accounts.iter().map(|record| record.gaps.len()).sum();
    let in_planes: usize = snapshot.control_planes.iter().map(|plane| plane.gaps.len()).sum();
    let end = End {
        accounts: snapshot.accounts.len(),
        gaps: snapshot.gaps.len() + in_accounts + in_planes,
        gone: 0,
        control_planes: snapshot.control_planes.len(),
        principals: snapshot.principals.as_ref().map(Vec::len),
    };
    writer.line(Line::End(end)).unwrap();
    writer.finish().unwrap()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_is_written_reads_the_same(whole in whole()) {
        for compression in BOTH {
            let bytes = write(&whole, compression);
            let read = Snapshot::read(bytes.as_slice(), "s").unwrap();
            prop_assert_eq!(&read, &whole);
            prop_assert_eq!(write(&read, compression), bytes);
        }
        let plain = write(&whole, Compression::None);
        let lines = plain.split(|byte| *byte == b'\n').count() - 1;
        let principals = whole.principals.as_ref().map_or(0, |list| list.len().max(1));
        let expected = 2 + whole.accounts.len() + whole.control_planes.len() + principals + whole.gaps.len();
        prop_assert_eq!(lines, expected, "one object a line");
        let mut copy = Writer::new(Vec::new(), Compression::None).unwrap();
        whole.lines().for_each(|line| copy.line(line).unwrap());
        prop_assert_eq!(&Snapshot::read(copy.finish().unwrap().as_slice(), "s").unwrap(), &whole);
    }

    #[test]
    fn order_in_a_file_means_nothing(whole in whole(), by in any::<Index>()) {
        let bytes = write(&whole, Compression::None);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let last = lines.len() - 1;
        let middle = &mut lines[1..last];
        middle.reverse();
        if !middle.is_empty() {
            middle.rotate_left(by.index(middle.len()));
        }
        prop_assert_eq!(&Snapshot::read(lines.concat().as_slice(), "s").unwrap(), &whole);
        lines.truncate(last);
        let cut_off = Snapshot { ended: false, ..whole };
        prop_assert_eq!(Snapshot::read(lines.concat().as_slice(), "s").unwrap(), cut_off);
    }

    #[test]
    fn a_truncated_file_is_never_complete(whole in whole(), places in vec(any::<Index>(), 30)) {
        for compression in BOTH {
            let bytes = write(&whole, compression);
            // Without its last line feed a plain file lacks nothing.
            let length = match compression {
                Compression::None => bytes.len() - 1,
                Compression::Zstd => bytes.len(),
            };
            let line_ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place);
            let cuts = places.iter().map(|place| place.index(length)).chain(line_ends).chain([length - 1, length - 2, 3, 4, 5]);
            for cut in cuts.flat_map(|cut| [cut, cut + 1]).filter(|cut| *cut < length) {
                if let Ok(read) = Snapshot::read(&bytes[..cut], "s") {
                    prop_assert!(!read.ended && !read.is_complete(), "cut at {} of {}", cut, bytes.len());
                    prop_assert!(read.accounts.iter().all(|record| whole.accounts.contains(record)));
                    prop_assert!(read.control_planes.iter().all(|plane| whole.control_planes.contains(plane)));
                    let known = whole.principals.as_deref().unwrap_or_default();
                    prop_assert!(read.principals.iter().flatten().all(|one| known.contains(one)));
                }
            }
        }
    }

    #[test]
    fn a_lost_line_is_never_complete(whole in whole(), which in any::<Index>()) {
        let bytes = write(&whole, Compression::None);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let lost = lines.remove(which.index(lines.len()));
        if let Ok(read) = Snapshot::read(lines.concat().as_slice(), "s") {
            prop_assert!(!read.is_complete(), "{}", String::from_utf8_lossy(lost));
        }
        lines.push(lost);
        lines.push(lost);
        prop_assert!(Snapshot::read(lines.concat().as_slice(), "s").is_err(), "a line twice");
    }

    #[test]
    fn a_corrupt_byte_breaks_nothing_else(whole in whole(), changes in vec((any::<Index>(), any::<u8>()), 20)) {
        for compression in BOTH {
            let bytes = write(&whole, compression);
            for (place, byte) in &changes {
                let mut bytes = bytes.clone();
                *place.get_mut(&mut bytes) = *byte;
                // An error or some other snapshot, but no panic; and what is read can be written.
                if let Ok(read) = Snapshot::read(bytes.as_slice(), "s") {
                    prop_assert_eq!(Snapshot::read(write(&read, compression).as_slice(), "s").is_ok(), true);
                }
            }
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in vec(any::<u8>(), 0..200), text in any_text(), magic: bool) {
        let mut file = if magic { vec![0x28, 0xb5, 0x2f, 0xfd] } else { Vec::new() };
        file.extend(bytes);
        prop_assert!(Snapshot::read(file.as_slice(), "s").is_err());
        prop_assert!(Snapshot::read(text.as_bytes(), &text).is_err());
    }
}
