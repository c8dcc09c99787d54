//! `policy check`: errors, warnings, and what a snapshot has nothing for.

use crate::support::{Bench, sample};
use serde_json::Value;

fn codes(value: &Value) -> Vec<&str> {
    let warnings = value["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["code"].as_str().unwrap())
        .collect()
}

fn json(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&cosmos_rbac::policy::checked::schema()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{value:#}");
    assert_eq!(
        (&value["format"], &value["version"]),
        (&"cosmos-rbac/policy-check".into(), &1.into())
    );
    value
}

#[test]
fn warnings_have_their_lines_and_fail_only_when_asked() {
    let bench = Bench::offline();
    bench.write(
        "p.yaml",
        "version: 1\naccounts:\n  - { name: all, local_auth: disabled, grants: [], key_readers: [], account_writers: [], role_admins: [] }\n  \
         - { name: one, match: { account: a }, local_auth: disabled }\n",
    );
    let outcome = bench.run(&["policy", "check", "p.yaml"]).exits(0);
    assert_eq!(outcome.stderr, "");
    for text in [
        "warning[redundant-block]: block `one` adds nothing",
        "--> p.yaml:4:5",
        "::: p.yaml:3:5",
        "No errors and 1 warning in p.yaml.",
    ] {
        assert!(outcome.stdout.contains(text), "{text}\n{outcome}");
    }
    bench.run(&["policy", "check", "p.yaml", "--strict"]).exits(1);
    let value = json(&bench.run(&["policy", "check", "p.yaml", "-f=json"]).exits(0).stdout);
    assert_eq!(codes(&value), ["redundant-block"]);
    assert_eq!(value["warnings"][0]["at"]["line"], 4);
    assert_eq!(value["warnings"][0]["other"]["line"], 3);
    bench.write("p.yaml", "version: 1\naccounts:\n  - { local_auth: disabled, grants: [], key_readers: [], account_writers: [], role_admins: [] }\n");
    let clean = bench.run(&["policy", "check", "p.yaml", "--strict"]).exits(0);
    assert_eq!(clean.stdout, "No errors and no warnings in p.yaml.\n");
    assert_eq!(bench.run(&["policy", "check", "p.yaml", "-q"]).exits(0).stdout, "");
}

#[test]
fn errors_are_all_shown() {
    let bench = Bench::offline();
    bench.write(
        "p.yaml",
        "version: 1\naccounts:\n  - { local_auht: disabled }\nwaivers: 5\n",
    );
    let check = ["policy", "check", "p.yaml"];
    bench
        .run(&check)
        .fails_saying(&["no key `local_auht`", "`waivers` must be a list", "p.yaml:3:7"]);
    let value = json(&bench.command(&check).args(&["-f=json"]).run().exits(2).stdout);
    let lines: Vec<u64> = value["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["at"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [3, 4]);
    bench
        .run(&["policy", "check", "none.yaml"])
        .fails_saying(&["none.yaml", "doesn't exist"]);
    bench.run(&["policy", "check"]).exits(2);
}

#[test]
fn a_snapshot_tells_what_meets_nothing() {
    let bench = sample::bench();
    bench.write("more.yaml",
        "version: 1\nprincipals:\n  gone: { id: 0a11ce00-0000-4000-8000-000000000013 }\n  stranger: { id: 0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11 }\n  \
         auditors: { id: c0de0000-0000-4000-8000-000000000005, kind: user }\naccounts:\n  - match: { account: cosmos-ledger }\n    deny:\n      \
         - { data_actions: [readMetadata], scope: /dbs/elsewhere, except: [gone, stranger, auditors] }\n");
    let check = ["policy", "check", "policy.yaml", "more.yaml"];
    let without = json(&bench.command(&check).args(&["-f=json"]).run().exits(0).stdout);
    assert!(without.get("accounts").is_none());
    let with = ["--snapshot=contoso.jsonl", "-f=json"];
    let value = json(&bench.command(&check).args(&with).run().exits(0).stdout);
    let own = codes(&without);
    let more: Vec<&str> = codes(&value).into_iter().filter(|code| !own.contains(code)).collect();
    assert_eq!(
        more,
        [
            "principal-without-access",
            "policy-contradiction",
            "policy-unused",
            "waiver-unused",
            "unknown-principal",
            "principal-without-access",
            "principal-kind",
            "unmet-deny"
        ],
        "{value:#}"
    );
    assert_eq!(value["accounts"]["uncovered"], serde_json::json!(["hackathon-2025"]));
    assert_eq!(value["accounts"]["all"], sample::accounts());
    let table = bench.command(&check).args(&["--snapshot=contoso.jsonl"]).run().exits(0);
    assert!(
        table.stdout.contains(&format!(
            "no block matches 1 of {} accounts: hackathon-2025",
            sample::accounts()
        )),
        "{table}"
    );
    // Turned off for audits, it is a warning here all the same.
    bench.write("off.yaml", "version: 1\nchecks: { policy-unused: off }\n");
    let off = bench.command(&check).args(&["off.yaml"]).args(&with).run().exits(0);
    assert!(codes(&json(&off.stdout)).contains(&"policy-unused"), "{off}");
}
