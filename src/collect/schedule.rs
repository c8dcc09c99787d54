//! What is in work at once. The limiter of `pacing` bounds the requests; this bounds what waits for them, so that memory
//! does not grow with the tenant, and shares the places among subscriptions, so that neither a large subscription nor one
//! that is being throttled holds up the others.

use super::error::CollectError;
use super::options::AzureOptions;
use super::progress::Progress;
use super::read::cosmos::Wanted;
use super::read::listed::Outcome;
use super::read::versions::Versions;
use super::read::{Service, authorization, resources};
use super::waiting::Waiting;
use crate::arm::Listed;
use crate::model::{AccountId, Gap};
use crate::snapshot::{Gone, Line, ResumeState, ScanGap, Shard};
use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

/// Subscriptions in work at once. More than the requests in flight: under throttling each has only a few.
const SUBSCRIPTIONS: usize = 128;
/// Accounts of a subscription in work at once, however many subscriptions share the places.
const SHARE: usize = 4;
/// Control planes in work at once: each may hold thousands of assignments, and the list of built-in roles is a body of more
/// than a megabyte.
const CONTROL_PLANES: usize = 32;
/// What the tasks of a scan share.
pub(super) struct Schedule {
    pub(super) arm: Arc<Service>,
    wanted: Wanted,
    versions: Versions,
    /// The part of the accounts that is read; `None`: all.
    shard: Option<Shard>,
    /// Room for control planes; `None`: they are not read.
    control_planes: Option<Arc<Semaphore>>,
    pub(super) kept: Option<Arc<ResumeState>>,
    pub(super) progress: Arc<Progress>,
    pub(super) lines: mpsc::Sender<Line>,
    places: usize,
    active: AtomicUsize,
    waiting: Waiting,
    /// The subscriptions whose Azure RBAC this shard or another one reads, in lower case.
    planes: Mutex<BTreeSet<String>>,
    /// Whether of any subscription the accounts could be listed.
    knows_accounts: AtomicBool,
}

impl Schedule {
    pub(super) fn new(
        arm: Arc<Service>,
        options: &AzureOptions,
        kept: Option<Arc<ResumeState>>,
        lines: mpsc::Sender<Line>,
    ) -> Self {
        let progress = arm.counters.clone();
        Self {
            arm,
            wanted: Wanted {
                inventory: options.inventory,
                foreign_kinds: options.foreign_kinds,
            },
            versions: Versions::default(),
            shard: options.shard,
            control_planes: options.control_plane.then(|| Arc::new(Semaphore::new(CONTROL_PLANES))),
            kept,
            progress,
            lines,
            places: options.concurrency.get(),
            active: AtomicUsize::new(0),
            waiting: Waiting::default(),
            planes: Mutex::default(),
            knows_accounts: AtomicBool::new(false),
        }
    }

    /// Reads all subscriptions.
    pub(super) async fn run(self: Arc<Self>, ids: Vec<String>) -> Result<(), CollectError> {
        let room = Arc::new(Semaphore::new(SUBSCRIPTIONS));
        let mut tasks = JoinSet::new();
        for id in ids {
            let place = room.clone().acquire_owned().await.map_err(stopped)?;
            self.waiting.reserve().await;
            // Ended tasks are taken away as we go: a tenant may have thousands of subscriptions.
            while let Some(ended) = tasks.try_join_next() {
                ended.map_err(broken)??;
            }
            let schedule = self.clone();
            schedule.active.fetch_add(1, Relaxed);
            tasks.spawn(async move {
                let result = schedule.subscription(&id).await;
                schedule.active.fetch_sub(1, Relaxed);
                drop(place);
                result
            });
        }
        finish(tasks).await
    }

