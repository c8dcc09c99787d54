//! What is known of one token bucket of the service, and when it allows another request. Pure arithmetic: it is told the
//! time and does nothing by itself.
//!
//! No crate does this: those for rate limiting (`governor` and the like) keep to a quota that they are given, while here
//! size, level and refill are the service's, change under our hands, and are seen late and out of order.

use std::collections::VecDeque;
use tokio::time::{Duration, Instant};

/// Refill in tokens a second, as documented; a guess that serves until something was measured.
const GUESS: f64 = 25.0;
/// Until then only this share of it is counted on.
const CAUTION: f64 = 0.1;
/// Share of a measured refill that is counted on between two answers. What is not counted on is not lost: it stays in the
/// bucket, and the next answer tells of it.
const TRUST: f64 = 0.8;
/// Tokens left in the bucket, for the time between sending and being counted.
const RESERVE: f64 = 1.0;
/// A refill is measured over so long at least.
const SPAN: Duration = Duration::from_secs(1);
const LONG_SPAN: Duration = Duration::from_secs(5);
/// Bounds of a refill, against numbers that make no sense.
const REFILL: (f64, f64) = (0.2, 100_000.0);
/// Without levels observed: how soon after a change to ask for how much more. Eager, because a refusal takes nothing from the
/// bucket and a subscription that is slower than it need be is what the whole scan waits for in the end.
const SEEK: (Duration, f64) = (Duration::from_millis(500), 1.5);

/// Requests that draw on a bucket.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) sent: u64,
    /// Answered or lost.
    pub(super) settled: u64,
    /// Answered, and not turned away.
    pub(super) accepted: u64,
}

impl Counts {
    pub(super) fn in_flight(&self) -> u64 {
        self.sent.saturating_sub(self.settled)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

/// The time in which a refill makes up for what is missing.
fn wait(missing: f64, refill: f64) -> Duration {
    if missing <= 0.0 {
        return Duration::ZERO;
    }
    // Never shorter than the timer can tell.
    Duration::from_secs_f64((missing / refill).clamp(0.001, 3600.0))
}

/// A bucket whose level the service tells in its answers.
///
/// A told level is old, and answers overtake each other. But one of the requests that were answered was the last to be
/// served, it is among those whose answers came after the newest of them was sent, and since then only those on their
/// way can have taken anything: the lowest level told in that time, less one for each on its way, is a bound that
/// holds whatever the order. It costs no more than a few tokens left in the bucket.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    /// Levels that may be the newest, each with the requests settled when it came; both rise from front to back.
    levels: VecDeque<(u64, f64)>,
    /// What was settled before the newest of the answered requests was sent, and itself.
    known: u64,
    at: Option<Instant>,
    /// The highest level seen: more than that is not counted on after a rest.
    most: f64,
    refill: Option<f64>,
    /// Where the measurement of the refill began.
    since: Option<(f64, Instant)>,
}

impl Observed {
    pub(super) fn new() -> Self {
        Self {
            levels: VecDeque::new(),
            known: 0,
            at: None,
            most: 0.0,
            refill: None,
            since: None,
        }
    }

    pub(super) fn is_observed(&self) -> bool {
        self.at.is_some()
    }

    /// An answer tells the level. `known`: requests settled when its own was sent, and itself; `counts` counts it already.
    pub(super) fn observe(&mut self, remaining: u64, known: u64, counts: &Counts, now: Instant) {
        let remaining = float(remaining);
        self.most = self.most.max(remaining);
        self.at = Some(now);
        self.known = self.known.max(known);
        self.push(remaining, counts);
        // Level and requests together only grow by the refill. Not this answer's level: one that was served early and comes
        // late still has the tokens of all that overtook it, which would be taken for a refill.
        let Some((_, lowest)) = self.levels.front() else { return };
        let total = lowest + float(counts.accepted);
        let Some((from, at)) = self.since else {
            self.since = Some((total, now));
            return;
        };
        let span = now.duration_since(at);
        // Overtaking makes it look like more or less, by as much as there is on the way.
        if span >= SPAN && (total - from >= 2.0 * float(counts.in_flight()) || span >= LONG_SPAN) {
            let measured = ((total - from) / span.as_secs_f64()).clamp(REFILL.0, REFILL.1);
            self.refill = Some(self.refill.map_or(measured, |before| f64::midpoint(before, measured)));
            self.since = Some((total, now));
        }
    }

