//! Simulations: the lanes against token buckets that work as the service documents them, in time that only the simulation
//! moves. Requests and answers overtake each other.

use super::*;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A service and what is asked of it.
#[derive(Debug, Clone)]
struct Sim {
    concurrency: u64,
    /// Requests of each subscription.
    wanted: Vec<u32>,
    bucket: f64,
    refill: f64,
    /// The global bucket: how many times larger; 0 = there is none.
    global: f64,
    headers: bool,
    /// A request with its answer, in seconds, and up to so much more at random.
    latency: f64,
    jitter: f64,
    /// Share of the bucket that is there at the start.
    full: f64,
    seed: u64,
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
struct Outcome {
    /// When each subscription was done, in seconds.
    ends: Vec<f64>,
    refused: u32,
    sent: u32,
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
    Answered(Ticket, usize, Answer),
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
    fn floor(&self) -> f64 {
        let all: u32 = self.wanted.iter().sum();
        let most = *self.wanted.iter().max().unwrap();
        let by_latency = f64::from(all) * (self.latency + self.jitter / 2.0) / self.concurrency as f64;
        let by_bucket = (f64::from(most) - self.bucket * self.full) / self.refill;
        let by_global = (f64::from(all) - self.bucket * self.full * self.global) / (self.refill * self.global);
        let floor = by_latency.max(by_bucket).max(self.latency);
        if self.global > 0.0 { floor.max(by_global) } else { floor }
    }

    fn run(&self) -> Outcome {
        let origin = Instant::now();
        let at = |seconds: f64| origin + Duration::from_secs_f64(seconds);
        let mut random = Random(self.seed);
        let mut lanes: Lanes<usize> = Lanes::new(self.concurrency, RetryPolicy::default());
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
        for (lane, _) in self.wanted.iter().enumerate() {
            lanes.join(&lane.to_string(), lane, false);
        }
        push(&mut queue, &mut events, 0.0, Event::Look);
        let mut planned = f64::INFINITY;
        while let Some(Reverse((time, event))) = queue.pop() {
            let now = time as f64 / 1e6;
            assert!(now < 100_000.0, "it never ends: {outcome:?}");
            match events[event as usize].take().unwrap() {
                Event::Look => planned = f64::INFINITY,
                Event::Arrives(ticket, lane) => {
                    let own = &mut buckets[lane];
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
                    let answer = Answer {
                        refused,
                        asked: refused.then(|| Duration::from_secs_f64(missing.ceil().max(1.0))),
                        remaining: told(own),
                        remaining_global: told(&global).filter(|_| self.global > 0.0),
                    };
                    let back = now + (self.latency + self.jitter * random.next()) / 2.0;
                    push(&mut queue, &mut events, back, Event::Answered(ticket, lane, answer));
                }
                Event::Answered(ticket, lane, answer) => {
                    lanes.settle(&ticket, Some(&answer), random.next(), at(now));
                    if answer.refused {
                        lanes.join(&lane.to_string(), lane, true);
                    } else {
                        if left[lane] == self.wanted[lane] {
                            for _ in 1..left[lane] {
                                lanes.join(&lane.to_string(), lane, false);
                            }
                        }
                        left[lane] -= 1;
                        outcome.ends[lane] = now;
                    }
                }
            }
            let next = lanes.next(at(now), |_| false);
            assert!(next.give_up.is_empty());
            for (lane, ticket) in next.go {
                outcome.sent += 1;
                let arrives = now + (self.latency + self.jitter * random.next()) / 2.0;
                push(&mut queue, &mut events, arrives, Event::Arrives(ticket, lane));
            }
            if let Some(look) = next.look_again {
                // Timers of the runtime tell milliseconds.
                let look = ((look - origin).as_secs_f64() * 1e3).ceil() / 1e3;
                if look < planned {
                    planned = look;
                    push(&mut queue, &mut events, look, Event::Look);
                }
            }
            assert!(lanes.counts.in_flight() <= self.concurrency);
        }
        assert!(left.iter().all(|left| *left == 0), "left behind: {left:?}");
        outcome
    }

