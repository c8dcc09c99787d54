//! Where a snapshot comes from: a file, or Azure now.

use super::args::{Azure, Common, Source, Target};
use super::error::CliError;
use super::output;
use super::progress::{Display, closing};
use super::signals;
use crate::checks::{Freshness, MaxAge};
use crate::collect::{self, AzureOptions};
use crate::model::{Shown, guid};
use crate::resolve::Tenant;
use crate::shown;
use crate::snapshot::{Header, ResumeState, Sink, Snapshot, Stored};
use crate::template::{Template, deployed_to};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a command works on.
///
/// It is not given back to memory piece by piece: the process ends when the command is done with it.
pub(super) enum Taken {
    /// What was read from Azure, or from a template.
    Held(ManuallyDrop<Snapshot>),
    /// A snapshot file; what its accounts hold stays there.
    Stored(ManuallyDrop<Stored>),
}

impl Taken {
    /// A snapshot file.
    pub(super) fn stored(stored: Stored) -> Self {
        Self::Stored(ManuallyDrop::new(stored))
    }

    /// What there would be if a template was deployed to the tenant of a snapshot file.
    pub(super) fn deployed(template: &Path, source: &Source, to: &Stored) -> Result<Self, CliError> {
        refuse_stray(source)?;
        signals::end_when_asked();
        let snapshot = deployed_to(planned(template, source)?, to.whole()?);
        Ok(Self::Held(ManuallyDrop::new(snapshot)))
    }

    /// The tenant, resolved.
    pub(super) fn tenant(&self) -> Tenant<'_> {
        match self {
            Self::Held(snapshot) => Tenant::of(snapshot),
            Self::Stored(stored) => Tenant::new(stored.frame(), &**stored),
        }
    }
}

/// The snapshot that a command works on; what accounts hold is read when it is asked for, as far as it is in a file.
pub(super) fn taken(source: &Source, azure: &Azure, common: &Common) -> Result<Taken, CliError> {
    if let (Some(path), true) = (&source.snapshot, source.template.is_none()) {
        refuse_stray(source)?;
        signals::end_when_asked();
        let stored = Stored::open(path)?;
        warn_of_tenant(stored.frame().header, azure);
        return Ok(Taken::stored(stored));
    }
    snapshot(source, azure, common).map(Taken::Held)
}

