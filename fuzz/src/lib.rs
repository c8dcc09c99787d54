//! What fuzz targets have in common: small tenants of arbitrary words.

use cosmos_rbac::checks::{Options, audit};
use cosmos_rbac::finding::Report;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use serde_json::{Value, json};

const ROOT: &str = "/subscriptions/11111111-0000-4000-8000-000000000001";

/// What is in a tenant; numbers choose among names that are known, words are whatever they are.
#[derive(Debug, Arbitrary)]
pub struct Words {
    accounts: Vec<Account>,
    principals: Vec<(u8, String, u8)>,
    azure: Vec<(u8, u8, u8)>,
    eligible: Vec<(u8, u8, u8)>,
    /// What the policy of [`Words::policy`] says.
    grants: Vec<(u8, u8, u8, String)>,
}

#[derive(Debug, Arbitrary)]
struct Account {
    name: String,
    api: u8,
    tags: Vec<(String, String)>,
    settings: u8,
    roles: Vec<(String, Vec<Action>, Vec<Action>)>,
    assignments: Vec<(u8, u8, Scope)>,
    databases: Option<Vec<(String, Vec<String>)>>,
    gaps: Vec<String>,
}

#[derive(Debug, Arbitrary)]
enum Action {
    Known(u8),
    Word(String),
}

#[derive(Debug, Arbitrary)]
enum Scope {
    Account,
    Database(String),
    Container(String, String),
    Word(String),
}

const ACTIONS: [&str; 10] = [
    "readMetadata",
    "readAnalytics",
    "sqlDatabases/containers/*",
    "sqlDatabases/containers/items/*",
    "sqlDatabases/containers/items/read",
    "sqlDatabases/containers/items/delete",
    "sqlDatabases/containers/executeQuery",
    "sqlDatabases/containers/executeStoredProcedure",
    "*/read",
    "*",
];

fn guid(kind: u8, number: u8) -> String {
    format!("{kind:08x}-0000-4a0b-8c0d-{number:012x}")
}

impl Words {
    /// The tenant, if it can be one: names that no account can have make none.
    pub fn snapshot(&self) -> Option<Snapshot> {
        let read = Snapshot::read(self.text().as_bytes(), "fuzz");
        // Without a word of the input, it must be one: or nothing at all is tried.
        assert!(read.is_ok() || !self.accounts.is_empty(), "{read:?}");
        read.ok()
    }

    /// The tenant as a file.
    pub fn text(&self) -> String {
        let mut lines = vec![json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z",
            "cloud": "public", "tenant": "t", "subscriptions": [{"id": &ROOT[15..], "name": "s"}]})];
        let accounts = self.accounts.iter().take(4).enumerate();
        let accounts: Vec<Value> = accounts.map(|(number, account)| account.line(number)).collect();
        let gaps: usize = accounts.iter().map(|line| line["gaps"].as_array().map_or(0, Vec::len)).sum();
        let count = accounts.len();
        lines.extend(accounts);
        lines.push(self.control_plane());
        let principals = self.principals.iter().take(8);
        let kinds = ["user", "group", "service-principal", "managed-identity", "unknown"];
        let principals = principals.map(|(number, name, kind)| {
            json!({"id": guid(3, number % 8), "name": name, "kind": kinds[usize::from(*kind) % 5], "found": kind % 7 > 0})
        });
        // Each at most once.
        let principals: std::collections::BTreeMap<String, Value> =
            principals.map(|one| (one["id"].to_string(), one)).collect();
        let known = principals.len();
        lines.push(json!({"principals": principals.into_values().collect::<Vec<_>>()}));
        lines.push(json!({"end": {"accounts": count, "gaps": gaps, "control_planes": 1, "principals": known}}));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn control_plane(&self) -> Value {
        let actions = [
            "*",
            "*/read",
            "Microsoft.DocumentDB/databaseAccounts/*",
            "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
            "Microsoft.Authorization/*",
        ];
        let role = |number: usize| format!("{ROOT}/providers/Microsoft.Authorization/roleDefinitions/{}", guid(4, number as u8));
        let roles = actions.iter().enumerate().map(|(number, action)| {
            json!({"id": role(number), "role_name": format!("role {number}"), "built_in": true, "assignable_scopes": ["/"],
                "permissions": [{"actions": [action], "not_actions": []}]})
        });
        let assignment = |(number, (who, which, place)): (usize, &(u8, u8, u8))| {
            let scope = if place % 2 == 0 { ROOT.to_owned() } else { format!("{ROOT}/resourceGroups/rg") };
            json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{}", guid(5, number as u8)),
                "role_definition_id": role(usize::from(*which) % 5), "principal_id": guid(3, who % 8), "scope": scope})
        };
        let assigned = self.azure.iter().take(6).enumerate().map(assignment);
        let eligible = self.eligible.iter().take(3).enumerate().map(assignment);
        json!({"control_plane": {"subscription": &ROOT[15..], "role_assignments": assigned.collect::<Vec<_>>(),
            "role_definitions": roles.collect::<Vec<_>>(), "deny_assignments": [], "eligible": eligible.collect::<Vec<_>>(),
            "gaps": []}})
    }

    /// A policy, as a file.
    pub fn policy(&self) -> String {
        let grants = self.grants.iter().take(6).map(|(who, action, place, word)| {
            let scope = ["/".to_owned(), "/dbs/*".to_owned(), format!("/dbs/{word}"), "/dbs/a".to_owned()];
            json!({"principal": format!("p{}", who % 8), "data_actions": [ACTIONS[usize::from(*action) % 10]],
                "scope": scope[usize::from(*place) % 4], "presence": "optional"})
        });
        let grants: Vec<Value> = grants.collect();
        let principals: serde_json::Map<String, Value> =
            (0..8).map(|number| (format!("p{number}"), json!({"id": guid(3, number)}))).collect();
        json!({"version": 1, "principals": principals, "accounts": [{"name": "all", "local_auth": "disabled",
            "grants": grants, "key_readers": [], "account_writers": [], "role_admins": []}]})
        .to_string()
    }
}

