//! Services that fail: whatever could not be read is a gap that is told, and everything else is read and judged.

use crate::report::Report;
use crate::support::{Bench, Outcome};

/// The beginning of a tenant whose directory knows whoever has access.
pub(crate) const SUBSCRIPTION: &str = "principals: [{ id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: open, \
                                       kind: servicePrincipal }]\nsubscriptions:\n  - id: \
                                       5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n";

/// An account in which the audit finds nothing, with an assignment, a database and a container.
pub(crate) fn account(name: &str) -> String {
    format!(
        "      - name: {name}\n        disable_local_auth: true\n        \
         disable_key_based_metadata_write_access: true\n        databases: {{ orders: [open] }}\n        \
         role_assignments: [{{ role: 00000000-0000-0000-0000-000000000001, \
         principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, scope: \"{{account}}/dbs/orders\" }}]\n"
    )
}

fn fault(list: &str, account: &str, kind: &str) -> String {
    format!("  - {{ on: {{ kind: {list}, account: {account} }}, kind: {kind} }}\n")
}

pub(crate) fn audit(bench: &Bench) -> Outcome {
    bench.audit(&["--format=json"])
}

/// The message of the one finding in an account, a gap.
#[track_caller]
pub(crate) fn gap(report: &Report, account: &str) -> String {
    assert_eq!(report.checks_in(account), ["collection-incomplete"], "{account}");
    report.within(account)[0]["message"].as_str().unwrap().to_owned()
}

/// All at once, so that the pauses of what is asked again and again overlap.
#[test]
fn lists_that_cannot_be_read() {
    const ASSIGNMENTS: &str = "sqlRoleAssignments";
    // Account, list, what is wrong with it, how many role assignments are known all the same, what is said.
    let cases = [
        ("forbidden", ASSIGNMENTS, "forbidden", None, "403 AuthorizationFailed"),
        (
            "failing",
            ASSIGNMENTS,
            "{ status: 500 }",
            None,
            "500 InternalServerError",
        ),
        ("gone", ASSIGNMENTS, "deleted", None, "404 ResourceNotFound"),
        ("proxied", ASSIGNMENTS, "html", None, "UnexpectedAnswer"),
        ("broken", ASSIGNMENTS, "malformed_json", None, "UnexpectedAnswer"),
        (
            "mistyped",
            ASSIGNMENTS,
            "wrong_value",
            None,
            "`value` of the answer isn't a list",
        ),
        ("numbers", ASSIGNMENTS, "wrong_items", Some(0), "MalformedItem"),
        ("redirected", ASSIGNMENTS, "{ redirect: 307 }", None, "status 307"),
        ("abroad", ASSIGNMENTS, "foreign_next_link", Some(1), "NextLinkRefused"),
        ("looping", ASSIGNMENTS, "looping_next_link", Some(1), "NextLinkLoop"),
        (
            "roles",
            "sqlRoleDefinitions",
            "forbidden",
            Some(1),
            "role definitions of `roles`",
        ),
        ("databases", "sqlDatabases", "html", Some(1), "databases of `databases`"),
        (
            "containers",
            "containers",
            "malformed_json",
            Some(1),
            "containers (`orders`)",
        ),
    ];
    let mut text = SUBSCRIPTION.to_owned();
    let names = cases.iter().map(|case| case.0).chain(["good", "better"]);
    text.extend(names.map(account));
    let clean = audit(&Bench::azure(&text)).exits(0).report();
    text.push_str("faults:\n");
    text.extend(cases.iter().map(|(name, list, kind, ..)| fault(list, name, kind)));
    let bench = Bench::azure(&text);
    // Once over the wire, and the rest from the file: one of them is asked again and again.
    let scan = ["scan", "--all-subscriptions", "--output=s.jsonl"];
    bench.signed_in(&scan).run().exits(3).says(&[
        "Scanned 15 accounts ",
        "warning: role assignments of forbidden couldn't be read (403)\n",
        "\n  fix: az role assignment create --role Reader ",
        " more couldn't be read\n",
    ]);
    let audit_file = |more: &[&str]| bench.command(&["audit", "--snapshot=s.jsonl"]).args(more).run();
    let outcome = audit_file(&["--format=json"]).exits(3);
    let report = outcome.report();
    assert_eq!(report.verdict(), "incomplete");
    assert_eq!(report.accounts(), clean.accounts());
    for name in ["good", "better"] {
        assert_eq!(report.account(name), clean.account(name));
    }
    assert_eq!(report.findings().len(), cases.len(), "{outcome}");
    for (name, list, _, assignments, said) in cases {
        let message = gap(&report, name);
        assert!(message.contains(said), "{name}: {message}");
        let account = report.account(name);
        assert_eq!(account["role_assignments"].as_u64(), assignments, "{name}");
        let known = |field: &str| account[field].as_u64();
        assert_eq!(
            known("role_definitions"),
            (list != "sqlRoleDefinitions").then_some(2),
            "{name}"
        );
        assert_eq!(known("databases"), (list != "sqlDatabases").then_some(1), "{name}");
    }
    audit_file(&["--allow-incomplete"]).exits(0);
    audit_file(&["--fail-on=never"]).exits(3);
    let table = audit_file(&[]).exits(3).stdout;
    assert!(
        table.contains("\nIncomplete: 13 of 15 accounts couldn't be fully read. No other findings.\n"),
        "{table}"
    );
    for name in ["good", "better"] {
        assert!(!table.contains(&format!(" of {name} couldn't")), "{name}: {table}");
    }
    let listed = bench.run(&["list", "assignments", "--snapshot=s.jsonl"]).exits(3);
    listed.says(&["role assignments of abroad couldn't be read", "3 more couldn't"]);
}

