//! What the data plane gives where Azure is not documented in full: names, ids and actions in spellings and of kinds that
//! nobody expects. Whatever is in doubt is reported, never passed as fine.

mod actions;
mod groups;
mod ids;
mod keys;
mod roles;
mod scopes;
mod twins;

use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/acc";
pub(crate) const APP: &str = "a1000000-0000-4000-8000-0000000000a0";
pub(crate) const READER: &str = "00000000-0000-0000-0000-000000000001";
pub(crate) const CONTRIBUTOR: &str = "00000000-0000-0000-0000-000000000002";
const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";

pub(crate) fn role(guid: &str, name: &str, built_in: bool, actions: &[&str]) -> Value {
    let actions: Vec<String> = actions.iter().map(|action| format!("{PREFIX}{action}")).collect();
    json!({
        "id": format!("{ACCOUNT}/sqlRoleDefinitions/{guid}"), "role_name": name, "built_in": built_in,
        "assignable_scopes": [ACCOUNT], "permissions": [{"data_actions": actions, "not_data_actions": []}],
    })
}

/// The two roles that every account has.
pub(crate) fn built_in() -> Vec<Value> {
    let items = "sqlDatabases/containers";
    let [query, feed, read] = ["executeQuery", "readChangeFeed", "items/read"].map(|one| format!("{items}/{one}"));
    vec![
        role(
            READER,
            "Cosmos DB Built-in Data Reader",
            true,
            &["readMetadata", &query, &feed, &read],
        ),
        role(
            CONTRIBUTOR,
            "Cosmos DB Built-in Data Contributor",
            true,
            &["readMetadata", &format!("{items}/*"), &format!("{items}/items/*")],
        ),
    ]
}

pub(crate) fn assignment(number: usize, role: &str, principal: &str, scope: &str) -> Value {
    json!({
        "id": format!("{ACCOUNT}/sqlRoleAssignments/b0000000-0000-4000-8000-{number:012}"),
        "role_definition_id": role, "principal_id": principal, "scope": scope,
    })
}

/// An account with the built-in roles, in which nothing is wrong but what is put in.
pub(crate) struct Plane {
    pub(crate) record: Value,
    pub(crate) principals: Option<Value>,
    pub(crate) inventory: bool,
}

impl Plane {
    pub(crate) fn new(assignments: Vec<Value>) -> Self {
        let record = json!({
            "account": {
                "id": ACCOUNT, "name": "acc", "resource_group": "rg", "subscription": "5e1f0c1a-0000-4000-8000-000000000001",
                "location": "West Europe", "api": "sql", "tags": {}, "local_auth_disabled": true,
                "key_metadata_writes_disabled": true,
            },
            "role_definitions": built_in(), "role_assignments": assignments, "databases": [], "gaps": [],
        });
        Self {
            record,
            principals: None,
            inventory: true,
        }
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.record[field] = value;
        self
    }

    pub(crate) fn databases(self, databases: &[(&str, &[&str])]) -> Self {
        let databases = databases
            .iter()
            .map(|(name, containers)| json!({"name": name, "containers": containers}));
        let databases = databases.collect();
        self.with("databases", databases)
    }

    /// With a role definition besides the built-in ones.
    pub(crate) fn role(mut self, role: Value) -> Self {
        self.record["role_definitions"].as_array_mut().unwrap().push(role);
        self
    }

    pub(crate) fn lines(&self) -> String {
        let header = json!({
            "format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-03-04T05:05:06Z", "cloud": "public",
            "tenant": "t", "subscriptions": [], "scope": {"target": "subscriptions", "inventory": self.inventory},
        });
        let mut end = json!({"accounts": 1, "gaps": self.record["gaps"].as_array().unwrap().len()});
        let mut lines = vec![header, self.record.clone()];
        if let Some(principals) = &self.principals {
            end["principals"] = principals.as_array().unwrap().len().into();
            lines.push(json!({"principals": principals}));
        }
        lines.push(json!({"end": end}));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Audits it against the block of a policy.
    pub(crate) fn audit(&self, block: &str) -> Outcome {
        let bench = Bench::offline();
        bench.write("s.jsonl", self.lines());
        bench.write("p.yaml", format!("version: 1\naccounts:\n  - {{ {block} }}\n"));
        bench.run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-f=json"])
    }

    /// What an audit finds, as `check confidence`, without the check's findings that are of no interest.
    pub(crate) fn found(&self, block: &str) -> Vec<String> {
        let report = self.audit(block).report();
        let findings = report.findings();
        let word = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
        let mut found: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} {}", word(finding, "check"), word(finding, "confidence")))
            .collect();
        found.sort();
        found
    }

    /// The messages of a check's findings.
    pub(crate) fn messages(&self, block: &str, check: &str) -> Vec<String> {
        let report = self.audit(block).report();
        let findings = report.findings();
        let own = findings.iter().filter(|finding| finding["check"] == check);
        own.map(|finding| finding["message"].as_str().unwrap().to_owned())
            .collect()
    }
}
