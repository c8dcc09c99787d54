//! The order of things: sign in, find the subscriptions, then read subscriptions and accounts side by side.
//!
//! Accounts are written as they are complete and in no particular order; only those in flight are in memory. The tasks
//! are spawned rather than polled in a chain of streams: one that holds a place at the gate must never wait for being
//! polled.

use super::arm::Arm;
use super::cloud::Endpoints;
use super::credential::Credentials;
use super::error::CollectError;
use super::options::{AzureOptions, Environment, Target};
use super::token::Tokens;
use super::transport::Transport;
use super::{cosmos, subscriptions};
use crate::model::Gap;
use crate::model::principal::is_guid;
use crate::snapshot::{End, Header, Line, ScanGap, Sink};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

/// What a scan did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Subscriptions scanned.
    pub subscriptions: usize,
    /// Accounts written.
    pub accounts: usize,
    /// Gaps, those on accounts included.
    pub gaps: usize,
    /// Requests sent to Azure Resource Manager, repeated ones included.
    pub requests: u64,
    /// Requests that were repeated.
    pub retries: u64,
    /// Requests that were turned away for their number (429).
    pub throttled: u64,
    /// Bytes of the bodies, decompressed.
    pub bytes: u64,
}

/// Accounts of a subscription that are in work whatever the others do.
const OWN_ACCOUNTS: usize = 8;
/// Accounts that a subscription can have, as documented (250, more on request), and what is held of all of them at once.
const MOST_ACCOUNTS: u32 = 1_000;
const LISTED: usize = 16_384;

/// What the tasks of a scan share.
struct Scan {
    arm: Arm,
    inventory: bool,
    /// Subscriptions, and accounts, in work at once. A subscription has some places for accounts of its own besides: those
    /// of one that is throttled would come to hold all of the others.
    subscriptions: Arc<Semaphore>,
    accounts: Arc<Semaphore>,
    /// Accounts that were listed and are not read yet, of all subscriptions in work.
    listed: Arc<Semaphore>,
    lines: mpsc::Sender<Line>,
}

/// Reads the target into `sink`: the header first, then accounts and gaps as they come, the end last.
///
/// # Errors
/// When there is nothing to begin with (see [`CollectError`]) or the sink fails. What concerns only a part is a gap.
pub async fn collect(
    options: &AzureOptions,
    target: &Target,
    taken_at: Timestamp,
    sink: &mut (dyn Sink + Send),
) -> Result<Summary, CollectError> {
    subscriptions::check(target)?;
    let environment = Environment::new(&options.tuning);
    let endpoints = Endpoints::new(
        options.cloud,
        options.arm_endpoint.as_ref(),
        options.authority_host.as_ref(),
        environment.get("AZURE_AUTHORITY_HOST").as_deref(),
    )?;
    let transport = Transport::remote(options.ca_bundle.as_deref(), &options.tuning)?;
    let credentials = Credentials::new(options, &endpoints, transport.clone())?;
    let tokens = Tokens::sign_in(credentials, options.credential, endpoints.arm_scope.clone()).await?;
    let arm = Arm::new(options, &endpoints, transport, tokens);

    let found = subscriptions::find(&arm, target).await?;
    let tenant = match (&options.tenant, found.tenant) {
        (Some(given), _) if is_guid(given) => given.clone(),
        (_, Some(tenant)) => tenant,
        (given, None) => given.clone().unwrap_or_default(),
    };
    // Whole seconds: nobody needs more, and snapshots are compared.
    let taken_at = Timestamp::from_second(taken_at.as_second()).unwrap_or(taken_at);
    let mut summary = Summary {
        subscriptions: found.subscriptions.len(),
        ..Summary::default()
    };
    let ids: Vec<String> = found.subscriptions.iter().map(|one| one.id.clone()).collect();
    let header = Header::new(taken_at, endpoints.cloud.to_owned(), tenant, found.subscriptions);
    sink.line(Line::Header(header))?;
    for gap in found.gaps {
        summary.gaps += 1;
        sink.line(scan_gap(None, gap))?;
    }

    let room = options.concurrency.get().min(Semaphore::MAX_PERMITS);
    let (lines, mut written) = mpsc::channel(room.min(1024));
    let scan = Arc::new(Scan {
        arm,
        inventory: options.inventory,
        subscriptions: Arc::new(Semaphore::new(room)),
        accounts: Arc::new(Semaphore::new(room)),
        listed: Arc::new(Semaphore::new(LISTED)),
        lines,
    });
    // Dropping the set ends all of its tasks, so a sink that fails and a scan that is given up leave nothing behind.
    let mut tasks = JoinSet::new();
    tasks.spawn(all(scan.clone(), ids));
    let mut write = |line: Line| {
        match &line {
            Line::Account(record) => {
                summary.accounts += 1;
                summary.gaps += record.gaps.len();
            }
            Line::Gap(_) => summary.gaps += 1,
            Line::Header(_) | Line::End(_) => {}
        }
        sink.line(line)
    };
    loop {
        tokio::select! {
            Some(line) = written.recv() => write(line)?,
            ended = tasks.join_next() => {
                if let Some(ended) = ended {
                    ended.map_err(broken)??;
                }
                break;
            }
        }
    }
    // Whatever was sent was sent before the tasks ended.
    while let Ok(line) = written.try_recv() {
        write(line)?;
    }
    sink.line(Line::End(End {
        accounts: summary.accounts,
        gaps: summary.gaps,
    }))?;
    let counters = &scan.arm.counters;
    summary.requests = counters.requests.load(Relaxed);
    summary.retries = counters.retries.load(Relaxed);
    summary.throttled = counters.throttled.load(Relaxed);
    summary.bytes = counters.bytes.load(Relaxed);
    Ok(summary)
}

