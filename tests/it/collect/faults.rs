//! What goes wrong on the wire.

use super::*;

/// One list of one account fails for good: that list is a gap, all the rest is there.
#[tokio::test]
async fn a_failing_list_is_a_gap_and_nothing_else() {
    let throttled = FaultKind::TooManyRequests {
        retry_after: Some(3600),
        retry_after_date: None,
        retry_after_ms: None,
    };
    for (kind, status, code, requests) in [
        (FaultKind::Forbidden, Some(403), "AuthorizationFailed", 1),
        (FaultKind::Status(400), Some(400), "Failed", 1),
        (FaultKind::Status(500), Some(500), "InternalServerError", 4),
        (FaultKind::Status(503), Some(503), "ServiceUnavailable", 4),
        (FaultKind::Status(401), Some(401), "Failed", 2),
        (throttled, Some(429), "", 4),
        (FaultKind::Html, Some(200), "UnexpectedAnswer", 1),
        (FaultKind::MalformedJson, Some(200), "UnexpectedAnswer", 1),
        (FaultKind::WrongValue, Some(200), "UnexpectedAnswer", 1),
        (FaultKind::Redirect(307), Some(307), "UnexpectedAnswer", 1),
        (FaultKind::Redirect(302), Some(302), "UnexpectedAnswer", 1),
        (FaultKind::Huge(3 << 30), None, "AnswerTooLarge", 1),
        (FaultKind::GzipBomb(64 << 20), None, "AnswerTooLarge", 1),
        (FaultKind::Stall, None, "TimedOut", 4),
        (FaultKind::StallBody, None, "TimedOut", 4),
        (FaultKind::Abort, None, "", 4),
        (FaultKind::Reset, None, "AnswerCutOff", 4),
        (FaultKind::CutBody, None, "AnswerCutOff", 4),
    ] {
        let name = format!("{kind:?}");
        let mut azure = Azure::pair().await;
        if matches!(kind, FaultKind::Stall | FaultKind::StallBody) {
            azure.impatient();
        }
        let resets = matches!(kind, FaultKind::Abort | FaultKind::Reset | FaultKind::CutBody);
        azure.set_fault("sqlRoleAssignments", "one", kind);
        let snapshot = azure.scan().await;
        let one = account(&snapshot, "one");
        assert_eq!(one.role_assignments, None, "{name}");
        assert_eq!(one.gaps.len(), 1, "{name}: {:?}", one.gaps);
        let gap = &one.gaps[0];
        assert_eq!(
            (gap.what.as_str(), gap.status),
            (Gap::ROLE_ASSIGNMENTS, status),
            "{name}: {gap:?}"
        );
        assert!(code.is_empty() || gap.code == code, "{name}: {gap:?}");
        assert!(!gap.message.is_empty() && gap.message.len() < 4000, "{name}: {gap:?}");
        assert_eq!(one.role_definitions().len(), 2, "{name}");
        assert!(one.inventory().is_some(), "{name}");
        assert_eq!(account(&snapshot, "two").gaps, [], "{name}");
        let asked = azure.requests(Origin::Arm);
        let asked = asked
            .iter()
            .filter(|request| request.path.contains("/one/sqlRoleAssignments"));
        let asked = asked.count();
        // HTTP itself may repeat a request whose connection was gone before it began.
        assert!(asked == requests || (resets && asked > requests), "{name}: {asked}");
    }
}

#[tokio::test]
async fn bad_items_are_gaps_of_their_own() {
    let azure = Azure::pair().await;
    azure.set_fault("sqlRoleAssignments", "one", FaultKind::WrongItems);
    let snapshot = azure.scan().await;
    let one = account(&snapshot, "one");
    assert_eq!(one.role_assignments, Some(vec![]));
    assert_eq!(codes(&one.gaps), ["sqlRoleAssignments: MalformedItem"; 3]);
}

#[tokio::test]
async fn what_passes_by_is_asked_again() {
    let throttled = |retry_after, retry_after_date, retry_after_ms| FaultKind::TooManyRequests {
        retry_after,
        retry_after_date,
        retry_after_ms,
    };
    for kind in [
        throttled(Some(0), None, None),
        throttled(None, Some(1), None),
        throttled(None, None, Some(20)),
        throttled(None, None, None),
        FaultKind::Status(408),
        FaultKind::Status(502),
        FaultKind::Status(504),
        FaultKind::Abort,
        FaultKind::Reset,
        FaultKind::CutBody,
        FaultKind::Stall,
        FaultKind::StallBody,
        FaultKind::Refuse(20),
    ] {
        let name = format!("{kind:?}");
        let mut azure = Azure::pair().await;
        azure.options.tuning.retry.attempts = 12;
        if matches!(kind, FaultKind::Stall | FaultKind::StallBody) {
            azure.impatient();
        }
        let mut fault = fault("*", "*", kind);
        fault.on.kind = None;
        fault.on.account = Some("one".to_owned());
        fault.times = Some(2);
        azure.emulator.set_faults(vec![fault]);
        let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
        assert!(snapshot.is_complete(), "{name}: {:?}", snapshot.accounts[0].gaps);
        assert_eq!(snapshot.accounts.len(), 2, "{name}");
        assert!(summary.retries >= 1 || name == "Abort", "{name}: {summary:?}");
    }
}

#[tokio::test]
async fn a_token_that_expires_in_mid_scan_is_renewed() {
    let azure = Azure::pair().await;
    let mut fault = fault("*", "*", FaultKind::ExpireTokens);
    (fault.on.kind, fault.on.account) = (None, None);
    (fault.skip, fault.times) = (3, Some(1));
    azure.emulator.set_faults(vec![fault]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.is_complete(), "{:?}", snapshot.accounts);
    assert!(summary.retries >= 1);
    assert_eq!(azure.requests(Origin::Login).len(), 2, "one renewal serves all");
}

#[tokio::test]
async fn a_login_that_dies_in_mid_scan_leaves_gaps() {
    let azure = Azure::pair().await;
    let mut expire = fault("sqlRoleAssignments", "one", FaultKind::ExpireTokens);
    expire.times = Some(1);
    let mut down = fault("token", "*", FaultKind::Status(400));
    down.on.account = None;
    down.on.origin = Some(Origin::Login);
    down.skip = 1;
    azure.emulator.set_faults(vec![expire, down]);
    let snapshot = azure.scan().await;
    let one = account(&snapshot, "one");
    assert!(
        codes(&one.gaps).contains(&"sqlRoleAssignments: CredentialFailed".to_owned()),
        "{:?}",
        one.gaps
    );
    assert!(!format!("{snapshot:?}").contains("emulator-client-secret"));
}

#[tokio::test]
async fn an_account_that_is_gone_is_no_gap() {
    let azure = Azure::pair().await;
    azure.set_fault("sql*", "one", FaultKind::Deleted);
    let snapshot = azure.scan().await;
    assert_eq!(snapshot.gone[0].id.name(), "one");
    assert_eq!((snapshot.accounts.len(), snapshot.gone.len()), (1, 1));
    assert!(snapshot.is_complete());
}

#[tokio::test]
async fn a_slow_service_is_waited_for() {
    let mut azure = Azure::pair().await;
    azure.impatient();
    // Slower than the read timeout in all, but never silent for so long.
    azure.set_fault("sqlRoleAssignments", "one", FaultKind::Drip(1));
    assert!(azure.scan().await.is_complete());
}
