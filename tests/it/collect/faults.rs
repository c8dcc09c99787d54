//! What goes wrong on the wire beyond single lists; every fault at every list is in `tests/faults`.

use super::*;

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
    assert_eq!(
        azure.requests(Origin::Login).len(),
        3,
        "one renewal serves all, and Graph has a token of its own"
    );
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
    azure.set_fault("*", "one", FaultKind::Deleted);
    let snapshot = azure.scan().await;
    assert_eq!(snapshot.gone[0].id.name(), "one");
    assert_eq!((snapshot.accounts.len(), snapshot.gone.len()), (1, 1));
    assert!(snapshot.is_complete());
    // Its lists alone prove nothing.
    azure.set_fault("sql*", "one", FaultKind::Deleted);
    let snapshot = azure.scan().await;
    assert_eq!((snapshot.accounts.len(), snapshot.gone.len()), (2, 0));
    assert_eq!(account(&snapshot, "one").gaps.len(), 3);
}

#[tokio::test]
async fn a_slow_service_is_waited_for() {
    let mut azure = Azure::pair().await;
    azure.options.limits.read_timeout = Duration::from_secs(2);
    // Slower than the read timeout in all, but never silent for so long.
    azure.set_fault("sqlRoleAssignments", "one", FaultKind::Drip(8));
    let start = std::time::Instant::now();
    assert!(azure.scan().await.is_complete());
    assert!(start.elapsed() > azure.options.limits.read_timeout);
}
