//! Where a snapshot comes from: a file, or Azure now.

use super::args::{Azure, Common, Source, Target};
use super::error::CliError;
use super::output;
use super::progress::{Display, closing};
use super::signals;
use crate::checks::{Freshness, MaxAge};
use crate::collect::{self, AzureOptions};
use crate::model::Shown;
use crate::shown;
use crate::snapshot::{Header, ResumeState, Sink, Snapshot};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The snapshot that a command works on.
///
/// It is not given back to memory piece by piece: the process ends when the command is done with it.
pub(super) fn snapshot(source: &Source, azure: &Azure, common: &Common) -> Result<ManuallyDrop<Snapshot>, CliError> {
    if let Some(path) = &source.snapshot {
        signals::end_when_asked();
        return Ok(ManuallyDrop::new(Snapshot::read_file(path)?));
    }
    let mut snapshot = Snapshot::new(Header::new(now()?, String::new(), String::new(), Vec::new()));
    let (summary, took) = collect(
        &azure_options(azure),
        &target(&source.target),
        None,
        &mut snapshot,
        common,
    )?;
    if summary.stopped {
        let why = "a partial scan isn't reported; use `scan` to write a snapshot that can be resumed".to_owned();
        return Err(CliError::Interrupted(why));
    }
    closing(&summary, took, common);
    signals::end_when_asked();
    Ok(ManuallyDrop::new(snapshot))
}

/// Reads from Azure into `sink`, until it is done or the user stops it, and says how long that took. `kept` is what the sink
/// holds already.
pub(super) fn collect(
    options: &AzureOptions,
    target: &collect::Target,
    kept: Option<Arc<ResumeState>>,
    sink: &mut (dyn Sink + Send),
    common: &Common,
) -> Result<(collect::Summary, Duration), CliError> {
    let progress = Arc::default();
    let scan = collect::Scan {
        options,
        target,
        taken_at: now()?,
        kept,
        progress: Arc::clone(&progress),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(CliError::Runtime)?;
    let begun = Instant::now();
    let display = Display::start(&progress, common);
    let result = runtime.block_on(async { scan.run(signals::asked_to_stop(), sink).await });
    drop(display);
    // It keeps watching for signals, as the system does not end the program on them any more.
    std::mem::forget(runtime);
    let summary = result?;
    for warning in &summary.warnings {
        output::say(shown!("warning: {}", Shown::of(warning)));
    }
    Ok((summary, begun.elapsed()))
}

/// Refuses to read standard input (`-`) for two things.
pub(super) fn standard_input_once<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), CliError> {
    match paths.into_iter().filter(|path| path.as_os_str() == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(CliError::StandardInputTwice),
    }
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
pub(super) fn azure_options(azure: &Azure) -> AzureOptions {
    AzureOptions {
        tenant: azure.tenant.clone(),
        credential: azure.credential,
        cloud: azure.cloud,
        arm_endpoint: azure.advanced.arm_endpoint.clone(),
        graph_endpoint: azure.advanced.graph_endpoint.clone(),
        authority_host: azure.advanced.authority_host.clone(),
        ca_bundle: azure.advanced.ca_bundle.clone(),
        concurrency: azure.advanced.concurrency,
        inventory: !azure.no_inventory,
        foreign_kinds: !azure.own_kinds_only,
        control_plane: !azure.no_control_plane,
        graph: !azure.no_graph,
        ..AzureOptions::default()
    }
}

/// Says of flags that leave something out of a scan that they have no effect on a snapshot.
pub(super) fn warn_of_ignored(source: &Source, azure: &Azure) {
    let given = [
        ("--no-inventory", azure.no_inventory),
        ("--own-kinds-only", azure.own_kinds_only),
        ("--no-control-plane", azure.no_control_plane),
        ("--no-graph", azure.no_graph),
    ];
    for (flag, _) in given
        .into_iter()
        .filter(|(_, given)| *given && source.snapshot.is_some())
    {
        output::say(shown!("warning: {} has no effect with --snapshot", flag));
    }
}

/// How old a snapshot file can be; one that was read from Azure just now is not old.
pub(super) fn freshness(source: &Source, max_age: Option<MaxAge>) -> Result<Option<Freshness>, CliError> {
    if source.snapshot.is_none() {
        return Ok(None);
    }
    // Pipelines set the variable to a time in the past, and that must not make a snapshot look younger.
    let now = now()?.max(Timestamp::now());
    Ok(Some(Freshness { now, max_age }))
}

/// The day for commands that look at no snapshot.
pub(super) fn today() -> Result<Date, CliError> {
    Ok(now()?.to_zoned(TimeZone::UTC).date())
}

/// The time of a scan, in whole seconds. `SOURCE_DATE_EPOCH` sets it, so that runs can be compared byte by byte
/// (reproducible-builds.org/specs/source-date-epoch).
fn now() -> Result<Timestamp, CliError> {
    let Ok(said) = std::env::var("SOURCE_DATE_EPOCH") else {
        let now = Timestamp::now();
        return Ok(Timestamp::from_second(now.as_second()).unwrap_or(now));
    };
    let time = said
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.ok_or(CliError::SourceDateEpoch(said))
}
