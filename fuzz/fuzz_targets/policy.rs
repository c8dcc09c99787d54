//! Policies: any text is a policy, or has errors that can be shown. What is valid can be audited against.
#![no_main]

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::snapshot::Snapshot;
use cosmos_rbac_fuzz::{audited, sample};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SAMPLE: LazyLock<Snapshot> = LazyLock::new(sample);

fuzz_target!(|text: &str| {
    match Policy::from_sources(&[("policy.yaml", text)], &CHECKS) {
        Ok(policy) => drop(audited(&SAMPLE, &policy, false)),
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
});
