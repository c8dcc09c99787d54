//! The checks of the ways round the data plane: who is named, at which accounts, and what the policy, groups, waivers
//! and an earlier report make of it.

mod conditions;
mod delegated;
mod denied;
mod directory;
mod judged;
mod restored;
mod semantics;
mod takeover;

use cosmos_rbac::checks::{CHECKS, Options, audit};
use cosmos_rbac::finding::{Baseline, Finding, NotChecked, Report, What};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve;
use cosmos_rbac::snapshot::Snapshot;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const OPERATOR: &str = "230815da-be43-4aae-9cb4-875f7bd000aa";
const ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
/// A role that assigns roles of the data plane, and nothing else.
const ASSIGNER: &str = "c0de0000-0000-4000-8000-00000000a551";

/// What a test says of its tenant.
#[derive(Default)]
struct Tenant {
    /// By name, and whether keys are refused.
    accounts: Vec<(String, bool)>,
    /// Principal, role, scope below the subscription.
    azure: Vec<(u8, &'static str, &'static str)>,
    /// Who has a role of the data plane in the first account.
    data: Vec<u8>,
    directory: Vec<Value>,
    delegations: Vec<Value>,
}

/// An object id.
fn id(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02x}")
}

fn role(guid: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}")
}

impl Tenant {
    fn of(accounts: &[(&str, bool)]) -> Self {
        Self {
            accounts: accounts
                .iter()
                .map(|(name, refused)| ((*name).to_owned(), *refused))
                .collect(),
            ..Self::default()
        }
    }

    fn snapshot(&self) -> Snapshot {
        let mut lines = vec![json!({
            "format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
            "tenant": "t", "subscriptions": [{"id": SUBSCRIPTION, "name": "Production"}],
        })];
        for (place, (name, refused)) in self.accounts.iter().enumerate() {
            let account = format!(
                "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
            );
            let reader = format!("{account}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001");
            let data = if place == 0 { &self.data[..] } else { &[] };
            let assignments: Vec<Value> = data
                .iter()
                .map(|who| {
                    json!({"id": format!("{account}/sqlRoleAssignments/{}", id(*who)), "role_definition_id": reader,
                        "principal_id": id(*who), "scope": format!("{account}/dbs/orders")})
                })
                .collect();
            lines.push(json!({
                "account": {"id": account, "name": name, "resource_group": "rg", "subscription": SUBSCRIPTION,
                    "location": "West Europe", "api": "sql", "tags": {}, "local_auth_disabled": refused,
                    "key_metadata_writes_disabled": true},
                "role_definitions": [{"id": reader, "role_name": "Cosmos DB Built-in Data Reader", "built_in": true,
                    "assignable_scopes": [account], "permissions": [{"data_actions":
                    ["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"], "not_data_actions": []}]}],
                "role_assignments": assignments, "databases": [{"name": "orders", "containers": []}], "gaps": [],
            }));
        }
        let assignments: Vec<Value> = self
            .azure
            .iter()
            .enumerate()
            .map(|(place, (who, guid, below))| {
                let scope = format!("/subscriptions/{SUBSCRIPTION}{below}");
                let assignment = format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{place:08}");
                json!({"id": assignment, "role_definition_id": role(guid), "principal_id": id(*who), "scope": scope})
            })
            .collect();
        let definition = |guid: &str, name: &str, actions: Value, not: Value| {
            json!({"id": role(guid), "role_name": name, "built_in": true, "assignable_scopes": ["/"],
                "permissions": [{"actions": actions, "not_actions": not}]})
        };
        lines.push(json!({"control_plane": {
            "subscription": SUBSCRIPTION, "role_assignments": assignments,
            "role_definitions": [
                definition(OWNER, "Owner", json!(["*"]), json!([])),
                definition(ADMINISTRATOR, "User Access Administrator", json!(["*/read", "Microsoft.Authorization/*"]), json!([])),
                definition(READER, "Reader", json!(["*/read"]), json!([])),
                definition(ASSIGNER, "Data Role Assigner",
                    json!(["Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write"]), json!([])),
                definition(OPERATOR, "Cosmos DB Operator", json!(["Microsoft.DocumentDb/databaseAccounts/*"]), json!([
                    "Microsoft.DocumentDB/databaseAccounts/readonlyKeys/*", "Microsoft.DocumentDB/databaseAccounts/regenerateKey/*",
                    "Microsoft.DocumentDB/databaseAccounts/listKeys/*", "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/*",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
                    "Microsoft.DocumentDB/databaseAccounts/tableRoleAssignments/write",
                    "Microsoft.DocumentDB/databaseAccounts/tableRoleDefinitions/write",
                    "Microsoft.DocumentDB/databaseAccounts/gremlinRoleAssignments/write",
                    "Microsoft.DocumentDB/databaseAccounts/gremlinRoleDefinitions/write",
                    "Microsoft.DocumentDB/databaseAccounts/cassandraRoleAssignments/write",
                    "Microsoft.DocumentDB/databaseAccounts/cassandraRoleDefinitions/write",
                    "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleAssignments/write",
                    "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleDefinitions/write"])),
            ],
            "deny_assignments": [], "eligible": [], "delegations": self.delegations, "gaps": [],
        }}));
        lines.push(json!({"principals": self.directory}));
        lines.push(
            json!({"end": {"accounts": self.accounts.len(), "gaps": 0, "control_planes": 1,
            "principals": self.directory.len()}}),
        );
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Snapshot::read(text.as_bytes(), "s.jsonl").unwrap()
    }