/// What the others hold does not depend on the one that fails.
#[test]
fn accounts_that_cannot_be_listed() {
    let mut text = SUBSCRIPTION.to_owned() + &account("seen");
    text.push_str("  - id: 5e1f0c1a-0000-4000-8000-000000000002\n    accounts:\n");
    text.push_str(&account("unseen"));
    let both = audit(&Bench::azure(&text)).exits(0).report();
    for (kind, said) in [("forbidden", "403 AuthorizationFailed"), ("html", "UnexpectedAnswer")] {
        let fault =
            format!("faults:\n  - {{ on: {{ kind: databaseAccounts, subscription: \"*2\" }}, kind: {kind} }}\n");
        let bench = Bench::azure(&(text.clone() + &fault));
        let outcome = audit(&bench).exits(3);
        let report = outcome.report();
        assert_eq!(report.accounts(), ["seen"]);
        assert_eq!(report.account("seen"), both.account("seen"));
        let [finding] = report.findings() else {
            panic!("{outcome}")
        };
        let message = finding["message"].as_str().unwrap();
        assert!(
            message.contains("subscription `5e1f0c1a-0000-4000-8000-000000000002`"),
            "{message}"
        );
        assert!(message.contains(said), "{message}");
        // Nothing at all could be read: that is incomplete, not empty.
        let alone = bench
            .signed_in(&["audit", "--subscription", "5e1f0c1a-0000-4000-8000-000000000002"])
            .run();
        alone.exits(3);
    }
}

/// The lists above the accounts, too, are not followed to where they should not lead.
#[test]
fn lists_of_accounts_and_subscriptions() {
    let text = SUBSCRIPTION.to_owned() + &account("seen") + "faults:\n  - { on: { kind: ";
    for (list, kind, accounts, said) in [
        ("databaseAccounts", "foreign_next_link", 1, "NextLinkRefused"),
        ("databaseAccounts", "looping_next_link", 1, "NextLinkLoop"),
        ("databaseAccounts", "wrong_items", 0, "MalformedItem"),
        ("subscriptions", "foreign_next_link", 1, "NextLinkRefused"),
        ("subscriptions", "looping_next_link", 1, "NextLinkLoop"),
        ("subscriptions", "{ redirect: 302 }", 0, "status 302"),
        ("subscriptions", "html", 0, "UnexpectedAnswer"),
    ] {
        let bench = Bench::azure(&format!("{text}{list} }}, kind: {kind} }}\n"));
        let outcome = audit(&bench).exits(3);
        let report = outcome.report();
        assert_eq!(report.accounts().len(), accounts, "{list} {kind}");
        // Whatever else is found may be for what could not be read, and says so.
        for found in report.findings() {
            let possible = found["confidence"] == "possible";
            assert!(possible || found["check"] == "collection-incomplete", "{outcome}");
        }
        assert!(outcome.stdout.contains(said), "{list} {kind}: {outcome}");
    }
    // Whoever may not list them is told so at once.
    let bench = Bench::azure(&format!("{text}subscriptions }}, kind: forbidden }}\n"));
    audit(&bench).fails_saying(&["couldn't list the subscriptions: 403 AuthorizationFailed", "Reader"]);
}

