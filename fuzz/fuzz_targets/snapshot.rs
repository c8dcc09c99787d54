//! Snapshot files: what can be read is written and read again as the same, and can be audited.
#![no_main]

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::snapshot::{Compression, Sink, Snapshot, Writer};
use cosmos_rbac_fuzz::audited;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(snapshot) = Snapshot::read(bytes, "fuzz.jsonl") else { return };
    let mut writer = Writer::new(Vec::new(), Compression::None).unwrap();
    snapshot.lines().for_each(|line| writer.line(line).unwrap());
    let again = Snapshot::read(&writer.finish().unwrap()[..], "again.jsonl").unwrap();
    assert_eq!(snapshot, again);
    audited(&snapshot, &Policy::baseline(&CHECKS), false);
});
