//! The scans of a comparison, in its JSON.

use crate::diff::ScanFacts;
use schemars::JsonSchema;
use serde::Serialize;

/// A scan.
#[derive(Serialize, JsonSchema)]
pub(super) struct Scan<'d> {
    /// When it began, UTC.
    #[schemars(extend("format" = "date-time"))]
    taken_at: String,
    /// The tenant's id; empty when it is not known.
    tenant: &'d str,
    /// The tenant's name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_name: Option<&'d str>,
    /// How many accounts it has.
    accounts: usize,
    /// The template that would be deployed to the earlier scan; left out when the later one is a scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateFile<'d>>,
}

/// A template.
#[derive(Serialize, JsonSchema)]
struct TemplateFile<'d> {
    /// The file.
    file: &'d str,
    /// What it is: `ARM template`, `Bicep snapshot`, `what-if result` or `Terraform plan`.
    kind: &'static str,
}

impl<'d> Scan<'d> {
    pub(super) fn of(scan: &'d ScanFacts) -> Self {
        Self {
            taken_at: scan.taken_at.to_string(),
            tenant: &scan.tenant,
            tenant_name: scan.tenant_name.as_deref(),
            accounts: scan.accounts,
            template: scan.template.as_ref().map(|template| TemplateFile {
                file: &template.file,
                kind: template.kind,
            }),
        }
    }
}
