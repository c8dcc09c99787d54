//! The queues against token buckets that work as the service documents them, in time that only the simulation moves.
//! Requests and answers overtake each other.

use super::super::super::retry::RetryPolicy;
use super::super::{Feedback, Queues, Ticket};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use tokio::time::{Duration, Instant};

/// A service and what is asked of it.
#[derive(Debug, Clone)]
pub(super) struct Sim {
    pub(super) concurrency: u64,
    /// Requests of each subscription.
    pub(super) wanted: Vec<u32>,
    pub(super) bucket: f64,
    pub(super) refill: f64,
    /// The global bucket: how many times larger; 0 = there is none.
    pub(super) global: f64,
    pub(super) headers: bool,
    /// A request with its answer, in seconds, and up to so much more at random.
    pub(super) latency: f64,
    pub(super) jitter: f64,
    /// Share of the bucket that is there at the start.
    pub(super) full: f64,
    pub(super) seed: u64,
}

impl Default for Sim {
    fn default() -> Self {
        Self {
            concurrency: 64,
            wanted: vec![1000; 4],
            bucket: 250.0,
            refill: 25.0,
            global: 15.0,
            headers: true,
            latency: 0.05,
            jitter: 0.02,
            full: 1.0,
            seed: 1,
        }
    }
}

#[derive(Debug)]
pub(super) struct Outcome {
    /// When each subscription was done, in seconds.
    pub(super) ends: Vec<f64>,
    pub(super) refused: u32,
    pub(super) sent: u32,
}

#[derive(Clone, Copy)]
struct Bucket {
    level: f64,
    size: f64,
    refill: f64,
    at: f64,
}

impl Bucket {
    fn fill(&mut self, now: f64) {
        self.level = (self.level + (now - self.at) * self.refill).min(self.size);
        self.at = now;
    }
}

enum Event {
    Arrives(Ticket, usize),
    Answered(Ticket, usize, Feedback),
    Look,
}

struct Random(u64);

impl Random {
    /// In 0..1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(1_u32 << 31)
    }
}

impl Sim {
    pub(super) fn floor(&self) -> f64 {
        let all: u32 = self.wanted.iter().sum();
        let most = *self.wanted.iter().max().unwrap();
        let by_latency = f64::from(all) * (self.latency + self.jitter / 2.0) / self.concurrency as f64;
        let by_bucket = (f64::from(most) - self.bucket * self.full) / self.refill;
        let by_global = (f64::from(all) - self.bucket * self.full * self.global) / (self.refill * self.global);
        let floor = by_latency.max(by_bucket).max(self.latency);
        if self.global > 0.0 { floor.max(by_global) } else { floor }
    }

    /// The least time when subscriptions take turns, as they are to: while the global bucket is what holds all of them up,
    /// each gets its share of it, also the one with the most to ask, and what that one could have had more of its own
    /// bucket is lost once that is full.
    pub(super) fn floor_in_turns(&self) -> f64 {
        let step = self.floor() / 4000.0;
        let places = self.concurrency as f64 / (self.latency + self.jitter / 2.0);
        let level = self.bucket * self.full;
        let mut subscriptions: Vec<(f64, f64)> = self.wanted.iter().map(|wanted| (f64::from(*wanted), level)).collect();
        let mut all = level * self.global;
        let mut time = 0.0;
        while subscriptions.iter().any(|(left, _)| *left > 1e-6) {
            time += step;
            all = (all + self.refill * self.global * step).min(self.bucket * self.global);
            let mut room = if self.global > 0.0 {
                all.min(places * step)
            } else {
                places * step
            };
            // Those that can take the least come first, so that what they leave is shared among the others.
            subscriptions.sort_by(|a, b| a.0.min(a.1).total_cmp(&b.0.min(b.1)));
            let number = subscriptions.len();
            for (at, (left, level)) in subscriptions.iter_mut().enumerate() {
                *level = (*level + self.refill * step).min(self.bucket);
                let taken = left.min(*level).min(room / (number - at) as f64);
                *left -= taken;
                *level -= taken;
                all -= taken;
                room -= taken;
            }
        }
        time
    }

