//! Names that a request could not carry, or that would make it one for something else.

use crate::faults::{SUBSCRIPTION, account, audit, gap};
use crate::support::Bench;
use arm_emulator::Origin;

#[test]
fn name_that_would_change_the_request_is_a_gap() {
    for name in ["a\tb", "a\nb", "a\r", ".\t.", ".", "..", "a/../ab", "a\\b", "..\\ab"] {
        let databases = format!("databases: {{ ab: [inner], {name:?}: [lost] }}");
        let text = account("odd").replace("databases: { orders: [open] }", &databases);
        let text = text.replace("/dbs/orders", "/dbs/ab");
        let bench = Bench::azure(&(SUBSCRIPTION.to_owned() + &text));
        let outcome = audit(&bench).exits(3);
        let report = outcome.report();
        let message = gap(&report, "odd");
        assert!(message.contains("UnusableName"), "{name:?}: {message}");
        let remedy = report.within("odd")[0]["remedy"]["summary"].as_str().unwrap();
        assert!(
            remedy.contains("Scanning again doesn't help.") && remedy.contains("--no-inventory"),
            "{remedy}"
        );
        let containers = bench.requests(Origin::Arm);
        let containers = containers
            .iter()
            .filter(|request| request.path.ends_with("/containers"));
        let paths: Vec<&str> = containers.map(|request| request.path.as_str()).collect();
        assert_eq!(paths.len(), 1, "{name:?}: {paths:?}");
        assert!(paths[0].ends_with("/sqlDatabases/ab/containers"), "{paths:?}");
        bench.audit(&["--no-inventory"]).exits(0);
    }
}

/// As Azure Resource Manager answers: scanning again is no help.
#[test]
fn name_that_the_service_refuses_in_a_path() {
    for (status, body) in [(400, "Bad Request - Invalid URL"), (404, "")] {
        let text = account("odd").replace("orders: [open]", "orders: [open], \"50%off\": [lost]");
        let fault = format!(
            "faults: [{{ on: {{ path: \"*%25*\" }}, kind: {{ answer: {{ status: {status}, content_type: text/html, body: {body:?} }} }} }}]\n"
        );
        let bench = Bench::azure(&(SUBSCRIPTION.to_owned() + &text + &fault));
        let outcome = audit(&bench).exits(3);
        let report = outcome.report();
        let message = gap(&report, "odd");
        assert!(
            message.contains("UnusableName") && message.contains("refuses a `%`"),
            "{message}"
        );
        let remedy = report.within("odd")[0]["remedy"]["summary"].as_str().unwrap();
        assert!(
            remedy.contains("Scanning again doesn't help.") && remedy.contains("--no-inventory"),
            "{remedy}"
        );
        bench.audit(&["--no-inventory"]).exits(0);
    }
}

/// What is encoded reaches the service as it is.
#[test]
fn name_that_is_encoded_is_read() {
    for name in ["ab?x", "ab#x", "a%2fb", "a b", "ü"] {
        let databases = format!("databases: {{ ab: [inner], {name:?}: [read] }}");
        let text = account("odd").replace("databases: { orders: [open] }", &databases);
        let text = SUBSCRIPTION.to_owned() + &text.replace("/dbs/orders", "/dbs/ab");
        audit(&Bench::azure(&text)).exits(0);
    }
}

/// The roles of another account are no page of these.
#[test]
fn next_page_of_another_account_is_not_followed() {
    let other = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/two/sqlRoleAssignments?x=1";
    let body = serde_json::json!({ "value": [], "nextLink": other }).to_string();
    let fault = format!(
        "faults: [{{ on: {{ kind: sqlRoleAssignments, account: one }}, kind: {{ answer: {{ body: {body:?} }} }} }}]\n"
    );
    let text = SUBSCRIPTION.to_owned() + &account("one") + &account("two") + &fault;
    let outcome = audit(&Bench::azure(&text)).exits(3);
    assert!(gap(&outcome.report(), "one").contains("NextLinkRefused"), "{outcome}");
}

#[test]
fn error_beside_a_list_is_a_gap() {
    let body = r#"{"value":[],"error":{"code":"PartialFailure","message":"a region is down"}}"#;
    let fault = format!(
        "faults: [{{ on: {{ kind: sqlRoleAssignments, account: one }}, kind: {{ answer: {{ body: {body:?} }} }} }}]\n"
    );
    let text = SUBSCRIPTION.to_owned() + &account("one") + &fault;
    let outcome = audit(&Bench::azure(&text)).exits(3);
    assert!(gap(&outcome.report(), "one").contains("PartialFailure"), "{outcome}");
}

/// Rules may go by tags.
#[test]
fn tags_that_are_none_are_a_gap() {
    let raw = r#"{"value":[{"id":"/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/odd","kind":"GlobalDocumentDB","tags":["prod"],"properties":{"disableLocalAuth":true,"disableKeyBasedMetadataWriteAccess":true}}]}"#;
    let fault = format!("faults: [{{ on: {{ kind: databaseAccounts }}, kind: {{ answer: {{ body: {raw:?} }} }} }}]\n");
    let outcome = audit(&Bench::azure(&(SUBSCRIPTION.to_owned() + &account("odd") + &fault))).exits(3);
    assert!(
        gap(&outcome.report(), "odd").contains("`tags` isn't an object"),
        "{outcome}"
    );
}