/// How `scan` ends, also where there is more than fits.
#[test]
fn exit_codes() {
    let text = format!(
        "management_groups: [{{ id: all, subscriptions: [5e1f0c1a-0000-4000-8000-000000000001] }}]\n{SUBSCRIPTION}{}{}",
        account("a"),
        account("b")
    );
    const ALL: &[&str] = &["--all-subscriptions"];
    const GROUP: &[&str] = &["--management-group", "all"];
    for (list, kind, target, code, said) in [
        (
            "containers",
            "{ latency: { ms: 20, jitter_ms: 20 } }",
            ALL,
            0,
            "Scanned 2 accounts ",
        ),
        (
            "sqlRoleAssignments",
            "{ huge: 2147483648 }",
            ALL,
            3,
            " couldn't be fully read.",
        ),
        (
            "sqlRoleAssignments",
            "{ gzip_bomb: 70000000 }",
            ALL,
            3,
            " couldn't be fully read.",
        ),
        ("databaseAccounts", "deleted", ALL, 3, "1 list couldn't be read."),
        ("subscriptions", "malformed_json", ALL, 3, "1 list couldn't be read."),
        ("subscriptions", "deleted", ALL, 2, "ResourceNotFound"),
        ("descendants", "html", GROUP, 3, "1 list couldn't be read."),
        ("descendants", "forbidden", GROUP, 2, "AuthorizationFailed"),
    ] {
        let fault = format!("faults:\n  - {{ on: {{ kind: {list} }}, kind: {kind} }}\n");
        let bench = Bench::azure(&(text.clone() + &fault));
        let scan = bench.signed_in(&["scan", "--output=s.jsonl"]).args(target);
        scan.run().exits(code).says(&[said]);
    }
}

/// A gap takes nothing away from what was found, and what was found takes nothing away from the gap.
#[test]
fn gaps_and_findings() {
    let open = account("open").replace("disable_local_auth: true", "disable_local_auth: false");
    let text = SUBSCRIPTION.to_owned() + &open + "faults:\n" + &fault("sqlRoleAssignments", "open", "forbidden");
    let bench = Bench::azure(&text);
    let report = audit(&bench).exits(1).report();
    assert_eq!(
        report.checks_in("open"),
        ["local-auth-enabled", "collection-incomplete"]
    );
    assert_eq!(report.verdict(), "fail");
    bench.audit(&["--allow-incomplete"]).exits(1);
    bench.audit(&["--fail-on=critical"]).exits(3);
    bench.audit(&["--fail-on=never", "--allow-incomplete"]).exits(0);
}

#[test]
fn faults_that_pass() {
    let text = SUBSCRIPTION.to_owned() + &account("a") + &account("b") + &account("c");
    let expected = audit(&Bench::azure(&text)).exits(0).stdout;
    let faults = "faults:
  - { on: { kind: sqlRoleAssignments }, times: 2, kind: { too_many_requests: { retry_after: 0 } } }
  - { on: { kind: sqlRoleDefinitions, account: a }, times: 1, kind: { status: 503 } }
  - { on: { kind: sqlRoleDefinitions, account: b }, times: 1, kind: cut_body }
  - { on: { kind: sqlDatabases, account: c }, times: 1, kind: reset }
  - { on: { kind: containers, account: a }, times: 1, kind: abort }
  - { on: { kind: databaseAccounts }, times: 1, kind: { status: 504 } }
  - { on: { kind: containers, account: b }, kind: gzip }
";
    let bench = Bench::azure(&(text + faults));
    let outcome = audit(&bench).exits(0);
    assert_eq!(outcome.stdout, expected);
    // What the scan took, and no word of anything wrong.
    assert!(outcome.stderr.starts_with("Scanned "), "{outcome}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome}");
    let faults = bench
        .emulator()
        .requests()
        .iter()
        .filter(|request| request.fault.is_some())
        .count();
    // Compression is none.
    assert_eq!(faults, 7);
}

/// The token is renewed once it is refused, with the same credential.
#[test]
fn token_that_expires() {
    let text = SUBSCRIPTION.to_owned() + &account("a") + &account("b") + &account("c");
    let with_secret = |text: &str| {
        let bench = Bench::azure(text);
        crate::credentials::with_secret(&bench, &["audit", "--all-subscriptions", "-f=json"]).run()
    };
    let expected = with_secret(&text).exits(0).stdout;
    let fault = "faults:\n  - { on: { kind: containers }, skip: 1, times: 1, kind: expire_tokens }\n";
    assert_eq!(with_secret(&(text.clone() + fault)).exits(0).stdout, expected);
    // A token that was given cannot be renewed: what comes after its end is a gap, and no list is taken for empty.
    let bench = Bench::azure(&(text + fault));
    let outcome = audit(&bench).exits(3);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["a", "b", "c"]);
    assert!(outcome.stdout.contains("401 ExpiredAuthenticationToken"), "{outcome}");
    for name in report.accounts() {
        let lost = report.account(name)["role_assignments"].is_null();
        let told = report.within(name).iter().any(|found| {
            found["message"]
                .as_str()
                .unwrap()
                .starts_with("Reading role assignments")
        });
        assert_eq!(lost, told, "{outcome}");
    }
}
