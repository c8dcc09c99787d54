//! What `policy init` drafts: short where accounts are alike, safe whatever names are, and true about what wasn't read.

use super::init::deviations;
use super::made::{account, id, owners, principal, snapshot};
use crate::support::Bench;
use serde_json::{Value, json};

const AUDIT: [&str; 7] = ["audit", "--snapshot", "tenant.jsonl", "-p", "new.yaml", "-f", "json"];

fn drafted(bench: &Bench, snapshot: String, code: i32) -> String {
    bench.write("tenant.jsonl", snapshot);
    let init = [
        "policy",
        "init",
        "--snapshot",
        "tenant.jsonl",
        "-o",
        "new.yaml",
        "--force",
    ];
    bench.run(&init).exits(code);
    bench.read("new.yaml")
}

#[test]
fn two_hundred_accounts_in_five_groups_are_five_blocks() {
    let bench = Bench::offline();
    let groups = ["orders", "payments", "catalog", "sessions", "ledger"];
    let mut accounts = Vec::new();
    let mut people = vec![
        principal(&id(0xadd), "platform-team", "group"),
        principal(&id(0xade), "Ann", "user"),
    ];
    people[0]["members"] = json!([id(0xade)]);
    people[0]["members_count"] = json!(1);
    for (group, name) in groups.iter().enumerate() {
        let ids: Vec<String> = (0..6).map(|number| id(100 * (group + 1) + number)).collect();
        people.extend(
            ids.iter()
                .enumerate()
                .map(|(number, id)| principal(id, &format!("{name}-app-{number}"), "service-principal")),
        );
        let grants: Vec<(&str, usize, &str)> = ids
            .iter()
            .enumerate()
            .map(|(number, id)| {
                (
                    id.as_str(),
                    number % 2,
                    ["/dbs/a", "/dbs/b", "/dbs/a/colls/c"][number % 3],
                )
            })
            .collect();
        accounts.extend((0..40).map(|number| account(&format!("cosmos-{name}-{number:02}"), &[], &grants)));
    }
    let text = drafted(&bench, snapshot(accounts, owners(&[&id(0xadd)]), people), 0);
    assert!(text.lines().count() <= 150, "{} lines\n{text}", text.lines().count());
    // What Azure RBAC says is the same for all of them.
    assert_eq!(text.matches("\n    match: ").count(), 5 + 1, "{text}");
    assert!(text.contains("match: { account: \"cosmos-orders-*\" }"), "{text}");
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
}

/// Nobody knows whom a draft allows that names such a group.
#[test]
fn a_group_of_unknown_members_is_said() {
    let bench = Bench::offline();
    let people = vec![principal(&id(0xadd), "platform-team", "group")];
    let text = drafted(
        &bench,
        snapshot(vec![account("one", &[], &[])], owners(&[&id(0xadd)]), people),
        3,
    );
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "#").collect();
    assert!(
        words
            .join(" ")
            .contains("who is a member of platform-team isn't known in full"),
        "{text}"
    );
}

#[test]
fn a_pattern_never_takes_in_another_account() {
    let bench = Bench::offline();
    let (ann, bob) = (id(1), id(2));
    let of_ann = |name: &str| account(name, &[], &[(&ann, 0, "/dbs/a")]);
    // Between accounts that begin alike is one that is different, and one that begins like them to a machine only.
    let accounts = vec![
        of_ann("prod-a"),
        of_ann("prod-b"),
        account("prod-c", &[], &[(&bob, 0, "/dbs/a")]),
        of_ann("shop1"),
        of_ann("shop2"),
        account("shopping", &[], &[(&bob, 1, "/dbs/a")]),
    ];
    let people = vec![principal(&ann, "Ann", "user"), principal(&bob, "Bob", "user")];
    let text = drafted(&bench, snapshot(accounts, owners(&[]), people), 0);
    assert!(!text.contains("prod-*") && !text.contains("shop*"), "{text}");
    assert!(
        text.contains("grants: *prod-a-grants"),
        "equal rules are written once: {text}"
    );
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
}

#[test]
fn tags_and_subscriptions_fold_what_names_do_not() {
    let bench = Bench::offline();
    let ann = id(1);
    let tagged = |name: &str, tag: &str| {
        let grants = [(ann.as_str(), 0, "/dbs/a")];
        let mut line = account(name, &[], if tag == "prod" { &grants } else { &[] });
        line["account"]["tags"] = json!({ "env": tag, "owner": name });
        line
    };
    let accounts = vec![
        tagged("apple", "prod"),
        tagged("banana", "test"),
        tagged("cherry", "prod"),
        tagged("date", "test"),
    ];
    let text = drafted(
        &bench,
        snapshot(accounts, owners(&[]), vec![principal(&ann, "Ann", "user")]),
        0,
    );
    assert!(text.contains("match: { tags: { env: prod } }"), "{text}");
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
}

