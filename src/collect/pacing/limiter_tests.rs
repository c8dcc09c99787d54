use super::*;

fn limiter(concurrency: usize) -> Limiter {
    Limiter::new(NonZeroUsize::new(concurrency).unwrap(), RetryPolicy::default())
}

fn refused(seconds: u64) -> Feedback {
    Feedback {
        refused: true,
        asked: Some(Duration::from_secs(seconds)),
        ..Feedback::default()
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_let_in_when_another_leaves() {
    let limiter = limiter(2);
    let first = limiter.permit(Some("a"), false).await.unwrap();
    let _second = limiter.permit(Some("b"), false).await.unwrap();
    let third = limiter.permit(Some("c"), false);
    tokio::pin!(third);
    assert!(tokio::time::timeout(Duration::from_secs(1), &mut third).await.is_err());
    drop(first);
    assert!(third.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_takes_no_room() {
    let limiter = limiter(1);
    let first = limiter.permit(Some("a"), false).await.unwrap();
    for _ in 0..10 {
        let waiting = limiter.permit(Some("a"), false);
        assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
    }
    drop(first);
    assert!(limiter.permit(Some("A"), false).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_429_pauses_its_subscription_and_no_other() {
    let limiter = limiter(8);
    limiter.permit(Some("a"), false).await.unwrap().answered(refused(30));
    let start = Instant::now();
    limiter
        .permit(Some("b"), false)
        .await
        .unwrap()
        .answered(Feedback::default());
    assert_eq!(start.elapsed(), Duration::ZERO);
    // The same one in another casing.
    limiter
        .permit(Some("A"), true)
        .await
        .unwrap()
        .answered(Feedback::default());
    let waited = start.elapsed();
    assert!((30..32).contains(&waited.as_secs()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_capped() {
    let limiter = limiter(8);
    limiter.permit(None, false).await.unwrap().answered(refused(1 << 40));
    let start = Instant::now();
    limiter.permit(None, true).await.unwrap().answered(Feedback::default());
    assert!((60..62).contains(&start.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_refuses_all_is_given_up() {
    let limiter = limiter(8);
    let mut asked = 0;
    let outcome = loop {
        match limiter.permit(Some("a"), asked > 0).await {
            Ok(permit) => assert_eq!(permit.answered(refused(20)), None),
            Err(closed) => break closed,
        }
        asked += 1;
    };
    assert_eq!(outcome, Closed::Exhausted);
    assert!((20..=32).contains(&asked), "{asked}");
    assert!(limiter.permit(Some("b"), false).await.is_ok());
}

/// Where requests are counted by the hour, the rest of the hour is waited for, and said once.
#[tokio::test(start_paused = true)]
async fn an_hour_is_waited_for_once() {
    let limiter = limiter(8);
    limiter
        .permit(Some("a"), false)
        .await
        .unwrap()
        .answered(Feedback::default());
    let start = Instant::now();
    let together = [
        limiter.permit(Some("a"), false).await,
        limiter.permit(Some("a"), false).await,
    ];
    let said: Vec<_> = together
        .map(|permit| permit.unwrap().answered(refused(3599)))
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(said.len(), 1);
    assert!((3599..3601).contains(&said[0].as_secs()), "{said:?}");
    limiter
        .permit(Some("b"), false)
        .await
        .unwrap()
        .answered(Feedback::default());
    assert_eq!(start.elapsed(), Duration::ZERO);
    let permit = limiter.permit(Some("a"), true).await.unwrap();
    assert!(
        (3599..3602).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
    // The next hour begins with an answer, and ends like the first.
    permit.answered(Feedback::default());
    let permit = limiter.permit(Some("a"), false).await.unwrap();
    assert!(permit.answered(refused(3600)).is_some());
    assert!(limiter.permit(Some("a"), true).await.is_ok());
}

/// Who asks to wait for an hour again and again is given up in the end, and who asks for a day is heard up to the cap.
#[tokio::test(start_paused = true)]
async fn hours_come_to_an_end() {
    for asked in [600, 3600, 86_400, 1 << 40] {
        let limiter = limiter(8);
        let start = Instant::now();
        let outcome = loop {
            match limiter.permit(Some("a"), start.elapsed() > Duration::ZERO).await {
                Ok(permit) => drop(permit.answered(refused(asked))),
                Err(closed) => break closed,
            }
        };
        assert_eq!(outcome, Closed::Exhausted);
        let policy = RetryPolicy::default();
        let most = policy.longest + policy.patience + 2 * policy.cap;
        assert!(
            start.elapsed() >= policy.patience && start.elapsed() <= most,
            "{asked}: {:?}",
            start.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_come_again_go_first() {
    let limiter = limiter(1);
    let first = limiter.permit(Some("a"), false).await.unwrap();
    let (new, again) = (limiter.permit(Some("a"), false), limiter.permit(Some("a"), true));
    tokio::pin!(new, again);
    assert!(tokio::time::timeout(Duration::from_millis(1), &mut new).await.is_err());
    assert!(
        tokio::time::timeout(Duration::from_millis(1), &mut again)
            .await
            .is_err()
    );
    drop(first);
    drop(again.await);
    assert!(new.await.is_ok());
}
