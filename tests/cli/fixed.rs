//! `--baseline`: what was fixed since, and baselines that cannot be compared.

use crate::growth::{NO_GRANTS, one_role, since};
use crate::support::Bench;
use crate::support::lines::{ANN, BEN, account, allows, snapshot};
use serde_json::{Value, json};

#[test]
fn what_is_no_more_is_fixed_unless_it_was_not_read() {
    let roles = [("r", allows(&["readMetadata"]))];
    let before = snapshot(
        &[account(
            "acc",
            &roles,
            &[(ANN, 0, "/dbs/orders"), (BEN, 0, "/dbs/ledger")],
        )],
        None,
    );
    let fewer = account("acc", &roles, &[(ANN, 0, "/dbs/orders")]);
    let report = since(NO_GRANTS, &before, &snapshot(std::slice::from_ref(&fewer), None), 0);
    let fixed = report.0["fixed"].as_array().unwrap();
    assert_eq!(fixed.len(), 1, "{fixed:?}");
    assert_eq!(
        (&fixed[0]["check"], &fixed[0]["principal"]),
        (&json!("excess-access"), &json!(BEN))
    );
    assert_eq!(report.0["summary"]["fixed"], 1);
    assert_eq!(report.0["summary"]["known_by_severity"]["high"], 1);
    // The account could not be read in full this time.
    let mut unread = fewer.clone();
    unread["role_assignments"] = Value::Null;
    unread["gaps"] =
        json!([{"what": "sqlRoleAssignments", "status": 403, "code": "AuthorizationFailed", "message": "no"}]);
    assert_eq!(
        since(NO_GRANTS, &before, &snapshot(&[unread], None), 3).0["fixed"],
        json!([])
    );
    // The policy no longer speaks of it, or of the account.
    for policy in [
        "version: 1\naccounts: [{ key_readers: [] }]\n",
        "version: 1\naccounts: [{ match: { account: other }, grants: [] }]\n",
    ] {
        let bench = Bench::offline();
        bench.write("then.yaml", NO_GRANTS);
        bench.write("now.yaml", policy);
        bench.write("s.jsonl", &before);
        bench.run(&["audit", "--snapshot=s.jsonl", "-p=then.yaml", "-o=json=base.json", "-q"]);
        let now = [
            "audit",
            "--snapshot=s.jsonl",
            "-p=now.yaml",
            "--baseline=base.json",
            "-q",
            "-f=json",
        ];
        assert_eq!(bench.run(&now).report().0["fixed"], json!([]), "{policy}");
    }
    // The check is off.
    let bench = Bench::offline();
    bench.write("policy.yaml", NO_GRANTS);
    bench.write("off.yaml", format!("{NO_GRANTS}checks: {{ excess-access: off }}\n"));
    bench.write("before.jsonl", &before);
    bench.write("after.jsonl", snapshot(&[fewer], None));
    bench.run(&[
        "audit",
        "--snapshot=before.jsonl",
        "-p=policy.yaml",
        "-o=json=base.json",
        "-q",
    ]);
    let off = [
        "audit",
        "--snapshot=after.jsonl",
        "-p=off.yaml",
        "--baseline=base.json",
        "-q",
        "-f=json",
    ];
    assert_eq!(bench.run(&off).exits(0).report().0["fixed"], json!([]));
    // People are told in the last line.
    let on = [
        "audit",
        "--snapshot=after.jsonl",
        "-p=policy.yaml",
        "--baseline=base.json",
        "-q",
    ];
    let table = bench.run(&on).exits(0);
    assert!(table.stdout.contains("1 known (1 High), 1 fixed."), "{table}");
}

#[test]
fn fingerprints_of_another_version_make_nothing_known() {
    let bench = Bench::offline();
    bench.write("policy.yaml", NO_GRANTS);
    bench.write("s.jsonl", one_role(&allows(&["readMetadata"])));
    bench.run(&[
        "audit",
        "--snapshot=s.jsonl",
        "-p=policy.yaml",
        "-o=json=base.json",
        "-q",
    ]);
    for (from, to) in [
        ("\"fingerprints\": 2", "\"fingerprints\": 1"),
        (",\n    \"fingerprints\": 2", ""),
    ] {
        let text = bench.read("base.json");
        assert!(text.contains(from), "{text}");
        bench.write("old.json", text.replace(from, to));
        let outcome = bench.run(&[
            "audit",
            "--snapshot=s.jsonl",
            "-p=policy.yaml",
            "--baseline=old.json",
            "-f=json",
        ]);
        let outcome = outcome.exits(1);
        assert!(outcome.stderr.contains("every finding counts as new"), "{outcome}");
        let notices = outcome.report().0["notices"].to_string();
        assert!(notices.contains("fingerprints can't be compared"), "{notices}");
    }
}