    /// The subscriptions whose Azure RBAC this shard or another one reads, in lower case.
    pub(super) fn planes(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.planes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether of any subscription the accounts could be listed.
    pub(super) fn knows_accounts(&self) -> bool {
        self.knows_accounts.load(Relaxed)
    }

    async fn subscription(self: &Arc<Self>, id: &str) -> Result<(), CollectError> {
        let listing = resources::list(&self.arm, id, &self.versions).await;
        for gap in &listing.gaps {
            self.send(scan_gap(Some(id), gap.clone())).await?;
        }
        if listing.are_known {
            self.knows_accounts.store(true, Relaxed);
        }
        let mut accounts = listing.items;
        // Azure RBAC isn't checked for what is only listed.
        let read = accounts.iter().filter(|listed| listed.account.api.is_read());
        // Names of resource groups ignore case.
        let groups: BTreeSet<String> = read
            .map(|listed| listed.account.id.resource_group().to_ascii_lowercase())
            .collect();
        let has_accounts = !groups.is_empty();
        let listed: HashSet<AccountId> = accounts.iter().map(|listed| listed.account.id.clone()).collect();
        accounts.retain(|listed| self.shard.is_none_or(|shard| shard.holds(&listed.account.id)));
        let length = accounts.len();
        self.progress.found.fetch_add(length, Relaxed);
        if let Some(kept) = &self.kept {
            accounts.retain(|listed| !kept.holds(&listed.account.id));
            accounts.shrink_to_fit();
            self.progress.done.fetch_add(length - accounts.len(), Relaxed);
        }
        self.waiting.settle(length, accounts.len());
        let mut tasks = JoinSet::new();
        // Without an account there is nothing that Azure RBAC could be judged for; that a list failed is told already.
        if has_accounts {
            self.planes().insert(id.to_ascii_lowercase());
        }
        let is_own = self.shard.is_none_or(|shard| shard.holds_control_plane(id));
        if has_accounts && is_own && !self.kept.as_ref().is_some_and(|kept| kept.holds_control_plane(id)) {
            self.clone().control_plane(id, groups.into_iter().collect(), &mut tasks);
        }
        let mut gone = self.accounts(accounts, &mut tasks).await?;
        if !gone.is_empty() {
            let mut moved = self.moved(id, &listed, &listing.gaps).await?;
            // What was moved can be of another shard now, which need not have seen it under its new ID.
            let was_own = |id: &AccountId| gone.iter().any(|old| old.name().eq_ignore_ascii_case(id.name()));
            moved.retain(|new| {
                let id = &new.account.id;
                self.shard.is_none_or(|shard| shard.holds(id) || was_own(id))
            });
            self.progress.found.fetch_add(moved.len(), Relaxed);
            self.waiting.enter(moved.len());
            // A name is that of one account in all of Azure: under a new id, it was moved, and not deleted.
            let is_moved = |old: &AccountId| {
                let mut names = moved.iter().map(|new| new.account.id.name());
                names.any(|name| name.eq_ignore_ascii_case(old.name()))
            };
            gone.retain(|old| !is_moved(old));
            gone.extend(self.accounts(moved, &mut tasks).await?);
        }
        for id in gone {
            self.send(Line::Gone(Gone { id })).await?;
        }
        finish(tasks).await
    }

    /// Reads accounts side by side; returns those that are gone.
    async fn accounts(
        self: &Arc<Self>,
        accounts: Vec<Listed>,
        others: &mut JoinSet<Result<(), CollectError>>,
    ) -> Result<Vec<AccountId>, CollectError> {
        let mut tasks = JoinSet::new();
        let mut gone = Vec::new();
        for listed in accounts {
            // What runs beside them takes places, too.
            while let Some(ended) = others.try_join_next() {
                ended.map_err(broken)??;
            }
            while tasks.len() + others.len() >= self.share() {
                match tasks.join_next().await {
                    Some(ended) => gone.extend(ended.map_err(broken)??),
                    None => break,
                }
            }
            self.waiting.leave();
            let schedule = self.clone();
            tasks.spawn(async move {
                match resources::read(&schedule.arm, listed, &schedule.wanted, &schedule.versions).await {
                    Outcome::Account(record) => schedule.send(Line::Account(record)).await.map(|()| None),
                    Outcome::Gone(id) => Ok(Some(id)),
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            gone.extend(ended.map_err(broken)??);
        }
        Ok(gone)
    }

    /// Lists the accounts of a subscription once more, after some of them were gone: those that were moved within it are
    /// there under another id. What was told of the list before is not told twice.
    async fn moved(
        &self,
        subscription: &str,
        listed: &HashSet<AccountId>,
        told: &[Gap],
    ) -> Result<Vec<Listed>, CollectError> {
        let again = resources::list(&self.arm, subscription, &self.versions).await;
        for gap in again.gaps.into_iter().filter(|gap| !told.contains(gap)) {
            self.send(scan_gap(Some(subscription), gap)).await?;
        }
        let is_held = |id: &AccountId| self.kept.as_ref().is_some_and(|kept| kept.holds(id));
        let mut new = again.items;
        new.retain(|one| !listed.contains(&one.account.id) && !is_held(&one.account.id));
        Ok(new)
    }

    /// Reads Azure RBAC beside the accounts.
    fn control_plane(self: Arc<Self>, id: &str, groups: Vec<String>, tasks: &mut JoinSet<Result<(), CollectError>>) {
        let Some(room) = self.control_planes.clone() else {
            return;
        };
        let id = id.to_owned();
        tasks.spawn(async move {
            let _place = room.acquire_owned().await.map_err(stopped)?;
            let plane = authorization::read(&self.arm, &id, groups).await;
            self.send(Line::ControlPlane(Box::new(plane))).await
        });
    }

    /// Accounts of one subscription that may be in work now.
    fn share(&self) -> usize {
        let fair = self.places.div_ceil(self.active.load(Relaxed).max(1));
        fair.max(SHARE.min(self.places))
    }

    async fn send(&self, line: Line) -> Result<(), CollectError> {
        self.lines.send(line).await.map_err(stopped)
    }
}

pub(super) fn scan_gap(subscription: Option<&str>, gap: Gap) -> Line {
    Line::Gap(ScanGap {
        subscription: subscription.map(str::to_owned),
        gap,
    })
}

async fn finish(mut tasks: JoinSet<Result<(), CollectError>>) -> Result<(), CollectError> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(broken)??;
    }
    Ok(())
}

/// A task that panicked took its accounts with it: that is no gap but an error, or they would be missing in silence.
pub(super) fn broken(error: JoinError) -> CollectError {
    CollectError::Internal(error.to_string())
}

fn stopped<E: std::fmt::Display>(error: E) -> CollectError {
    CollectError::Internal(error.to_string())
}
