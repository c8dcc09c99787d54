//! `policy init --merge-into` where the policy covers every account already.

use super::made::{account, owners, snapshot};
use crate::support::Bench;

/// Whoever goes on with the draft has none of an earlier day.
#[test]
fn nothing_to_draft_is_a_draft_without_rules() {
    let bench = Bench::contoso();
    bench.write(
        "tenant.jsonl",
        snapshot(vec![account("orders", &[], &[])], owners(&[]), vec![]),
    );
    bench.write("policy.yaml", "version: 1\naccounts:\n  - local_auth: disabled\n");
    bench.write("more.yaml", "version: 1\naccounts:\n  - grants: []\n");
    let init = [
        "policy",
        "init",
        "--snapshot=tenant.jsonl",
        "--merge-into=policy.yaml",
        "-o=more.yaml",
        "--force",
        "-q",
    ];
    bench.run(&init).exits(0);
    assert!(bench.read("more.yaml").ends_with("\nversion: 1\n"));
    bench.run(&["policy", "check", "policy.yaml", "more.yaml"]).exits(0);
}
