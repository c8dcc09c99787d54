//! Every fix that is printed is run on a model of the tenant, and the tenant is audited again: what was found is gone, and
//! nothing is there that was not before. `shell` takes the commands apart, `apply` does what they say.

pub(crate) mod apply;
pub(crate) mod shell;

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::{audit, likeness};
use crate::strategies::{PRINCIPALS, Place, Plan, PlanPermission, PlanRole, Shapes, db_of, sql_plan};
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::finding::{Finding, Remedy, Report};
use cosmos_rbac::model::{PrincipalKind, PrincipalRecord, RoleKind, ScopePattern};
use cosmos_rbac::policy::{Policy, Presence, PrincipalRule};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Findings that a fix may bring, and why: they are milder than what it mends, or were there under another name.
const MILDER: [(&str, &str); 8] = [
    (
        "role-unused",
        "a role is left over when its assignments go, or is created before it is assigned",
    ),
    (
        "policy-unused",
        "an optional grant of the policy is used by nobody any more",
    ),
    ("waiver-unused", "what a waiver accepted is mended"),
    (
        "assignment-redundant",
        "a role that is required covers a narrower one beside it",
    ),
    (
        "direct-user",
        "a person has the same at a database in place of the account",
    ),
    (
        "local-auth-switch",
        "only where keys are refused it matters who can enable them again",
    ),
    (
        "restore-copy",
        "a member of a group had the path already, which one finding about the group stood for",
    ),
    (
        "identity-takeover",
        "a member of a group had the path already, which one finding about the group stood for",
    ),
];

/// Findings that come with a role that the policy declares: it names an action that is not known, or its holders have it
/// in the whole account.
const DECLARED: [&str; 2] = ["unknown-action", "account-scope-write"];

fn run(snapshot: &Snapshot, policy: &Policy) -> Option<Report> {
    audit(&Tenant::of(snapshot), policy, Options::default()).ok()
}

/// What a problem is about.
#[derive(Default)]
struct Concern {
    /// The actions, in both readings.
    actions: BTreeSet<String>,
    /// Whether it says which: a malformed scope is one whatever the assignment's role gives.
    is_of_actions: bool,
}

/// What tells problems apart for people, and what each is about.
fn problems(report: &Report) -> BTreeMap<String, Concern> {
    let mut problems: BTreeMap<String, Concern> = BTreeMap::new();
    for finding in &report.findings {
        let subject = &finding.subject;
        let problem = format!(
            "{} {:?} {:?} {:?} {:?}",
            finding.check.id,
            finding.account(),
            // One finding a principal, whichever of its assignments shows it.
            subject.id().filter(|_| finding.check.id != "account-scope-write"),
            subject.principal_id(),
            subject.scope()
        );
        let told = subject.data_actions();
        let own = problems.entry(problem).or_default();
        own.is_of_actions |= !told.is_empty();
        let told = told.iter().filter(|action| action.wildcard().is_none());
        own.actions.extend(told.map(|action| action.name().to_lowercase()));
        // What was certain can be only possible once a role is what the policy says.
        let wrong = &finding.wrong;
        let names = wrong.certain.iter().chain(wrong.possible.iter());
        let names = names.map(|name| name.to_lowercase());
        own.actions
            .extend(names.filter(|name| !name.contains(['*', '\u{10ffff}'])));
    }
    problems
}

/// Runs the commands of a finding's remedy, all of them or those that there are.
fn mended(snapshot: &Snapshot, finding: &Finding) -> Option<(Snapshot, bool)> {
    after(snapshot, finding.remedy.as_ref()?)
}

/// Runs the commands of a remedy, all of them or those that there are. `None`: there are none.
pub(crate) fn after(snapshot: &Snapshot, remedy: &Remedy) -> Option<(Snapshot, bool)> {
    let mut after = snapshot.clone();
    let commands: Vec<String> = match remedy.command() {
        Some(command) => vec![command],
        None => remedy.steps.iter().filter_map(|step| step.command.clone()).collect(),
    };
    for words in commands.iter().flat_map(|command| shell::commands(command)) {
        apply::apply(&mut after, &words);
    }
    (!commands.is_empty()).then_some((scanned_again(after), remedy.command().is_some()))
}