impl Account {
    fn line(&self, number: usize) -> Value {
        // Names that ARM could never return end most runs before they begin.
        let name = format!("acc{number}-{}", self.name.replace(['/', '\\', '?', '#', '%'], ""));
        let id = format!("{ROOT}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}");
        let apis = ["sql", "sql", "sql", "table", "cassandra", "gremlin", "mongo", "unknown"];
        let api = apis[usize::from(self.api) % 8];
        let (kind, list) = match api {
            "table" => ("table", "table"),
            "cassandra" => ("cassandra", "cassandra"),
            "gremlin" => ("gremlin", "gremlin"),
            "mongo" => ("mongoMI", "mongoMI"),
            _ => ("sql", "sql"),
        };
        let actions = |list: &[Action]| {
            let text = |action: &Action| match action {
                Action::Known(number) => {
                    format!("Microsoft.DocumentDB/databaseAccounts/{}", ACTIONS[usize::from(*number) % 10])
                }
                Action::Word(text) => text.clone(),
            };
            list.iter().take(4).map(text).collect::<Vec<_>>()
        };
        let roles = self.roles.iter().take(4).enumerate().map(|(number, (name, yes, not))| {
            json!({"id": format!("{id}/{list}RoleDefinitions/{}", guid(1, number as u8)), "role_name": name, "kind": kind,
                "built_in": false, "assignable_scopes": [id],
                "permissions": [{"data_actions": actions(yes), "not_data_actions": actions(not)}]})
        });
        let assignments = self.assignments.iter().take(6).enumerate().map(|(number, (who, role, scope))| {
            let scope = match scope {
                Scope::Account => id.clone(),
                Scope::Database(database) => format!("{id}/dbs/{database}"),
                Scope::Container(database, container) => format!("{id}/dbs/{database}/colls/{container}"),
                Scope::Word(text) => text.clone(),
            };
            json!({"id": format!("{id}/{list}RoleAssignments/{}", guid(2, number as u8)), "kind": kind,
                "role_definition_id": format!("{id}/{list}RoleDefinitions/{}", guid(1, role % 5)),
                "principal_id": guid(3, who % 8), "scope": scope})
        });
        let databases = self.databases.as_ref().map(|list| {
            let one = |(name, containers): &(String, Vec<String>)| json!({"name": name, "containers": containers});
            list.iter().take(3).map(one).collect::<Vec<_>>()
        });
        let gap = |text: &String| json!({"what": "sqlRoleAssignments", "status": 403, "code": text, "message": text});
        let tags: serde_json::Map<String, Value> =
            self.tags.iter().take(3).map(|(key, value)| (key.clone(), json!(value))).collect();
        json!({"account": {"id": id, "name": name, "resource_group": "rg", "subscription": &ROOT[15..],
                "location": "westeurope", "api": api, "tags": tags,
                "local_auth_disabled": self.settings & 1 > 0, "key_metadata_writes_disabled": self.settings & 2 > 0},
            "role_definitions": roles.collect::<Vec<_>>(), "role_assignments": assignments.collect::<Vec<_>>(),
            "databases": databases, "gaps": self.gaps.iter().take(2).map(gap).collect::<Vec<_>>()})
    }
}

/// What an audit finds, if there can be one.
pub fn audited(snapshot: &Snapshot, policy: &Policy, is_whole: bool) -> Option<Report> {
    let options = Options {
        effects: is_whole,
        plan: is_whole,
        ..Options::default()
    };
    audit(&Tenant::of(snapshot), policy, options).ok()
}

/// A tenant to try policies and baselines on.
pub fn sample() -> Snapshot {
    let text = include_str!("../../reports/sample/contoso.jsonl");
    Snapshot::read(text.as_bytes(), "contoso.jsonl").unwrap()
}
