//! Accounts of every API: their own roles, and roles of other APIs that are assigned there.

use crate::support::{Bench, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher, Origin};
use serde_json::{Value, json};

const APP: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";

/// A NoSQL, a MongoDB and a Table account, each with a grant that the policy has.
pub(crate) fn mixed(more: &str) -> String {
    let account = |name: &str, api: &str, role: &str, at: &str, data: &str| {
        format!(
            "      - {{ name: {name}, {api}, disable_local_auth: true, disable_key_based_metadata_write_access: true,\n\
             \x20         databases: {{ {data} }},\n\
             \x20         role_assignments: [{{ role: {role}, principal_id: {APP}, scope: \"{{account}}{at}\" }}]{more} }}\n"
        )
    };
    let contributor = "Cosmos DB Built-in Data Contributor";
    let of_mongo = "Cosmos DB Mongo Built-in Data Reader";
    format!(
        "principals: [{{ id: {APP}, displayName: app, kind: servicePrincipal }}]\n\
         subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n{}{}{}",
        account(
            "nosql",
            "kind: GlobalDocumentDB",
            contributor,
            "/dbs/orders",
            "orders: [open]"
        ),
        account("documents", "kind: MongoDB", of_mongo, "/dbs/shop", "shop: [carts]"),
        account(
            "flat",
            "capabilities: [EnableTable]",
            contributor,
            "/dbs/devices",
            "TablesDB: [devices]"
        ),
    )
}

const POLICY: &str = "version: 1
principals: { app: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa } }
accounts:
  - match: { api: sql }
    local_auth: disabled
    grants: [{ principal: app, role: Cosmos DB Built-in Data Contributor, scope: /dbs/orders }]
  - match: { api: mongo }
    local_auth: any
    grants: [{ principal: app, role: Cosmos DB Mongo Built-in Data Reader, scope: /dbs/shop }]
  - match: { api: table }
    local_auth: any
    grants: [{ principal: app, role: Cosmos DB Built-in Data Contributor, scope: /dbs/TablesDB/colls/devices }]
";

pub(crate) fn audit(bench: &Bench, policy: &str) -> Outcome {
    bench.write("policy.yaml", policy);
    bench.audit(&["-p=policy.yaml", "-f=json"])
}

pub(crate) fn found(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.report();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let findings = report.0["findings"].as_array().unwrap().iter();
    findings.map(|one| (text(one, "check"), text(one, "title"))).collect()
}

#[test]
fn a_mixed_tenant_that_is_as_its_policy_says_passes() {
    let bench = Bench::azure(&mixed(""));
    let outcome = audit(&bench, POLICY).exits(0);
    assert_eq!(found(&outcome), []);
    let report = outcome.report();
    let not_checked = report.0["summary"]["not_checked"].to_string();
    assert!(!not_checked.contains("mongo-users"), "{not_checked}");
    for list in [
        "sqlRoleAssignments",
        "mongoMIRoleAssignments",
        "mongodbUserDefinitions",
        "mongodbRoleDefinitions",
        "tableRoleDefinitions",
        "tables",
        "collections",
    ] {
        let forbidden = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![forbidden]);
        let outcome = audit(&bench, POLICY).exits(3);
        assert!(outcome.stdout.contains("collection-incomplete"), "{list}: {outcome}");
    }
}

/// A table's scope has two forms; grants, assignments and denies mean it by either.
#[test]
fn a_table_has_two_spellings() {
    for at in ["/dbs/devices", "/dbs/TablesDB/colls/devices"] {
        for rule in ["/dbs/devices", "/dbs/TablesDB/colls/devices", "/dbs/*"] {
            let tenant = mixed("").replace("{account}/dbs/devices", &format!("{{account}}{at}"));
            let presence = if rule.contains('*') { ", presence: optional" } else { "" };
            let own = format!("scope: \"{rule}\"{presence} }}]");
            let policy = POLICY.replace("scope: /dbs/TablesDB/colls/devices }]", &own);
            let bench = Bench::azure(&tenant);
            assert_eq!(found(&audit(&bench, &policy).exits(0)), [], "{at} {rule}");
            let optional = policy.replace(&own, &format!("scope: \"{rule}\", presence: optional }}]"));
            let deny = format!(
                "{optional}    deny: [{{ data_actions: [tables/containers/entities/delete], scope: \"{rule}\" }}]\n"
            );
            let outcome = audit(&bench, &deny).exits(1);
            let report = outcome.report();
            let denied = report.of("denied-access");
            assert_eq!(denied.len(), 1, "{at} {rule}: {outcome}");
            assert_eq!(denied[0]["confidence"], "certain", "{at} {rule}");
            assert_eq!(denied[0]["scope"], "/dbs/TablesDB/colls/devices");
        }
        // Another table is another place.
        let other = POLICY.replace("colls/devices", "colls/orders");
        let tenant = mixed("").replace("{account}/dbs/devices", &format!("{{account}}{at}"));
        let outcome = audit(&Bench::azure(&tenant), &other).exits(1);
        let checks: Vec<String> = found(&outcome).into_iter().map(|(check, _)| check).collect();
        assert_eq!(checks, ["excess-access", "missing-access"], "{at}");
    }
}