    fn audit(&self, policy: &str) -> Report {
        self.audit_with(policy, Options::default())
    }

    fn audit_with(&self, policy: &str, options: Options<'_>) -> Report {
        let policy = format!("version: 1\n{policy}");
        let policy =
            Policy::from_sources(&[("policy.yaml", &policy)], &CHECKS).unwrap_or_else(|errors| panic!("{errors}"));
        audit(&resolve::Tenant::of(&self.snapshot()), &policy, options).unwrap()
    }
}

/// A role of these actions, and its assignments: principal and scope in full.
fn with_role(snapshot: &mut Snapshot, guid: &str, actions: &[&str], assigned: &[(u8, &str)]) {
    let plane = &mut snapshot.control_planes[0];
    let definition = json!({"id": role(guid), "role_name": guid, "built_in": false, "assignable_scopes": ["/"],
        "permissions": [{"actions": actions, "not_actions": []}]});
    plane
        .role_definitions
        .as_mut()
        .unwrap()
        .push(serde_json::from_value(definition).unwrap());
    for (who, scope) in assigned {
        let number = 1000 + plane.role_assignments.iter().flatten().count();
        let at = format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{number:08}");
        let assignment = json!({"id": at, "role_definition_id": role(guid), "principal_id": id(*who), "scope": scope});
        plane
            .role_assignments
            .as_mut()
            .unwrap()
            .push(serde_json::from_value(assignment).unwrap());
    }
}

fn audited(snapshot: &Snapshot, policy: &str) -> Report {
    let policy = format!("version: 1\n{policy}");
    let policy = Policy::from_sources(&[("policy.yaml", &policy)], &CHECKS).unwrap_or_else(|errors| panic!("{errors}"));
    audit(&resolve::Tenant::of(snapshot), &policy, Options::default()).unwrap()
}

fn person(number: u8, name: &str, kind: &str) -> Value {
    json!({"id": id(number), "name": name, "kind": kind, "found": true})
}

fn group(number: u8, name: &str, members: &[u8]) -> Value {
    let members: Vec<String> = members.iter().map(|member| id(*member)).collect();
    json!({"id": id(number), "name": name, "kind": "group", "found": true, "members": members})
}

/// What an earlier report leaves to compare with.
fn baseline(report: &Report) -> Baseline {
    let mut out = Vec::new();
    Format::Json.render(report, Style::default(), &mut out).unwrap();
    Baseline::parse(&String::from_utf8(out).unwrap()).unwrap()
}

fn of<'r>(report: &'r Report, check: &str) -> Vec<&'r Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.check.id == check)
        .collect()
}

/// The checks that found something, each with how often.
fn counts(report: &Report) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for check in ["key-access", "self-grant", "local-auth-switch", "role-assignment-write"] {
        counts.push((check, of(report, check).len()));
    }
    counts
}

/// What a finding's principal is called, without the id beside it.
fn name_of(finding: &cosmos_rbac::finding::Finding) -> String {
    let principal = finding.subject.principal().unwrap();
    principal.name.clone().unwrap_or_else(|| principal.id.to_string())
}
