//! Whose turn it is: the lines of waiting requests, one a subscription, and what is known of their buckets. It is told the time,
//! like `bucket`, and asked by `limiter`, which does the waiting.

use super::bucket::{Counts, Estimated, Observed};
use super::retry::RetryPolicy;
use std::collections::{HashMap, VecDeque};
use tokio::time::{Duration, Instant};

/// Requests of one subscription in flight before anything is known of its bucket: it may be nearly empty.
const BLIND: u64 = 8;

/// What an answer says of the buckets.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Feedback {
    /// It was a 429.
    pub(crate) refused: bool,
    /// How long the 429 asks to wait.
    pub(crate) asked: Option<Duration>,
    /// Level of the subscription's bucket.
    pub(crate) remaining: Option<u64>,
    /// Level of the global bucket.
    pub(crate) remaining_global: Option<u64>,
}

/// A request on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    queue: usize,
    sent: Instant,
    /// Requests that were settled when it was sent, and itself: of this subscription, and in all.
    known: u64,
    known_of_all: u64,
}

/// What comes next.
pub(super) struct Turns<W> {
    /// These may go.
    pub(super) go: Vec<(W, Ticket)>,
    /// These need not wait any longer: their subscription answers nothing but 429.
    pub(super) give_up: Vec<W>,
    /// When to ask again, if nothing happens before.
    pub(super) look_again: Option<Instant>,
}

/// All lines. `W` is somebody who waits.
#[derive(Debug)]
pub(super) struct Queues<W> {
    concurrency: u64,
    retry: RetryPolicy,
    queues: Vec<Queue<W>>,
    by_subscription: HashMap<String, usize>,
    /// Queues in which somebody waits, in the order of their turns.
    turns: VecDeque<usize>,
    counts: Counts,
    global: Observed,
    /// The global bucket turned out to be one for each subscription.
    global_is_split: bool,
}

#[derive(Debug)]
struct Queue<W> {
    waiting: VecDeque<W>,
    counts: Counts,
    observed: Observed,
    /// The global bucket as this subscription alone sees it.
    global: Observed,
    estimated: Estimated,
    closed_until: Option<Instant>,
    refusals: Option<Refusals>,
    given_up: bool,
}

/// Answers that were 429 without another between them.
#[derive(Debug, Clone, Copy)]
struct Refusals {
    since: Instant,
    /// How many pauses they took …
    pauses: u32,
    /// … and how long the line was closed by those that were longer than others.
    rested: Duration,
}

/// When a queue lets the next one go.
#[derive(Debug, PartialEq, Eq)]
enum Opens {
    Now,
    After(Duration),
    /// When an answer comes.
    Later,
}

impl<W> Queue<W> {
    fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            counts: Counts::default(),
            observed: Observed::new(),
            global: Observed::new(),
            estimated: Estimated::new(),
            closed_until: None,
            refusals: None,
            given_up: false,
        }
    }

    fn opens(&self, global_is_split: bool, now: Instant) -> Opens {
        let unknown = self.counts.accepted == 0 && !self.observed.is_observed();
        if unknown && self.counts.in_flight() >= BLIND {
            return Opens::Later;
        }
        // After a refusal one request goes first and finds out.
        if self.refusals.is_some() && self.counts.in_flight() > 0 {
            return Opens::Later;
        }
        let closed = self
            .closed_until
            .map_or(Duration::ZERO, |until| until.duration_since(now));
        let mut wait = closed
            .max(self.observed.wait(&self.counts, now))
            .max(self.estimated.wait(&self.counts, now));
        if global_is_split {
            wait = wait.max(self.global.wait(&self.counts, now));
        }
        if wait.is_zero() { Opens::Now } else { Opens::After(wait) }
    }

    /// Returns the long pause that the answer asks for, if it is the first to do so.
    fn answered(
        &mut self,
        ticket: &Ticket,
        answer: &Feedback,
        retry: &RetryPolicy,
        chance: f64,
        now: Instant,
    ) -> Option<Duration> {
        if !answer.refused {
            self.counts.accepted += 1;
            self.refusals = None;
            self.given_up = false;
        }
        if let Some(remaining) = answer.remaining {
            self.observed.observe(remaining, ticket.known, &self.counts, now);
        }
        if let Some(remaining) = answer.remaining_global {
            self.global.observe(remaining, ticket.known, &self.counts, now);
        }
        if !answer.refused {
            return None;
        }
        // Where levels are observed, a refusal is either foreseen by them or has another reason, which no rate of ours mends.
        if !self.observed.is_observed() {
            self.estimated.refused(ticket.sent, &self.counts, now);
        }
        let mut refusals = self.refusals.unwrap_or(Refusals {
            since: now,
            pauses: 0,
            rested: Duration::ZERO,
        });
        // Those that were on their way together make one pause.
        let paused = self.closed_until.is_some_and(|until| now < until);
        if !paused {
            refusals.pauses += 1;
        }
        let patience = retry.patience.saturating_add(refusals.rested);
        self.given_up = now.duration_since(refusals.since) >= patience;
        let mut long = None;
        if !paused || answer.asked.is_some() {
            let pause = retry.refusal_pause(refusals.pauses, answer.asked, refusals.rested, chance);
            let until = now + pause;
            let added = until.duration_since(self.closed_until.map_or(now, |closed| closed.max(now)));
            if retry.is_long(answer.asked, refusals.rested) && !self.given_up {
                refusals.rested += added;
                long = (added > retry.cap).then_some(pause);
            }
            self.closed_until = self.closed_until.max(Some(until));
        }
        self.refusals = Some(refusals);
        long
    }
}

