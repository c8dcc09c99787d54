//! Compressed snapshot files, whole, cut off and damaged: read in whole, or known to be incomplete, or refused.
#![no_main]

use cosmos_rbac::snapshot::Snapshot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, u8, &[u8])| {
    let (how, place, by, text) = input;
    let mut bytes = match how % 4 {
        0 => text.to_vec(),
        _ => zstd::encode_all(text, 1).unwrap(),
    };
    let whole = Snapshot::read(text, "plain.jsonl").ok();
    let place = usize::from(place) % bytes.len().max(1);
    match how % 4 {
        2 => bytes.truncate(place),
        3 if !bytes.is_empty() => bytes[place] ^= by,
        _ => {}
    }
    let read = Snapshot::read(&bytes[..], "fuzz.jsonl.zst").ok();
    match how % 4 {
        1 => assert_eq!(read, whole),
        2 => assert!(read.is_none_or(|read| !read.ended || Some(read) == whole)),
        _ => {}
    }
});
