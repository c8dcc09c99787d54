//! Roles of other APIs than an account's own: a scan lists their definitions only where they are assigned, and the built-in ones
//! exist all the same.

use super::{ACCOUNTS, GROUP, audit, template};
use crate::support::{Bench, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An API: ARM's word for its roles, the word of snapshots, what declares it, and the number of its built-in contributor.
struct Api(&'static str, &'static str, Option<&'static str>, u8);

const APIS: [Api; 5] = [
    Api("sql", "sql", None, 2),
    Api("table", "table", Some("EnableTable"), 2),
    Api("cassandra", "cassandra", Some("EnableCassandra"), 4),
    Api("gremlin", "gremlin", Some("EnableGremlin"), 4),
    Api("mongoMI", "mongo", None, 4),
];

fn id(api: &Api) -> String {
    format!("{GROUP}/providers/{ACCOUNTS}/of-{}", api.1)
}

/// The principal that has the built-in role of a kind.
fn principal(kind: &Api) -> String {
    let place = APIS.iter().position(|one| one.0 == kind.0).unwrap();
    format!("a11ce000-0000-4000-8000-00000000000{place}")
}

/// The properties of the assignment of a role, by the end of its ID.
fn assigned(api: &Api, kind: &Api, role: &str) -> Value {
    let role = format!("{}/{}RoleDefinitions/{role}", id(api), kind.0);
    json!({"roleDefinitionId": role, "principalId": principal(kind), "scope": id(api)})
}

fn contributor(kind: &Api) -> String {
    format!("00000000-0000-0000-0000-{:012}", kind.3)
}

/// The body of an account.
fn body(api: &Api) -> Value {
    let capabilities: Vec<Value> = api.2.iter().map(|name| json!({"name": name})).collect();
    json!({"kind": if api.1 == "mongo" { "MongoDB" } else { "GlobalDocumentDB" }, "properties": {"disableLocalAuth": true,
        "disableKeyBasedMetadataWriteAccess": true, "capabilities": capabilities}})
}

/// A template that assigns the built-in role of every kind in an account of every API.
fn arm(is_new: bool) -> String {
    let accounts = APIS.iter().filter(|_| is_new).map(|api| {
        let mut account = body(api);
        account["type"] = json!(ACCOUNTS);
        account["name"] = json!(format!("of-{}", api.1));
        account
    });
    let roles = APIS.iter().flat_map(|api| {
        APIS.iter().map(move |kind| {
            json!({"type": format!("{ACCOUNTS}/{}RoleAssignments", kind.0), "name": format!("of-{}/{}", api.1, kind.0),
                "properties": assigned(api, kind, &contributor(kind))})
        })
    });
    template(accounts.chain(roles).collect()).to_string()
}

/// A plan of Terraform that does the same.
fn terraform(is_new: bool) -> String {
    let created = |kind: &str, name: String, after: Value| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {"id": true}, "after_sensitive": {}}})
    };
    let accounts = APIS.iter().filter(|_| is_new).map(|api| {
        let after = json!({"type": format!("{ACCOUNTS}@2025-04-15"), "name": format!("of-{}", api.1), "parent_id": GROUP,
            "body": body(api)});
        created("azapi_resource", api.1.to_owned(), after)
    });
    let roles = APIS.iter().flat_map(|api| {
        APIS.iter().map(move |kind| {
            let own = assigned(api, kind, &contributor(kind));
            let name = format!("{}_{}", api.1, kind.0);
            if kind.0 == "sql" {
                let after = json!({"account_name": format!("of-{}", api.1), "resource_group_name": "shop", "name": "a",
                    "role_definition_id": own["roleDefinitionId"], "principal_id": own["principalId"], "scope": own["scope"]});
                return created("azurerm_cosmosdb_sql_role_assignment", name, after);
            }
            let after = json!({"type": format!("{ACCOUNTS}/{}RoleAssignments@2025-04-15", kind.0), "name": kind.0,
                "parent_id": id(api), "body": {"properties": own}});
            created("azapi_resource", name, after)
        })
    });
    json!({"format_version": "1.2", "resource_changes": accounts.chain(roles).collect::<Vec<_>>(),
        "configuration": {"root_module": {}}, "complete": true, "errored": false})
    .to_string()
}

/// A snapshot of an account of each of `apis`, with what `change` makes of it.
fn scanned(bench: &Bench, apis: &[Api], foreign_kinds: bool, change: impl Fn(&Api, &mut Value)) {
    let mut header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-01-01T00:00:00Z", "cloud": "public",
        "tenant": "t", "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "name": "Shop"}]});
    header["scope"] = json!({"target": "all-subscriptions", "inventory": true, "foreign_kinds": foreign_kinds});
    let accounts = apis.iter().map(|api| {
        let mut own = json!({"account": {"id": id(api), "name": format!("of-{}", api.1), "resource_group": "shop",
            "subscription": "11111111-1111-1111-1111-111111111111", "location": "westeurope", "api": api.1, "tags": {},
            "local_auth_disabled": true, "key_metadata_writes_disabled": true},
            "role_definitions": [], "role_assignments": [], "databases": [], "gaps": []});
        change(api, &mut own);
        own
    });
    let end = json!({"end": {"accounts": apis.len(), "gaps": 0}});
    let lines = std::iter::once(header).chain(accounts).chain([end]);
    bench.write(
        "tenant.jsonl",
        lines.map(|line| format!("{line}\n")).collect::<String>(),
    );
}

