//! OCSF 1.5.0, one event a line, for SIEMs and security lakes. Findings are Compliance Findings (class 2003), the
//! results of evaluating resources against a policy, as the control findings of AWS Security Hub are; Detection Findings
//! tell of what happened, not of what is set wrong.
//!
//! The attributes are those of <https://schema.ocsf.io/1.5.0/classes/compliance_finding> with its cloud profile. What it
//! has no attribute for stands in `unmapped`, under the names of the JSON report.

mod shape;

use super::{Render, Spec, json, stream};
use crate::finding::{AccountSummary, Confidence, Finding, Report, Severity, State};
use crate::model::Atom;
use crate::model::arm_id::last_segment;
use shape::{
    Analytic, Cloud, Compliance, Event, Evidence, FindingInfo, Metadata, Named, Organization, Remediation, Resource,
    Subscription, Unmapped,
};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "ocsf",
    extension: "ocsf.jsonl",
    render: Render::Data(render),
};

/// What every event needs of the report.
struct Context<'r> {
    report: &'r Report,
    /// By id in small letters.
    subscriptions: HashMap<String, &'r str>,
}

/// An enum of OCSF: a number, and its caption.
type Enum = (u32, &'static str);

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = Context {
        report,
        subscriptions: report
            .snapshot
            .subscriptions
            .iter()
            .filter(|found| !found.name.is_empty())
            .map(|found| (found.id.to_ascii_lowercase(), found.name.as_str()))
            .collect(),
    };
    stream::json_lines(report.findings.iter().map(|finding| event(&context, finding)), out)
}

fn severity(severity: Severity) -> Enum {
    match severity {
        Severity::Note => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn event<'r>(context: &Context<'r>, finding: &'r Finding) -> Event<'r> {
    let snapshot = &context.report.snapshot;
    let time = snapshot.taken_at.as_millisecond();
    let id = finding.check.id;
    let (severity_id, severity) = severity(finding.severity);
    let (confidence_id, confidence) = match finding.confidence {
        Confidence::Possible => (2, "Medium"),
        Confidence::Certain => (3, "High"),
    };
    let (status_id, status) = match finding.state {
        State::New => (1, "New"),
        // Somebody has seen it: it is in the baseline.
        State::Known => (2, "In Progress"),
        State::Waived => (3, "Suppressed"),
    };
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
        severity_id,
        severity,
        confidence_id,
        confidence,
        status_id,
        status,
        message: finding.message.as_str(),
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
            uid: finding.fingerprint(),
            title: finding.check.summary,
            desc: finding.message.as_str(),
            types: [id],
            analytic: Analytic {
                uid: id,
                name: id,
                type_id: 1,
                r#type: "Rule",
            },
            last_seen_time: time,
        },
        compliance: compliance(context, finding),
        resources: resources(context, finding),
        remediation: finding.remedy.as_ref().map(|remedy| Remediation {
            desc: match &remedy.command {
                Some(command) => format!("{}\n{command}", remedy.summary),
                None => remedy.summary.to_string(),
            },
        }),
        evidences: finding
            .witness
            .iter()
            .map(|witness| Evidence {
                data: json::Witness::of(witness),
            })
            .collect(),
        cloud: cloud(context, finding),
        unmapped: Unmapped {
            state: finding.state.word(),
            confidence: finding.confidence.word(),
            principal: finding.subject.principal().map(json::Principal::of),
            scope: finding.subject.scope().map(ToString::to_string),
            data_actions: finding.subject.data_actions().iter().map(Atom::name).collect(),
            policy: finding.place.as_ref().and_then(json::PolicyRef::of_place),
        },
    }
}

fn compliance<'r>(context: &Context<'r>, finding: &Finding) -> Compliance<'r> {
    // "Did not yield a result due to missing information", in OCSF's words.
    let (status_id, status) = if finding.is_gap() { (2, "Warning") } else { (3, "Fail") };
    Compliance {
        control: finding.check.id,
        standards: context.report.policy.iter().map(|file| &**file).collect(),
        status_id,
        status,
    }
}

fn account<'r>(context: &Context<'r>, finding: &Finding) -> Option<&'r AccountSummary> {
    context.report.account(finding.account()?)
}

/// What is wrong, and the account that it is in.
fn resources<'r>(context: &Context<'r>, finding: &'r Finding) -> Vec<Resource<'r>> {
    let region = account(context, finding).map(|account| account.location.as_str());
    let id = finding.account().map(|id| id.as_str());
    let subject = finding
        .subject
        .id()
        .filter(|subject| id.is_none_or(|id| !id.eq_ignore_ascii_case(subject)));
    let group = finding.account().map(|id| id.resource_group());
    let uids = subject.into_iter().chain(id);
    uids.map(|uid| Resource {
        uid,
        name: last_segment(uid),
        r#type: arm_type(uid),
        cloud_partition: match context.report.snapshot.cloud.as_str() {
            "public" => "AzureCloud",
            "usgov" => "AzureUSGovernment",
            "china" => "AzureChinaCloud",
            other => other,
        },
        region,
        group: group.map(|name| Named { name }),
    })
    .collect()
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

fn cloud<'r>(context: &Context<'r>, finding: &'r Finding) -> Cloud<'r> {
    let tenant = context.report.snapshot.tenant.as_str();
    Cloud {
        provider: "Azure",
        account: finding.account().map(|id| {
            let uid = id.subscription();
            let name = context.subscriptions.get(&uid.to_ascii_lowercase()).copied();
            Subscription {
                uid,
                name: name.unwrap_or(uid),
                type_id: 13,
                r#type: "Azure Subscription",
            }
        }),
        org: Some(Organization { uid: tenant }).filter(|org| !org.uid.is_empty()),
        region: account(context, finding).map(|account| account.location.as_str()),
    }
}
