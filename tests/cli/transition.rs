//! Accounts that are created, deleted or moved while they are scanned.

use crate::faults::{SUBSCRIPTION, account, audit, gap};
use crate::support::Bench;
use arm_emulator::Origin;
use serde_json::json;

const NOT_ONLINE: &str = r#"{"code":"BadRequest","message":"Database account x is not online."}"#;
const NOT_FOUND: &str = r#"{"code":"NotFound","message":"Unable to find the account.\r\nActivityId: 1"}"#;
const RESOURCE: &str = r#"{"error":{"code":"ResourceNotFound","message":"The Resource was not found."}}"#;

fn faults(all: &[(&str, &str, u16, &str)]) -> String {
    let mut text = "faults:\n".to_owned();
    for (account, kind, status, body) in all {
        text += &format!(
            "  - {{ on: {{ kind: \"{kind}\", account: {account} }}, kind: {{ answer: {{ status: {status}, body: {body:?} }} }} }}\n"
        );
    }
    text
}

fn in_state(name: &str, state: &str) -> String {
    account(name) + &format!("        properties: {{ provisioningState: {state} }}\n")
}

#[test]
fn account_in_transition_is_one_plain_gap() {
    let text =
        SUBSCRIPTION.to_owned() + &in_state("coming", "Creating") + &in_state("going", "Deleting") + &account("good");
    let text = text + &faults(&[("coming", "sql*", 400, NOT_ONLINE), ("going", "sql*", 404, NOT_FOUND)]);
    let bench = Bench::azure(&text);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(3)
        .says(&[
            "Scanned 3 accounts in 1 subscription in ",
            "warning: roles and databases of coming couldn't be read (AccountInTransition",
        ]);
    assert!(bench.read("s.jsonl").contains(r#""provisioning_state":"Deleting""#));
    let outcome = bench.run(&["audit", "--snapshot=s.jsonl", "-f=json"]).exits(3);
    let report = outcome.report();
    for (name, what) in [("coming", "created"), ("going", "deleted")] {
        let message = gap(&report, name);
        assert!(message.contains(&format!("the account is being {what}")), "{message}");
        let [finding] = report.within(name)[..] else {
            panic!("{outcome}")
        };
        let remedy = finding["remedy"]["summary"].as_str().unwrap();
        assert!(remedy.contains("has been created or deleted"), "{remedy}");
    }
    assert_eq!(report.within("good").len(), 0);
}

/// The state may have changed since the account was listed; then the account says so itself.
#[test]
fn account_whose_lists_are_missing_is_asked_for() {
    let open = account("open").replace("disable_local_auth: true", "disable_local_auth: false");
    let text = SUBSCRIPTION.to_owned() + &open + &account("deleted") + &account("good");
    let text = text
        + &faults(&[
            ("open", "sql*", 404, RESOURCE),
            ("deleted", "sql*", 404, NOT_FOUND),
            ("deleted", "databaseAccount", 404, NOT_FOUND),
        ]);
    let bench = Bench::azure(&text);
    let outcome = audit(&bench).exits(1);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["good", "open"]);
    assert_eq!(report.0["snapshot"]["gone"], 1);
    let checks = report.checks_in("open");
    assert!(checks.contains(&"local-auth-enabled"), "{checks:?}");
    assert!(checks.contains(&"collection-incomplete"), "{checks:?}");
}

fn listed(group: &str, name: &str) -> serde_json::Value {
    let subscription = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001";
    let id = format!("{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/databaseAccounts/{name}");
    json!({
        "id": id, "name": name, "kind": "GlobalDocumentDB",
        "properties": { "disableLocalAuth": true, "disableKeyBasedMetadataWriteAccess": true }
    })
}

/// The list is of a moment before the move; nothing of the account is lost.
#[test]
fn account_that_is_moved_is_read_under_its_new_id() {
    let text = SUBSCRIPTION.to_owned() + &account("moved") + &account("good");
    let clean = audit(&Bench::azure(&text)).exits(0).stdout;
    let old = json!({ "value": [listed("old-group", "moved"), listed("rg", "good"), listed("rg", "deleted")] });
    let fault = format!(
        "faults: [{{ on: {{ kind: databaseAccounts }}, times: 1, kind: {{ answer: {{ body: {:?} }} }} }}]\n",
        old.to_string()
    );
    let bench = Bench::azure(&(text + &fault));
    let outcome = audit(&bench).exits(0);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["good", "moved"]);
    assert_eq!(
        report.account("moved"),
        crate::report::Report::parse(&clean).unwrap().account("moved")
    );
    // The one was moved, the other deleted.
    assert_eq!(report.0["snapshot"]["gone"], 1);
    let lists = bench.requests(Origin::Arm);
    let lists = lists
        .iter()
        .filter(|request| request.path.ends_with("/databaseAccounts"));
    assert_eq!(lists.count(), 2);
}