/// A changed snapshot as a scan would write it down.
pub(crate) fn scanned_again(changed: Snapshot) -> Snapshot {
    let header = changed.header.clone();
    let lines: Vec<_> = changed.lines().collect();
    let mut sorted = Snapshot::new(header);
    for line in lines {
        cosmos_rbac::snapshot::Sink::line(&mut sorted, line).unwrap();
    }
    sorted
}

/// Whether a fix makes a role what the policy says it is.
fn declares(finding: &Finding) -> bool {
    finding.remedy.as_ref().is_some_and(|remedy| {
        let summary = remedy.summary.as_str();
        summary.contains("to the policy's definition") || summary.contains("definition from the policy")
    })
}

/// Whether a fix may bring a finding of that check.
fn may_bring(finding: &Finding, check: &str) -> bool {
    let is_declared = declares(finding);
    // A password is better than none.
    if (finding.check.id, check) == ("no-authentication", "local-auth-enabled") {
        return true;
    }
    MILDER.iter().any(|(milder, _)| *milder == check) || (is_declared && DECLARED.contains(&check))
}

/// What is wrong with the fixes of a report; the checks whose fixes were run are counted in `seen`.
fn wrong(snapshot: &Snapshot, policy: &Policy, seen: &mut BTreeMap<&'static str, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(before) = run(snapshot, policy) else {
        return wrong;
    };
    let known = problems(&before);
    // What could not be read shows in the next scan, not in this one.
    for finding in before.findings.iter().filter(|finding| !finding.is_gap()) {
        let Some((after, is_whole)) = mended(snapshot, finding) else {
            continue;
        };
        *seen.entry(finding.check.id).or_default() += 1;
        let steps = finding.remedy.as_ref().map(|remedy| &remedy.steps);
        let told = format!("{}: {}\n{steps:#?}", finding.check.id, finding.message);
        let Some(report) = run(&after, policy) else {
            wrong.push(format!("cannot be audited after {told}"));
            continue;
        };
        let print = likeness(finding);
        if is_whole && report.findings.iter().any(|other| likeness(other) == print) {
            wrong.push(format!("is still there: {told}"));
        }
        for (problem, concern) in problems(&report) {
            let check = problem.split(' ').next().unwrap();
            // What was wrong with an assignment is about other actions once its role is what the policy says.
            // Whoever gets access lacks no more elsewhere than before, even where some of it is only possible now.
            let is_given = check == "missing-access" && finding.check.id == check;
            let is_known = known.get(&problem).is_some_and(|old| {
                concern.actions.is_subset(&old.actions) || (declares(finding) && !concern.is_of_actions) || is_given
            });
            if !is_known && !may_bring(finding, check) {
                wrong.push(format!("brings {problem} {:?}: {told}", concern.actions));
            }
        }
    }
    wrong
}

/// A plan whose policy can be kept: one role of each name, those that the service brings along among them.
fn tidied(mut plan: Plan) -> Plan {
    let mut names = BTreeSet::new();
    plan.roles
        .retain(|role| !role.built_in && names.insert(role.name.to_lowercase()));
    let mut names = BTreeSet::new();
    plan.declared.retain(|rule| names.insert(rule.name.to_lowercase()));
    let moved = plan.roles.len();
    plan.roles
        .extend(RoleKind::Sql.row().builtin.iter().map(|role| PlanRole {
            name: role.name.to_owned(),
            built_in: true,
            permissions: vec![PlanPermission {
                yes: role.data_actions.iter().map(|action| (*action).to_owned()).collect(),
                not: Vec::new(),
            }],
            assignable: vec!["/".to_owned()],
        }));
    let roles = plan.roles.len();
    for (place, assignment) in plan.assignments.iter_mut().enumerate() {
        assignment.role = assignment
            .role
            .map(|role| if place % 2 == 0 { role % roles } else { moved + role % 2 });
    }
    plan
}

