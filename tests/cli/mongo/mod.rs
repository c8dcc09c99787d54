//! Users of MongoDB itself, who sign in with passwords: what they can do, what policies say of them, and what is never shown.

mod policy;
mod unread;

use crate::support::{Bench, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher};
use serde_json::{Value, json};

/// In the emulator's bodies and nowhere else.
const PASSWORD: &str = "hunter2-planted-password";
const CUSTOM_DATA: &str = "planted-custom-data";

const BLOCK: &str =
    "version: 1\naccounts:\n  - match: { api: mongo }\n    local_auth: any\n    key_metadata_writes: any\n";

/// A MongoDB account with a user who has these roles, and these custom roles.
fn tenant(roles: &str, custom: &str) -> String {
    format!(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n\
         \x20     - name: carts\n        kind: MongoDB\n        capabilities: [EnableMongo, EnableMongoRoleBasedAccessControl]\n\
         \x20       databases: {{ orders: [open, closed], ledger: [entries] }}\n\
         \x20       properties: {{ keysMetadata: {{}} }}\n\
         \x20       mongo_roles: [{custom}]\n\
         \x20       mongo_users:\n\
         \x20         - {{ db: orders, user: app, password: {PASSWORD}, custom_data: {CUSTOM_DATA}, roles: [{roles}] }}\n"
    )
}

fn builtin(db: &str, role: &str) -> String {
    format!("{{ db: {db}, role: {role} }}")
}

fn audit(bench: &Bench, policy: &str) -> Outcome {
    bench.write("policy.yaml", policy);
    bench.audit(&["-p=policy.yaml", "-f=json"])
}

fn grants(rules: &str) -> String {
    format!("{BLOCK}    grants: [{rules}]\nchecks: {{ key-age: off }}\n")
}

fn titles(outcome: &Outcome, check: &str) -> Vec<String> {
    let report = outcome.report();
    let found = report.of(check);
    found
        .iter()
        .map(|one| one["title"].as_str().unwrap().to_owned())
        .collect()
}

fn scan(bench: &Bench, file: &str) {
    let output = format!("-o={file}");
    bench
        .signed_in(&["scan", "--all-subscriptions", &output])
        .run()
        .exits(0);
}

fn rows(bench: &Bench, arguments: &[&str], code: i32) -> Vec<Value> {
    let mut all = arguments.to_vec();
    all.extend(["--snapshot=s.jsonl", "-f=json"]);
    let answer: Value = serde_json::from_str(&bench.run(&all).exits(code).stdout).unwrap();
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["via"]["type"] == "role-assignment")
        .cloned()
        .collect()
}

#[test]
fn a_user_with_a_password_is_a_finding_as_bad_as_what_they_can_do() {
    for (role, severity, does) in [
        ("readWrite", "high", "read, write and delete items in `/dbs/orders`"),
        ("read", "medium", "read items in `/dbs/orders`"),
        ("dbAdmin", "high", "read, write and delete items"),
        ("root", "high", "no known role"),
    ] {
        let bench = Bench::azure(&tenant(&builtin("orders", role), ""));
        let outcome = audit(&bench, &format!("{BLOCK}checks: {{ key-age: off }}\n")).exits(1);
        let report = outcome.report();
        let found = report.of("password-user");
        assert_eq!(found.len(), 1, "{role}: {outcome}");
        let found = &found[0];
        assert_eq!(found["severity"], severity, "{role}");
        assert_eq!(found["confidence"], "certain", "{role}");
        assert_eq!(found["principal"]["id"], "mongo:orders.app");
        assert_eq!(found["title"], "mongo:orders.app signs in to carts with a password");
        let message = found["message"].as_str().unwrap();
        assert!(message.contains(does), "{role}: {message}");
        let commands = found["remedy"]["steps"].to_string();
        assert!(
            commands.contains("az cosmosdb mongodb user definition delete --account-name carts")
                && commands.contains("--id orders.app"),
            "{commands}"
        );
    }
}

