//! What policies say of users of MongoDB itself, and drafts of policies.

use super::{BLOCK, audit, builtin, grants, scan, tenant, titles};
use crate::support::Bench;
use serde_json::Value;

#[test]
fn policies_grant_users_roles_and_deny_them_actions() {
    let bench = Bench::azure(&tenant(&builtin("orders", "readWrite"), ""));
    let own = "{ principal: \"mongo:orders.app\", role: readWrite, scope: /dbs/orders }";
    let outcome = audit(&bench, &grants(own)).exits(0);
    assert_eq!(outcome.report().of("password-user")[0]["severity"], "low");
    assert_eq!(titles(&outcome, "excess-access"), [] as [String; 0]);
    // By a name, and action by action.
    let named = grants("{ principal: shop, role: readWrite, scope: /dbs/orders }").replace(
        "accounts:",
        "principals: { shop: { id: \"mongo:orders.app\", kind: mongo-user } }\naccounts:",
    );
    audit(&bench, &named).exits(0);
    let wild = "{ principal: \"mongo:orders.app\", data_actions: [\"mongodb/*\"], scope: /, presence: optional }";
    audit(&bench, &grants(wild)).exits(0);

    let less = "{ principal: \"mongo:orders.app\", role: read, scope: /dbs/orders }";
    let outcome = audit(&bench, &grants(less)).exits(1);
    let report = outcome.report();
    let excess = &report.of("excess-access")[0];
    assert_eq!(excess["confidence"], "certain");
    let actions = excess["data_actions"].to_string();
    assert!(
        actions.contains("mongodb/remove") && !actions.contains("mongodb/find"),
        "{actions}"
    );
    assert_eq!(
        excess["title"],
        "mongo:orders.app can delete items in carts /dbs/orders"
    );
    // Deleting the user would take away what the policy requires.
    assert_eq!(excess["remedy"]["command"], Value::Null, "{excess}");

    let more = "{ principal: \"mongo:orders.app\", role: dbOwner, scope: /dbs/orders }";
    let outcome = audit(&bench, &grants(more)).exits(1);
    assert_eq!(outcome.report().of("missing-access").len(), 1, "{outcome}");
    let other = "{ principal: \"mongo:orders.other\", role: read, scope: /dbs/orders }";
    let report = audit(&bench, &grants(other)).exits(1).report();
    assert_eq!(
        (report.of("missing-access").len(), report.of("excess-access").len()),
        (1, 1)
    );

    let deny = format!(
        "{BLOCK}    grants: [{own}]\n    deny: [{{ data_actions: [mongodb/remove], scope: /dbs/orders/colls/open }}]\n"
    );
    let report = audit(&bench, &deny).exits(2);
    assert!(report.stderr.contains("mongodb/remove"), "{report}");
    let deny = format!("{BLOCK}    deny: [{{ data_actions: [mongodb/remove], scope: /dbs/orders/colls/open }}]\n");
    let report = audit(&bench, &deny).exits(1).report();
    assert_eq!(report.of("denied-access")[0]["confidence"], "certain");
}

#[test]
fn policies_say_what_they_do_not_understand_of_users() {
    let bench = Bench::offline();
    for (rule, error) in [
        (
            "principal: \"mongo:app\", role: read",
            "invalid MongoDB user `mongo:app`",
        ),
        (
            "principal: \"mongo:orders.app\", role: readwrite",
            "did you mean `readWrite`?",
        ),
        (
            "principal: \"mongo:orders.app\", role: root",
            "isn't a built-in role of MongoDB users",
        ),
        (
            "principal: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, role: readWrite",
            "unknown role `readWrite`",
        ),
    ] {
        bench.write("p.yaml", grants(&format!("{{ {rule}, scope: /dbs/orders }}")));
        let outcome = bench.run(&["policy", "check", "p.yaml"]).exits(2);
        assert!(outcome.stderr.contains(error), "{rule}: {outcome}");
    }
}

#[test]
fn a_draft_grants_users_what_they_have() {
    let custom =
        "{ db: orders, role: a, privileges: [{ resource: { db: ledger, collection: entries }, actions: [insert] }] }";
    let roles = format!("{}, {}", builtin("orders", "readWrite"), builtin("orders", "a"));
    let bench = Bench::azure(&tenant(&roles, custom));
    scan(&bench, "s.jsonl");
    bench
        .run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"])
        .exits(0);
    let draft = bench.read("draft.yaml");
    assert!(
        draft.contains("mongo:orders.app") && draft.contains("readWrite"),
        "{draft}"
    );
    assert!(draft.contains("mongodb/insert"), "{draft}");
    let outcome = bench.run(&[
        "audit",
        "--snapshot=s.jsonl",
        "-p=draft.yaml",
        "-f=json",
        "--fail-on=never",
    ]);
    let report = outcome.report();
    for check in [
        "excess-access",
        "missing-access",
        "role-missing",
        "role-undeclared",
        "role-drift",
    ] {
        assert_eq!(report.of(check).len(), 0, "{check}: {draft}");
    }
}

