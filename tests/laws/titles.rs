//! Titles and sentences: whatever the tenant calls things, a finding is told in one short line that says where it is, and
//! the rest in whole sentences.

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{Shapes, plan};
use crate::tenants::{TAKEN_AT, Tenant, tenant};
use cosmos_rbac::checks::Options;
use cosmos_rbac::finding::title::LONGEST;
use cosmos_rbac::finding::{Finding, Report};
use cosmos_rbac::model::Shown;
use cosmos_rbac::resolve;
use cosmos_rbac::snapshot::{End, Header, Line, Sink, Snapshot, Subscription};
use proptest::collection::vec;
use proptest::prelude::*;

/// Characters that are left of a name on either side.
const END: usize = 4;

fn start(name: &str) -> String {
    Shown::of(name)
        .as_str()
        .chars()
        .take(END)
        .collect::<String>()
        .replace('`', "'")
}

fn end(name: &str) -> String {
    let shown = Shown::of(name).as_str().to_owned();
    shown.chars().skip(shown.chars().count().saturating_sub(END)).collect()
}

/// The names that a finding is about, as the title can have them.
fn names(finding: &Finding) -> Vec<String> {
    let subject = &finding.subject;
    let principal = subject.principal().and_then(|principal| principal.name.clone());
    let account = finding.account().map(|id| id.name().to_owned());
    let role = subject.role_name().map(str::to_owned);
    let proven = finding
        .witness
        .as_ref()
        .and_then(|witness| Some(witness.role.as_ref()?.name.clone()));
    let scope = subject.scope().map(ToString::to_string);
    [principal, account, role, proven, scope]
        .into_iter()
        .flatten()
        .collect()
}

/// What else is said of a finding.
fn texts(finding: &Finding) -> impl Iterator<Item = &str> {
    let remedy = finding.remedy.iter();
    let remedy =
        remedy.flat_map(|remedy| std::iter::once(&remedy.summary).chain(remedy.steps.iter().map(|step| &step.changes)));
    std::iter::once(&finding.message).chain(remedy).map(Shown::as_str)
}

fn is_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c == '`' || c.is_uppercase() || c.is_numeric())
        && text.ends_with('.')
        && !text.ends_with("..")
}

/// What is wrong with the title of a finding, or with what else is said of it.
fn fault(finding: &Finding) -> Option<String> {
    let title = finding.title.as_str();
    let names = names(finding);
    let begins_with_name = || names.iter().any(|name| title.starts_with(&start(name)));
    let ends_with_name = || names.iter().any(|name| name.ends_with('.'));
    let id = finding.subject.principal_id().map(|id| id.as_str());
    let is_named = finding
        .subject
        .principal()
        .is_some_and(|principal| principal.name.is_some());
    if title.chars().count() > LONGEST {
        return Some("too long".to_owned());
    }
    if title.contains('`') {
        return Some("has a backtick".to_owned());
    }
    if title.ends_with('.') && !ends_with_name() {
        return Some("ends with a full stop".to_owned());
    }
    if title.starts_with(char::is_lowercase) && !begins_with_name() {
        return Some("begins with a small letter".to_owned());
    }
    if title == finding.check.id || title.is_empty() {
        return Some("says nothing".to_owned());
    }
    if id.is_some_and(|id| id.len() == 36 && !is_named && title.contains(id)) {
        return Some("has a whole id".to_owned());
    }
    if let Some(text) = texts(finding).find(|text| !is_sentence(text)) {
        return Some(format!("is no sentence: {text}"));
    }
    // Case does not count in names of accounts: a scope may have another than the account.
    let (title, account) = (title.to_lowercase(), finding.account()?.name().to_lowercase());
    let is_there = title.contains(&start(&account)) && title.contains(&end(&account));
    (!is_there).then(|| "does not name the account".to_owned())
}

fn faults(report: &Report) -> Vec<(String, &str, &'static str)> {
    let findings = report.findings.iter();
    findings
        .filter_map(|finding| Some((fault(finding)?, finding.title.as_str(), finding.check.id)))
        .collect()
}

fn scanned(tenant: &Tenant) -> Snapshot {
    let named = |id: &str| Subscription {
        id: id.to_owned(),
        name: String::new(),
    };
    let header = Header::new(
        TAKEN_AT,
        "public".to_owned(),
        "tenant".to_owned(),
        vec![named("s0"), named("s1")],
    );
    let mut snapshot = Snapshot::new(header);
    for record in &tenant.accounts {
        snapshot.line(Line::Account(Box::new(record.clone()))).unwrap();
    }
    for plane in &tenant.planes {
        snapshot.line(Line::ControlPlane(Box::new(plane.clone()))).unwrap();
    }
    snapshot.line(Line::Principals(tenant.principals.clone())).unwrap();
    let end = End {
        accounts: tenant.accounts.len(),
        ..End::default()
    };
    snapshot.line(Line::End(end)).unwrap();
    snapshot
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn titles_of_accounts_are_short_and_say_where(plans in vec(plan(Shapes::Any), 1..3)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number));
        let snapshot = snapshot(records.collect());
        if let Ok(report) = audit(&resolve::Tenant::of(&snapshot), &policy(&plans, 0), Options::default()) {
            prop_assert_eq!(faults(&report), Vec::new());
        }
    }

    #[test]
    fn titles_of_bypasses_are_short_and_say_where(tenant in tenant()) {
        let snapshot = scanned(&tenant);
        let report = audit(&resolve::Tenant::of(&snapshot), &policy(&[], 0), Options::default()).unwrap();
        prop_assert_eq!(faults(&report), Vec::new());
    }
}
