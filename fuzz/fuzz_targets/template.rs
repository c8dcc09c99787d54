//! Templates, plans and results of what-if, with a parameters file behind a line of `---`: read and audited, or refused.
#![no_main]

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::template::Template;
use cosmos_rbac_fuzz::audited;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;

fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir();
    let own = |name: &str| -> PathBuf { folder.join(format!("cosmos-rbac-fuzz-{}-{name}", std::process::id())) };
    let end = bytes.windows(5).position(|five| five == b"\n---\n");
    let (file, parameters) = (own("template.json"), own("parameters.json"));
    std::fs::write(&file, &bytes[..end.unwrap_or(bytes.len())]).unwrap();
    if let Some(end) = end {
        std::fs::write(&parameters, &bytes[end + 5..]).unwrap();
    }
    let template = Template {
        file: &file,
        parameters: end.map(|_| parameters.as_path()),
        subscription: Some("11111111-0000-4000-8000-000000000001".into()),
        resource_group: Some("rg".into()),
    };
    let read = template.read(jiff::Timestamp::UNIX_EPOCH);
    match read {
        Ok(snapshot) => drop(audited(&snapshot, &Policy::baseline(&CHECKS), false)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