#[test]
fn a_draft_leaves_out_of_a_user_what_is_dubious_and_nothing_else() {
    let roles = [
        builtin("orders", "read"),
        builtin("nowhere", "readWrite"),
        builtin("ledger", "mystery"),
    ];
    let bench = Bench::azure(&tenant(&roles.join(", "), ""));
    scan(&bench, "s.jsonl");
    bench
        .run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"])
        .exits(0);
    let draft = bench.read("draft.yaml");
    assert!(draft.contains("role: read, scope: /dbs/orders"), "{draft}");
    for left in [
        "readWrite at /dbs/nowhere for mongo:orders.app (the scope no longer exists)",
        "ledger.mystery at /dbs/ledger for mongo:orders.app (the role isn't known)",
    ] {
        assert!(draft.contains(left), "{left}: {draft}");
    }
    let arguments = [
        "audit",
        "--snapshot=s.jsonl",
        "-p=draft.yaml",
        "-f=json",
        "--fail-on=never",
    ];
    let report = bench.run(&arguments).report();
    assert_eq!(report.of("missing-access").len(), 0, "{draft}");
}

#[test]
fn a_draft_leaves_out_a_user_that_no_policy_can_name() {
    let bench = Bench::azure(&tenant(&builtin("orders", "read"), ""));
    scan(&bench, "s.jsonl");
    let named = r#""db":"orders","user":"app""#;
    let snapshot = bench.read("s.jsonl");
    assert!(snapshot.contains(named), "{snapshot}");
    bench.write("s.jsonl", snapshot.replace(named, r#""db":"","user":"app""#));
    bench
        .run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"])
        .exits(0);
    let draft = bench.read("draft.yaml");
    assert!(draft.contains("a policy can't name the principal"), "{draft}");
}

#[test]
fn what_a_user_lacks_is_certain_only_where_their_roles_are_known() {
    let required = grants("{ principal: 'mongo:orders.app', role: readWrite, scope: /dbs/orders }");
    for (roles, confidence) in [
        (builtin("orders", "read"), Some("certain")),
        (
            format!("{}, {}", builtin("orders", "read"), builtin("orders", "mystery")),
            Some("possible"),
        ),
        (builtin("orders", "readWrite"), None),
    ] {
        let bench = Bench::azure(&tenant(&roles, ""));
        let report = audit(&bench, &required).report();
        let found = report.of("missing-access");
        let said: Vec<&str> = found.iter().map(|one| one["confidence"].as_str().unwrap()).collect();
        assert_eq!(said, Vec::from_iter(confidence), "{roles}");
        if confidence == Some("possible") {
            let message = found[0]["message"].as_str().unwrap();
            let doubt = "it depends on what the principal's role `orders.mystery` grants, which isn't known";
            assert!(message.contains(doubt), "{message}");
        }
    }
}

/// A deny that names an action of one way of signing in says nothing of the other.
#[test]
fn denies_of_one_way_to_sign_in_are_said() {
    let bench = Bench::azure(&tenant(&builtin("orders", "readWrite"), ""));
    let (users, identities) = (
        "no deny names an action of users with passwords",
        "no deny names a data action of Microsoft Entra identities",
    );
    for (actions, told, untold) in [
        ("[mongodb/remove]", Some(identities), Some(users)),
        ("[mongodb/remove, \"mongoMI/*\"]", None, Some(users)),
        ("[\"mongoMI/*\"]", Some(users), Some(identities)),
    ] {
        let deny = format!("{BLOCK}    deny: [{{ data_actions: {actions}, scope: / }}]\n");
        let report = audit(&bench, &deny).report().0;
        let rows = report["summary"]["not_checked"].to_string();
        assert!(told.is_none_or(|told| rows.contains(told)), "{actions}: {rows}");
        assert!(untold.is_none_or(|untold| !rows.contains(untold)), "{actions}: {rows}");
        assert!(told.is_some() || !rows.contains(identities), "{actions}: {rows}");
    }
}

/// A baseline or a waiver with the fingerprint accepts a user as long as the roles give the same.
#[test]
fn a_user_whose_role_grows_is_another_finding() {
    let print = |privileges: &str, more: &str| {
        let custom = format!("{{ db: orders, role: a, privileges: [{privileges}] }}{more}");
        let bench = Bench::azure(&tenant("{ db: orders, role: a }", &custom));
        let report = audit(&bench, &format!("{BLOCK}checks: {{ key-age: off }}\n"))
            .exits(1)
            .report();
        report.of("password-user")[0]["fingerprint"].clone()
    };
    let on = |collection: &str, actions: &str| {
        format!("{{ resource: {{ db: orders, collection: {collection} }}, actions: [{actions}] }}")
    };
    let own = print(&on("open", "find"), "");
    let other =
        ", { db: orders, role: b, privileges: [{ resource: { db: ledger, collection: \"\" }, actions: [remove] }] }";
    assert_eq!(own, print(&on("open", "find"), other), "a role that nobody has");
    assert_eq!(
        own,
        print(&format!("{0}, {0}", on("open", "find")), ""),
        "the same twice"
    );
    for more in [
        on("open", "find, remove"),
        on("\"\"", "find"),
        format!("{}, {}", on("open", "find"), on("closed", "find")),
    ] {
        assert_ne!(own, print(&more, ""), "{more}");
    }
}
