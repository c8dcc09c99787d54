//! Where a snapshot comes from: a file, or Azure now.

use super::args::{Azure, Source, Target};
use super::output::Failure;
use crate::collect::{self, AzureOptions, Cloud, CredentialKind};
use crate::snapshot::{Header, Sink, Snapshot};
use jiff::Timestamp;

/// The snapshot that a command works on.
pub(super) fn snapshot(source: &Source, azure: &Azure) -> Result<Snapshot, Failure> {
    if let Some(path) = &source.snapshot {
        return Ok(Snapshot::read_file(path)?);
    }
    let mut snapshot = Snapshot::new(Header::new(now()?, String::new(), String::new(), Vec::new()));
    collect(&azure_options(azure)?, &target(&source.target), &mut snapshot)?;
    Ok(snapshot)
}

/// Reads from Azure into `sink`.
pub(super) fn collect(
    options: &AzureOptions,
    target: &collect::Target,
    sink: &mut (dyn Sink + Send),
) -> Result<collect::Summary, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(collect::collect(options, target, now()?, sink))?)
}

/// What to scan. The command line allows exactly one of them.
pub(super) fn target(target: &Target) -> collect::Target {
    match &target.management_group {
        Some(id) => collect::Target::ManagementGroup(id.clone()),
        None if target.all_subscriptions => collect::Target::All,
        None => collect::Target::Subscriptions(target.subscription.clone()),
    }
}

/// How to reach Azure.
pub(super) fn azure_options(azure: &Azure) -> Result<AzureOptions, Failure> {
    Ok(AzureOptions {
        tenant: azure.tenant.clone(),
        credential: azure.credential.parse::<CredentialKind>()?,
        cloud: azure.cloud.parse::<Cloud>()?,
        arm_endpoint: azure.arm_endpoint.clone(),
        authority_host: azure.authority_host.clone(),
        ca_bundle: azure.ca_bundle.clone(),
        concurrency: azure.concurrency,
        inventory: !azure.no_inventory,
        ..AzureOptions::default()
    })
}

/// The time of a scan, in whole seconds. `SOURCE_DATE_EPOCH` sets it, so that runs can be compared byte by byte
/// (reproducible-builds.org/specs/source-date-epoch).
fn now() -> Result<Timestamp, Failure> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("SOURCE_DATE_EPOCH is `{text}`, not a number of seconds"))?,
        Err(_) => Timestamp::now().as_second(),
    };
    Ok(Timestamp::from_second(seconds)?)
}
