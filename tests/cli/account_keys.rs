//! `who-can keys` and `access --can keys`: of whom and of what the answer speaks.

use crate::support::sample;

/// What nobody can isn't said of everybody when one was asked about, and clusters have no keys that could be disabled.
#[test]
fn keys_are_told_of_whom_they_were_asked() {
    let bench = sample::bench();
    let ask = |question: &[&str], code, said: &str| {
        let outcome = bench
            .run(&[question, &["--snapshot=contoso.jsonl"]].concat())
            .exits(code);
        let flat: Vec<&str> = outcome.stdout.split_whitespace().collect();
        assert!(flat.join(" ").contains(said), "{outcome}");
    };
    ask(
        &["access", "--principal=reporting", "--can=keys"],
        1,
        "reporting can't read account keys of 8 accounts that accept keys or possibly do.",
    );
    ask(
        &["who-can", "keys"],
        0,
        "5 principals can read account keys of one or more of 8 accounts that accept keys or possibly do.",
    );
    ask(
        &["who-can", "keys", "--account=mongo-tickets", "--account=sandbox-ring"],
        1,
        "2 clusters have no account keys.",
    );
}
