//! Policies that cannot be used. Every problem is told with its place, nothing is asked of Azure, and no default takes the
//! policy's place.

use crate::support::{Bench, golden, lines};
use std::fmt::Write as _;

/// Audits with the policy. There is no cloud: the policy is looked at first, and nothing after it is reached.
fn complaint(text: &str) -> crate::support::Outcome {
    let bench = Bench::offline();
    bench.write("policy.yaml", text);
    bench.run(&["audit", "--all-subscriptions", "--policy", "policy.yaml"])
}

/// A complaint that is compared as a whole.
#[track_caller]
fn golden_complaint(name: &str, text: &str) {
    let outcome = complaint(text).fails_saying(&["policy.yaml:"]);
    golden(&format!("bad-policy/{name}.stderr"), &outcome.stderr);
}

#[test]
fn missing() {
    let bench = Bench::offline();
    for name in ["missing.yaml", "missing/policy.yaml"] {
        bench
            .run(&["audit", "--all-subscriptions", "--policy", name])
            .fails_saying(&[name, "the file doesn't exist"]);
    }
    bench
        .run(&["audit", "--all-subscriptions", "--policy", "home"])
        .fails_saying(&["home", "it is a directory"]);
}

/// Nobody waits for a scan to be told of a typing error.
#[test]
fn before_anything_is_asked() {
    let bench = Bench::azure("subscriptions: []\n");
    bench.audit(&["--policy=missing.yaml"]).fails_saying(&["missing.yaml"]);
    bench.write("policy.yaml", "version: 2\n");
    bench
        .audit(&["--policy=policy.yaml"])
        .fails_saying(&["policy.yaml:1:10"]);
    assert_eq!(bench.emulator().request_count(), 0);
}

#[test]
fn one_of_several_missing() {
    let bench = Bench::offline();
    bench.write("good.yaml", "version: 1\n");
    bench.write("bad.yaml", "version: 1\nacounts: []\n");
    let policies = ["good.yaml", "missing.yaml", "bad.yaml"].map(|name| format!("--policy={name}"));
    let mut arguments = vec!["audit", "--all-subscriptions"];
    arguments.extend(policies.iter().map(String::as_str));
    let outcome = bench.run(&arguments).fails_saying(&[
        "missing.yaml",
        "bad.yaml:2:1",
        "2 | acounts: []",
        "did you mean `accounts`?",
    ]);
    assert!(!outcome.stderr.contains("good.yaml"), "{outcome}");
}

#[test]
fn no_yaml() {
    golden_complaint("no-yaml", "version: 1\naccounts: [{ name: \"x }]\n");
    golden_complaint("no-map", "just text\n");
    complaint("").fails_saying(&["policy.yaml"]);
    complaint("\u{1b}[31m\0\u{7f}").fails_saying(&["policy.yaml:1:6", "NUL"]);
    let bench = Bench::offline();
    bench.write("policy.yaml", b"version: 1 # caf\xe9");
    bench
        .run(&["audit", "--all-subscriptions", "-p", "policy.yaml"])
        .fails_saying(&["policy.yaml", "isn't UTF-8"]);
}

#[test]
fn keys_unknown_and_twice() {
    golden_complaint(
        "keys",
        "version: 1\naccounts:\n  - name: all\n    locl_auth: disabled\n    local_auth: disabled\n    local_auth: any\n",
    );
}

#[test]
fn names_unknown() {
    golden_complaint(
        "names",
        "version: 1\n\
         principals:\n  orders-api: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }\n  \
           short: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fa }\n\
         accounts:\n  - grants:\n    \
           - { principal: orders-app, role: Cosmos DB Built-in Data Reader, scope: / }\n    \
           - { principal: orders-api, role: Cosmos DB Builtin Data Reader, scope: / }\n    \
           - { principal: 63cf3af1, role: Cosmos DB Built-in Data Reader, scope: / }\n\
         waivers:\n  - { check: local-auth, expires: 2027-13-01, reason: x }\n",
    );
}

#[test]
fn contradiction() {
    golden_complaint(
        "contradiction",
        "version: 1\naccounts:\n  - name: all\n    local_auth: disabled\n  \
         - name: some\n    match: { account: \"prod-*\" }\n    local_auth: enabled\n",
    );
}

#[test]
fn contradiction_across_files() {
    let bench = Bench::offline();
    bench.write("a.yaml", "version: 1\naccounts:\n  - local_auth: disabled\n");
    bench.write("b.yaml", "version: 1\naccounts:\n  - local_auth: enabled\n");
    let say = |first, second| {
        bench
            .run(&["audit", "--all-subscriptions", "-p", first, "-p", second])
            .fails_saying(&["a.yaml:3:17", "b.yaml:3:17"])
    };
    say("a.yaml", "b.yaml");
    say("b.yaml", "a.yaml");
}

