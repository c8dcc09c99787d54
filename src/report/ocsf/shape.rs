//! The part of OCSF 1.5.0 that is written here.

use crate::model::Shown;
use crate::report::json::{NotChecked, PolicyRef, Principal, Reach, Summary, Witness};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Event<'r> {
    pub(super) activity_id: u32,
    pub(super) activity_name: &'static str,
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u32,
    pub(super) class_name: &'static str,
    pub(super) type_uid: u32,
    pub(super) type_name: &'static str,
    pub(super) time: i64,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    pub(super) confidence_id: u32,
    pub(super) confidence: &'static str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) message: Shown,
    pub(super) metadata: Metadata<'r>,
    pub(super) finding_info: FindingInfo,
    pub(super) compliance: Compliance<'r>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) resources: Vec<Resource<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remediation: Option<Remediation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) evidences: Vec<Evidence<'r>>,
    pub(super) cloud: Cloud<'r>,
    pub(super) unmapped: Unmapped<'r>,
}

/// What no attribute of OCSF is for.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Unmapped<'r> {
    Finding(Box<OfFinding<'r>>),
    NotChecked { not_checked: NotChecked<'r> },
    Audit { summary: Box<Summary<'r>> },
}

#[derive(Serialize)]
pub(super) struct Metadata<'r> {
    pub(super) version: &'static str,
    pub(super) profiles: [&'static str; 1],
    pub(super) product: BTreeMap<&'static str, &'static str>,
    pub(super) event_code: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) tenant_uid: &'r str,
}

#[derive(Serialize)]
pub(super) struct FindingInfo {
    pub(super) uid: String,
    pub(super) title: Shown,
    pub(super) desc: Shown,
    pub(super) types: [&'static str; 1],
    pub(super) analytic: Analytic,
    pub(super) last_seen_time: i64,
}

#[derive(Serialize)]
pub(super) struct Analytic {
    pub(super) uid: &'static str,
    pub(super) name: &'static str,
    pub(super) type_id: u32,
    pub(super) r#type: &'static str,
}

#[derive(Serialize)]
pub(super) struct Compliance<'r> {
    pub(super) control: &'static str,
    /// What is complied with: the policy.
    pub(super) standards: Vec<&'r str>,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
pub(super) struct Resource<'r> {
    pub(super) uid: &'r str,
    pub(super) name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) r#type: Option<String>,
    pub(super) cloud_partition: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<Named<'r>>,
}

#[derive(Serialize)]
pub(super) struct Named<'r> {
    pub(super) name: &'r str,
}

#[derive(Serialize)]
pub(super) struct Remediation {
    pub(super) desc: String,
}

#[derive(Serialize)]
pub(super) struct Evidence<'r> {
    pub(super) data: Witness<'r>,
}

#[derive(Serialize)]
pub(super) struct Cloud<'r> {
    pub(super) provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Subscription<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org: Option<Organization<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'r str>,
}

#[derive(Serialize)]
pub(super) struct Subscription<'r> {
    pub(super) uid: &'r str,
    pub(super) name: &'r str,
    pub(super) type_id: u32,
    pub(super) r#type: &'static str,
}

#[derive(Serialize)]
pub(super) struct Organization<'r> {
    pub(super) uid: &'r str,
}

#[derive(Serialize)]
pub(super) struct OfFinding<'r> {
    pub(super) state: &'static str,
    pub(super) confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) principal: Option<Principal<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) data_actions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<PolicyRef<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reach: Option<Reach<'r>>,
}
