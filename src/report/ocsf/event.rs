//! An event, whatever it tells.

use super::shape::{
    Analytic, Cloud, Compliance, Event, Evidence, FindingInfo, Metadata, Named, Organization, Remediation, Resource,
    Unmapped,
};
use crate::finding::{AccountSummary, Report};
use crate::model::Shown;
use crate::model::arm_id::{self, last_segment};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// What every event needs of the report.
pub(super) struct Context<'r> {
    pub(super) report: &'r Report,
    /// By id in small letters.
    pub(super) subscriptions: HashMap<String, &'r str>,
}

/// An enum of OCSF: a number, and its caption.
pub(super) type Enum = (u32, &'static str);

impl<'r> Context<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let named = report
            .snapshot
            .subscriptions
            .iter()
            .filter(|found| !found.name.is_empty());
        Self {
            report,
            subscriptions: named
                .map(|found| (found.id.to_ascii_lowercase(), found.name.as_str()))
                .collect(),
        }
    }
}

/// What one event tells: a finding, or the audit as a whole.
pub(super) struct Told<'r> {
    /// The check, or what else is told.
    pub(super) control: &'static str,
    /// Identifies it from run to run.
    pub(super) uid: String,
    pub(super) title: Shown,
    pub(super) message: Shown,
    pub(super) severity: Enum,
    pub(super) confidence: Enum,
    pub(super) status: Enum,
    pub(super) compliance: Enum,
    pub(super) resources: Vec<Resource<'r>>,
    pub(super) remediation: Option<Remediation>,
    pub(super) evidences: Vec<Evidence<'r>>,
    pub(super) cloud: Cloud<'r>,
    pub(super) unmapped: Unmapped<'r>,
}

pub(super) fn event<'r>(context: &Context<'r>, told: Told<'r>) -> Event<'r> {
    let snapshot = &context.report.snapshot;
    let time = snapshot.taken_at.as_millisecond();
    let id = told.control;
    Event {
        activity_id: 1,
        activity_name: "Create",
        category_uid: 2,
        category_name: "Findings",
        class_uid: 2003,
        class_name: "Compliance Finding",
        type_uid: 200_301,
        type_name: "Compliance Finding: Create",
        time,
        severity_id: told.severity.0,
        severity: told.severity.1,
        confidence_id: told.confidence.0,
        confidence: told.confidence.1,
        status_id: told.status.0,
        status: told.status.1,
        metadata: Metadata {
            version: "1.5.0",
            profiles: ["cloud"],
            product: BTreeMap::from([
                ("name", "cosmos-rbac"),
                ("uid", "cosmos-rbac"),
                ("vendor_name", "cosmos-rbac"),
                ("version", env!("CARGO_PKG_VERSION")),
            ]),
            event_code: id,
            tenant_uid: &snapshot.tenant,
        },
        finding_info: FindingInfo {
            uid: told.uid,
            title: told.title,
            desc: told.message.clone(),
            types: [id],
            analytic: Analytic {
                uid: id,
                name: id,
                type_id: 1,
                r#type: "Rule",
            },
            last_seen_time: time,
        },
        message: told.message,
        compliance: Compliance {
            control: id,
            standards: context.report.policy.iter().map(|file| &**file).collect(),
            status_id: told.compliance.0,
            status: told.compliance.1,
        },
        resources: told.resources,
        remediation: told.remediation,
        evidences: told.evidences,
        cloud: told.cloud,
        unmapped: told.unmapped,
    }
}

/// "Did not yield a result due to missing information", in OCSF's words.
pub(super) const WARNING: Enum = (2, "Warning");
pub(super) const NEW: Enum = (1, "New");
pub(super) const HIGH_CONFIDENCE: Enum = (3, "High");

pub(super) fn of_account<'r>(context: &Context<'r>, account: &'r AccountSummary) -> Resource<'r> {
    resource(context, account.id.as_str(), Some(account))
}

/// A resource, in the region of the account that it is in.
pub(super) fn resource<'r>(context: &Context<'r>, uid: &'r str, account: Option<&'r AccountSummary>) -> Resource<'r> {
    let (_, group) = arm_id::place(uid);
    Resource {
        uid,
        name: last_segment(uid),
        r#type: arm_type(uid),
        cloud_partition: match context.report.snapshot.cloud.as_str() {
            "public" => "AzureCloud",
            "usgov" => "AzureUSGovernment",
            "china" => "AzureChinaCloud",
            other => other,
        },
        region: account.map(|account| &*account.location),
        group: group.map(|name| Named { name }),
    }
}

/// `Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments`: the provider, and every second segment after it.
fn arm_type(id: &str) -> Option<String> {
    let (_, path) = id.rsplit_once("/providers/")?;
    let (provider, path) = path.split_once('/')?;
    let mut name = provider.to_owned();
    for segment in path.split('/').step_by(2) {
        name.push('/');
        name.push_str(segment);
    }
    Some(name)
}

/// What all events have in common.
pub(super) fn cloud_of(report: &Report) -> Cloud<'_> {
    let tenant = report.snapshot.tenant.as_str();
    Cloud {
        provider: "Azure",
        account: None,
        org: Some(Organization { uid: tenant }).filter(|org| !org.uid.is_empty()),
        region: None,
    }
}
