//! Throttling: when to come back, and buckets.

use std::time::Duration;

use arm_emulator::{FaultKind, Options, Throttle};

use crate::client::{build, get, try_get};
use crate::faults::{answer, list};
use crate::samples::{SUBSCRIPTION, start_with};

#[tokio::test]
async fn throttling_says_when_to_come_back_as_told() {
    let kind = |retry_after, retry_after_date, retry_after_ms| FaultKind::TooManyRequests {
        retry_after,
        retry_after_date,
        retry_after_ms,
    };
    let seen = answer(kind(Some(7), None, None)).await;
    assert_eq!((seen.status, seen.header("retry-after")), (429, "7"));
    let seen = answer(kind(None, Some(7), None)).await;
    assert!(
        seen.header("retry-after").ends_with(" GMT"),
        "{}",
        seen.header("retry-after")
    );
    let seen = answer(kind(None, None, Some(250))).await;
    assert_eq!(
        (seen.header("retry-after"), seen.header("x-ms-retry-after-ms")),
        ("", "250")
    );
    let seen = answer(kind(None, None, None)).await;
    assert_eq!((seen.status, seen.code()), (429, "SubscriptionRequestsThrottled"));
    assert_eq!(seen.header("retry-after"), "");
}

#[tokio::test]
async fn buckets_empty_and_refill() {
    let throttle = Throttle {
        bucket: 3.0,
        refill_per_second: 10.0,
        ..Throttle::default()
    };
    let emulator = start_with(Options {
        throttle: Some(throttle),
        ..Options::default()
    })
    .await;
    let client = build(&emulator);
    let first = try_get(&client, &emulator, &list()).await.unwrap();
    assert_eq!(first.header("x-ms-ratelimit-remaining-subscription-reads"), "2");
    let mut last = first;
    for _ in 0..20 {
        last = try_get(&client, &emulator, &list()).await.unwrap();
        if last.status == 429 {
            break;
        }
    }
    assert_eq!((last.status, last.header("retry-after")), (429, "1"));
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(try_get(&client, &emulator, &list()).await.unwrap().status, 200);

    let silent = start_with(Options {
        rate_limit_headers: false,
        ..Options::default()
    })
    .await;
    let url = format!("/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01");
    assert_eq!(
        get(&silent, &url)
            .await
            .header("x-ms-ratelimit-remaining-subscription-reads"),
        ""
    );
}
