//! `policy init`: the draft of any tenant can be loaded, and the tenant doesn't deviate from it.
#![no_main]

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::draft::{DraftError, Options, draft};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac_fuzz::{Words, audited};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|words: Words| {
    let Some(snapshot) = words.snapshot() else { return };
    let tenant = Tenant::of(&snapshot);
    let draft = match draft(&tenant, Options::default()) {
        Ok(draft) => draft,
        Err(DraftError::TooLarge { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    assert!(draft.left.is_empty(), "{:?}\n{}", draft.left, draft.text);
    let policy = Policy::from_sources(&[("draft.yaml", &draft.text)], &CHECKS).unwrap();
    audited(&snapshot, &policy, false).unwrap();
});
