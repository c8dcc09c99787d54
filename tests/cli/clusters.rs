//! Clusters of MongoDB vCore and of managed Cassandra: accounts of their own API, with users instead of role assignments and
//! passwords instead of keys.

use crate::kinds::{audit, found};
use crate::support::Bench;
use arm_emulator::{Fault, FaultKind, Matcher};
use serde_json::Value;

const APP: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";
const OTHER: &str = "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11";

/// A subscription with these clusters and nothing else.
fn tenant(mongo: &str, cassandra: &str) -> String {
    format!(
        "principals:\n  - {{ id: {APP}, displayName: app, kind: servicePrincipal }}\n  - {{ id: {OTHER}, displayName: Olga, kind: user }}\n\
         subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    name: data\n    mongo_clusters: [{mongo}]\n    \
         cassandra_clusters: [{cassandra}]\n"
    )
}

/// As it should be.
fn good() -> String {
    let mongo = format!("{{ name: docs, allowed_modes: [MicrosoftEntraID], users: [{{ principal_id: {APP} }}] }}");
    tenant(&mongo, "{ name: ring, authentication_method: Ldap }")
}

const POLICY: &str = "version: 1
principals: { app: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, kind: service-principal } }
accounts:
  - match: { api: mongo-cluster }
    local_auth: disabled
    grants: [{ principal: app, role: root, scope: / }]
  - match: { api: cassandra-cluster }
    local_auth: disabled
";

#[test]
fn clusters_that_are_as_their_policy_says_pass() {
    let bench = Bench::azure(&good());
    let outcome = audit(&bench, POLICY).exits(0);
    assert_eq!(found(&outcome), []);
    let report = outcome.report();
    assert_eq!(report.0["snapshot"]["accounts"], 2);
    // What no list of Azure has stands beside the verdict.
    let not_checked = report.0["summary"]["not_checked"].to_string();
    assert!(not_checked.contains("cluster-users"), "{not_checked}");
    assert!(!not_checked.contains("key-age"), "{not_checked}");
}

#[test]
fn a_list_that_is_refused_is_incomplete() {
    let bench = Bench::azure(&good());
    for list in ["mongoClusters", "cassandraClusters", "users"] {
        let forbidden = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![forbidden]);
        let outcome = audit(&bench, POLICY).exits(3);
        assert!(outcome.stdout.contains("collection-incomplete"), "{list}: {outcome}");
    }
}

#[test]
fn a_cloud_without_the_types_has_no_clusters() {
    let bench = Bench::azure(&format!("no_clusters: true\n{}", good()));
    audit(&bench, POLICY).exits(4);
}

#[test]
fn what_deviates_is_found_and_fixed_on_the_cluster() {
    let mongo = format!(
        "{{ name: docs, allowed_modes: [NativeAuth, MicrosoftEntraID], users: [{{ principal_id: {OTHER}, principal_type: user }}] }}"
    );
    let bench = Bench::azure(&tenant(
        &mongo,
        "{ name: ring }, { name: open, authentication_method: None }",
    ));
    let outcome = audit(&bench, POLICY).exits(1);
    let checks: Vec<String> = found(&outcome).into_iter().map(|(check, _)| check).collect();
    let count = |check: &str| checks.iter().filter(|one| *one == check).count();
    for (check, number) in [
        ("no-authentication", 1),
        ("local-auth-enabled", 2),
        ("excess-access", 1),
        ("missing-access", 1),
        ("direct-user", 1),
    ] {
        assert_eq!(count(check), number, "{check}: {outcome}");
    }
    let report = outcome.report();
    let open = report.of("no-authentication");
    assert_eq!(
        (&open[0]["severity"], &open[0]["confidence"]),
        (&"critical".into(), &"certain".into())
    );
    let excess = report.of("excess-access");
    assert_eq!(excess[0]["confidence"], "certain");
    for command in [
        "az resource patch --ids",
        "az resource delete --ids",
        "az managed-cassandra cluster update --cluster-name open",
    ] {
        assert!(outcome.stdout.contains(command), "{command}: {outcome}");
    }
    // A user is added as what the directory says that it is, and nobody asked about this one.
    let missing = report.of("missing-access");
    let why = missing[0]["remedy"]["summary"].as_str().unwrap();
    assert!(why.contains("a user or a service principal"), "{why}");
    assert!(!outcome.stdout.contains("az cosmosdb"), "{outcome}");
}