fn diff(bench: &Bench) -> Outcome {
    let group = [
        "--resource-group",
        GROUP,
        "--subscription",
        "11111111-1111-1111-1111-111111111111",
    ];
    bench.run(
        &[
            &["diff", "tenant.jsonl", "--template=t.json", "--fail-on-gain", "-f=json"],
            &group[..],
        ]
        .concat(),
    )
}

fn findings(bench: &Bench) -> BTreeMap<String, usize> {
    let group = ["--resource-group", GROUP];
    let all = [
        &["--template=t.json", "--against=tenant.jsonl", "-p=p.yaml", "-f=json"],
        &group[..],
    ]
    .concat();
    let report = audit(bench, &all).report();
    let mut number = BTreeMap::new();
    for finding in report.findings() {
        *number.entry(finding["check"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    number
}

const POLICY: &str =
    "version: 1\naccounts: [{ name: all, local_auth: any, deny: [{ data_actions: [\"*\"], scope: / }] }]\n";

#[test]
fn built_in_roles_of_every_api_exist_in_accounts_of_every_api() {
    let bench = Bench::offline();
    bench.write("p.yaml", POLICY);
    for (is_new, file) in [
        (true, arm(true)),
        (false, arm(false)),
        (true, terraform(true)),
        (false, terraform(false)),
    ] {
        let there = if is_new { &[][..] } else { &APIS };
        scanned(&bench, there, true, |_, _| ());
        bench.write("t.json", file);
        let outcome = diff(&bench).exits(1);
        let difference: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let gained = difference["gained"].as_array().unwrap();
        for api in &APIS {
            for kind in &APIS {
                let (account, who) = (id(api), principal(kind));
                let own = gained
                    .iter()
                    .find(|one| one["account"] == account && one["principal"]["id"] == who)
                    .unwrap_or_else(|| panic!("{account} {who}: {outcome}"));
                let expected = if api.0 == kind.0 { "yes" } else { "possible" };
                assert_eq!(own["access"]["delete"], expected, "{own:#}");
            }
        }
        assert_eq!(gained.len(), 25, "{outcome}");
        let found = findings(&bench);
        assert_eq!(found.get("dangling-role"), None, "{found:?}");
        assert_eq!(found.get("foreign-role-kind"), Some(&20), "{found:?}");
        assert!(found.contains_key("denied-access"), "{found:?}");
    }
}

/// What a scan left out that the template gives is a possible gain, and a certain one in a new account.
#[test]
fn roles_of_another_api_that_a_template_assigns_count_where_the_scan_left_such_roles_out() {
    let bench = Bench::offline();
    for (is_new, there, gained, said) in [(true, &[][..], 25, false), (false, &APIS, 5, true)] {
        scanned(&bench, there, false, |_, _| ());
        bench.write("t.json", arm(is_new));
        let outcome = diff(&bench).exits(1);
        let difference: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(difference["gained"].as_array().unwrap().len(), gained, "{outcome}");
        let possible = "it can be new, and counts as gained";
        assert_eq!(outcome.stdout.contains(possible), said, "{outcome}");
    }
}

/// A scan that met no assignment of an API didn't list its custom roles.
#[test]
fn a_custom_role_of_another_api_that_no_scan_listed_can_exist() {
    let [api, kind, ..] = &APIS;
    let bench = Bench::offline();
    bench.write("p.yaml", POLICY);
    let resource = json!({"type": format!("{ACCOUNTS}/{}RoleAssignments", kind.0), "name": format!("of-{}/a", api.1),
        "properties": assigned(api, kind, "11a0f000-0000-4000-8000-000000000001")});
    bench.write("t.json", template(json!([resource])).to_string());
    scanned(&bench, &APIS[..1], true, |_, _| ());
    let outcome = diff(&bench).exits(1);
    let why = "what the template gives to a11ce000-0000-4000-8000-000000000001";
    assert!(outcome.stdout.contains(why), "{outcome}");
    let found = findings(&bench);
    assert_eq!(found.get("dangling-role"), None, "{found:?}");
    assert_eq!(found.get("collection-incomplete"), Some(&1), "{found:?}");
    // One that listed them has no such role.
    scanned(&bench, &APIS[..1], true, |api, own| {
        let id = id(api);
        let role = format!("{id}/tableRoleDefinitions/{}", contributor(&APIS[1]));
        let actions = [
            "readMetadata",
            "tables/*",
            "tables/containers/*",
            "tables/containers/entities/*",
        ];
        let actions = actions.map(|action| format!("{ACCOUNTS}/{action}"));
        own["role_definitions"] = json!([{"id": role, "kind": "table", "role_name": "Cosmos DB Built-in Data Contributor",
            "built_in": true, "assignable_scopes": [id], "permissions": [{"data_actions": actions,
            "not_data_actions": []}]}]);
        own["role_assignments"] = json!([{"id": format!("{id}/tableRoleAssignments/b"), "kind": "table",
            "role_definition_id": role, "principal_id": principal(&APIS[0]), "scope": id}]);
    });
    diff(&bench).exits(0);
    let found = findings(&bench);
    assert_eq!(found.get("dangling-role"), Some(&1), "{found:?}");
}
