//! When to ask again. The loop is around the request with its body, because bodies can be cut off as well; the
//! pipeline's own retries are switched off, since they see the head of an answer only and wait as long as it says.

use jiff::Timestamp;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How often and how patiently to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Upper bound of the first pause; it doubles from one to the next.
    pub base: Duration,
    /// Upper bound of every pause, also of one that the service asks for, save for `longest`.
    pub cap: Duration,
    /// So long a subscription rests at most, in all and without an answer, because its 429s ask for more than `cap`: where
    /// requests are counted by the hour, nothing sooner is of use.
    pub longest: Duration,
    /// How often to ask in all.
    pub attempts: u32,
    /// No attempt begins after so long a time of trying; waiting for one's turn does not count.
    pub total: Duration,
    /// How often to be turned away (429). The service asks to come back, so that is no failure, but has its bounds.
    pub refusals: u32,
    /// A subscription that has turned away everything for so long, `longest` aside, is given up.
    pub patience: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(500),
            cap: Duration::from_secs(60),
            // The hour of a limit, and some for clocks that differ.
            longest: Duration::from_secs(3900),
            attempts: 6,
            total: Duration::from_secs(300),
            refusals: 60,
            patience: Duration::from_secs(600),
        }
    }
}

impl RetryPolicy {
    /// How long to wait after the `attempt`-th attempt (from 1) has failed, `elapsed` after the first began; `None`: give up.
    /// `asked` is what the service wants; `chance` is in 0..1.
    pub(crate) fn pause(
        &self,
        attempt: u32,
        elapsed: Duration,
        asked: Option<Duration>,
        chance: f64,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let jitter = self.backoff(attempt, chance);
        // Those that the service sends away together should not come back together.
        let pause = match asked {
            Some(asked) => asked.saturating_add(self.base.min(jitter)).min(self.cap),
            None => jitter,
        };
        (elapsed.saturating_add(pause) <= self.total).then_some(pause)
    }

    /// Whether a pause that a 429 asks for is longer than others, and made all the same; `rested`: what such took before.
    pub(crate) fn is_long(&self, asked: Option<Duration>, rested: Duration) -> bool {
        asked.is_some_and(|asked| asked > self.cap && asked.saturating_add(rested) <= self.longest)
    }

    /// How long a subscription rests after a 429, the `pauses`-th (from 1) in a row. `rested` as for `is_long`.
    pub(crate) fn refusal_pause(
        &self,
        pauses: u32,
        asked: Option<Duration>,
        rested: Duration,
        chance: f64,
    ) -> Duration {
        let is_long = self.is_long(asked, rested);
        match asked {
            Some(asked) => {
                let asked = if is_long { asked } else { asked.min(self.cap) };
                // Several programs may be waiting for the same bucket.
                let spread = (asked / 10).max(Duration::from_millis(10)).min(self.base);
                asked.saturating_add(spread.mul_f64(chance.clamp(0.0, 1.0)))
            }
            // Half of it at least: something has to come back in the meantime.
            None => self.backoff(pauses, f64::midpoint(chance, 1.0)),
        }
    }

    /// Between nothing and a bound that doubles from one to the next.
    fn backoff(&self, attempt: u32, chance: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        let most = self.base.saturating_mul(1 << doublings).min(self.cap);
        most.mul_f64(chance.clamp(0.0, 1.0))
    }
}

/// Whether another attempt may help.
pub(crate) fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// What the service asks to wait: `x-ms-retry-after-ms`, or `Retry-After` in seconds or as a date.
pub(crate) fn asked_pause(millis: Option<&str>, retry_after: Option<&str>, now: Timestamp) -> Option<Duration> {
    let millis = millis
        .and_then(|text| text.trim().parse().ok())
        .map(Duration::from_millis);
    millis.or_else(|| {
        let text = retry_after?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        // A date that has passed asks for no pause.
        Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
    })
}

/// A number in 0..1, good enough to spread requests. The standard library seeds its hash maps at random.
pub(crate) fn chance() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(0_u8) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        base: Duration::from_secs(1),
        cap: Duration::from_secs(5),
        longest: Duration::from_secs(100),
        attempts: 5,
        total: Duration::from_secs(20),
        refusals: 5,
        patience: Duration::from_secs(20),
    };

    fn seconds(attempt: u32, asked: Option<u64>, chance: f64) -> Option<f64> {
        let pause = POLICY.pause(attempt, Duration::ZERO, asked.map(Duration::from_secs), chance);
        pause.map(|pause| pause.as_secs_f64())
    }

    #[test]
    fn pauses_grow_up_to_the_cap_and_end() {
        assert_eq!(seconds(1, None, 1.0), Some(1.0));
        assert_eq!(seconds(2, None, 1.0), Some(2.0));
        assert_eq!(seconds(2, None, 0.5), Some(1.0));
        assert_eq!(seconds(4, None, 1.0), Some(5.0));
        assert_eq!(seconds(5, None, 1.0), None);
        assert_eq!(POLICY.pause(40, Duration::ZERO, None, 1.0), None);
    }

    #[test]
    fn the_service_is_heard_up_to_the_cap() {
        assert_eq!(seconds(1, Some(3), 0.0), Some(3.0));
        assert_eq!(seconds(1, Some(3), 1.0), Some(4.0));
        assert_eq!(seconds(1, Some(9_000_000), 0.0), Some(5.0));
        assert_eq!(seconds(1, Some(u64::MAX), 1.0), Some(5.0));
    }

    #[test]
    fn a_429_that_asks_for_long_is_heard_up_to_a_bound() {
        let pause = |asked, rested| {
            let [asked, rested] = [asked, rested].map(Duration::from_secs);
            POLICY.refusal_pause(1, Some(asked), rested, 0.0).as_secs()
        };
        assert_eq!([pause(4, 0), pause(60, 0), pause(100, 0)], [4, 60, 100]);
        assert_eq!([pause(101, 0), pause(60, 41), pause(u64::MAX, 0)], [5, 5, 5]);
        assert_eq!(POLICY.refusal_pause(1, None, Duration::ZERO, 1.0).as_secs(), 1);
    }

    #[test]
    fn the_total_is_bounded() {
        assert_eq!(
            POLICY.pause(1, Duration::from_secs(18), Some(Duration::from_secs(3)), 0.0),
            None
        );
        assert!(
            POLICY
                .pause(1, Duration::from_secs(17), Some(Duration::from_secs(3)), 0.0)
                .is_some()
        );
    }

    #[test]
    fn pauses_are_read_in_all_three_forms() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let asked = |millis, after| asked_pause(millis, after, now);
        assert_eq!(asked(Some("1500"), Some("9")), Some(Duration::from_millis(1500)));
        assert_eq!(asked(None, Some(" 9 ")), Some(Duration::from_secs(9)));
        let date = |text| asked(None, Some(text));
        assert_eq!(date("Fri, 02 Jan 2026 03:04:35 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(date("Fri, 02 Jan 2026 03:04:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked(Some("soon"), Some("later")), None);
        assert_eq!(asked(None, None), None);
    }

    #[test]
    fn what_was_refused_is_not_asked_again() {
        for status in [200, 301, 400, 401, 403, 404, 409, 501] {
            assert!(!is_retryable(status), "{status}");
        }
    }

    #[test]
    fn chances_differ() {
        let chances: Vec<f64> = (0..20).map(|_| chance()).collect();
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
        assert!(chances.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
