//! ARM's limits: a token bucket per subscription and one over all.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::options::Throttle;
use crate::util::lock;

/// What a request found in its buckets.
pub(crate) struct Grant {
    /// Reads left in the subscription's bucket.
    pub(crate) remaining: u64,
    /// Reads left in the global bucket.
    pub(crate) remaining_global: u64,
    /// Seconds to wait, when the request is refused.
    pub(crate) wait: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: f64,
    at: Instant,
}

/// The buckets of a start.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: Option<Throttle>,
    /// By subscription in lower case; the empty name is the global bucket, `/` the one of tenant-wide requests.
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Buckets {
    pub(crate) fn new(limits: Option<Throttle>) -> Self {
        Self {
            limits,
            buckets: Mutex::default(),
        }
    }

    /// Takes one read out of the bucket of a subscription and of the global one.
    pub(crate) fn take(&self, subscription: Option<&str>) -> Grant {
        // Without limits, the numbers are those that a recent recording of the service shows.
        let Some(limits) = self.limits else {
            return Grant {
                remaining: 1099,
                remaining_global: 16499,
                wait: None,
            };
        };
        let mut buckets = lock(&self.buckets);
        let now = Instant::now();
        let own = subscription.unwrap_or("/").to_ascii_lowercase();
        let sizes = [
            (own, limits.bucket, limits.refill_per_second),
            (
                String::new(),
                limits.bucket * limits.global_factor,
                limits.refill_per_second * limits.global_factor,
            ),
        ];
        let levels = sizes.map(|(name, size, refill)| {
            let bucket = buckets.entry(name).or_insert(Bucket {
                level: size,
                at: now,
            });
            bucket.level =
                (bucket.level + now.duration_since(bucket.at).as_secs_f64() * refill).min(size);
            bucket.at = now;
            bucket.level -= 1.0;
            (bucket.level, refill)
        });
        let refused = levels.iter().any(|(level, _)| *level < 0.0);
        if refused {
            // A refused request costs nothing.
            for bucket in [
                subscription.unwrap_or("/").to_ascii_lowercase(),
                String::new(),
            ] {
                if let Some(bucket) = buckets.get_mut(&bucket) {
                    bucket.level += 1.0;
                }
            }
        }
        let wait = levels
            .iter()
            .map(|(level, refill)| (-level / refill.max(0.001)).ceil())
            .fold(1.0, f64::max);
        let [own, global] = levels.map(|(level, _)| level.max(0.0) as u64);
        Grant {
            remaining: own,
            remaining_global: global,
            wait: refused.then_some(wait as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_bucket_refuses_until_it_refills() {
        let buckets = Buckets::new(Some(Throttle {
            bucket: 2.0,
            refill_per_second: 0.5,
            global_factor: 15.0,
        }));
        assert_eq!(buckets.take(Some("A")).remaining, 1);
        assert_eq!(buckets.take(Some("a")).remaining, 0);
        let refused = buckets.take(Some("a"));
        assert_eq!(refused.wait, Some(2));
        assert!(
            buckets.take(Some("b")).wait.is_none(),
            "another subscription has a bucket of its own"
        );
    }
}
