//! What the queues make of simulated buckets.

use proptest::prelude::*;
use sim::Sim;

#[path = "queue_sim.rs"]
mod sim;

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

impl Sim {
    /// With levels told, nothing is ever turned away, and the time is near the least possible.
    fn assert_observed_law(&self) -> Result<(), TestCaseError> {
        let outcome = self.run();
        prop_assert_eq!(outcome.refused, 0, "{:?}", self);
        let end = outcome.ends.iter().copied().fold(0.0, f64::max);
        let floor = self.floor().max(self.floor_in_turns());
        let slack = 4.0 / self.refill + 4.0 * (self.latency + self.jitter) + 1.0;
        prop_assert!(
            end <= 1.15 * floor + slack,
            "{} of {}: {:?} {:?}",
            end,
            floor,
            outcome,
            self
        );
        Ok(())
    }
}

/// A level that was served early and came late was taken for a refill.
#[test]
fn a_late_level_is_no_refill() {
    let sim = Sim {
        concurrency: 264,
        wanted: vec![420, 1166],
        bucket: 311.536_527_297_092_56,
        refill: 16.503_260_547_760_874,
        global: 2.563_170_033_041_388,
        headers: true,
        latency: 0.400_609_101_669_862_85,
        jitter: 0.400_035_801_110_789_2,
        full: 0.859_211_703_398_889_2,
        seed: 2421,
    };
    sim.assert_observed_law().unwrap();
}

/// An answer that came late showed a lower level than the newest, which was taken for another bucket.
#[test]
fn a_late_level_is_of_the_same_bucket() {
    let sim = Sim {
        concurrency: 268,
        wanted: vec![495, 712, 914, 5, 1214],
        bucket: 1_406.739_044_616_272_2,
        refill: 174.300_453_918_986_02,
        global: 2.451_360_948_849_469_4,
        headers: true,
        latency: 0.037_927_073_975_093_664,
        jitter: 0.225_196_914_747_357_37,
        full: 0.435_902_175_679_802_93,
        seed: 21_193,
    };
    sim.assert_observed_law().unwrap();
}

/// Turns take time where the global bucket is hardly larger than two of a subscription's: 96.6 s, and a scan that did the
/// largest subscription first could do with 75.9 s.
#[test]
fn turns_are_taken_when_the_global_bucket_is_small() {
    let sim = Sim {
        concurrency: 269,
        wanted: vec![672, 587, 1452, 575],
        bucket: 54.995_844_879_817_45,
        refill: 19.544_073_621_509_597,
        global: 2.169_797_598_934_544_7,
        headers: true,
        latency: 0.269_048_146_034_590_6,
        jitter: 0.017_127_641_709_521_413,
        full: 0.551_323_361_472_167_7,
        seed: 21_757,
    };
    sim.assert_observed_law().unwrap();
}

/// `PROPTEST_CASES` of them, if that is set.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 96;
    }
    config
}

proptest! {
    #![proptest_config(config())]

    /// The buckets here last for the requests that are on their way, without which nobody could use them to the full, and
    /// they refill at no less than a tenth of what is documented, for which the first guess is good.
    #[test]
    fn observed_buckets_never_run_dry(
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
        sim.assert_observed_law()?;
    }

    /// Without, everything comes through all the same, and not much later.
    #[test]
    fn unobserved_buckets_are_estimated(
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
