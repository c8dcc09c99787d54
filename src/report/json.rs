//! The JSON report, version 1. It has its own types, so that a change inside the program cannot change the format.

use super::Spec;
use crate::finding::{self, PrincipalRef};
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) const SPEC: Spec = Spec {
    name: "json",
    extension: "json",
    render: |report, _| render(report),
};

fn render(report: &finding::Report) -> String {
    // Serialising strings, numbers and lists cannot fail.
    let mut text = serde_json::to_string_pretty(&Report::of(report)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Report<'r> {
    format: &'static str,
    version: u32,
    tool: Tool,
    snapshot: Snapshot<'r>,
    policy: Vec<PolicyFile<'r>>,
    summary: Summary,
    notices: Vec<Notice<'r>>,
    accounts: Vec<Account<'r>>,
    findings: Vec<Finding<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Snapshot<'r> {
    taken_at: String,
    cloud: &'r str,
    tenant: &'r str,
    subscriptions: usize,
    accounts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<usize>,
    role_definitions: usize,
    role_assignments: usize,
    complete: bool,
}

#[derive(Serialize)]
struct PolicyFile<'r> {
    file: &'r str,
}

#[derive(Serialize)]
struct Summary {
    findings: usize,
    waived: usize,
    known: usize,
    by_severity: BySeverity,
    by_check: BTreeMap<&'static str, usize>,
    verdict: &'static str,
}

/// The worst first, unlike a map's order.
#[derive(Serialize)]
struct BySeverity {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    note: usize,
}

#[derive(Serialize)]
struct Notice<'r> {
    message: &'r str,
    policy: PolicyRef<'r>,
}

#[derive(Serialize)]
struct Account<'r> {
    id: &'r str,
    name: &'r str,
    location: &'r str,
    api: crate::model::Api,
    local_auth_disabled: Option<bool>,
    key_metadata_writes_disabled: Option<bool>,
    policy_blocks: &'r [String],
    role_definitions: Option<usize>,
    role_assignments: Option<usize>,
    databases: Option<usize>,
    gaps: usize,
    principals: Vec<AccountPrincipal<'r>>,
}

#[derive(Serialize)]
struct AccountPrincipal<'r> {
    id: &'r str,
    name: Option<&'r str>,
    assignments: usize,
    state: &'static str,
}

#[derive(Serialize)]
pub(super) struct Finding<'r> {
    fingerprint: String,
    check: &'static str,
    severity: &'static str,
    confidence: &'static str,
    state: &'static str,
    account: Option<&'r str>,
    subject: Option<&'r str>,
    principal: Option<Principal<'r>>,
    scope: Option<String>,
    data_actions: &'r [String],
    message: &'r str,
    witness: Option<Witness<'r>>,
    policy: Option<PolicyRef<'r>>,
    remedy: Option<Remedy<'r>>,
}

#[derive(Serialize)]
pub(super) struct Principal<'r> {
    id: &'r str,
    name: Option<&'r str>,
}

#[derive(Serialize)]
pub(super) struct Witness<'r> {
    principal: Option<Principal<'r>>,
    data_action: Option<&'r str>,
    scope: Option<String>,
    role_assignment: Option<&'r str>,
    role_definition: Option<RoleDefinition<'r>>,
    pattern: Option<&'r str>,
}

#[derive(Serialize)]
struct RoleDefinition<'r> {
    id: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
pub(super) struct PolicyRef<'r> {
    file: &'r str,
    line: u64,
    column: u64,
}

#[derive(Serialize)]
struct Remedy<'r> {
    summary: &'r str,
    command: Option<&'r str>,
}