#[test]
fn a_role_of_another_api_is_possible_and_never_what_is_required() {
    let foreign = format!(
        ", foreign_roles: {{ gremlin: {{ role_assignments: [{{ role: Cosmos DB Gremlin Built-in Data Contributor, \
         principal_id: {APP} }}] }} }}"
    );
    let bench = Bench::azure(&mixed(&foreign));
    let outcome = audit(&bench, POLICY).exits(1);
    let report = outcome.report();
    let own = report.of("foreign-role-kind");
    assert_eq!(own.len(), 3);
    for finding in own {
        assert_eq!(finding["confidence"], "possible");
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains("the Gremlin API"), "{message}");
        assert!(message.contains("delete graphs with everything in them"), "{message}");
        let command = finding["remedy"]["command"].as_str().unwrap();
        assert!(
            command.starts_with("az cosmosdb gremlin role assignment delete "),
            "{command}"
        );
    }
    assert!(
        report
            .of("excess-access")
            .iter()
            .all(|one| one["confidence"] == "possible")
    );
    // The same role, of the account's own API, would be enough.
    let wanted = POLICY.replace(
        "Cosmos DB Mongo Built-in Data Reader, scope: /dbs/shop",
        "Cosmos DB Gremlin Built-in Data Reader, scope: /dbs/shop",
    );
    let missing = audit(&bench, &wanted).exits(1).report();
    assert_eq!(missing.of("missing-access").len(), 1);
    // Who can is possible, too.
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let can = [
        "who-can",
        "gremlin/containers/entities/delete",
        "--snapshot=s.jsonl",
        "-f=json",
    ];
    let rows: Value = serde_json::from_str(&bench.run(&can).exits(0).stdout).unwrap();
    let rows = rows["rows"].as_array().unwrap();
    let of_roles: Vec<&Value> = rows
        .iter()
        .filter(|row| row["via"]["type"] == "role-assignment")
        .collect();
    assert!(!of_roles.is_empty());
    assert!(
        of_roles
            .iter()
            .all(|row| row["confidence"] == "possible" && row["kind"] == "gremlin"),
        "{of_roles:?}"
    );
}

#[test]
fn what_a_role_does_to_tables_has_its_words_and_weight() {
    let tenant = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n".to_owned()
        + "      - name: wide\n        capabilities: [EnableCassandra]\n        disable_local_auth: true\n"
        + "        role_definitions: [{ name: Schema, permissions: [{ data_actions: [cassandra/write, cassandra/delete] }] }]\n"
        + &format!("        role_assignments: [{{ role: Schema, principal_id: {APP} }}]\n");
    let outcome = audit(&Bench::azure(&tenant), "version: 1\naccounts: [{ local_auth: any }]\n").exits(1);
    let report = outcome.report();
    let wide = report.of("account-scope-write");
    assert_eq!(wide[0]["confidence"], "certain", "{outcome}");
    let message = wide[0]["message"].as_str().unwrap();
    assert!(message.contains("delete tables with everything in them"), "{message}");
    assert!(message.contains("create and change tables"), "{message}");
}

