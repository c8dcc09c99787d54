//! Scans under throttling, against token buckets in real time.

use super::*;
use arm_emulator::{Generate, Throttle};

/// Two subscriptions of which each needs about twice its bucket.
async fn throttled(headers: bool) -> Azure {
    let tenant = Tenant {
        generate: Some(Generate {
            subscriptions: 2,
            accounts_per_subscription: 20,
            ..Generate::default()
        }),
        ..Tenant::default()
    };
    let options = Options {
        latency: Duration::from_millis(5),
        rate_limit_headers: headers,
        throttle: Some(Throttle {
            bucket: 50.0,
            refill_per_second: 50.0,
            global_factor: 15.0,
        }),
        ..Options::default()
    };
    let mut azure = Azure::start(tenant, options).await;
    azure.options.limits.retry = RetryPolicy::default();
    azure
}

#[tokio::test]
async fn told_levels_are_kept_to() {
    let azure = throttled(true).await;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.is_complete());
    assert_eq!((summary.accounts, summary.throttled, summary.retries), (40, 0, 0));
}

#[tokio::test]
async fn without_levels_everything_comes_through() {
    let azure = throttled(false).await;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.is_complete());
    assert_eq!(summary.accounts, 40);
    assert!((1..200).contains(&summary.throttled), "{summary:?}");
}

/// Half of all answers are 429, for as long as it takes: more than errors may be, and all of it comes through.
#[tokio::test]
async fn being_turned_away_is_no_failure() {
    let mut azure = Azure::pair().await;
    azure.options.limits.retry.refusals = 60;
    let mut busy = fault(
        "*",
        "*",
        FaultKind::TooManyRequests {
            retry_after: None,
            retry_after_date: None,
            retry_after_ms: Some(5),
        },
    );
    (busy.on.kind, busy.on.account, busy.rate) = (None, None, 0.5);
    azure.emulator.set_faults(vec![busy]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.is_complete());
    assert!(summary.throttled > 0);
}

/// A reset takes its own request with it and no other's.
#[tokio::test]
async fn a_reset_fails_one_request() {
    let azure = Azure::pair().await;
    let mut reset = fault("sqlRoleAssignments", "one", FaultKind::Reset);
    reset.times = Some(1);
    azure.emulator.set_faults(vec![reset]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.is_complete());
    assert_eq!(summary.retries, 1);
}
