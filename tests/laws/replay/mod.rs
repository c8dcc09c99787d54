//! Every audit of these tests once more, in other words: what a finding says was proven is tried in the oracle and in the second
//! evaluator, and what the oracle finds must be a finding.
//!
//! `plain` makes a plan of an account and its policy, as far as the oracle knows such things; what it doesn't (malformed
//! scopes, ids that are only possibly meant, users of MongoDB itself) is left out of the comparison, and its witness is only looked up.
//! It knows no groups: what is said of one whose members are known, or of these, can differ.

mod plain;
mod sample;

use crate::evaluator;
use crate::evaluator::conditions::KNOWN;
use crate::naming::{Names, holds, takes_in};
use crate::oracle::{self, World, concrete, denies, grants, most};
use crate::strategies::{Place, Plan};
use crate::tenants;
use cosmos_rbac::checks::{self, Options};
use cosmos_rbac::finding::{Confidence, Finding, ProvenAction, Report, Subject, Witness};
use cosmos_rbac::model::{AccountRecord, ControlPlane, PrincipalId};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use plain::{Plain, plain};
use std::collections::BTreeSet;

/// How much was tried.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Replayed {
    /// Witnesses of access that hold in the oracle.
    pub(crate) access: usize,
    /// Accounts of which the oracle says the same.
    pub(crate) accounts: usize,
    /// Witnesses of the control plane.
    pub(crate) control: usize,
    /// Witnesses that were only looked up.
    pub(crate) others: usize,
}

/// Identifies a finding, whatever is behind it: a change that leaves less of that closes and opens nothing.
pub(crate) fn likeness(finding: &Finding) -> String {
    let mut alike = finding.clone();
    alike.behind.clear();
    alike.fingerprint()
}

/// An audit, replayed.
pub(crate) fn audit(tenant: &Tenant<'_>, policy: &Policy, options: Options<'_>) -> Result<Report, checks::AuditError> {
    let report = checks::audit(tenant, policy, options)?;
    replay(tenant, policy, &report, options.only.is_empty());
    Ok(report)
}

/// Tries what a report says. `is_all`: whether it has all findings.
pub(crate) fn replay(tenant: &Tenant<'_>, policy: &Policy, report: &Report, is_all: bool) -> Replayed {
    let in_groups = in_groups(tenant, policy);
    let of_account = |_: usize, record: &AccountRecord| {
        let own = report
            .findings
            .iter()
            .filter(|finding| finding.account() == Some(&record.account.id));
        let own: Vec<&Finding> = own
            .filter(|finding| !matches!(finding.subject, Subject::AzureAssignment { .. }))
            .collect();
        let mut replayed = Replayed::default();
        let plain = plain(record, policy);
        for finding in &own {
            let Some(witness) = &finding.witness else { continue };
            look_up(record, finding, witness);
            match plain.as_ref().and_then(|plain| Some((plain, plain.number(finding)?))) {
                Some((plain, number)) if is_access(finding) => {
                    prove(plain, number, finding, witness);
                    replayed.access += 1;
                }
                _ => replayed.others += 1,
            }
        }
        if let (Some(plain), true) = (plain, is_all) {
            let wanted = plain.wanted();
            let said: BTreeSet<plain::One> = own.iter().filter_map(|finding| plain.said(finding)).collect();
            let differs = |one: &&plain::One| !in_groups.contains(one.1.as_str());
            let differing: Vec<_> = said.symmetric_difference(&wanted).filter(differs).collect();
            assert!(
                differing.is_empty(),
                "{differing:?} of {said:?}, wanted {wanted:?}: {:#?}",
                plain.plan
            );
            replayed.accounts += 1;
        }
        replayed
    };
    let mut all = Replayed::default();
    for one in tenant.for_each_account(of_account).unwrap() {
        all.access += one.access;
        all.accounts += one.accounts;
        all.others += one.others;
    }
    all.control = control_plane(tenant, report);
    all
}

/// The groups whose members the scan or the policy knows, and these.
fn in_groups<'a>(tenant: &Tenant<'a>, policy: &'a Policy) -> BTreeSet<&'a str> {
    let scanned = tenant.frame.principals.unwrap_or_default().iter();
    let scanned = scanned.filter_map(|one| Some((&one.id, one.members.as_ref()?)));
    let stated = policy.principals.iter();
    let stated = stated.filter_map(|one| Some((&one.id, &one.members.as_ref()?.value)));
    let all = scanned.chain(stated).filter(|(_, members)| !members.is_empty());
    all.flat_map(|(group, members)| members.iter().chain([group]))
        .map(PrincipalId::as_str)
        .collect()
}