impl<'r> Report<'r> {
    fn of(report: &'r finding::Report) -> Self {
        let snapshot = &report.snapshot;
        let summary = &report.summary;
        let number = |severity| summary.by_severity.get(&severity).copied().unwrap_or_default();
        Self {
            format: "cosmos-rbac/report",
            version: 1,
            tool: Tool {
                name: "cosmos-rbac",
                version: env!("CARGO_PKG_VERSION"),
            },
            snapshot: Snapshot {
                taken_at: snapshot.taken_at.to_string(),
                cloud: &snapshot.cloud,
                tenant: &snapshot.tenant,
                subscriptions: snapshot.subscriptions.len(),
                accounts: snapshot.accounts,
                gone: Some(snapshot.gone).filter(|gone| *gone > 0),
                role_definitions: snapshot.role_definitions,
                role_assignments: snapshot.role_assignments,
                complete: snapshot.complete,
            },
            policy: report.policy.iter().map(|file| PolicyFile { file }).collect(),
            summary: Summary {
                findings: summary.findings,
                waived: summary.waived,
                known: 0,
                by_severity: BySeverity {
                    critical: number(finding::Severity::Critical),
                    high: number(finding::Severity::High),
                    medium: number(finding::Severity::Medium),
                    low: number(finding::Severity::Low),
                    note: number(finding::Severity::Note),
                },
                by_check: summary
                    .by_check
                    .iter()
                    .map(|(check, number)| (check.id(), *number))
                    .collect(),
                verdict: report.verdict.word(),
            },
            notices: report
                .notices
                .iter()
                .map(|(message, at)| Notice {
                    message,
                    policy: PolicyRef::of(at),
                })
                .collect(),
            accounts: report.accounts.iter().map(Account::of).collect(),
            findings: report.findings.iter().map(Finding::of).collect(),
        }
    }
}

impl<'r> Account<'r> {
    fn of(account: &'r finding::AccountSummary) -> Self {
        let principal = |summary: &'r finding::PrincipalSummary| AccountPrincipal {
            id: summary.principal.id.as_str(),
            name: summary.principal.name.as_deref(),
            assignments: summary.assignments,
            state: summary.state.word(),
        };
        Self {
            id: account.id.as_str(),
            name: account.id.name(),
            location: &account.location,
            api: account.api,
            local_auth_disabled: account.local_auth_disabled,
            key_metadata_writes_disabled: account.key_metadata_writes_disabled,
            policy_blocks: &account.blocks,
            role_definitions: account.role_definitions,
            role_assignments: account.role_assignments,
            databases: account.databases,
            gaps: account.gaps,
            principals: account.principals.iter().map(principal).collect(),
        }
    }
}

impl<'r> Finding<'r> {
    pub(super) fn of(finding: &'r finding::Finding) -> Self {
        Self {
            fingerprint: finding.fingerprint(),
            check: finding.check.id(),
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            state: finding.state.word(),
            account: finding.account.as_ref().map(|id| id.as_str()),
            subject: finding.subject.as_deref(),
            principal: finding.principal.as_ref().map(Principal::of),
            scope: finding.scope.as_ref().map(ToString::to_string),
            data_actions: &finding.data_actions,
            message: &finding.message,
            witness: finding.witness.as_ref().map(Witness::of),
            policy: finding.policy.as_ref().map(PolicyRef::of),
            remedy: finding.remedy.as_ref().map(|remedy| Remedy {
                summary: &remedy.summary,
                command: remedy.command.as_deref(),
            }),
        }
    }
}

impl<'r> Principal<'r> {
    pub(super) fn of(principal: &'r PrincipalRef) -> Self {
        Self {
            id: principal.id.as_str(),
            name: principal.name.as_deref(),
        }
    }
}

impl<'r> Witness<'r> {
    pub(super) fn of(witness: &'r finding::Witness) -> Self {
        Self {
            principal: witness.principal.as_ref().map(Principal::of),
            data_action: witness.action.as_deref(),
            scope: witness.scope.as_ref().map(ToString::to_string),
            role_assignment: witness.assignment.as_deref(),
            role_definition: witness.role.as_ref().map(|role| RoleDefinition {
                id: &role.id,
                name: &role.name,
            }),
            pattern: witness.pattern.as_deref(),
        }
    }
}

impl<'r> PolicyRef<'r> {
    pub(super) fn of(at: &'r finding::PolicyRef) -> Self {
        Self {
            file: &at.file,
            line: at.line,
            column: at.column,
        }
    }
}
