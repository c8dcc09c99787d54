//! The audit as a whole: against the oracle, and against itself when something is widened, added or put in another order.

use crate::cases;
use crate::oracle::{self, Said};
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{PRINCIPALS, Place, Plan, PlanDeny, PlanGrant, Shapes, pattern, permission, plan, scope_glob};
use cosmos_rbac::checks::Options;
use cosmos_rbac::finding::{About, Report};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

/// The report in a format.
fn text(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.render(report, Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// `None` when the generated rules contradict each other: then there is no audit.
fn run(snapshot: &Snapshot, policy: &Policy) -> Option<Report> {
    audit(&Tenant::of(snapshot), policy, Options::default()).ok()
}

pub(crate) fn audited(plans: &[Plan]) -> Option<Report> {
    run(&scanned(plans), &policy(plans, 0))
}

fn scanned(plans: &[Plan]) -> Snapshot {
    snapshot(
        plans
            .iter()
            .enumerate()
            .map(|(number, plan)| plan.record(number))
            .collect(),
    )
}

/// What a report says of access, one action at a time.
pub(crate) fn said(report: &Report) -> Said {
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.check.about == About::Access);
    findings
        .flat_map(|finding| {
            finding.subject.data_actions().iter().map(|action| {
                let who = finding.subject.principal_id().unwrap().to_string();
                let scope = finding.subject.scope().unwrap().to_string();
                let action = oracle::concrete(&action.name());
                (
                    finding.check.id,
                    who,
                    finding.subject.id().map(str::to_owned),
                    scope,
                    action,
                    finding.confidence,
                )
            })
        })
        .collect()
}

/// The assignments that a check complains of, and those of which it is certain.
fn blamed(report: &Report, check: &str) -> BTreeSet<String> {
    let findings = report.findings.iter().filter(|finding| finding.check.id == check);
    findings
        .map(|finding| finding.subject.id().unwrap().to_owned())
        .collect()
}

/// What tells findings apart for people, without what a new action in the universe may change.
fn problems(report: &Report) -> BTreeSet<String> {
    let problem = |finding: &cosmos_rbac::finding::Finding| {
        format!(
            "{} {:?} {:?} {:?}",
            finding.check.id,
            finding.subject.id(),
            finding.subject.principal(),
            finding.subject.scope()
        )
    };
    report.findings.iter().map(problem).collect()
}

/// A shuffle that depends on nothing but its seed.
fn shuffle<T>(items: &mut [T], seed: &mut u64) {
    for last in (1..items.len()).rev() {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, (*seed >> 33) as usize % (last + 1));
    }
}

/// The next wider pattern on the way literal → `P/*` → `*`.
fn wider(text: &str) -> String {
    match text.strip_suffix("/*") {
        None if !text.contains('*') => format!("{}/*", text.rsplit_once('/').unwrap().0),
        _ => "*".to_owned(),
    }
}

fn wider_place(place: &Place) -> Place {
    match place {
        Place::Container(database, _) => Place::Database(database.clone()),
        _ => Place::Account,
    }
}

/// One assignment and one role of a plan, made wider. `None`: there is nothing to widen.
fn widened(plan: &Plan, which: &Index, scope: bool) -> Option<Plan> {
    let mut wide = plan.clone();
    if scope {
        let assignment = wide.assignments.get_mut(which.index(plan.assignments.len().max(1)))?;
        assignment.place = wider_place(&assignment.place);
    } else {
        let patterns = wide
            .roles
            .iter_mut()
            .flat_map(|role| &mut role.permissions)
            .flat_map(|p| &mut p.yes);
        let mut patterns: Vec<&mut String> = patterns.collect();
        let number = which.index(patterns.len().max(1));
        let pattern = patterns.get_mut(number)?;
        **pattern = wider(pattern);
    }
    Some(wide)
}