    /// A request ended without an answer; it may have been the last to take something.
    pub(super) fn lost(&mut self, counts: &Counts) {
        if let Some((_, lowest)) = self.levels.front() {
            self.push(lowest - 1.0, counts);
        }
    }

    fn push(&mut self, level: f64, counts: &Counts) {
        while self.levels.back().is_some_and(|(_, higher)| *higher >= level) {
            self.levels.pop_back();
        }
        self.levels.push_back((counts.settled, level));
        while self.levels.front().is_some_and(|(settled, _)| *settled < self.known) {
            self.levels.pop_front();
        }
    }

    /// Whether a level from elsewhere cannot be one of this bucket, unless others draw on it too. `known` as for `tell`: what
    /// was sent before the lowest level came may be older, and the bucket may have been lower then.
    pub(super) fn contradicts(&self, remaining: u64, known: u64, counts: &Counts) -> bool {
        let front = self.levels.front();
        front.is_some_and(|(settled, lowest)| {
            known > *settled && float(remaining) < lowest - float(counts.in_flight() + 1)
        })
    }

    /// How long to wait before the next request. Nothing observed, nothing to wait for.
    pub(super) fn wait(&self, counts: &Counts, now: Instant) -> Duration {
        let (Some((_, lowest)), Some(at)) = (self.levels.front(), self.at) else {
            return Duration::ZERO;
        };
        let refill = self.refill.map_or(GUESS * CAUTION, |measured| measured * TRUST);
        let grown = lowest + refill * now.duration_since(at).as_secs_f64();
        let level = grown.min(self.most.max(1.0 + RESERVE)) - float(counts.in_flight());
        wait(1.0 + RESERVE - level, refill)
    }
}

/// A bucket of which nothing is told but that it is empty, by a 429. Then, and only then, its level is known; between two
/// such moments as many requests were accepted as tokens came back, and that is the refill.
#[derive(Debug, Clone)]
pub(super) struct Estimated {
    empty: Option<Empty>,
    refill: f64,
    /// What was accepted before the first 429: the bucket holds no more.
    most: f64,
}

#[derive(Debug, Clone, Copy)]
struct Empty {
    at: Instant,
    accepted: u64,
    /// What is counted on since, from before the refill was last changed.
    gained: f64,
    changed: Instant,
}

impl Estimated {
    pub(super) fn new() -> Self {
        Self {
            empty: None,
            refill: GUESS,
            most: 0.0,
        }
    }

    /// A request that was sent at `sent` was turned away.
    pub(super) fn refused(&mut self, sent: Instant, counts: &Counts, now: Instant) {
        match self.empty {
            None => self.most = float(counts.accepted),
            // Those that were on their way together say the same thing.
            Some(empty) if sent > empty.at && now.duration_since(empty.at) >= SPAN => {
                let accepted = float(counts.accepted.saturating_sub(empty.accepted));
                let measured = accepted / now.duration_since(empty.at).as_secs_f64();
                // Half at least: after a rest the bucket may have been full, and nobody knows for how long.
                self.refill = measured.max(self.refill / 2.0).clamp(REFILL.0, REFILL.1);
            }
            Some(_) => {}
        }
        self.empty = Some(Empty {
            at: now,
            accepted: counts.accepted,
            gained: 0.0,
            changed: now,
        });
    }

    /// How long to wait before the next request.
    pub(super) fn wait(&self, counts: &Counts, now: Instant) -> Duration {
        let Some(empty) = self.empty else {
            return Duration::ZERO;
        };
        let gained = empty.gained + self.refill * now.duration_since(empty.changed).as_secs_f64();
        // A request that is turned away takes nothing, so only those that were not and those on their way count.
        let spent = float(counts.accepted.saturating_sub(empty.accepted) + counts.in_flight());
        wait(1.0 - (gained - spent), self.refill)
    }

    /// Asks for a little more when all went well for a while; only then is it known whether there is more.
    pub(super) fn seek(&mut self, counts: &Counts, now: Instant) {
        let (pause, factor) = SEEK;
        let Some(empty) = &mut self.empty else { return };
        let span = now.duration_since(empty.changed);
        if span < pause {
            return;
        }
        // A bucket that had a rest is no more than full.
        let spent = float(counts.accepted.saturating_sub(empty.accepted) + counts.in_flight());
        empty.gained = (empty.gained + self.refill * span.as_secs_f64()).min(spent + self.most.max(1.0));
        empty.changed = now;
        self.refill = (self.refill * factor).min(REFILL.1);
    }
}
