//! What is scanned: chosen subscriptions, those below a management group, or all.

use crate::support::Bench;
use arm_emulator::Origin;

const TENANT: &str = "
management_groups:
  - id: corp
    subscriptions: [5e1f0c1a-0000-4000-8000-000000000001]
    children:
      - { id: inner, children: [{ id: innermost, subscriptions: [5e1f0c1a-0000-4000-8000-000000000002] }] }
      - { id: nobody }
subscriptions:
  - { id: 5e1f0c1a-0000-4000-8000-000000000001, name: One, accounts: [{ name: in-one }] }
  - { id: 5e1f0c1a-0000-4000-8000-000000000002, name: Two, accounts: [{ name: in-two }] }
  - { id: 5e1f0c1a-0000-4000-8000-000000000003, name: Three, accounts: [{ name: in-three }] }
";
const ONE: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const TWO: &str = "5e1f0c1a-0000-4000-8000-000000000002";

#[test]
fn what_is_chosen() {
    let bench = Bench::azure(TENANT);
    let both = format!("{ONE},{TWO}");
    for (target, accounts) in [
        (&["--all-subscriptions"][..], &["in-one", "in-two", "in-three"][..]),
        (&["--subscription", ONE], &["in-one"]),
        (&["--subscription", ONE, TWO], &["in-one", "in-two"]),
        (&["--subscription", TWO, "--subscription", ONE], &["in-one", "in-two"]),
        (&["--subscription", &both], &["in-one", "in-two"]),
        // Ids ignore case, and each subscription is scanned once.
        (&["--subscription", ONE, &ONE.to_uppercase()], &["in-one"]),
        (&["--management-group=corp"], &["in-one", "in-two"]),
        (&["--management-group=INNER"], &["in-two"]),
        (
            &["--management-group=72f988bf-0000-4000-8000-2d7cd011db47"],
            &["in-one", "in-two", "in-three"],
        ),
    ] {
        let outcome = bench.signed_in(&["audit", "-f=json"]).args(target).run().exits(1);
        let report = outcome.report();
        assert_eq!(report.accounts(), accounts, "{target:?}");
        assert_eq!(report.0["snapshot"]["subscriptions"], accounts.len(), "{target:?}");
        assert_eq!(
            report.0["snapshot"]["tenant"], "72f988bf-0000-4000-8000-2d7cd011db47",
            "{target:?}"
        );
        let table = bench.signed_in(&["audit", "--details"]).args(target).run().stdout;
        let name = if accounts.contains(&"in-one") { "One" } else { "Two" };
        assert!(table.contains(&format!("(rg, {name})")), "{target:?}: {table}");
    }
    bench.signed_in(&["audit", "--management-group=nobody"]).run().exits(4);
}

#[test]
fn what_there_is_not() {
    let bench = Bench::azure(TENANT);
    for bad in ["prod", "", "5e1f0c1a-0000-4000-8000-00000000000", "../secrets"] {
        bench
            .signed_in(&["audit", &format!("--subscription={bad}")])
            .run()
            .fails_saying(&["subscription"]);
    }
    for bad in ["", ".", ".."] {
        bench
            .signed_in(&["audit", &format!("--management-group={bad}")])
            .run()
            .fails_saying(&["invalid management group ID"]);
    }
    // Wrong ids are told before anybody signs in.
    assert_eq!(bench.emulator().request_count(), 0);
    bench
        .signed_in(&["audit", "--management-group=missing"])
        .run()
        .fails_saying(&["couldn't list the subscriptions of management group `missing`"]);
    // A group's name stays one segment of the path, whatever it holds.
    bench
        .signed_in(&["audit", "--management-group=a/../../../secrets?x#y"])
        .run()
        .fails_saying(&["couldn't list the subscriptions"]);
    let requests = bench.requests(Origin::Arm);
    let group = "/managementGroups/a%2F..%2F..%2F..%2Fsecrets%3Fx%23y/descendants";
    assert!(
        requests.iter().any(|request| request.path.ends_with(group)),
        "{requests:?}"
    );
    assert!(
        !requests.iter().any(|request| request.path.contains("/secrets")),
        "{requests:?}"
    );
    // A subscription that is not there, or not for us, is a mistake of whoever names it.
    let missing = "5e1f0c1a-0000-4000-8000-0000000000ff";
    for target in [&["--subscription", missing][..], &["--subscription", ONE, missing]] {
        bench
            .signed_in(&["scan", "-o=s.jsonl"])
            .args(target)
            .run()
            .fails_saying(&[
                "`5e1f0c1a-0000-4000-8000-0000000000ff` doesn't exist, or the signed-in identity can't see it\n",
                "help: list what it can see with `az account list -o table`, and check `--tenant`",
            ]);
    }
    assert!(!bench.path("s.jsonl").exists());
}

/// Whoever scans what they see is told what of it cannot be read, and of the rest nothing is lost.
#[test]
fn what_is_seen_and_cannot_be_read() {
    let fault = format!("faults: [{{ on: {{ kind: databaseAccounts, subscription: {TWO} }}, kind: forbidden }}]\n");
    let bench = Bench::azure(&format!("{TENANT}{fault}"));
    let outcome = bench.signed_in(&["audit", "-f=json", "--fail-on=never", "--all-subscriptions"]);
    let outcome = outcome.run().exits(3);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["in-one", "in-three"]);
    let [gap] = report.of("collection-incomplete")[..] else {
        panic!("{outcome}")
    };
    assert!(gap["message"].as_str().unwrap().contains(TWO), "{gap}");
}
