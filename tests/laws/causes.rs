//! Causes: every finding has one, and what names it does not depend on anything else.

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{Plan, Shapes, plan};
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::finding::{Cause, ChangeKind, Report, State};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn audited(plans: &[Plan]) -> Option<Report> {
    let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number));
    let scanned = snapshot(records.collect());
    audit(&Tenant::of(&scanned), &policy(plans, 0), Options::default()).ok()
}

/// What is wrong with the causes of a report.
fn wrong(report: &Report) -> Option<String> {
    let mut of = vec![0; report.findings.len()];
    let mut ids = BTreeSet::new();
    for cause in &report.causes {
        let own: Vec<_> = cause.findings.iter().map(|place| &report.findings[*place]).collect();
        cause.findings.iter().for_each(|place| of[*place] += 1);
        let counting = own.iter().filter(|finding| finding.state == State::New);
        let worst = counting.map(|finding| finding.severity).max();
        let worst = worst.or_else(|| own.iter().map(|finding| finding.severity).max());
        if worst != Some(cause.severity) || !cause.findings.is_sorted() || !ids.insert(&cause.id) {
            return Some(format!("{cause:#?}"));
        }
        if let [one] = own.as_slice()
            && (one.title != cause.title || one.remedy != cause.remedy)
        {
            return Some(format!("{cause:#?}\n{one:#?}"));
        }
    }
    let is_sorted = report
        .causes
        .is_sorted_by_key(|cause| std::cmp::Reverse(cause.severity));
    (!is_sorted || of.iter().any(|times| *times != 1)).then(|| format!("{of:?}"))
}

/// The cause of each finding.
fn causes(report: &Report) -> BTreeMap<String, &str> {
    let all = report.causes.iter();
    all.flat_map(|cause| {
        let own = cause.findings.iter().map(|place| &report.findings[*place]);
        own.map(|finding| (finding.fingerprint(), cause.id.as_str()))
    })
    .collect()
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn every_finding_has_one_cause(plans in vec(plan(Shapes::Any), 1..4)) {
        if let Some(report) = audited(&plans) {
            let wrong = wrong(&report);
            prop_assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
        }
    }

    #[test]
    fn order_and_case_change_no_cause(plan in plan(Shapes::Any)) {
        let mut other = plan.clone();
        for permission in other.roles.iter_mut().flat_map(|role| &mut role.permissions) {
            permission.yes.reverse();
            permission.yes.iter_mut().chain(&mut permission.not).for_each(|text| *text = text.to_ascii_uppercase());
        }
        other.grants.reverse();
        let (first, second) = (audited(&[plan]), audited(&[other]));
        if let (Some(first), Some(second)) = (first, second) {
            let (before, after) = (causes(&first), causes(&second));
            for (finding, cause) in &before {
                prop_assert!(after.get(finding).is_none_or(|now| now == cause));
            }
        }
    }
}

#[test]
fn causes_of_the_sample_are_what_there_is_to_change() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scanned = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    let policy = Policy::load(&[root.join("policies/contoso.yaml")], &CHECKS).unwrap();
    let report = audit(&Tenant::of(&scanned), &policy, Options::default()).unwrap();
    assert_eq!(wrong(&report), None);
    let told: Vec<(&str, usize)> = (report.causes.iter().filter(|cause| cause.findings.len() > 1))
        .map(|cause| (cause.title.as_str(), cause.findings.len()))
        .collect();
    assert_eq!(
        told,
        [
            // A fourth accepts keys, too, and its policy lets it.
            ("Key-based authentication is enabled on 3 accounts", 12),
            ("Sandbox Owners is Owner of subscription Contoso Sandbox", 5),
            ("An unknown principal is Contributor on rg-payments", 3),
            ("mongo:carts.report signs in to cosmos-carts with a password", 3),
            ("Olga Owner can delete items in mongo-tickets", 2),
            ("deployment is Contributor on Contoso Staging and rg-orders", 2),
            ("6 role assignments in sandbox-lab are invalid or obsolete", 9),
            ("hackathon-2025 isn't covered by the policy", 4),
            ("3 waivers and policy blocks are out of date", 3),
            ("Role Everything But Delete in staging-catalog is too broad", 2),
            ("Role Payments Writer in cosmos-payments differs from the policy", 2),
        ]
    );
    let is_of_keys = |cause: &&Cause| cause.change.kind == ChangeKind::DisableKeys;
    let keys = report.causes.iter().find(is_of_keys).unwrap();
    assert_eq!(
        keys.detail.as_ref().map(|detail| detail.as_str()),
        Some("4 principals not listed in the policy can read account keys, 3 more possibly")
    );
}
