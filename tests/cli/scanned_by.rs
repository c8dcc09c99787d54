//! Whose view a snapshot is: the identity is told by the scan, in the file, and in every report for people.

use crate::credentials::{LIST, with_assertion, with_secret};
use crate::support::{Bench, Command};
use serde_json::Value;

const OBJECT: &str = "99999999-8888-4777-8666-555555555555";
const SCAN: [&str; 4] = ["scan", "--all-subscriptions", "-o=s.jsonl", "-v"];
const TWO: &str = "
applications:
  - { client_id: 11111111-2222-4333-8444-555555555555, client_secret: first-secret, object_id: 99999999-8888-4777-8666-555555555555 }
  - { client_id: 11111111-2222-4333-8444-666666666666, client_secret: other-secret, object_id: 99999999-8888-4777-8666-666666666666 }
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts: [{ name: one, disable_local_auth: true }, { name: two, disable_local_auth: true }]
";

fn header(bench: &Bench) -> Value {
    serde_json::from_str(bench.read("s.jsonl").lines().next().unwrap()).unwrap()
}

#[test]
fn identity_is_told_everywhere() {
    let bench = Bench::azure(TWO);
    let who = format!("{OBJECT} (client secret or certificate)");
    let said = format!("\nSigned in as {who}\n");
    with_secret(&bench, &SCAN).run().exits(0).says(&[&said]);
    let expected = serde_json::json!({
        "credential": "env",
        "object_id": OBJECT,
        "application_id": "11111111-2222-4333-8444-555555555555",
    });
    assert_eq!(header(&bench)["scanned_by"], expected);
    with_secret(&bench, &LIST).run().exits(0).says(&[&said]);
    let audit_all = ["audit", "--snapshot=s.jsonl", "--fail-on=never"];
    let audit = |format: &str| {
        bench
            .command(&audit_all)
            .args(&["--details", "-f", format])
            .run()
            .exits(0)
    };
    assert_eq!(audit("json").report().0["snapshot"]["scanned_by"], expected);
    for format in ["table", "markdown", "html"] {
        let outcome = bench.command(&audit_all).args(&["--details", "-f", format]).run();
        assert!(outcome.exits(0).stdout.contains(&who), "{format}");
    }
    with_secret(&bench, &["audit", "--all-subscriptions", "--fail-on=never", "-v"])
        .run()
        .exits(0)
        .says(&[&said]);
    // A file that does not say is a file of before.
    let file = bench.read("s.jsonl");
    let (first, rest) = file.split_once('\n').unwrap();
    let mut old: Value = serde_json::from_str(first).unwrap();
    old.as_object_mut().unwrap().remove("scanned_by");
    bench.write("s.jsonl", format!("{old}\n{rest}"));
    assert!(audit("json").report().0["snapshot"].get("scanned_by").is_none());
    assert!(!audit("table").stdout.contains(" by "));
    // What somebody wrote into it is shown, and does nothing.
    old["scanned_by"] = serde_json::json!({ "credential": "\u{1b}[31m<b>", "object_id": "\u{1b}]0;x\u{7}" });
    bench.write("s.jsonl", format!("{old}\n{rest}"));
    for format in ["table", "markdown", "html"] {
        assert!(!audit(format).stdout.contains(['\u{1b}', '\u{7}']), "{format}");
    }
}

#[test]
fn credential_is_told_by_its_kind() {
    let bench = Bench::azure(TWO);
    let run = bench.command_at_cloud(&SCAN).args(&["--credential=workload-identity"]);
    with_assertion(&bench, run)
        .run()
        .exits(0)
        .says(&["(workload identity)"]);
    assert_eq!(header(&bench)["scanned_by"]["credential"], "workload-identity");
    assert_eq!(header(&bench)["scanned_by"]["object_id"], OBJECT);
}

/// Half of a tenant as one identity sees it and half as another does is nobody's view.
#[test]
fn another_identity_does_not_go_on() {
    let bench = Bench::azure(TWO);
    let other = || -> Command<'_> {
        with_secret(&bench, &SCAN)
            .args(&["--resume"])
            .env("AZURE_CLIENT_ID", "11111111-2222-4333-8444-666666666666")
            .env("AZURE_CLIENT_SECRET", "other-secret")
    };
    with_secret(&bench, &SCAN).run().exits(0);
    let cut: String = bench
        .read("s.jsonl")
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    bench.write("s.jsonl", &cut);
    other()
        .run()
        .fails_saying(&["identity", OBJECT, "99999999-8888-4777-8666-666666666666"]);
    assert_eq!(bench.read("s.jsonl"), cut);
    with_secret(&bench, &SCAN).args(&["--resume"]).run().exits(0);
    assert_eq!(header(&bench)["scanned_by"]["object_id"], OBJECT);
    // Of a file that does not say nobody knows better.
    let mut old: Value = serde_json::from_str(cut.lines().next().unwrap()).unwrap();
    old.as_object_mut().unwrap().remove("scanned_by");
    bench.write("s.jsonl", format!("{old}\n{}\n", cut.lines().nth(1).unwrap()));
    other().run().exits(0);
    assert!(header(&bench).get("scanned_by").is_none());
}