/// Roles inherit, also in circles; an unknown role in the middle is never nothing.
#[test]
fn inherited_roles_count_and_unknown_ones_are_reported() {
    let custom = "{ db: orders, role: a, privileges: [{ resource: { db: ledger, collection: entries }, actions: [insert] }], \
                  roles: [{ db: orders, role: b }] }, \
                  { db: orders, role: b, privileges: [{ resource: { db: orders, collection: \"\" }, actions: [find, newest] }], \
                  roles: [{ db: orders, role: a }, { db: orders, role: gone }] }";
    let bench = Bench::azure(&tenant(&builtin("orders", "a"), custom));
    let rules = "{ principal: \"mongo:orders.app\", data_actions: [mongodb/find], scope: /dbs/orders }";
    let outcome = audit(&bench, &grants(rules)).exits(1);
    let report = outcome.report();
    let excess: Vec<&str> = report
        .of("excess-access")
        .iter()
        .map(|one| one["scope"].as_str().unwrap())
        .collect();
    assert_eq!(excess, ["/dbs/orders", "/dbs/ledger/colls/entries"], "{outcome}");
    assert_eq!(
        titles(&outcome, "unknown-action"),
        ["Role a in carts grants an unknown data action"]
    );
    assert_eq!(
        titles(&outcome, "dangling-role"),
        ["mongo:orders.app has an unknown role in carts"]
    );
    scan(&bench, "s.jsonl");
    let can = rows(&bench, &["who-can", "insert"], 0);
    assert_eq!(can.len(), 1);
    assert_eq!(can[0]["scope"], "/dbs/ledger/colls/entries");
    assert_eq!(can[0]["via"]["role"], "a");
    assert_eq!(can[0]["kind"], "mongodb");
    // Nobody is known to, but what the newest action and the unknown role allow isn't known.
    for more in ["--on=/dbs/orders", "--on=/dbs/ledger"] {
        let outcome = bench.run(&["who-can", "delete", more, "--snapshot=s.jsonl"]).exits(3);
        assert!(outcome.stdout.contains("MongoDB role `orders.gone`"), "{outcome}");
    }
    assert_eq!(rows(&bench, &["access", "--principal=mongo:orders.app"], 0).len(), 2);
    bench
        .run(&["access", "--principal=mongo:orders.ap", "--snapshot=s.jsonl"])
        .fails_saying(&[
            "unknown principal `mongo:orders.ap`",
            "did you mean `mongo:orders.app`?",
        ]);
    let shown = bench.run(&[
        "access",
        "--principal=mongo:orders.app",
        "--explain",
        "--snapshot=s.jsonl",
    ]);
    assert!(
        shown.stdout.contains("MongoDB user orders.app at /dbs/orders"),
        "{shown}"
    );
    assert!(
        !shown.to_string().contains("the snapshot has no record of principal"),
        "{shown}"
    );
}

#[test]
fn a_comparison_shows_users_and_roles_that_grew() {
    let role = |actions: &str| {
        format!(
            "{{ db: orders, role: a, privileges: [{{ resource: {{ db: orders, collection: open }}, actions: [{actions}] }}] }}"
        )
    };
    let scanned = |roles: &str, custom: &str| {
        let bench = Bench::azure(&tenant(roles, custom));
        scan(&bench, "s.jsonl");
        bench.read("s.jsonl")
    };
    let old = scanned(&builtin("orders", "a"), &role("find"));
    let wide = scanned(&builtin("orders", "a"), &role("find, remove"));
    let none = scanned("", &role("find"));
    let bench = Bench::offline();
    for (name, text) in [("old.jsonl", &old), ("wide.jsonl", &wide), ("none.jsonl", &none)] {
        bench.write(name, text);
    }
    let changes = |from: &str, to: &str| {
        let outcome = bench.run(&["diff", from, to, "-f=json"]).exits(0);
        let diff: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let of = |key: &str| {
            let rows = diff[key].as_array().unwrap().iter();
            rows.filter(|row| row["principal"]["id"] == "mongo:orders.app").count()
        };
        (of("gained"), of("lost"))
    };
    assert_eq!(changes("old.jsonl", "old.jsonl"), (0, 0));
    assert_eq!(changes("old.jsonl", "wide.jsonl"), (1, 0));
    assert_eq!(changes("wide.jsonl", "old.jsonl"), (0, 1));
    assert_eq!(changes("none.jsonl", "old.jsonl"), (1, 0));
    // A scan that didn't read users says nothing of them.
    let line = old.lines().find(|line| line.starts_with("{\"account\"")).unwrap();
    let mut record: Value = serde_json::from_str(line).unwrap();
    record.as_object_mut().unwrap().remove("mongo_users");
    record.as_object_mut().unwrap().remove("mongo_roles");
    bench.write("older.jsonl", old.replace(line, &record.to_string()));
    let outcome = bench.run(&["diff", "older.jsonl", "old.jsonl", "-f=json"]);
    assert!(!outcome.stdout.contains("mongo:orders.app"), "{outcome}");
    assert!(outcome.stdout.contains("MongoDB users"), "{outcome}");
    bench.run(&["who-can", "delete", "--snapshot=older.jsonl"]).exits(3);
}