/// The plan's policy, in which some grants name a role, at a place where somebody has access.
pub(crate) fn named(plan: &Plan, picks: &[Index]) -> Policy {
    let mut policy = policy(std::slice::from_ref(plan), 0);
    let builtin = RoleKind::Sql.row().builtin.iter();
    let mut roles: Vec<(String, _)> = builtin.map(|role| (role.name.to_owned(), role.permission())).collect();
    roles.extend(
        plan.declared
            .iter()
            .map(|rule| (rule.name.clone(), rule.permission.build())),
    );
    let rules = policy
        .blocks
        .iter_mut()
        .flat_map(|block| block.grants.iter_mut().flatten());
    for (rule, pick) in rules.zip(picks) {
        let place = pick.index(2 * roles.len());
        let Some((name, permission)) = roles.get(place) else {
            continue;
        };
        rule.role = Some(name.clone());
        rule.permission = permission.clone();
        if let Some(assignment) = plan.assignments.get(place) {
            let text = match &assignment.place {
                Place::Account => "/".to_owned(),
                place => db_of(place).map_or_else(String::new, |database| format!("/dbs/{database}")),
            };
            let scope = ScopePattern::parse(&text).ok();
            if let Some(scope) = scope.filter(|scope| scope.literal().is_some()) {
                rule.scope = scope;
                rule.principal = PrincipalRule::One(assignment.principal.into());
                rule.presence = Presence::Required;
            }
        }
    }
    policy
}

pub(crate) fn case() -> impl Strategy<Value = (Plan, Vec<Index>)> {
    let picks = vec(any::<Index>(), 8);
    (sql_plan(Shapes::Any).prop_map(tidied), picks).prop_map(|(plan, picks)| {
        let states_grants = plan.states_grants && picks[7].index(3) > 0;
        (Plan { states_grants, ..plan }, picks)
    })
}

/// The plan's account, in which some scopes are written as resource ids are, and some principals are known.
pub(crate) fn scanned(plan: &Plan, picks: &[Index]) -> Snapshot {
    let mut record = plan.record(0);
    for (assignment, pick) in record.role_assignments.iter_mut().flatten().zip(picks) {
        if pick.index(5) == 0 {
            let scope = &mut assignment.scope;
            *scope = scope
                .replace("/dbs/", "/sqlDatabases/")
                .replace("/colls/", "/containers/");
        }
    }
    let mut snapshot = snapshot(vec![record]);
    if picks[6].index(3) == 0 {
        let principal = |(place, id): (usize, &&str)| PrincipalRecord {
            id: (*id).into(),
            name: format!("principal {place}"),
            kind: [PrincipalKind::User, PrincipalKind::ManagedIdentity][place % 2],
            found: place != 1,
            created: None,
            members: None,
            members_count: None,
            resource_id: None,
            members_bounded: false,
        };
        snapshot.principals = Some(PRINCIPALS.iter().enumerate().map(principal).collect());
        snapshot.principals.iter_mut().for_each(|list| list.sort());
    }
    snapshot
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn fixes_mend_what_was_found_and_bring_nothing((plan, picks) in case()) {
        let found = wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut BTreeMap::new());
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }
}

/// The law says nothing of fixes that are never run.
#[test]
fn fixes_of_every_kind_are_run() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen = BTreeMap::new();
    for _ in 0..300 {
        let (plan, picks) = case().new_tree(&mut runner).unwrap().current();
        wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut seen);
    }
    for check in [
        "excess-access",
        "missing-access",
        "denied-access",
        "role-drift",
        "role-missing",
        "role-undeclared",
        "account-scope-write",
        "dangling-role",
        "dangling-scope",
        "scope-not-assignable",
        "not-data-actions",
        "wildcard-action",
        "role-unused",
        "assignment-redundant",
        "local-auth-enabled",
        "malformed-scope",
        "direct-user",
        "orphaned-principal",
    ] {
        assert!(seen.get(check).is_some_and(|times| *times >= 1), "{check}: {seen:?}");
    }
}

#[test]
fn fixes_of_the_sample_mend_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scanned = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    let policy = Policy::load(&[root.join("policies/contoso.yaml")], &CHECKS).unwrap();
    let mut seen = BTreeMap::new();
    let found = wrong(&scanned, &policy, &mut seen);
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    assert!(seen.len() >= 12, "{seen:?}");
}