    pub(super) fn run(&self) -> Outcome {
        let origin = Instant::now();
        let at = |seconds: f64| origin + Duration::from_secs_f64(seconds);
        let mut random = Random(self.seed);
        let mut queues: Queues<usize> = Queues::new(self.concurrency, RetryPolicy::default());
        let bucket = |factor: f64| Bucket {
            level: self.bucket * self.full * factor,
            size: self.bucket * factor,
            refill: self.refill * factor,
            at: 0.0,
        };
        let mut buckets = vec![bucket(1.0); self.wanted.len()];
        let mut global = bucket(self.global);
        let mut left = self.wanted.clone();
        let mut outcome = Outcome {
            ends: vec![0.0; left.len()],
            refused: 0,
            sent: 0,
        };
        // In order of time, then of making.
        let mut queue: BinaryHeap<Reverse<(u64, u64)>> = BinaryHeap::new();
        let mut events: Vec<Option<Event>> = Vec::new();
        let push = |queue: &mut BinaryHeap<_>, events: &mut Vec<_>, time: f64, event| {
            queue.push(Reverse(((time * 1e6).ceil() as u64, events.len() as u64)));
            events.push(Some(event));
        };
        // As in a scan: one request of each tells what else is to be asked.
        for (subscription, _) in self.wanted.iter().enumerate() {
            queues.join(&subscription.to_string(), subscription, false);
        }
        push(&mut queue, &mut events, 0.0, Event::Look);
        let mut planned = f64::INFINITY;
        while let Some(Reverse((time, event))) = queue.pop() {
            let now = time as f64 / 1e6;
            assert!(now < 100_000.0, "it never ends: {outcome:?}");
            match events[event as usize].take().unwrap() {
                Event::Look => planned = f64::INFINITY,
                Event::Arrives(ticket, subscription) => {
                    let own = &mut buckets[subscription];
                    own.fill(now);
                    global.fill(now);
                    let refused = own.level < 1.0 || (self.global > 0.0 && global.level < 1.0);
                    let missing = (1.0 - own.level) / own.refill;
                    if !refused {
                        own.level -= 1.0;
                        global.level -= 1.0;
                    }
                    outcome.refused += u32::from(refused);
                    let told = |bucket: &Bucket| self.headers.then_some(bucket.level.max(0.0) as u64);
                    let answer = Feedback {
                        refused,
                        asked: refused.then(|| Duration::from_secs_f64(missing.ceil().max(1.0))),
                        remaining: told(own),
                        remaining_global: told(&global).filter(|_| self.global > 0.0),
                    };
                    let back = now + (self.latency + self.jitter * random.next()) / 2.0;
                    push(
                        &mut queue,
                        &mut events,
                        back,
                        Event::Answered(ticket, subscription, answer),
                    );
                }
                Event::Answered(ticket, subscription, answer) => {
                    queues.settle(&ticket, Some(&answer), random.next(), at(now));
                    if answer.refused {
                        queues.join(&subscription.to_string(), subscription, true);
                    } else {
                        if left[subscription] == self.wanted[subscription] {
                            for _ in 1..left[subscription] {
                                queues.join(&subscription.to_string(), subscription, false);
                            }
                        }
                        left[subscription] -= 1;
                        outcome.ends[subscription] = now;
                    }
                }
            }
            let next = queues.next(at(now), |_| false);
            assert!(next.give_up.is_empty());
            for (subscription, ticket) in next.go {
                outcome.sent += 1;
                let arrives = now + (self.latency + self.jitter * random.next()) / 2.0;
                push(&mut queue, &mut events, arrives, Event::Arrives(ticket, subscription));
            }
            if let Some(look) = next.look_again {
                // Timers of the runtime tell milliseconds.
                let look = ((look - origin).as_secs_f64() * 1e3).ceil() / 1e3;
                if look < planned {
                    planned = look;
                    push(&mut queue, &mut events, look, Event::Look);
                }
            }
            assert!(queues.counts.in_flight() <= self.concurrency);
        }
        assert!(left.iter().all(|left| *left == 0), "left behind: {left:?}");
        outcome
    }

    pub(super) fn ratio(&self) -> (f64, Outcome) {
        let outcome = self.run();
        let end = outcome.ends.iter().copied().fold(0.0, f64::max);
        (end / self.floor(), outcome)
    }
}