/// Whether it is about what somebody can do through a role assignment, or can't.
fn is_access(finding: &Finding) -> bool {
    ["excess-access", "denied-access", "missing-access"].contains(&finding.check.id)
}

/// What a witness names is what the account has.
fn look_up(record: &AccountRecord, finding: &Finding, witness: &Witness) {
    let native = record.native();
    let assignments = || {
        record
            .role_assignments()
            .iter()
            .chain(native.assignments.iter().map(|one| &one.assignment))
    };
    if let Some(id) = &witness.assignment {
        let mut own = assignments().filter(|one| one.id == *id);
        let principal = witness.principal.as_ref().map(|one| &one.id);
        assert!(own.any(|one| Some(&one.principal_id) == principal), "{finding:#?}");
    }
    if let Some(role) = &witness.role {
        let mut own = record
            .all_role_definitions()
            .filter(|one| one.id == role.id && one.name() == role.name);
        let has = |pattern: &Option<cosmos_rbac::model::ActionPattern>, own: &cosmos_rbac::model::RoleDefinition| {
            pattern
                .as_ref()
                .is_none_or(|pattern| own.permissions.iter().any(|one| one.data_actions.contains(pattern)))
        };
        assert!(own.any(|own| has(&witness.pattern, own)), "{finding:#?}");
    }
    if let (Some(pattern), Some(ProvenAction::Data(atom))) = (&witness.pattern, &witness.action) {
        assert!(most(pattern.as_str(), &concrete(&atom.name())), "{finding:#?}");
    }
}

/// What a witness says of one action at one place is so in all readings of the oracle, or in one of them, if it is possible only.
fn prove(plain: &Plain, number: Option<usize>, finding: &Finding, witness: &Witness) {
    let plan = &plain.plan;
    let Some(ProvenAction::Data(atom)) = &witness.action else {
        panic!("{finding:#?}")
    };
    let action = concrete(&atom.name());
    let place = plain::place(&witness.scope.as_ref().unwrap().to_string()).unwrap();
    let place = oracle::in_one_form(plan, place);
    let who = witness.principal.as_ref().unwrap().id.as_str();
    assert!(
        finding.subject.data_actions().iter().any(|own| own == atom),
        "{finding:#?}"
    );
    assert_eq!(
        finding.subject.principal_id().map(PrincipalId::as_str),
        Some(who),
        "{finding:#?}"
    );
    let worlds = [World::Least, World::Most].into_iter();
    let readings = worlds.flat_map(|world| [Names::Spelt, Names::Loose].map(|names| (world, names)));
    let readings: Vec<bool> = readings
        .map(|(world, names)| holds_in(plan, finding.check.id, number, who, &action, &place, world, names))
        .collect();
    let is_proven = match finding.confidence {
        Confidence::Certain => readings.iter().all(|holds| *holds),
        // Where it depends on there being such a place, the place that is shown is all of the grant.
        Confidence::Possible if finding.check.id == "denied-access" && !readings.contains(&true) => {
            let own = number.map(|number| &plan.assignments[number].place);
            own == Some(&place)
                && grants(
                    &plan.roles[plan.assignments[number.unwrap()].role.unwrap()].permissions,
                    &action,
                    World::Most,
                )
        }
        Confidence::Possible => readings.contains(&true),
    };
    assert!(is_proven, "{readings:?} {finding:#?}\n{plan:#?}");
}

/// Whether in a reading somebody has too much, has what is denied, or lacks something, there.
#[expect(clippy::too_many_arguments, reason = "a question has many parts")]
fn holds_in(
    plan: &Plan,
    check: &str,
    number: Option<usize>,
    who: &str,
    action: &str,
    place: &Place,
    world: World,
    names: Names,
) -> bool {
    let gives = |number: usize, names| {
        let assignment = &plan.assignments[number];
        let role = assignment.role.map(|role| &plan.roles[role].permissions);
        holds(plan, &oracle::in_one_form(plan, assignment.place.clone()), place, names)
            && role.is_some_and(|role| grants(role, action, world))
    };
    let ruled = |rule: &crate::strategies::PlanGrant| {
        rule.principal.is_none_or(|id| id == who) && takes_in(plan, &rule.scope, place, names)
    };
    match (check, number) {
        ("excess-access", Some(number)) => {
            let allowed = plan
                .grants
                .iter()
                .any(|rule| ruled(rule) && grants(&rule.permissions, action, world));
            gives(number, Names::Spelt) && !allowed
        }
        ("denied-access", Some(number)) => {
            let universe = oracle::actions(plan);
            let mut rules = plan.denies.iter().filter(|deny| !deny.except.contains(&who));
            let denied = rules.any(|deny| {
                takes_in(plan, &deny.scope, place, names) && denies(plan.api, &universe, &deny.actions, action, world)
            });
            gives(number, Names::Spelt) && denied
        }
        _ => {
            let own = |number: &usize| plan.assignments[*number].principal == who;
            let has = (0..plan.assignments.len())
                .filter(own)
                .any(|number| gives(number, names));
            let mut required = plan.grants.iter().filter(|rule| rule.required);
            required.any(|rule| ruled(rule) && grants(&rule.permissions, action, world)) && !has
        }
    }
}