/// An account in which the policy allows what every second assignment gives, so that there is something to lose.
fn declared_plan(shapes: Shapes) -> impl Strategy<Value = Plan> {
    plan(shapes).prop_map(|mut plan| {
        for assignment in plan.assignments.iter().step_by(2) {
            let Some(role) = assignment.role.map(|number| &plan.roles[number]) else {
                continue;
            };
            let scope = match assignment.place.clone() {
                Place::Account => (None, None),
                Place::Database(database) => (Some(database), None),
                Place::Container(database, container) => (Some(database), Some(container)),
            };
            let rules = role.permissions.iter().map(|permission| PlanGrant {
                principal: Some(assignment.principal),
                permissions: vec![permission.clone()],
                scope: scope.clone(),
                required: false,
            });
            plan.grants.extend(rules);
            plan.states_grants = true;
        }
        plan
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn access_is_judged_as_the_contract_says(
        plan in prop_oneof![plan(Shapes::Any), declared_plan(Shapes::Any)], foreign in vec(prop::bool::weighted(0.1), 8),
    ) {
        let mut plan = plan;
        plan.assignments.iter_mut().zip(foreign).for_each(|(one, is_foreign)| one.is_foreign = is_foreign);
        if let Some(report) = audited(std::slice::from_ref(&plan)) {
            prop_assert_eq!(said(&report), oracle::judge(&plan));
        }
    }

    #[test]
    fn widening_what_a_role_gives_hides_nothing(plan in plan(Shapes::Tail), steps in vec((any::<Index>(), any::<bool>()), 1..3)) {
        let mut narrow = plan;
        for (which, scope) in steps {
            let Some(wide) = widened(&narrow, &which, scope) else { continue };
            let both = audited(std::slice::from_ref(&narrow)).zip(audited(std::slice::from_ref(&wide)));
            if let Some((before, after)) = both {
                for check in ["excess-access", "denied-access"] {
                    let (before, after) = (blamed(&before, check), blamed(&after, check));
                    prop_assert!(before.is_subset(&after), "{} {:?} {:?}\n{:#?}", check, before, after, wide);
                }
            }
            narrow = wide;
        }
    }

    #[test]
    fn allowing_more_adds_no_excess(
        plan in declared_plan(Shapes::Tail), permission in permission(Shapes::Tail), scope in scope_glob(), who in any::<Index>(), wide: bool,
    ) {
        let mut more = plan.clone();
        if wide && !more.grants.is_empty() {
            // A rule that is there, made wider.
            let rule = who.get_mut(&mut more.grants);
            rule.scope = (rule.scope.0.clone(), None);
            rule.permissions[0].yes = rule.permissions[0].yes.iter().map(|text| wider(text)).collect();
        } else {
            let mut rule = plan.grants.first().cloned().unwrap_or_else(|| PlanGrant {
                principal: None,
                permissions: Vec::new(),
                scope: (None, None),
                required: false,
            });
            rule.principal = [None, Some(PRINCIPALS[0]), Some(PRINCIPALS[1])][who.index(3)];
            rule.permissions = vec![permission];
            rule.scope = scope;
            rule.required = false;
            more.grants.push(rule);
        }
        more.states_grants = plan.states_grants;
        if let (true, Some(before), Some(after)) =
            (plan.states_grants, audited(std::slice::from_ref(&plan)), audited(std::slice::from_ref(&more)))
        {
            let (before, after) = (blamed(&before, "excess-access"), blamed(&after, "excess-access"));
            prop_assert!(after.is_subset(&before), "{:?} {:?}", before, after);
        }
    }

    #[test]
    fn a_deny_hides_nothing(plan in plan(Shapes::Tail), actions in vec(pattern(Shapes::Tail), 1..3), scope in scope_glob()) {
        let mut more = plan.clone();
        more.denies.push(PlanDeny { actions, scope, except: Vec::new() });
        // A waiver that comes to be used is no finding any more, rightly.
        more.waivers.clear();
        let plan = Plan { waivers: Vec::new(), ..plan };
        if let Some((before, after)) = audited(std::slice::from_ref(&plan)).zip(audited(&[more])) {
            let (before, after) = (problems(&before), problems(&after));
            prop_assert!(before.is_subset(&after), "{:?}", before.difference(&after));
        }
    }

    #[test]
    fn order_changes_nothing(plans in vec(plan(Shapes::Any), 1..3), mut seed: u64) {
        let mut policy = policy(&plans, 0);
        let sorted = scanned(&plans);
        let before = audit(&Tenant::of(&sorted), &policy, Options::default());
        let mut records = sorted.accounts.clone();
        shuffle(&mut records, &mut seed);
        for record in &mut records {
            for role in record.role_definitions.iter_mut().flatten() {
                shuffle(&mut role.assignable_scopes, &mut seed);
                shuffle(&mut role.permissions, &mut seed);
                for permission in &mut role.permissions {
                    shuffle(&mut permission.data_actions, &mut seed);
                    shuffle(&mut permission.not_data_actions, &mut seed);
                }
            }
            shuffle(record.role_definitions.as_mut().unwrap(), &mut seed);
            shuffle(record.role_assignments.as_mut().unwrap(), &mut seed);
            shuffle(&mut record.gaps, &mut seed);
            for database in record.databases.iter_mut().flatten() {
                database.containers.iter_mut().for_each(|names| shuffle(names, &mut seed));
            }
            record.databases.iter_mut().for_each(|list| shuffle(list, &mut seed));
        }
        for block in &mut policy.blocks {
            block.grants.iter_mut().for_each(|grants| shuffle(grants, &mut seed));
            block.roles.iter_mut().for_each(|roles| shuffle(roles, &mut seed));
            shuffle(&mut block.denies, &mut seed);
        }
        shuffle(&mut policy.blocks, &mut seed);
        shuffle(&mut policy.principals, &mut seed);
        shuffle(&mut policy.waivers, &mut seed);
        let after = audit(&Tenant::of(&snapshot(records)), &policy, Options::default());
        prop_assert_eq!(before.is_ok(), after.is_ok());
        if let (Ok(before), Ok(after)) = (before, after) {
            let [before, after] = [before, after].map(|report| text(Format::Json, &report));
            for (old, new) in before.lines().zip(after.lines()) {
                prop_assert_eq!(old, new);
            }
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn fingerprints_tell_findings_apart_and_outlive_policy_lines(plans in vec(plan(Shapes::Any), 1..3), moved in 1..5000_u64) {
        let sorted = scanned(&plans);
        let both = run(&sorted, &policy(&plans, 0)).zip(run(&sorted, &policy(&plans, moved)));
        if let Some((here, there)) = both {
            let prints = |report: &Report| -> Vec<String> { report.findings.iter().map(|finding| finding.fingerprint()).collect() };
            let mut seen = BTreeMap::new();
            for finding in &here.findings {
                let twin = seen.insert(finding.fingerprint(), finding);
                prop_assert!(twin.is_none(), "{:#?}\n{:#?}", twin, finding);
            }
            prop_assert_eq!(prints(&here), prints(&there));
        }
    }

    /// Findings with one fingerprint are reported once: so the fingerprint must hold all that tells problems apart.
    #[test]
    fn every_missing_role_is_a_finding(plan in plan(Shapes::Any)) {
        if let Some(report) = audited(std::slice::from_ref(&plan)) {
            let custom: BTreeSet<&String> = plan.roles.iter().filter(|role| !role.built_in).map(|role| &role.name).collect();
            let missing: BTreeSet<&String> =
                plan.declared.iter().map(|rule| &rule.name).filter(|name| !custom.contains(name)).collect();
            let found = report.findings.iter().filter(|finding| finding.check.id == "role-missing");
            prop_assert_eq!(found.count(), missing.len());
        }
    }

    #[test]
    fn reports_are_safe_to_show(plans in vec(plan(Shapes::Any), 1..3)) {
        let Some(report) = audited(&plans) else { return Ok(()) };
        let table = text(Format::Table, &report);
        let is_hidden = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        prop_assert_eq!(table.chars().find(|c| is_hidden(*c)), None);
        let json: serde_json::Value = serde_json::from_str(&text(Format::Json, &report)).unwrap();
        prop_assert_eq!(json["findings"].as_array().unwrap().len(), report.findings.len());
        prop_assert_eq!(report.summary.findings + report.summary.waived, report.findings.len());
        prop_assert_eq!(report.summary.by_severity.values().sum::<usize>(), report.summary.findings);
        prop_assert_eq!(report.summary.by_check.values().sum::<usize>(), report.summary.findings);
    }
}

/// Laws about findings say nothing where there are none: the generated accounts must have them, in both confidences.
#[test]
fn generated_accounts_have_findings() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for shapes in [Shapes::Any, Shapes::Tail] {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..200 {
            let plan = plan(shapes).new_tree(&mut runner).unwrap().current();
            let kinds: BTreeSet<_> = oracle::judge(&plan)
                .into_iter()
                .map(|(check, .., confidence)| format!("{confidence:?} {check}"))
                .collect();
            for kind in kinds {
                *seen.entry(kind).or_default() += 1;
            }
        }
        assert!(
            seen.len() == 6 && seen.values().all(|times| *times >= 4),
            "{shapes:?} {seen:?}"
        );
    }
}