/// Two globs that need not meet, but do in an account that there is.
#[test]
fn contradiction_in_an_account() {
    let bench = Bench::azure(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n      \
         - { name: prod-eu, disable_local_auth: true }\n",
    );
    bench.write(
        "policy.yaml",
        "version: 1\naccounts:\n  - name: production\n    match: { account: \"prod-*\" }\n    local_auth: disabled\n  \
         - name: europe\n    match: { account: \"*-eu\" }\n    local_auth: enabled\n",
    );
    for format in ["table", "json"] {
        let outcome = bench
            .audit(&["-p", "policy.yaml", "-f", format, "--quiet"])
            .fails_saying(&["policy.yaml:5:17", "policy.yaml:8:17", "prod-eu"]);
        golden("bad-policy/contradiction-in-an-account.stderr", &outcome.stderr);
    }
    // No file is written either.
    bench
        .audit(&["-p", "policy.yaml", "-o", "json=report.json", "--quiet"])
        .fails_saying(&["prod-eu"]);
    assert!(!bench.path("report.json").exists());
}

/// Whoever tags one account must not be able to keep the others from being audited.
#[test]
fn contradiction_in_one_account_of_many() {
    let tagged = |name: &str, tags: serde_json::Value, off: bool| {
        let mut account = lines::account(name, &[], &[]);
        account["account"]["tags"] = tags;
        account["account"]["local_auth_disabled"] = off.into();
        account
    };
    let accounts = [
        tagged("a", serde_json::json!({"env": "prod", "team": "legacy"}), false),
        tagged("b", serde_json::json!({"env": "prod"}), false),
        tagged("c", serde_json::json!({"team": "legacy"}), false),
    ];
    let bench = Bench::offline();
    bench.write("s.jsonl", lines::snapshot(&accounts, None));
    bench.write(
        "policy.yaml",
        "version: 1\naccounts:\n  - { name: legacy, match: { tags: { team: legacy } }, local_auth: any }\n  \
         - { name: production, match: { tags: { env: prod } }, local_auth: disabled }\n",
    );
    let report = bench
        .run(&["audit", "--snapshot=s.jsonl", "-p=policy.yaml", "-q", "-f=json"])
        .exits(1)
        .report();
    // The stricter rule holds, and the others are audited.
    assert_eq!(report.checks_in("a"), ["local-auth-enabled", "policy-contradiction"]);
    assert_eq!(report.checks_in("b"), ["local-auth-enabled"]);
    assert!(report.checks_in("c").is_empty());
    let found = report.of("policy-contradiction")[0];
    assert_eq!(found["severity"], "high");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("`a`") && message.contains("stricter"), "{message}");
}

/// A deny of one block is stricter than a requirement of another.
#[test]
fn a_denied_grant_is_not_missed() {
    let bench = Bench::offline();
    let accounts = [lines::account("prod-eu", &[], &[]), lines::account("other", &[], &[])];
    bench.write("s.jsonl", lines::snapshot(&accounts, None));
    let who = lines::ANN;
    bench.write(
        "policy.yaml",
        format!(
            "version: 1\naccounts:\n  - name: production\n    match: {{ account: 'prod-*' }}\n    \
             grants: [{{ principal: {who}, data_actions: [readMetadata], scope: /dbs/orders }}]\n  \
             - {{ name: europe, match: {{ account: '*-eu' }}, deny: [{{ data_actions: ['*'], scope: / }}] }}\n"
        ),
    );
    let report = bench
        .run(&["audit", "--snapshot=s.jsonl", "-p=policy.yaml", "-q", "-f=json"])
        .exits(1)
        .report();
    assert_eq!(report.checks_in("prod-eu"), ["policy-contradiction"]);
}

#[test]
fn too_large() {
    let text = format!("version: 1\n#{}", " ".repeat(1024 * 1024));
    complaint(&text).fails_saying(&["policy.yaml", "larger than 1 MiB"]);
}

#[test]
fn too_deep() {
    for open in ["[", "{a: ", "- "] {
        let text = format!("version: 1\naccounts:\n  {}", open.repeat(10_000));
        let outcome = complaint(&text).fails_saying(&["policy.yaml:3:", "levels deep", "3 |"]);
        assert!(
            outcome.stderr.len() < 2_000,
            "{} bytes of complaint",
            outcome.stderr.len()
        );
    }
}

#[test]
fn alias_bomb() {
    let mut text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let previous = format!("*a{}", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", [previous.as_str(); 10].join(", ")).unwrap();
    }
    let outcome = complaint(&text).fails_saying(&["policy.yaml:", "aliases repeat", "^"]);
    assert!(outcome.time.as_secs() < 10, "{:?}", outcome.time);
}

#[test]
fn hostile_text_is_not_repeated_raw() {
    let outcome = complaint("version: 1\n\"\\e[31mred\\u202e\": 1\n").fails_saying(&["policy.yaml:2:1"]);
    let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!outcome.stderr.contains(raw), "{:?}", outcome.stderr);
}

/// Colours are the program's own; those that the file wants are shown as text.
#[test]
fn hostile_text_in_colour() {
    let bench = Bench::offline();
    bench.write("policy.yaml", "version: 1\nname: \"\u{1b}[31m\"\n");
    let arguments = ["audit", "--all-subscriptions", "-p", "policy.yaml", "--color=always"];
    let told = ["\u{1b}[", "policy.yaml:2:8", "\\x1b[31m"];
    let outcome = bench.run(&arguments).exits(2).says(&told);
    assert!(!outcome.stderr.contains("\u{1b}[31m"), "{outcome}");
}