#[test]
fn what_was_not_read_is_a_gap_and_what_is_not_enabled_is_none() {
    let tenant = tenant(&builtin("orders", "read"), "");
    for list in ["mongodbRoleDefinitions", "mongodbUserDefinitions"] {
        let bench = Bench::azure(&tenant);
        let forbidden = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![forbidden]);
        let allowed = "{ principal: \"*\", data_actions: [\"*\"], scope: /, presence: optional }";
        let policy = grants(allowed).replace("key-age: off", "key-age: off, password-user: off");
        let outcome = audit(&bench, &policy).exits(3);
        let names = match list {
            "mongodbUserDefinitions" => "MongoDB users of carts couldn't be read",
            _ => "Roles of MongoDB users of carts couldn't be read",
        };
        assert_eq!(titles(&outcome, "collection-incomplete"), [names]);
        let not_checked = outcome.report().0["summary"]["not_checked"].to_string();
        assert!(not_checked.contains("mongo-users"), "{not_checked}");
    }
    // The service says that there is no such list.
    let refused = |list: &str| {
        Fault::new(FaultKind::Answer {
            status: 400,
            body: json!({"code": "BadRequest", "message": "Role based access control isn't enabled."}).to_string(),
            content_type: "application/json".to_owned(),
        })
        .on(Matcher::kind(list))
    };
    let faults = ["mongodbRoleDefinitions", "mongodbUserDefinitions"]
        .map(refused)
        .to_vec();
    for (capabilities, code) in [
        ("[EnableMongo]", 0),
        ("[EnableMongo, enableMongoRoleBasedAccessControl]", 3),
    ] {
        let tenant = tenant.replace("[EnableMongo, EnableMongoRoleBasedAccessControl]", capabilities);
        let bench = Bench::azure(&tenant);
        bench.emulator().set_faults(faults.clone());
        audit(&bench, &grants("")).exits(code);
    }
}

/// Neither a password nor custom data is in anything that the program writes.
#[test]
fn passwords_and_custom_data_are_nowhere() {
    let bench = Bench::azure(&tenant(&builtin("orders", "readWrite"), ""));
    bench.write("policy.yaml", grants(""));
    scan(&bench, "s.jsonl");
    let is_clean = |text: &str, what: &str| {
        assert!(!text.contains(PASSWORD) && !text.contains(CUSTOM_DATA), "{what}");
    };
    is_clean(&bench.read("s.jsonl"), "snapshot");
    assert!(bench.read("s.jsonl").contains("\"user\":\"app\""));
    let formats = [
        "table",
        "json",
        "ndjson",
        "csv",
        "markdown",
        "html",
        "sarif",
        "junit",
        "github",
        "azure-devops",
        "ocsf",
    ];
    for format in formats {
        let format = format!("-f={format}");
        let outcome = bench.audit(&["-p=policy.yaml", &format, "--details"]);
        is_clean(&outcome.to_string(), &format);
    }
    let source = "--snapshot=s.jsonl";
    for arguments in [
        &["access", source, "--explain", "--principal=mongo:orders.app"][..],
        &["access", source, "-f=json"],
        &["who-can", "delete", source],
        &["list", "accounts", source, "-f=json"],
        &["list", "roles", source, "-f=json"],
        &["list", "assignments", source, "-f=json"],
        &["policy", "init", source],
        &["diff", "s.jsonl", "s.jsonl", "-f=json"],
        &["merge", "s.jsonl", "-o=m.jsonl"],
        &["audit", source, "-p=policy.yaml", "-vv", "--fail-on=never"],
    ] {
        is_clean(&bench.run(arguments).to_string(), &arguments.join(" "));
    }
    is_clean(&bench.read("m.jsonl"), "merged");
    is_clean(
        &bench
            .signed_in(&["scan", "--all-subscriptions", "-o=v.jsonl", "-vv"])
            .run()
            .to_string(),
        "scan -vv",
    );
}

#[test]
fn users_of_one_name_in_two_accounts_are_two() {
    let one = tenant(&builtin("orders", "read"), "");
    let (_, account) = one.split_once("    accounts:\n").unwrap();
    let both = format!("{one}{}", account.replace("name: carts", "name: baskets"));
    let bench = Bench::azure(&both);
    scan(&bench, "s.jsonl");
    let answer = bench.run(&["who-can", "read", "--snapshot=s.jsonl"]).exits(0).stdout;
    assert!(answer.starts_with("2 principals can read items"), "{answer}");
    let answer = bench
        .run(&["who-can", "read", "--snapshot=s.jsonl", "--account=carts"])
        .exits(0)
        .stdout;
    assert!(answer.starts_with("1 principal can read items"), "{answer}");
}

/// Whoever cleans up what has no role must not delete users who have others.
#[test]
fn unknown_roles_of_users_are_no_reason_to_delete_them() {
    let roles = [
        builtin("orders", "read"),
        builtin("orders", "mystery"),
        builtin("ledger", "other"),
    ];
    let bench = Bench::azure(&tenant(&roles.join(", "), ""));
    let report = audit(&bench, BLOCK).report();
    assert_eq!(report.of("dangling-role").len(), 2);
    let causes = report.0["causes"].as_array().unwrap();
    for cause in causes {
        let title = cause["title"].as_str().unwrap();
        assert!(!title.contains("invalid or obsolete"), "{title}");
    }
    scan(&bench, "s.jsonl");
    let compared = bench.run(&["diff", "s.jsonl", "s.jsonl"]).exits(0);
    let said = "what MongoDB users have through `ledger.other` and `orders.mystery`";
    assert!(
        compared.stdout.replace("\n              ", " ").contains(said),
        "{compared}"
    );
}