impl<W> Queues<W> {
    pub(super) fn new(concurrency: u64, retry: RetryPolicy) -> Self {
        Self {
            concurrency: concurrency.max(1),
            retry,
            queues: Vec::new(),
            by_subscription: HashMap::new(),
            turns: VecDeque::new(),
            counts: Counts::default(),
            global: Observed::new(),
            global_is_split: false,
        }
    }

    /// Somebody joins the line of a subscription (in any casing); in front who has been let through before.
    pub(super) fn join(&mut self, subscription: &str, waiting: W, in_front: bool) {
        let new = self.queues.len();
        let at = *self
            .by_subscription
            .entry(subscription.to_ascii_lowercase())
            .or_insert(new);
        if at == new {
            self.queues.push(Queue::new());
        }
        let Some(queue) = self.queues.get_mut(at) else { return };
        if queue.waiting.is_empty() {
            self.turns.push_back(at);
        }
        if in_front {
            queue.waiting.push_front(waiting);
        } else {
            queue.waiting.push_back(waiting);
        }
    }

    /// Lets as many go as may. `gone` tells who does not wait any more.
    pub(super) fn next(&mut self, now: Instant, gone: impl Fn(&W) -> bool) -> Turns<W> {
        let mut next = Turns {
            go: Vec::new(),
            give_up: Vec::new(),
            look_again: None,
        };
        while self.counts.in_flight() < self.concurrency {
            let global = if self.global_is_split {
                Duration::ZERO
            } else {
                self.global.wait(&self.counts, now)
            };
            if !global.is_zero() && !self.turns.is_empty() {
                next.look_again = Some(now + global);
                break;
            }
            if !self.turn(now, &gone, &mut next) {
                break;
            }
        }
        next
    }

    /// Goes round once, until one is found that may go.
    fn turn(&mut self, now: Instant, gone: &impl Fn(&W) -> bool, next: &mut Turns<W>) -> bool {
        let mut soonest: Option<Duration> = None;
        for _ in 0..self.turns.len() {
            let Some(at) = self.turns.pop_front() else { break };
            let Some(queue) = self.queues.get_mut(at) else { continue };
            while queue.waiting.front().is_some_and(gone) {
                queue.waiting.pop_front();
            }
            if queue.given_up {
                next.give_up.extend(queue.waiting.drain(..));
            }
            if queue.waiting.is_empty() {
                continue;
            }
            match queue.opens(self.global_is_split, now) {
                Opens::Later => {}
                Opens::After(wait) => soonest = Some(soonest.map_or(wait, |soonest| soonest.min(wait))),
                Opens::Now => {
                    let Some(waiting) = queue.waiting.pop_front() else {
                        continue;
                    };
                    queue.estimated.seek(&queue.counts, now);
                    queue.counts.sent += 1;
                    self.counts.sent += 1;
                    let ticket = Ticket {
                        queue: at,
                        sent: now,
                        known: queue.counts.settled + 1,
                        known_of_all: self.counts.settled + 1,
                    };
                    if !queue.waiting.is_empty() {
                        self.turns.push_back(at);
                    }
                    next.go.push((waiting, ticket));
                    return true;
                }
            }
            self.turns.push_back(at);
        }
        next.look_again = soonest.map(|soonest| now + soonest);
        false
    }

    /// A request is over: answered, or lost if there is no answer. Returns how long its line rests, if that is worth a word.
    pub(super) fn settle(
        &mut self,
        ticket: &Ticket,
        answer: Option<&Feedback>,
        chance: f64,
        now: Instant,
    ) -> Option<Duration> {
        self.counts.settled += 1;
        let queue = self.queues.get_mut(ticket.queue)?;
        queue.counts.settled += 1;
        let Some(answer) = answer else {
            queue.observed.lost(&queue.counts);
            queue.global.lost(&queue.counts);
            self.global.lost(&self.counts);
            return None;
        };
        if !answer.refused {
            self.counts.accepted += 1;
        }
        if let Some(remaining) = answer.remaining_global {
            // The documentation leaves open whose the global bucket is. As long as nothing speaks against one for all,
            // that is the safe way to read it; where it is wrong and goes unnoticed, the levels are about the same.
            self.global_is_split |= self.global.contradicts(remaining, ticket.known_of_all, &self.counts);
            self.global.observe(remaining, ticket.known_of_all, &self.counts, now);
        }
        queue.answered(ticket, answer, &self.retry, chance, now)
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
