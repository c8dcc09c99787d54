//! OCSF 1.5.0, one event a line, for SIEMs and security lakes. Findings are Compliance Findings (class 2003), the
//! results of evaluating resources against a policy, as the control findings of AWS Security Hub are; Detection Findings
//! tell of what happened, not of what is set wrong.
//!
//! After the findings come one event for what was not checked each, and one for the audit as a whole.
//!
//! The attributes are those of <https://schema.ocsf.io/1.5.0/classes/compliance_finding> with its cloud profile. What it
//! has no attribute for stands in `unmapped`, under the names of the JSON report.

mod event;
mod shape;
mod whole;

use super::{Render, Spec, json, stream};
use crate::finding::{AccountSummary, Confidence, Finding, Report, Severity, State};
use crate::model::{AccountId, Atom, arm_id};
use event::{Context, Enum, HIGH_CONFIDENCE, NEW, Told, WARNING, cloud_of, event, of_account, resource};
use shape::{Cloud, Evidence, OfFinding, Remediation, Resource, Subscription, Unmapped};
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "ocsf",
    extension: "ocsf.jsonl",
    render: Render::Data(render),
};

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = Context::of(report);
    let findings = report.findings.iter().map(|one| finding(&context, one));
    let told = findings.chain(whole::told(&context));
    stream::json_lines(told.map(|told| event(&context, told)), out)
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

fn finding<'r>(context: &Context<'r>, finding: &'r Finding) -> Told<'r> {
    Told {
        control: finding.check.id,
        uid: finding.fingerprint(),
        title: finding.title.shown().clone(),
        message: finding.message.clone(),
        severity: severity(finding.severity),
        confidence: match finding.confidence {
            Confidence::Possible => (2, "Medium"),
            Confidence::Certain => HIGH_CONFIDENCE,
        },
        status: match finding.state {
            State::New => NEW,
            // Somebody has seen it: it is in the baseline.
            State::Known => (2, "In Progress"),
            State::Waived => (3, "Suppressed"),
        },
        compliance: if finding.is_gap() { WARNING } else { (3, "Fail") },
        resources: resources(context, finding),
        remediation: finding.remedy.as_ref().map(|remedy| Remediation {
            desc: match remedy.command() {
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
        unmapped: Unmapped::Finding(Box::new(OfFinding {
            state: finding.state.word(),
            confidence: finding.confidence.word(),
            owner: json::owner(context.report, finding),
            principal: finding.subject.principal().map(json::Principal::of),
            scope: finding.subject.scope().map(ToString::to_string),
            data_actions: finding.subject.data_actions().iter().map(Atom::name).collect(),
            policy: finding.place.as_ref().and_then(json::PolicyRef::of_place),
            reach: finding
                .subject
                .reach()
                .map(|reach| json::Reach::of(reach, context.report)),
        })),
    }
}

fn account<'r>(context: &Context<'r>, finding: &Finding) -> Option<&'r AccountSummary> {
    context.report.account(finding.account()?)
}

/// What is wrong, the account that it is in, and the accounts that are reached.
fn resources<'r>(context: &Context<'r>, finding: &'r Finding) -> Vec<Resource<'r>> {
    let own = finding.account();
    let subject = finding
        .subject
        .id()
        .filter(|subject| own.is_none_or(|id| !id.as_str().eq_ignore_ascii_case(subject)));
    let subject = subject.map(|uid| resource(context, uid, account(context, finding)));
    let own_account = own.map(|id| match account(context, finding) {
        Some(account) => of_account(context, account),
        None => resource(context, id.as_str(), None),
    });
    let reached = finding
        .subject
        .reach()
        .into_iter()
        .flat_map(|reach| context.report.reached(reach));
    let reached = reached.filter(|account| own != Some(&account.id));
    let reached = reached.map(|account| of_account(context, account));
    subject.into_iter().chain(own_account).chain(reached).collect()
}

fn cloud<'r>(context: &Context<'r>, finding: &'r Finding) -> Cloud<'r> {
    let reach = finding.subject.reach().and_then(|reach| reach.scope.as_deref());
    let above = reach.or(finding.subject.id());
    let subscription = finding
        .account()
        .map(AccountId::subscription)
        .or_else(|| arm_id::place(above?).0);
    Cloud {
        account: subscription.map(|uid| {
            let name = context.subscriptions.get(&uid.to_ascii_lowercase()).copied();
            Subscription {
                uid,
                name: name.unwrap_or(uid),
                type_id: 13,
                r#type: "Azure Subscription",
            }
        }),
        region: account(context, finding).map(|account| &*account.location),
        ..cloud_of(context.report)
    }
}