/// Names that try to break out of a line, a comment, a scalar, a terminal, or that YAML reads as something else.
const HOSTILE: [&str; 18] = [
    "a: b",
    "- x",
    "*",
    "\"quoted\" \\ 'x'",
    "line\nbreak",
    "\u{202e}drowssap",
    "# comment",
    "null",
    "{a: [b]}",
    "&anchor",
    "!!int 1",
    "\u{1b}[31mred",
    "##vso[task.complete]",
    "x*y",
    "123",
    " blank ",
    "",
    "é👩‍🚀",
];

#[test]
fn hostile_names_are_only_names() {
    let bench = Bench::offline();
    let read = json!(["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"]);
    let roles: Vec<(&str, Value)> = HOSTILE.iter().map(|name| (*name, read.clone())).collect();
    let ids: Vec<String> = (0..HOSTILE.len()).map(|number| id(number + 1)).collect();
    let scopes: Vec<String> = HOSTILE.iter().map(|name| format!("/dbs/{name}")).collect();
    let grants: Vec<(&str, usize, &str)> = (0..HOSTILE.len())
        .map(|number| (ids[number].as_str(), number + 2, scopes[number].as_str()))
        .filter(|(_, _, scope)| *scope != "/dbs/")
        .collect();
    let mut line = account("cosmos-a", &roles, &grants);
    line["databases"] = json!(null);
    line["account"]["tags"] = json!({ "k": "v" });
    let mut other = account("cosmos-b", &[], &[]);
    other["account"]["tags"] = json!({ HOSTILE[0]: HOSTILE[3], HOSTILE[4]: HOSTILE[5] });
    let people: Vec<Value> = ids
        .iter()
        .zip(HOSTILE)
        .map(|(id, name)| principal(id, name, "user"))
        .collect();
    let owner = ids[5].as_str();
    let text = drafted(&bench, snapshot(vec![line, other], owners(&[owner]), people), 0);
    assert!(
        !text
            .chars()
            .any(|c| c != '\n' && cosmos_rbac::model::shown::is_unsafe(c)),
        "{text:?}"
    );
    assert!(!text.contains("##vso["), "{text}");
    assert_eq!(deviations(&bench, &AUDIT), [""; 0], "{text}");
}

/// `*` is a name in Azure, and a pattern in a policy: a waiver for one database accepts nothing in another.
#[test]
fn a_waiver_for_a_database_called_star_is_for_no_other() {
    let bench = Bench::offline();
    let (ann, roles) = (
        id(1),
        [("x*y", json!(["Microsoft.DocumentDB/databaseAccounts/readMetadata"]))],
    );
    let tenant = |roles: &[(&str, Value)], grants: &[(&str, usize, &str)]| {
        let mut line = account("cosmos-a", roles, grants);
        line["databases"] = json!(null);
        snapshot(vec![line], owners(&[]), vec![principal(&ann, "Ann", "user")])
    };
    let star = (ann.as_str(), 0, "/dbs/*");
    let text = drafted(&bench, tenant(&roles, &[star]), 0);
    let (_, waivers) = text.split_once("\nwaivers:").unwrap();
    assert!(
        waivers.contains("fingerprint: ") && !waivers.contains("scope: "),
        "{text}"
    );
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
    bench.write("tenant.jsonl", tenant(&roles, &[star, (&ann, 0, "/dbs/ledger")]));
    assert_eq!(deviations(&bench, &AUDIT), ["excess-access"]);
    let more = [roles[0].clone(), ("x and y", roles[0].1.clone())];
    bench.write("tenant.jsonl", tenant(&more, &[star]));
    assert_eq!(deviations(&bench, &AUDIT), ["role-undeclared"]);
}

/// Azure doesn't say whether accounts of other APIs refuse keys; the waiver for that doubt accepts nothing that is certain.
#[test]
fn keys_that_are_enabled_later_are_found() {
    let bench = Bench::offline();
    let tenant = |is_off: bool| {
        let mut line = account("cosmos-a", &[], &[]);
        line["account"]["api"] = json!("mongo");
        line["account"]["local_auth_disabled"] = json!(is_off);
        for list in ["role_definitions", "role_assignments", "databases"] {
            line[list] = json!([]);
        }
        snapshot(vec![line], owners(&[]), Vec::new())
    };
    let text = drafted(&bench, tenant(true), 3);
    assert!(
        text.contains("check: local-auth-enabled, account: cosmos-a, confidence: possible,")
            || text.contains("    account: cosmos-a\n    confidence: possible\n"),
        "{text}"
    );
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
    bench.write("tenant.jsonl", tenant(false));
    assert_eq!(deviations(&bench, &AUDIT), ["waiver-unused", "local-auth-enabled"]);
}