    fn ratio(&self) -> (f64, Outcome) {
        let outcome = self.run();
        let end = outcome.ends.iter().copied().fold(0.0, f64::max);
        (end / self.floor(), outcome)
    }
}

#[test]
fn the_documented_buckets_are_used_to_the_full() {
    for wanted in [vec![201; 50], vec![1001; 4], vec![2000], vec![3000, 10, 500]] {
        let sim = Sim {
            wanted,
            ..Sim::default()
        };
        let (ratio, outcome) = sim.ratio();
        assert_eq!(outcome.refused, 0, "{sim:?}");
        assert!(ratio <= 1.05, "{ratio} {sim:?}");
        let sim = Sim { headers: false, ..sim };
        let (ratio, outcome) = sim.ratio();
        assert!(ratio <= 1.10, "{ratio} {sim:?}");
        assert!(outcome.sent < 2 * sim.wanted.iter().sum::<u32>(), "{outcome:?}");
    }
}

#[test]
fn a_large_subscription_starves_nobody() {
    let small = |large: u32| {
        let sim = Sim {
            wanted: vec![large, 100, 100, 100],
            bucket: 1_000_000.0,
            ..Sim::default()
        };
        sim.run().ends[1..].iter().copied().fold(0.0, f64::max)
    };
    // A quarter of the room is a small one's share; alone they would have a third.
    assert!(small(50_000) < 1.5 * small(100), "{} {}", small(50_000), small(100));
}

#[test]
fn a_throttled_subscription_holds_up_nobody() {
    let sim = Sim {
        wanted: vec![2000, 200, 200],
        ..Sim::default()
    };
    let ends = sim.run().ends;
    assert!(ends[0] > 65.0 && ends[1] < 1.0 && ends[2] < 1.0, "{ends:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    /// With levels told, nothing is ever turned away, and the time is near the least possible: the buckets here last for
    /// the requests that are on their way, without which nobody could use them to the full, and they refill at no less than
    /// a tenth of what is documented, for which the first guess is good.
    #[test]
    fn told_buckets_never_run_dry(
        concurrency in 1_u64..300,
        wanted in prop::collection::vec(1_u32..1500, 1..6),
        refill in 2.5_f64..200.0,
        depth in 2.0_f64..20.0,
        latency in 0.002_f64..0.5,
        jitter in 0.0_f64..0.5,
        full in 0.2_f64..1.0,
        global in prop_oneof![Just(0.0), 2.0_f64..15.0],
        seed in any::<u64>(),
    ) {
        let bucket = (refill * depth).max(50.0);
        let sim = Sim { concurrency, wanted, bucket, refill, global, headers: true, latency, jitter, full, seed };
        let (ratio, outcome) = sim.ratio();
        prop_assert_eq!(outcome.refused, 0);
        let slack = 4.0 / refill + 4.0 * (latency + jitter) + 1.0;
        prop_assert!(ratio * sim.floor() <= 1.15 * sim.floor() + slack, "{} of {}: {:?}", ratio, sim.floor(), outcome);
    }

    /// Without, everything comes through all the same, and not much later.
    #[test]
    fn untold_buckets_are_learned(
        concurrency in 1_u64..300,
        wanted in prop::collection::vec(1_u32..1500, 1..6),
        refill in 2.0_f64..100.0,
        latency in 0.002_f64..0.3,
        seed in any::<u64>(),
    ) {
        let sim = Sim { concurrency, wanted, refill, latency, seed, bucket: refill * 10.0, headers: false, ..Sim::default() };
        let (ratio, outcome) = sim.ratio();
        prop_assert!(ratio * sim.floor() <= 1.5 * sim.floor() + 5.0, "{} of {}: {:?}", ratio, sim.floor(), outcome);
    }
}