async fn all(scan: Arc<Scan>, ids: Vec<String>) -> Result<(), CollectError> {
    let mut tasks = JoinSet::new();
    for id in ids {
        let place = scan.subscriptions.clone().acquire_owned().await.map_err(stopped)?;
        // Ended tasks are taken away as we go: a tenant may have thousands of subscriptions.
        while let Some(ended) = tasks.try_join_next() {
            ended.map_err(broken)??;
        }
        let scan = scan.clone();
        tasks.spawn(async move {
            let result = subscription(&scan, &id).await;
            drop(place);
            result
        });
    }
    finish(tasks).await
}

async fn subscription(scan: &Arc<Scan>, id: &str) -> Result<(), CollectError> {
    // Nobody knows how many there are until they are listed, and then they are in memory.
    let most = scan.listed.clone().acquire_many_owned(MOST_ACCOUNTS);
    let mut listed = most.await.map_err(stopped)?;
    let accounts = cosmos::accounts(&scan.arm, id).await;
    let found = accounts.items.as_ref().map_or(0, Vec::len);
    drop(listed.split(listed.num_permits().saturating_sub(found)));
    for gap in accounts.gaps {
        scan.lines.send(scan_gap(Some(id), gap)).await.map_err(stopped)?;
    }
    let mut tasks = JoinSet::new();
    let own = Arc::new(Semaphore::new(OWN_ACCOUNTS));
    for listed in accounts.items.unwrap_or_default() {
        let place = tokio::select! {
            biased;
            place = own.clone().acquire_owned() => place,
            place = scan.accounts.clone().acquire_owned() => place,
        };
        let place = place.map_err(stopped)?;
        while let Some(ended) = tasks.try_join_next() {
            ended.map_err(broken)??;
        }
        let scan = scan.clone();
        tasks.spawn(async move {
            let record = cosmos::read(&scan.arm, listed, scan.inventory).await;
            let sent = scan.lines.send(Line::Account(Box::new(record))).await;
            drop(place);
            sent.map_err(stopped)
        });
    }
    finish(tasks).await?;
    drop(listed);
    Ok(())
}

async fn finish(mut tasks: JoinSet<Result<(), CollectError>>) -> Result<(), CollectError> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(broken)??;
    }
    Ok(())
}

fn scan_gap(subscription: Option<&str>, gap: Gap) -> Line {
    Line::Gap(ScanGap {
        subscription: subscription.map(str::to_owned),
        gap,
    })
}

/// A task that panicked took its accounts with it: that is no gap but an error, or they would be missing in silence.
fn broken(error: JoinError) -> CollectError {
    CollectError::Internal(error.to_string())
}

fn stopped<E: std::fmt::Display>(error: E) -> CollectError {
    CollectError::Internal(error.to_string())
}
