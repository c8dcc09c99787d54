//! The one limiter that every request passes: so many in flight at once, subscriptions in turn, and each no faster than its
//! token bucket refills (`queue` and `bucket` know when).
//!
//! Who waits holds nothing. Whoever leaves makes room and lets in the next; when only time makes room, a task wakes up for
//! it. A 429 closes the line of its subscription for a while, and no other.

use super::queue::{Feedback, Queues, Ticket};
use super::retry::{RetryPolicy, chance};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Duration, Instant, sleep_until};

/// The runtime's timers are no finer: the clock isn't set anew for less.
const TICK: Duration = Duration::from_millis(1);

/// Lets requests through.
#[derive(Debug)]
pub(crate) struct Limiter {
    shared: Arc<Shared>,
    clock: AbortHandle,
}

/// Leave to send one request, which lasts as long as this is held.
#[derive(Debug)]
pub(crate) struct Permit {
    shared: Arc<Shared>,
    ticket: Ticket,
    answer: Option<Feedback>,
    is_settled: bool,
}

/// Why a request is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The scan is being stopped.
    Stopped,
    /// The subscription answers nothing but 429, and has done so for long.
    Exhausted,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug)]
struct State {
    queues: Queues<oneshot::Sender<Result<Permit, Closed>>>,
    /// When the clock looks next.
    planned: Option<Instant>,
}

impl Limiter {
    /// Needs a runtime: a task keeps the time.
    pub(crate) fn new(concurrency: NonZeroUsize, retry: RetryPolicy) -> Self {
        let concurrency = u64::try_from(concurrency.get()).unwrap_or(u64::MAX);
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                queues: Queues::new(concurrency, retry),
                planned: None,
            }),
            wake: Notify::new(),
        });
        let clock = tokio::spawn(keep_time(shared.clone())).abort_handle();
        Self { shared, clock }
    }

    /// Waits until a request of the subscription (`None`: of none) may be sent. `again`: it was sent before, so it does not
    /// queue up anew. A pause between attempts is not a request: nobody waits with a permit in hand.
    pub(crate) async fn permit(&self, subscription: Option<&str>, again: bool) -> Result<Permit, Closed> {
        let (sender, receiver) = oneshot::channel();
        self.shared
            .state()
            .queues
            .join(subscription.unwrap_or_default(), sender, again);
        self.shared.let_in(false);
        receiver.await.unwrap_or(Err(Closed::Stopped))
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.clock.abort();
    }
}

impl Permit {
    /// The request was answered, as opposed to lost. Returns how long its subscription rests, if the answer asks for more than
    /// the usual.
    pub(crate) fn answered(mut self, answer: Feedback) -> Option<Duration> {
        self.answer = Some(answer);
        self.settle()
    }

    fn settle(&mut self) -> Option<Duration> {
        self.is_settled = true;
        let chance = match self.answer {
            Some(Feedback { refused: true, .. }) => chance(),
            _ => 0.0,
        };
        let rest = self
            .shared
            .state()
            .queues
            .settle(&self.ticket, self.answer.as_ref(), chance, Instant::now());
        self.shared.let_in(false);
        rest
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_settled {
            self.settle();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in there is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets in whoever may go; returns when the clock has to look again. `by_clock`: the clock itself asks.
    fn let_in(self: &Arc<Self>, by_clock: bool) -> Option<Instant> {
        let mut state = self.state();
        let next = state.queues.next(Instant::now(), oneshot::Sender::is_closed);
        let sooner = match (next.look_again, state.planned) {
            (Some(look), Some(planned)) => look + TICK < planned,
            (look, _) => look.is_some(),
        };
        if by_clock || sooner {
            state.planned = next.look_again;
        }
        drop(state);
        if sooner && !by_clock {
            self.wake.notify_one();
        }
        // Without the lock: one who has gone in the meantime leaves at once, which lets in another.
        for (waiting, ticket) in next.go {
            let permit = Permit {
                shared: self.clone(),
                ticket,
                answer: None,
                is_settled: false,
            };
            let _ = waiting.send(Ok(permit));
        }
        for waiting in next.give_up {
            let _ = waiting.send(Err(Closed::Exhausted));
        }
        next.look_again
    }
}

async fn keep_time(shared: Arc<Shared>) {
    loop {
        match shared.let_in(true) {
            Some(at) => {
                tokio::select! {
                    () = sleep_until(at) => {}
                    () = shared.wake.notified() => {}
                }
            }
            None => shared.wake.notified().await,
        }
    }
}

#[cfg(test)]
#[path = "limiter_tests.rs"]
mod tests;