#[test]
fn principals_that_were_not_looked_up_are_not_taken_for_known() {
    let bench = Bench::offline();
    let ann = id(1);
    let text = snapshot(
        vec![account("cosmos-a", &[], &[(&ann, 0, "/dbs/a")])],
        owners(&[]),
        Vec::new(),
    );
    let unasked: String = (text.lines().filter(|line| !line.starts_with("{\"principals\"")))
        .map(|line| format!("{}\n", line.replace(",\"principals\":0", "")))
        .collect();
    let note = "principals weren't looked up, so deleted ones and members of groups aren't known";
    let policy = drafted(&bench, unasked, 3);
    assert!(policy.contains(&format!("# Not known: {note}.\n")), "{policy}");
    let init = ["policy", "init", "--snapshot", "tenant.jsonl"];
    let outcome = bench.command(&init).env("COLUMNS", "120").run().exits(3);
    assert!(outcome.stderr.contains(&format!("Not known\n  {note}\n")), "{outcome}");
    let quiet = bench.command(&init).args(&["-q"]).run().exits(3);
    assert!(quiet.stderr.contains(note), "{quiet}");
    bench.command(&init).args(&["--allow-incomplete"]).run().exits(0);
    // Some were looked up, this one wasn't.
    let policy = drafted(&bench, text, 3);
    assert!(
        policy.contains("# Not known: some principals weren't looked up"),
        "{policy}"
    );
}

#[test]
fn only_gaps_of_drafted_accounts_count() {
    let bench = Bench::offline();
    let ann = id(1);
    let mut unread = account("cosmos-b", &[], &[]);
    unread["databases"] = json!(null);
    unread["gaps"] = json!([{ "what": "sqlDatabases", "status": 403, "code": "AuthorizationFailed", "message": "no" }]);
    let accounts = vec![account("cosmos-a", &[], &[(&ann, 0, "/dbs/a")]), unread];
    let text = snapshot(accounts, owners(&[]), vec![principal(&ann, "Ann", "user")]);
    bench.write("tenant.jsonl", text.replace("\"gaps\":0", "\"gaps\":1"));
    let init = ["policy", "init", "--snapshot", "tenant.jsonl", "--account"];
    bench.command(&init).args(&["cosmos-a"]).run().exits(0);
    let outcome = bench.command(&init).args(&["cosmos-b"]).run().exits(3);
    assert!(
        outcome
            .stderr
            .contains("Not known\n  cosmos-b: databases couldn't be read (403)"),
        "{outcome}"
    );
}

#[test]
fn what_no_policy_allows_and_what_is_only_possible_is_said() {
    let bench = Bench::offline();
    let (ann, bob) = (id(1), id(2));
    let cosmos = account("cosmos-a", &[], &[(&ann, 0, "/dbs/a/c")]);
    let mut azure = owners(&[&ann]);
    let mut eligible = azure["control_plane"]["role_assignments"][0].clone();
    eligible["principal_id"] = json!(bob);
    eligible["id"] = json!(format!("{}e", eligible["id"].as_str().unwrap()));
    azure["control_plane"]["eligible"] = json!([eligible]);
    let people = vec![principal(&ann, "Ann", "user"), principal(&bob, "Bob", "user")];
    bench.write("tenant.jsonl", snapshot(vec![cosmos], azure, people));
    let init = ["policy", "init", "--snapshot", "tenant.jsonl"];
    let outcome = bench.command(&init).env("COLUMNS", "120").run().exits(0);
    let told = "An audit with it still fails on 1 finding that no policy allows\n  1  malformed-scope: ";
    assert!(outcome.stderr.contains(told), "{outcome}");
    let told = "1  listed principal that can only possibly bypass role assignments: Bob\n";
    assert!(outcome.stderr.contains(told), "{outcome}");
    let comment =
        "# TODO: Bob (possible only, such as eligible or conditional role assignments).\n    role_admins: [Ann, Bob]";
    assert!(outcome.stdout.contains(comment), "{outcome}");
}

#[test]
fn what_was_not_read_is_not_claimed() {
    let bench = Bench::offline();
    let ann = id(1);
    let gap = |what: &str| json!({ "what": what, "status": 403, "code": "AuthorizationFailed", "message": "no" });
    let mut no_assignments = account("cosmos-a", &[], &[(&ann, 0, "/dbs/a")]);
    no_assignments["role_assignments"] = json!(null);
    no_assignments["gaps"] = json!([gap("sqlRoleAssignments")]);
    let mut no_roles = account("cosmos-b", &[], &[]);
    no_roles["role_definitions"] = json!(null);
    no_roles["account"]["local_auth_disabled"] = json!(null);
    no_roles["gaps"] = json!([gap("sqlRoleDefinitions"), gap("disableLocalAuth")]);
    let mut azure = owners(&[&ann]);
    azure["control_plane"]["role_assignments"] = json!(null);
    azure["control_plane"]["gaps"] = json!([gap("roleAssignments")]);
    let text = snapshot(vec![no_assignments, no_roles], azure, Vec::new());
    let text = text.replace("\"gaps\":0", "\"gaps\":4");
    let policy = drafted(&bench, text, 3);
    for claim in ["grants:", "key_readers", "role_admins"] {
        assert!(!policy.contains(claim), "{claim}\n{policy}");
    }
    let (first, second) = policy.split_once("cosmos-b").unwrap();
    assert!(
        first.contains("roles: []") && first.contains("local_auth: disabled"),
        "{policy}"
    );
    assert!(
        !second.contains("roles: []") && !second.contains("local_auth"),
        "{policy}"
    );
    assert!(
        policy.contains("# Not known in cosmos-a: role assignments couldn't be read (403)."),
        "{policy}"
    );
    assert_eq!(deviations(&bench, &AUDIT), [""; 0]);
}