/// Clouds get a version of the API one after the other.
#[test]
fn an_older_version_is_asked_where_the_service_does_not_know_the_newest() {
    let bench = Bench::azure(&mixed(""));
    let unknown = |list: &str, times: Option<usize>| Fault {
        times,
        ..Fault::new(FaultKind::Answer {
            status: 400,
            body: json!({"error": {"code": "NoRegisteredProviderFound", "message": "not yet"}}).to_string(),
            content_type: "application/json".to_owned(),
        })
        .on(Matcher::kind(list))
    };
    let lists = ["table", "cassandra", "gremlin", "mongoMI"];
    let all = |times: Option<usize>| -> Vec<Fault> {
        let both = lists
            .iter()
            .flat_map(|kind| ["RoleDefinitions", "RoleAssignments"].map(|list| format!("{kind}{list}")));
        both.map(|list| unknown(&list, times)).collect()
    };
    bench.emulator().set_faults(all(Some(1)));
    audit(&bench, POLICY).exits(0);
    let requests = bench.requests(Origin::Arm);
    let old = requests.iter().filter(|one| one.query.contains("2025-05-01-preview"));
    assert!(old.count() > 0);
    // Where it knows neither, nobody knows what is assigned.
    bench.emulator().set_faults(all(None));
    let outcome = audit(&bench, POLICY).exits(3);
    let report = outcome.report();
    let unread: Vec<&str> = report
        .of("collection-incomplete")
        .iter()
        .map(|one| one["account"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    assert!(
        ["nosql", "flat", "documents"].iter().all(|one| unread.contains(one)),
        "{unread:?}"
    );
}

/// What one of two scans left out isn't there because the other read it.
#[test]
fn merged_with_a_scan_that_left_them_out_roles_of_other_apis_are_not_checked() {
    let bench = Bench::azure(&mixed(""));
    let scan = |arguments: &[&str]| {
        bench
            .signed_in(&["scan", "--all-subscriptions"])
            .args(arguments)
            .run()
            .exits(0)
    };
    scan(&["-o=a.jsonl"]);
    scan(&["-o=b.jsonl", "--own-kinds-only"]);
    for order in [["a.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]] {
        bench.run(&["merge", order[0], order[1], "-o=m.jsonl", "-q"]).exits(0);
        bench.write("policy.yaml", POLICY);
        let shown = bench.run(&["audit", "--snapshot=m.jsonl", "-p=policy.yaml"]).stdout;
        assert!(shown.contains("--own-kinds-only"), "{shown}");
    }
}

#[test]
fn a_draft_names_tables_and_its_audit_passes() {
    let bench = Bench::azure(&mixed(""));
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    bench
        .run(&["policy", "init", "--snapshot=s.jsonl", "-o=draft.yaml"])
        .exits(0);
    let draft = bench.read("draft.yaml");
    assert!(draft.contains("scope: /dbs/TablesDB/colls/devices"), "{draft}");
    assert!(!draft.contains("excess-access"), "{draft}");
    bench.run(&["audit", "--snapshot=s.jsonl", "-p=draft.yaml"]).exits(0);
}

/// A role's scopes are compared as the places that they are, and a fix writes the kind of role that was there.
#[test]
fn roles_of_tables_and_their_fixes() {
    let tenant = format!("principals: [{{ id: {APP}, displayName: app, kind: servicePrincipal }}]\n")
        + "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n"
        + "      - name: flat\n        capabilities: [EnableTable]\n        disable_local_auth: true\n        databases: { TablesDB: [devices] }\n"
        + "        role_definitions: [{ name: Reader X, assignable_scopes: [\"{account}/dbs/TablesDB/colls/devices\"], \
           permissions: [{ data_actions: [tables/containers/entities/read] }] }]\n"
        + &format!(
            "        role_assignments: [{{ role: Reader X, principal_id: {APP}, scope: \"{{account}}/dbs/devices\" }}]\n"
        );
    let bench = Bench::azure(&tenant);
    let policy = |grants: &str| {
        format!(
            "version: 1\naccounts:\n  - match: {{ api: table }}\n    local_auth: any\n    roles: [{{ name: Reader X, \
             data_actions: [tables/containers/entities/read], assignable_scopes: [/dbs/devices] }}]\n    grants: [{grants}]\n"
        )
    };
    let own = format!("{{ principal: {APP}, role: Reader X, scope: /dbs/TablesDB/colls/devices }}");
    assert_eq!(found(&audit(&bench, &policy(&own)).exits(0)), []);
    let report = audit(&bench, &policy("")).exits(1).report();
    let command = report.of("excess-access")[0]["remedy"]["command"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        command.starts_with("az cosmosdb table role assignment delete "),
        "{command}"
    );
}

/// A built-in role's name means the one of the API that a block is for.
#[test]
fn contradictions_know_the_api_of_a_block() {
    let bench = Bench::offline();
    let policy = |api: &str, action: &str| {
        format!(
            "version: 1\naccounts:\n  - match: {{ api: {api} }}\n    grants: [{{ principal: {APP}, role: Cosmos DB Built-in Data \
             Contributor, scope: / }}]\n    deny: [{{ data_actions: [{action}], scope: / }}]\n"
        )
    };
    let of_sql = "sqlDatabases/containers/items/delete";
    let of_tables = "tables/containers/entities/delete";
    for (api, action, code) in [
        ("sql", of_sql, 2),
        ("table", of_tables, 2),
        ("table", of_sql, 0),
        ("sql", of_tables, 0),
    ] {
        bench.write("p.yaml", policy(api, action));
        bench.run(&["policy", "check", "p.yaml"]).exits(code);
    }
}