/// The snapshot that a command works on, all of it in memory.
pub(super) fn snapshot(source: &Source, azure: &Azure, common: &Common) -> Result<ManuallyDrop<Snapshot>, CliError> {
    refuse_stray(source)?;
    if let Some(path) = &source.snapshot {
        signals::end_when_asked();
        return Ok(ManuallyDrop::new(of_tenant(Snapshot::read_file(path)?, azure)));
    }
    if let Some(file) = &source.template {
        signals::end_when_asked();
        let planned = planned(file, source)?;
        return Ok(ManuallyDrop::new(match &source.against {
            Some(snapshot) => deployed_to(planned, of_tenant(Snapshot::read_file(snapshot)?, azure)),
            None => planned,
        }));
    }
    let mut snapshot = Snapshot::new(Header::new(now()?, String::new(), String::new(), Vec::new()));
    let (summary, took) = collect(
        &azure_options(azure),
        &target(&source.target),
        Earlier::default(),
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

/// A snapshot, of which it is said if it is of another tenant.
fn of_tenant(snapshot: Snapshot, azure: &Azure) -> Snapshot {
    warn_of_tenant(&snapshot.header, azure);
    snapshot
}

/// Options of a template without one.
fn refuse_stray(source: &Source) -> Result<(), CliError> {
    // Where another source is given, the command line's grammar doesn't see that the template is missing.
    let of_template = [
        ("--parameters", source.deployment.parameters.is_some()),
        ("--resource-group", source.deployment.resource_group.is_some()),
        ("--against", source.against.is_some()),
    ];
    if let (None, Some((flag, _))) = (&source.template, of_template.iter().find(|(_, is_given)| *is_given)) {
        return Err(CliError::NoTemplate(flag));
    }
    Ok(())
}

/// What there would be after the deployment of a template, of itself.
fn planned(file: &Path, source: &Source) -> Result<Snapshot, CliError> {
    let given = &source.deployment;
    let (subscription, resource_group) = place_of(given.resource_group.as_deref(), &source.target.subscription)?;
    let template = Template {
        file,
        parameters: given.parameters.as_deref(),
        subscription,
        resource_group,
    };
    Ok(template.read(now()?)?)
}

/// A subscription and a resource group, as far as they are known.
type Where = (Option<Arc<str>>, Option<Arc<str>>);

/// Where a template is deployed to: the id of a resource group, or its name beside the subscription.
fn place_of(group: Option<&str>, subscriptions: &[String]) -> Result<Where, CliError> {
    let subscription = match subscriptions {
        [] => None,
        [one] => Some(one.as_str()),
        _ => return Err(CliError::OneSubscription),
    };
    let Some(group) = group else {
        return Ok((subscription.map(Arc::from), None));
    };
    let segments: Vec<&str> = group.trim_matches('/').split('/').collect();
    let is = |found: &str, word: &str| found.eq_ignore_ascii_case(word);
    let (named, group) = match segments.as_slice() {
        [name] if !name.is_empty() => (None, *name),
        [word, id, groups, name] if is(word, "subscriptions") && is(groups, "resourceGroups") => (Some(*id), *name),
        _ => return Err(CliError::ResourceGroup(group.to_owned())),
    };
    match (named, subscription) {
        (Some(named), Some(own)) if !is(named, own) => Err(CliError::OneSubscription),
        (named, own) => Ok((named.or(own).map(Arc::from), Some(Arc::from(group)))),
    }
}

/// What there is of earlier scans where a scan writes.
#[derive(Default)]
pub(super) struct Earlier {
    /// What the scan goes on from.
    pub(super) kept: Option<Arc<ResumeState>>,
    /// Whether accounts are there that a scan that could list none must not take the place of.
    pub(super) has_accounts: bool,
}

/// Reads from Azure into `sink`, until it is done or the user stops it, and says how long that took.
pub(super) fn collect(
    options: &AzureOptions,
    target: &collect::Target,
    earlier: Earlier,
    sink: &mut (dyn Sink + Send),
    common: &Common,
) -> Result<(collect::Summary, Duration), CliError> {
    let progress = Arc::default();
    let scan = collect::Scan {
        options,
        target,
        taken_at: now()?,
        kept: earlier.kept,
        needs_accounts: earlier.has_accounts,
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
        // A variable that is set to nothing, as pipelines do, isn't set.
        tenant: azure.tenant.clone().filter(|tenant| !tenant.trim().is_empty()),
        credential: azure.credential,
        identity: azure.identity.clone(),
        cloud: azure.cloud,
        arm_audience: azure.advanced.arm_audience.clone(),
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
        .filter(|(_, given)| *given && (source.snapshot.is_some() || source.template.is_some()))
    {
        let file = if source.snapshot.is_some() {
            "--snapshot"
        } else {
            "--template"
        };
        output::say(shown!("warning: {} has no effect with {}", flag, file));
    }
}

/// Says of a snapshot that it is of another tenant than the one that was asked for.
fn warn_of_tenant(header: &Header, azure: &Azure) {
    let asked = azure.tenant.as_deref().and_then(guid::parse);
    let own = guid::parse(&header.tenant);
    if let Some((asked, own)) = asked.zip(own).filter(|(asked, own)| asked != own) {
        output::say(shown!(
            "warning: the snapshot is of tenant {}, not {}",
            Shown::of(&own),
            Shown::of(&asked)
        ));
    }
}

/// How old a snapshot file can be; one that was read from Azure just now is not old.
pub(super) fn freshness(source: &Source, max_age: Option<MaxAge>) -> Result<Option<Freshness>, CliError> {
    if source.snapshot.is_none() && source.against.is_none() {
        return Ok(None);
    }
    Ok(Some(freshness_now(max_age)?))
}

/// The same of any snapshot.
pub(super) fn freshness_now(max_age: Option<MaxAge>) -> Result<Freshness, CliError> {
    // Pipelines set the variable to a time in the past, and that must not make a snapshot look younger.
    let now = now()?.max(Timestamp::now());
    Ok(Freshness { now, max_age })
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
