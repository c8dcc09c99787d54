//! Bodies of Azure Resource Manager and Microsoft Graph: each value as each kind of item.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(item) = serde_json::from_slice(bytes) {
        cosmos_rbac::fuzzing::bodies(&item);
    }
});
