//! Baselines: any text is a report that can be compared with, or is refused.
#![no_main]

use cosmos_rbac::checks::{CHECKS, Options, audit};
use cosmos_rbac::finding::Baseline;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use cosmos_rbac_fuzz::sample;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SAMPLE: LazyLock<Snapshot> = LazyLock::new(sample);

fuzz_target!(|text: &str| {
    let Ok(baseline) = Baseline::parse(text) else { return };
    let options = Options {
        baseline: Some(&baseline),
        ..Options::default()
    };
    audit(&Tenant::of(&SAMPLE), &Policy::baseline(&CHECKS), options).unwrap();
});
