//! The JSON report, version 1. It has its own types, so that a change inside the program cannot change the format.

mod cause;
mod fixed;
mod found;
mod list;
mod summary;
mod way;

pub(super) use found::{Finding, PolicyRef, Principal, Reach, Witness, owner};
pub(super) use summary::{Filtered, NotChecked, Summary};

use super::{Render, Spec, stream};
use crate::finding;
use crate::model::{PrincipalKind, ScannedBy};
use fixed::Fixed;
use found::is_unknown;
use list::List;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "json",
    extension: "json",
    render: Render::Data(render),
};

/// The JSON Schema of the report.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Report<'static>>();
    schema.insert("title".to_owned(), "a cosmos-rbac report, version 1".into());
    schema.to_value()
}

fn render(report: &finding::Report, out: &mut dyn Write) -> io::Result<()> {
    stream::json_document(&Report::of(report), out)
}

/// The result of an audit.
#[derive(Serialize, JsonSchema)]
struct Report<'r> {
    /// Always `cosmos-rbac/report`.
    #[schemars(extend("enum" = ["cosmos-rbac/report"]))]
    format: &'static str,
    /// Always 1; a version gains fields, but none is renamed or changes its meaning.
    #[schemars(extend("enum" = [1]))]
    version: u32,
    /// What wrote it.
    tool: Tool,
    /// What was scanned.
    snapshot: Snapshot<'r>,
    /// The policy files, in the order given.
    policy: Vec<PolicyFile<'r>>,
    /// The counts and the verdict.
    summary: Summary<'r>,
    /// What to know of the policy's rules: nothing of it is an error.
    notices: Vec<Notice<'r>>,
    /// The accounts, sorted by id.
    accounts: List<'r, Account<'r>>,
    /// Who can get round the roles of the data plane through Azure RBAC, by assignment and way.
    ways: Vec<way::Way<'r>>,
    /// The findings: first those of the policy and the whole scan, then by account; the worst first.
    findings: List<'r, Finding<'r>>,
    /// Why the findings are there: what there is to change, the worst first.
    causes: List<'r, cause::Cause<'r>>,
    /// With a baseline: what it found and is there no more. What was not read this time is not among it.
    fixed: List<'r, Fixed<'r>>,
}

/// What wrote the report.
#[derive(Serialize, JsonSchema)]
struct Tool {
    /// Always `cosmos-rbac`.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// The version of the fingerprints: those of two versions cannot be compared.
    fingerprints: u32,
}

/// A template that was audited before its deployment.
#[derive(Serialize, JsonSchema)]
struct TemplateFile<'r> {
    /// The file, as it was named.
    file: &'r str,
    /// What it is: `ARM template`, `Bicep snapshot`, `what-if result` or `Terraform plan`.
    kind: &'r str,
}

/// What was scanned.
#[derive(Serialize, JsonSchema)]
struct Snapshot<'r> {
    /// When the scan began, UTC.
    #[schemars(extend("format" = "date-time"))]
    taken_at: String,
    /// When the newest of the scans began that were merged into this snapshot; left out where `taken_at` is the only time. Waivers that end
    /// before it have ended, and account keys are as old as they were then.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    last_taken_at: Option<String>,
    /// `public`, `usgov`, `china` or `custom`.
    cloud: &'r str,
    /// The tenant's id; empty when it is not known.
    tenant: &'r str,
    /// The tenant's name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_name: Option<&'r str>,
    /// The template that was audited before its deployment; left out when a scan was.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateFile<'r>>,
    /// Who scanned; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    scanned_by: Option<&'r ScannedBy>,
    /// How many subscriptions.
    subscriptions: usize,
    /// How many accounts.
    accounts: usize,
    /// How many accounts were deleted while the scan ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<usize>,
    /// How many role definitions were read, built-in ones included.
    role_definitions: usize,
    /// How many role assignments were read.
    role_assignments: usize,
    /// Whether everything could be read. If not, `collection-incomplete` findings say what is missing.
    complete: bool,
}

/// A policy file.
#[derive(Serialize, JsonSchema)]
struct PolicyFile<'r> {
    /// As it was named on the command line.
    file: &'r str,
}

/// Something about a rule of the policy that is no error and may not be meant.
#[derive(Serialize, JsonSchema)]
struct Notice<'r> {
    /// Which, and why.
    message: &'r str,
    /// The policy line concerned.
    policy: Option<PolicyRef<'r>>,
}

/// A word of `not_checked`, for the schema.
fn what() -> serde_json::Value {
    serde_json::json!({ "type": "string", "enum": finding::What::ALL.map(finding::What::word) })
}

