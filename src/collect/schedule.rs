//! What is in work at once. The limiter of `pacing` bounds the requests; this bounds what waits for them, so that memory
//! does not grow with the tenant, and shares the places among subscriptions, so that neither a large subscription nor one
//! that is being throttled holds up the others.

use super::error::CollectError;
use super::options::AzureOptions;
use super::progress::Progress;
use super::read::{Service, authorization, cosmos};
use crate::model::Gap;
use crate::snapshot::{Gone, Line, ResumeState, ScanGap};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

/// Subscriptions in work at once. More than the requests in flight: under throttling each has only a few.
const SUBSCRIPTIONS: usize = 128;
/// Accounts of a subscription in work at once, however many subscriptions share the places.
const SHARE: usize = 4;
/// Control planes in work at once: each may hold thousands of assignments, and the list of built-in roles is a body of more
/// than a megabyte.
const CONTROL_PLANES: usize = 32;
/// Accounts that are listed and wait their turn, of all subscriptions: about 1 KB each.
const WAITING: usize = 16_384;
/// What is expected of the first lists, until it is known how long they are.
const LONG_LIST: usize = 2048;
const SHORT_LIST: usize = 64;
/// An account in a list that is being read takes more room than one that was read: its text is there as well.
const UNREAD: usize = 2;

/// What the tasks of a scan share.
pub(super) struct Schedule {
    pub(super) arm: Arc<Service>,
    inventory: bool,
    /// Room for control planes; `None`: they are not read.
    control_planes: Option<Arc<Semaphore>>,
    pub(super) kept: Option<Arc<ResumeState>>,
    pub(super) progress: Arc<Progress>,
    pub(super) lines: mpsc::Sender<Line>,
    places: usize,
    active: AtomicUsize,
    waiting: Waiting,
}

impl Schedule {
    pub(super) fn new(
        arm: Service,
        options: &AzureOptions,
        kept: Option<Arc<ResumeState>>,
        lines: mpsc::Sender<Line>,
    ) -> Self {
        let progress = arm.counters.clone();
        Self {
            arm: Arc::new(arm),
            inventory: options.inventory,
            control_planes: options.control_plane.then(|| Arc::new(Semaphore::new(CONTROL_PLANES))),
            kept,
            progress,
            lines,
            places: options.concurrency.get(),
            active: AtomicUsize::new(0),
            waiting: Waiting::default(),
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

    async fn subscription(self: &Arc<Self>, id: &str) -> Result<(), CollectError> {
        let listing = cosmos::accounts(&self.arm, id).await;
        for gap in listing.gaps {
            self.send(scan_gap(Some(id), gap)).await?;
        }
        let mut accounts = listing.items.unwrap_or_default();
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
        if length > 0 && !self.kept.as_ref().is_some_and(|kept| kept.holds_control_plane(id)) {
            self.clone().control_plane(id, &mut tasks);
        }
        for listed in accounts {
            while tasks.len() >= self.share() {
                match tasks.join_next().await {
                    Some(ended) => ended.map_err(broken)??,
                    None => break,
                }
            }
            self.waiting.leave();
            let schedule = self.clone();
            tasks.spawn(async move {
                let line = match cosmos::read(&schedule.arm, listed, schedule.inventory).await {
                    cosmos::Outcome::Account(record) => Line::Account(record),
                    cosmos::Outcome::Gone(id) => Line::Gone(Gone { id }),
                };
                schedule.send(line).await
            });
        }
        finish(tasks).await
    }

    /// Reads Azure RBAC beside the accounts.
    fn control_plane(self: Arc<Self>, id: &str, tasks: &mut JoinSet<Result<(), CollectError>>) {
        let Some(room) = self.control_planes.clone() else {
            return;
        };
        let id = id.to_owned();
        tasks.spawn(async move {
            let _place = room.acquire_owned().await.map_err(stopped)?;
            let plane = authorization::read(&self.arm, &id).await;
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

/// How many accounts wait their turn. A list is only asked for while there is room for what it may bring; as that is not
/// known, it is guessed from the lists before it.
#[derive(Default)]
struct Waiting {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    accounts: usize,
    /// Lists that are being read …
    lists: usize,
    /// … and what each may bring.
    guess: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: 0,
            lists: 0,
            guess: LONG_LIST,
        }
    }
}

impl Waiting {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        // Numbers are whole at any time, whoever panicked.
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
        result
    }

    /// Waits until another list may be read. One waiter at a time.
    async fn reserve(&self) {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                if state.accounts + (state.lists + 1) * state.guess * UNREAD <= WAITING {
                    state.lists += 1;
                    return;
                }
            }
            changed.await;
        }
    }

    /// A list of this length was read, and so many of its accounts wait from now on.
    fn settle(&self, length: usize, accounts: usize) {
        self.change(|state| {
            state.lists = state.lists.saturating_sub(1);
            state.accounts += accounts;
            state.guess = length.max(state.guess / 2).clamp(SHORT_LIST, LONG_LIST);
        });
    }

    /// An account's turn has come.
    fn leave(&self) {
        self.change(|state| state.accounts = state.accounts.saturating_sub(1));
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    /// Reads lists of `length` as long as there is room; returns how many were in work at once.
    fn lists(waiting: &Waiting, length: usize) -> usize {
        let mut lists = 0;
        while waiting.reserve().now_or_never().is_some() {
            lists += 1;
            assert!(lists <= WAITING);
        }
        (0..lists).for_each(|_| waiting.settle(length, length));
        lists
    }

    #[test]
    fn long_lists_do_not_pile_up() {
        let waiting = Waiting::default();
        while lists(&waiting, 1000) > 0 {}
        let state = waiting.state.lock().unwrap();
        assert!(
            state.accounts > WAITING / 2 && state.accounts <= WAITING,
            "{}",
            state.accounts
        );
    }

    #[test]
    fn short_lists_are_soon_read_side_by_side() {
        let waiting = Waiting::default();
        assert_eq!(lists(&waiting, 0), WAITING / (LONG_LIST * UNREAD));
        assert!(lists(&waiting, 0) > 32);
        assert_eq!(lists(&waiting, 0), WAITING / (SHORT_LIST * UNREAD));
    }

    #[test]
    fn long_lists_of_which_all_is_kept_stay_long() {
        let waiting = Waiting::default();
        for _ in 0..20 {
            assert!(waiting.reserve().now_or_never().is_some());
            waiting.settle(1000, 0);
        }
        assert_eq!(lists(&waiting, 1000), WAITING / (1000 * UNREAD));
    }

    #[test]
    fn a_place_that_is_left_lets_the_next_list_in() {
        let waiting = Waiting::default();
        while lists(&waiting, 1000) > 0 {}
        let mut next = Box::pin(waiting.reserve());
        assert!(next.as_mut().now_or_never().is_none());
        for _ in 0..WAITING {
            waiting.leave();
        }
        assert!(next.now_or_never().is_some());
    }
}
