//! A drafted policy is passed by the tenant that it is drafted from, and by no tenant that can do more. `tenant` makes tenants
//! with everything in them, `change` changes one thing.

mod change;
pub(crate) mod tenant;

use crate::cases;
use crate::replay::audit;
use change::{Change, changed};
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::draft::{self, draft};
use cosmos_rbac::finding::{Finding, Group, Report, Severity, State};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

const NAME: &str = "policy.yaml";

/// The policy that is drafted from a tenant.
fn drafted(snapshot: &Snapshot) -> (String, Policy) {
    let options = draft::Options {
        name: NAME,
        ..draft::Options::default()
    };
    let draft = draft(&Tenant::of(snapshot), options).unwrap_or_else(|error| panic!("{error}"));
    assert!(draft.left.is_empty(), "{:#?}\n{}", draft.left, draft.text);
    let policy = Policy::from_sources(&[(NAME, &draft.text)], &CHECKS).unwrap_or_else(|errors| panic!("{errors}"));
    (draft.text, policy)
}

fn report(snapshot: &Snapshot, policy: &Policy) -> Report {
    audit(&Tenant::of(snapshot), policy, Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Deviations, and bypasses of which the policy says who can have them.
fn deviations(report: &Report) -> Vec<&Finding> {
    let is_one = |finding: &&Finding| match finding.check.group {
        Group::Drift => true,
        Group::Bypass => finding.severity > Severity::Note,
        Group::Hygiene | Group::Coverage => false,
    };
    let findings = report.findings.iter().filter(is_one);
    findings.filter(|finding| finding.state != State::Waived).collect()
}

fn titles(findings: &[&Finding]) -> Vec<String> {
    let title = |finding: &&Finding| format!("{}: {}", finding.check.id, finding.message);
    findings.iter().map(title).collect()
}

/// What is wrong with the draft of a tenant, and with that of the tenant after a change; the changes that were made are
/// counted in `seen`.
fn wrong(snapshot: &Snapshot, picks: &[Index], seen: &mut BTreeMap<&'static str, usize>) -> Vec<String> {
    let (text, policy) = drafted(snapshot);
    let mut wrong = titles(&deviations(&report(snapshot, &policy)));
    for kind in Change::ALL {
        let Some(changed) = changed(kind, snapshot, &policy, picks) else {
            continue;
        };
        *seen.entry(kind.name()).or_default() += 1;
        let after = report(&changed.snapshot, &policy);
        let found = deviations(&after);
        if !found.iter().any(|finding| changed.is_named_by(finding)) {
            wrong.push(format!(
                "{}: not found: {} in {:#?}",
                kind.name(),
                changed.what,
                titles(&found)
            ));
        }
    }
    if !wrong.is_empty() {
        wrong.push(text);
    }
    wrong
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_tenant_passes_its_draft_and_nothing_more((snapshot, picks) in tenant::case()) {
        let wrong = wrong(&snapshot, &picks, &mut BTreeMap::new());
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }

    #[test]
    fn the_same_tenant_gives_the_same_draft((snapshot, _) in tenant::case()) {
        prop_assert_eq!(drafted(&tenant::reversed(&snapshot)).0, drafted(&snapshot).0);
    }
}

/// The law says nothing of changes that are never made.
#[test]
fn changes_of_every_kind_are_made() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen = BTreeMap::new();
    for _ in 0..100 {
        let (snapshot, picks) = tenant::case().new_tree(&mut runner).unwrap().current();
        wrong(&snapshot, &picks, &mut seen);
    }
    for kind in Change::ALL {
        let times = seen.get(kind.name()).copied().unwrap_or_default();
        assert!(times >= 3, "{}: {seen:?}", kind.name());
    }
}