/// Witnesses of the control plane: the role assignment is there, its role has the pattern, and the second evaluator says of
/// every account that somebody behind the assignment can do the action there.
fn control_plane(tenant: &Tenant<'_>, report: &Report) -> usize {
    let mut tried = 0;
    let found = report
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.subject.reach()?, finding.witness.as_ref()?)));
    let found: Vec<_> = found
        .filter(|(finding, ..)| matches!(finding.subject, Subject::AzureAssignment { .. }))
        .collect();
    if found.is_empty() {
        return 0;
    }
    let records = tenant.for_each_account(|_, record| record.clone()).unwrap();
    let mut copy = tenants::Tenant {
        accounts: records,
        planes: tenant.frame.control_planes.to_vec(),
        principals: tenant.frame.principals.map_or_else(Vec::new, <[_]>::to_vec),
    };
    copy.planes.iter_mut().for_each(in_known_conditions);
    let roles = || {
        copy.planes
            .iter()
            .flat_map(|plane| plane.role_definitions.iter().flatten())
    };
    let verdicts = evaluator::judge(&copy);
    for (finding, reach, witness) in found {
        let (pattern, role) = (witness.pattern.as_ref().unwrap(), witness.role.as_ref().unwrap());
        let has = |own: &cosmos_rbac::model::AzureRoleDefinition| {
            own.permissions.iter().any(|one| one.actions.contains(pattern))
        };
        assert!(roles().any(|own| own.id == role.id && has(own)), "{finding:#?}");
        let action = witness.action.as_ref().unwrap();
        assert!(
            evaluator::covers(pattern.as_str(), &action.name(), true),
            "{finding:#?}"
        );
        tried += 1;
        // What begins elsewhere has its own laws.
        let ProvenAction::Azure(action) = action else { continue };
        let own = verdicts
            .iter()
            .filter(|one| Some(&one.grant.0) == witness.assignment.as_ref());
        let own: Vec<_> = own
            .filter(|one| one.action.kind == action.kind && one.sure > evaluator::Sure::No)
            .collect();
        assert!(own.iter().any(|one| one.action.name == action.name), "{finding:#?}");
        // The witness is of one account; in others it can be another action of the same check.
        let same = verdicts
            .iter()
            .filter(|one| Some(&one.grant.0) == witness.assignment.as_ref());
        let reached: BTreeSet<usize> = same
            .filter(|one| one.sure > evaluator::Sure::No)
            .map(|one| one.account)
            .collect();
        assert!(
            reach.accounts.iter().all(|account| reached.contains(account)),
            "{finding:#?}"
        );
    }
    tried
}

/// The evaluator knows the conditions that generated tenants have. Any other could hold or not, as one that nobody can read.
fn in_known_conditions(plane: &mut ControlPlane) {
    let mend = |condition: &mut Option<String>| {
        let is_known = |text: &String| KNOWN.iter().any(|known| known.text == text);
        if condition.as_ref().is_some_and(|text| !is_known(text)) {
            *condition = Some("(((@Request[".to_owned());
        }
    };
    plane
        .role_assignments
        .iter_mut()
        .flatten()
        .for_each(|one| mend(&mut one.condition));
    plane
        .eligible
        .iter_mut()
        .flatten()
        .for_each(|one| mend(&mut one.condition));
    for deny in plane.deny_assignments.iter_mut().flatten() {
        mend(&mut deny.condition);
        deny.permissions.iter_mut().for_each(|one| mend(&mut one.condition));
    }
    let roles = plane.role_definitions.iter_mut().flatten();
    roles
        .flat_map(|role| &mut role.permissions)
        .for_each(|one| mend(&mut one.condition));
}