/// What a role other than root grants isn't documented: it could be everything.
#[test]
fn another_role_is_possibly_everything() {
    let mongo = format!(
        "{{ name: docs, allowed_modes: [MicrosoftEntraID], \
         users: [{{ principal_id: {APP}, roles: [{{ db: admin, role: dbOwner }}] }}] }}"
    );
    let bench = Bench::azure(&tenant(&mongo, ""));
    let outcome = audit(
        &bench,
        &POLICY.replace("grants: [{ principal: app, role: root, scope: / }]", "grants: []"),
    );
    let report = outcome.exits(1).report();
    let excess = report.of("excess-access");
    assert_eq!((excess.len(), &excess[0]["confidence"]), (1, &"possible".into()));
    assert!(
        excess[0]["message"].as_str().unwrap().contains("documented"),
        "{}",
        excess[0]
    );
}

/// A wildcard for what all accounts have needn't be about anything that a cluster has, and that is said.
#[test]
fn a_deny_that_names_nothing_of_clusters_says_so() {
    let bench = Bench::azure(&good());
    for (actions, is_told) in [
        ("\"*/read\"", true),
        ("\"*/delete\"", true),
        ("readMetadata", true),
        ("\"*\"", false),
        ("\"mongoClusters/*\"", false),
        ("\"*/read\", \"*/find\"", false),
    ] {
        let deny =
            format!("    deny: [{{ data_actions: [{actions}], scope: / }}]\n  - match: {{ api: cassandra-cluster }}");
        let policy = POLICY.replace("  - match: { api: cassandra-cluster }", &deny);
        let policy = policy.replace("grants: [{ principal: app, role: root, scope: / }]", "grants: []");
        let report = audit(&bench, &policy).report();
        let said = report.0["summary"]["not_checked"].to_string();
        let why = "the deny names no data action of the MongoDB vCore API, such as `mongoClusters/find`";
        assert_eq!(said.contains(why), is_told, "{actions}: {said}");
    }
}

/// A service that doesn't know the newest version is asked in the first stable one that has users.
#[test]
fn an_older_version_of_the_api_will_do() {
    let bench = Bench::azure(&format!("unknown_versions: [\"2026-06-01\"]\n{}", good()));
    assert_eq!(found(&audit(&bench, POLICY).exits(0)), []);
    let bench = Bench::azure(&format!(
        "unknown_versions: [\"2026-06-01\", \"2025-09-01\"]\n{}",
        good()
    ));
    audit(&bench, POLICY).exits(3);
}