/// An account.
#[derive(Serialize, JsonSchema)]
struct Account<'r> {
    /// Its ARM id.
    id: &'r str,
    /// Its name.
    name: &'r str,
    /// Its region.
    location: &'r str,
    /// The API it speaks.
    api: crate::model::Api,
    /// Whether keys are refused; `null`: not known.
    local_auth_disabled: Option<bool>,
    /// Whether keys may not change databases and containers; `null`: not known.
    key_metadata_writes_disabled: Option<bool>,
    /// The policy's blocks that match it.
    policy_blocks: &'r [String],
    /// Who answers for it, as the policy says; several where its blocks contradict each other, separated as in findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// How many role definitions were read; `null`: they could not be.
    role_definitions: Option<usize>,
    /// How many role assignments were read; `null`: they could not be.
    role_assignments: Option<usize>,
    /// How many databases there are; `null`: not known.
    databases: Option<usize>,
    /// How many things could not be read.
    gaps: usize,
    /// Who has or should have access; some are missing where `role_assignments` could not be read.
    principals: Vec<AccountPrincipal<'r>>,
    /// What was not checked in this account, or possibly not, as in the summary's `not_checked`.
    #[schemars(extend("items" = what()))]
    not_checked: Vec<&'static str>,
}

/// A principal in an account.
#[derive(Serialize, JsonSchema)]
struct AccountPrincipal<'r> {
    /// Its object id.
    id: &'r str,
    /// Its name, if one is known.
    name: Option<&'r str>,
    /// What it is, as far as the directory said.
    #[serde(skip_serializing_if = "is_unknown")]
    kind: PrincipalKind,
    /// How many role assignments it has there.
    assignments: usize,
    /// `as-declared`, `drift`, or `not-judged` (no policy for it, or not everything could be read).
    #[schemars(extend("enum" = ["as-declared", "drift", "not-judged"]))]
    state: &'static str,
}

impl<'r> Report<'r> {
    fn of(report: &'r finding::Report) -> Self {
        let snapshot = &report.snapshot;
        Self {
            format: "cosmos-rbac/report",
            version: 1,
            tool: Tool {
                name: "cosmos-rbac",
                version: env!("CARGO_PKG_VERSION"),
                fingerprints: finding::FINGERPRINTS,
            },
            snapshot: Snapshot {
                taken_at: snapshot.taken_at.to_string(),
                last_taken_at: Some(snapshot.last_taken_at)
                    .filter(|last| *last != snapshot.taken_at)
                    .map(|last| last.to_string()),
                cloud: &snapshot.cloud,
                tenant: &snapshot.tenant,
                tenant_name: snapshot.tenant_name.as_deref(),
                template: snapshot.template.as_ref().map(|template| TemplateFile {
                    file: &template.file,
                    kind: template.kind,
                }),
                scanned_by: snapshot.scanned_by.as_ref(),
                subscriptions: snapshot.subscriptions.len(),
                accounts: snapshot.accounts,
                gone: Some(snapshot.gone).filter(|gone| *gone > 0),
                role_definitions: snapshot.role_definitions,
                role_assignments: snapshot.role_assignments,
                complete: snapshot.complete,
            },
            policy: report.policy.iter().map(|file| PolicyFile { file }).collect(),
            summary: Summary::of(report),
            notices: report
                .notices
                .iter()
                .map(|notice| Notice {
                    message: notice.message.as_str(),
                    policy: notice.place.as_ref().and_then(PolicyRef::of_place),
                })
                .collect(),
            accounts: List::of(|| {
                let shown = report.shown_accounts();
                shown.map(|(place, account)| Account::of(account, place, report))
            }),
            ways: way::ways(report),
            findings: List::of(|| report.findings.iter().map(|finding| Finding::of(finding, report))),
            causes: List::of(|| report.causes.iter().map(|cause| cause::Cause::of(cause, report))),
            fixed: List::of(|| report.fixed.iter().map(Fixed::of)),
        }
    }
}

impl<'r> Account<'r> {
    fn of(account: &'r finding::AccountSummary, place: usize, report: &'r finding::Report) -> Self {
        let principal = |summary: &'r finding::PrincipalSummary| AccountPrincipal {
            id: summary.principal.id.as_str(),
            name: summary.principal.name.as_deref(),
            kind: summary.principal.kind,
            assignments: usize::try_from(summary.assignments).unwrap_or(usize::MAX),
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
            owner: (!account.owners.is_empty()).then(|| account.owners.join(", ")),
            role_definitions: account.role_definitions,
            role_assignments: account.role_assignments,
            databases: account.databases,
            gaps: account.gaps,
            principals: account.principals.iter().map(principal).collect(),
            not_checked: report.not_checked_in(place),
        }
    }
}