#[test]
fn a_snapshot_keeps_clusters_as_lines_of_their_own() {
    let bench = Bench::azure(&good());
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=one.jsonl"])
        .run()
        .exits(0);
    let text = bench.read("one.jsonl");
    assert_eq!(text.matches("{\"cluster\":").count(), 2, "{text}");
    assert!(!text.contains("mongoAdmin") && !text.contains("mongodb+srv"), "{text}");
    bench
        .run(&["merge", "one.jsonl", "one.jsonl", "-o=both.jsonl"])
        .exits(0);
    let clusters = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("{\"cluster\":"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(clusters(&bench.read("both.jsonl")), clusters(&text));
    bench.write("policy.yaml", POLICY);
    bench
        .run(&["audit", "--snapshot=both.jsonl", "-p=policy.yaml"])
        .exits(0);
    let who = bench.run(&["who-can", "delete", "--snapshot=one.jsonl"]).exits(0);
    assert!(who.stdout.contains("app"), "{who}");
    let other = text.replace("\"api\":\"mongo-cluster\"", "\"api\":\"cassandra-cluster\"");
    bench.write("other.jsonl", other);
    let refused = bench.run(&["audit", "--snapshot=other.jsonl"]).exits(2);
    assert!(refused.stderr.contains("mongoClusters"), "{refused}");
}

/// What an older version wrote doesn't say that there are none.
#[test]
fn a_snapshot_without_clusters_says_that_they_were_not_listed() {
    let account = "disable_local_auth: true, disable_key_based_metadata_write_access: true";
    let bench = Bench::azure(&format!("{}    accounts: [{{ name: nosql, {account} }}]\n", good()));
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=new.jsonl"])
        .run()
        .exits(0);
    let new = bench.read("new.jsonl");
    let lines = new.lines().filter(|line| !line.starts_with("{\"cluster\":"));
    let old: String = lines.map(|line| format!("{line}\n")).collect();
    let old = old
        .replace("\"clusters\":true,", "")
        .replace("\"accounts\":3", "\"accounts\":1");
    bench.write("old.jsonl", old);
    let said = "MongoDB vCore and managed Cassandra clusters";
    let shown = bench.run(&["audit", "--snapshot=old.jsonl"]).exits(0);
    assert!(shown.stdout.contains(said), "{shown}");
    let shown = bench.run(&["audit", "--snapshot=new.jsonl"]);
    assert!(!shown.stdout.contains(said), "{shown}");
    bench.run(&["who-can", "delete", "--snapshot=old.jsonl"]).exits(3);
    bench
        .run(&["who-can", "delete", "--snapshot=new.jsonl", "--account=nosql"])
        .exits(1);
    let draft = bench.run(&["policy", "init", "--snapshot=old.jsonl"]).exits(3);
    assert!(draft.stdout.contains("clusters weren't listed"), "{draft}");
    // They weren't there to be missed, so they aren't new.
    let compared = bench.run(&["diff", "old.jsonl", "new.jsonl", "-f=json"]).exits(3);
    let difference: Value = serde_json::from_str(&compared.stdout).unwrap();
    assert_eq!(difference["accounts"]["added"], serde_json::json!([]), "{compared}");
    assert!(compared.stdout.contains(said), "{compared}");
}

/// Whoever reaches a cluster that doesn't authenticate its clients can do everything there. "Nobody" would be wrong.
#[test]
fn a_cluster_without_authentication_is_open_to_anyone() {
    let bench = Bench::azure(&tenant(
        "",
        "{ name: open, authentication_method: None }, { name: ring }",
    ));
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let ask = |arguments: &[&str]| bench.run(&[arguments, &["--snapshot=s.jsonl"]].concat());
    let said = "Anyone who reaches open through the network has full access to the data there";
    for arguments in [
        &["who-can", "delete"][..],
        &["who-can", "delete", "--account=open", "--on=/dbs/orders"],
        &["access", "--principal", APP],
        &["access", "--principal", APP, "--explain"],
    ] {
        let told = ask(arguments).exits(0);
        assert!(told.stdout.contains(said) && !told.stdout.contains("Nobody"), "{told}");
        // That says nothing of what they have themselves.
        let is_of_one = arguments.contains(&"--principal");
        assert_eq!(
            told.stdout
                .contains("Otherwise, 63cf3af1…5faa isn't known to be able to"),
            is_of_one,
            "{told}"
        );
    }
    let json: Value = serde_json::from_str(&ask(&["who-can", "delete", "-f=json"]).exits(0).stdout).unwrap();
    let anyone: Vec<&Value> = json["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["anyone_can"])
        .collect();
    assert_eq!(anyone, [&Value::Bool(true), &Value::Null]);
    let csv = ask(&["who-can", "delete", "-f=csv"]).exits(0);
    assert!(
        csv.stderr.contains(&format!("warning: no row has this: {said}")),
        "{csv}"
    );
    // Of one that wants a password, nobody is known, and it has no account keys.
    ask(&["who-can", "delete", "--account=ring"]).exits(3);
    let keys = ask(&["who-can", "keys", "--account=open"]).exits(1);
    assert!(
        keys.stdout.contains("open is a cluster, which has no account keys."),
        "{keys}"
    );
    ask(&["who-can", "keys"]).exits(1);
}

/// A typing error isn't hidden by clusters, whose databases no list has.
#[test]
fn a_scope_that_only_clusters_could_have_is_asked_of_a_cluster_by_its_name() {
    let account = "accounts: [{ name: orders, disable_local_auth: true, databases: { orders: [open] } }]";
    let bench = Bench::azure(&format!("{}    {account}\n", good()));
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let ask =
        |more: &[&str]| bench.run(&[&["who-can", "delete", "--snapshot=s.jsonl", "--on=/dbs/order"], more].concat());
    ask(&[]).fails_saying(&[
        "the only account whose databases are known has no `/dbs/order`; to ask about one of the others, add `--account`",
        "did you mean `/dbs/orders`?",
    ]);
    let told = ask(&["--account=docs"]).exits(0);
    assert!(told.stdout.contains("app"), "{told}");
    ask(&["--account=orders"]).fails_saying(&["account `orders` has no `/dbs/order`"]);
}

/// What is open to anyone is access, whether or not somebody is listed.
#[test]
fn a_cluster_that_appears_without_authentication_is_access_gained() {
    let bench = Bench::azure(&tenant("", "{ name: ring, authentication_method: Ldap }"));
    scan(&bench, "-o=old.jsonl");
    let open = Bench::azure(&tenant(
        "",
        "{ name: ring, authentication_method: Ldap }, { name: open, authentication_method: None }",
    ));
    scan(&open, "-o=new.jsonl");
    bench.write("new.jsonl", open.read("new.jsonl"));
    for (old, new, code, said) in [
        ("old.jsonl", "new.jsonl", 1, "anyone who can reach it has access"),
        ("new.jsonl", "old.jsonl", 0, "anyone who could reach it had access"),
    ] {
        let outcome = bench.run(&["diff", old, new, "--fail-on-gain"]).exits(code);
        assert!(outcome.stdout.contains(said), "{outcome}");
        assert!(outcome.stdout.contains("access without authentication"), "{outcome}");
    }
}

fn scan(bench: &Bench, output: &str) {
    let arguments = ["scan", "--all-subscriptions", output];
    bench.signed_in(&arguments).run().exits(0);
}
