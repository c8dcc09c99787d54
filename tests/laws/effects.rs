//! What the change of a cause closes and opens: it is made on a model of the tenant, by the commands that are printed or by hand,
//! and all of the tenant is audited again.

use crate::cases;
use crate::fixes::{after, case, named, scanned};
use crate::replay::{audit, likeness};
use crate::tenants::{TAKEN_AT, Tenant as Planned, tenant};
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::finding::{Cause, ChangeKind, Finding, Report, Severity, SourceRef, State};
use cosmos_rbac::model::{ActionPattern, AzurePermission, AzureRoleDefinition, PrincipalId};
use cosmos_rbac::policy::{Holders, Policy, Principal, Privilege, Ruled, Switch};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{End, Header, Line, Sink, Snapshot};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn run(snapshot: &Snapshot, policy: &Policy) -> Option<Report> {
    let options = Options {
        effects: true,
        ..Options::default()
    };
    audit(&Tenant::of(snapshot), policy, options).ok()
}

/// Findings that count.
fn counting(report: &Report) -> BTreeMap<(Severity, String), usize> {
    let mut all = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.state == State::New) {
        *all.entry((finding.severity, likeness(finding))).or_default() += 1;
    }
    all
}

fn own<'r>(report: &'r Report, cause: &'r Cause) -> impl Iterator<Item = &'r Finding> {
    let own = cause.findings.iter().map(|place| &report.findings[*place]);
    own.filter(|finding| finding.state == State::New)
}

/// The tenant and the policy after the change of a cause. `None`: nobody says how.
fn changed(snapshot: &Snapshot, policy: &Policy, report: &Report, cause: &Cause) -> Option<(Snapshot, Policy)> {
    let (mut snapshot, mut policy) = (snapshot.clone(), policy.clone());
    let objects: BTreeSet<String> = cause.change.objects.iter().map(|id| id.to_lowercase()).collect();
    let is_one = |id: &str| objects.contains(&id.to_lowercase());
    match cause.change.kind {
        ChangeKind::DisableKeys | ChangeKind::DisableKeyMetadataWrites => {
            for record in &mut snapshot.accounts {
                let account = &mut record.account;
                if is_one(account.id.as_str()) {
                    match cause.change.kind {
                        ChangeKind::DisableKeys => account.local_auth_disabled = Some(true),
                        _ => account.key_metadata_writes_disabled = Some(true),
                    }
                }
            }
        }
        ChangeKind::AzureRoleAssignments => {
            let of: BTreeSet<&PrincipalId> = own(report, cause)
                .filter_map(|one| one.subject.principal_id())
                .collect();
            for plane in &mut snapshot.control_planes {
                plane
                    .role_assignments
                    .iter_mut()
                    .for_each(|list| list.retain(|one| !is_one(&one.id)));
                plane
                    .eligible
                    .iter_mut()
                    .for_each(|list| list.retain(|one| !is_one(&one.id)));
                for delegation in plane.delegations.iter_mut().flatten() {
                    if is_one(&delegation.id) {
                        delegation.authorizations.retain(|one| !of.contains(&one.principal_id));
                        delegation
                            .eligible_authorizations
                            .retain(|one| !of.contains(&one.principal_id));
                    }
                }
            }
        }
        ChangeKind::RoleAssignments | ChangeKind::GrantAccess | ChangeKind::RoleDefinition => {
            snapshot = after(&snapshot, cause.remedy.as_ref()?)?.0;
        }
        ChangeKind::Policy => {
            let is_one = |at: &SourceRef| objects.contains(&at.to_string().to_lowercase());
            policy.waivers.retain(|waiver| !is_one(&waiver.at));
            policy.blocks.retain(|block| !is_one(&block.at));
            for block in &mut policy.blocks {
                block
                    .grants
                    .iter_mut()
                    .for_each(|list| list.retain(|grant| !is_one(&grant.at)));
            }
        }
        ChangeKind::GroupMembers => {
            let before = snapshot.principals.clone()?;
            let is_in = |id: &str, group: &str| {
                let mut groups = before.iter().filter(|record| record.id.as_str() == group);
                groups.any(|record| record.members.iter().flatten().any(|member| member.as_str() == id))
            };
            for finding in own(report, cause) {
                let (group, member) = (finding.subject.id()?, finding.subject.principal_id()?.as_str());
                for record in snapshot.principals.iter_mut().flatten() {
                    let is_concerned = record.id.as_str() == group || is_in(record.id.as_str(), group);
                    if let Some(members) = record.members.as_mut().filter(|_| is_concerned) {
                        let number = members.len();
                        members.retain(|one| one.as_str() != member);
                        let gone = (number - members.len()) as u64;
                        record.members_count = record.members_count.map(|count| count - gone);
                    }
                }
            }
        }
        ChangeKind::Account | ChangeKind::Read => return None,
    }
    Some((snapshot, policy))
}

/// What is wrong with the effects of a report; how often an effect of each kind was tried is counted in `seen`.
fn wrong(snapshot: &Snapshot, policy: &Policy, seen: &mut BTreeMap<ChangeKind, usize>) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(report) = run(snapshot, policy) else {
        return wrong;
    };
    let before = counting(&report);
    for cause in report.causes.iter() {
        let Some(effect) = &cause.effect else { continue };
        *seen.entry(cause.change.kind).or_default() += 1;
        let Some((snapshot, policy)) = changed(snapshot, policy, &report, cause) else {
            wrong.push(format!("nobody says how: {cause:#?}"));
            continue;
        };
        let Ok(report_after) = audit(&Tenant::of(&snapshot), &policy, Options::default()) else {
            wrong.push(format!("cannot be audited: {cause:#?}"));
            continue;
        };
        let after = counting(&report_after);
        let (mut closes, mut opens) = (BTreeMap::new(), BTreeMap::new());
        for finding in own(&report, cause) {
            if !after.contains_key(&(finding.severity, likeness(finding))) {
                *closes.entry(finding.severity).or_default() += 1;
            }
        }
        for (key, number) in &after {
            let more = number.saturating_sub(before.get(key).copied().unwrap_or_default());
            if more > 0 {
                *opens.entry(key.0).or_default() += more;
            }
        }
        if (&closes, &opens) != (&effect.closes, &effect.opens) {
            wrong.push(format!("closes {closes:?}, opens {opens:?}: {cause:#?}"));
        }
    }
    wrong
}

/// Causes whose change leaves findings of theirs: to which object a finding belongs was decided wrongly.
fn unclosed(report: &Report, kinds: &[ChangeKind]) -> Vec<String> {
    let causes = report.causes.iter().filter(|cause| kinds.contains(&cause.change.kind));
    let mut left = Vec::new();
    for cause in causes {
        let Some(effect) = &cause.effect else { continue };
        if effect.closes.values().sum::<usize>() != own(report, cause).count() {
            left.push(format!("{cause:#?}\n{:#?}", own(report, cause).collect::<Vec<_>>()));
        }
    }
    left
}

/// A tenant with Azure RBAC as a scan writes it, in which keys are disabled here and there.
pub(crate) fn with_azure(planned: &Planned, bits: u8) -> Snapshot {
    let mut snapshot = Snapshot::new(Header::new(
        TAKEN_AT,
        "public".to_owned(),
        "tenant".to_owned(),
        Vec::new(),
    ));
    for (place, record) in planned.accounts.iter().enumerate() {
        let mut record = record.clone();
        record.account.local_auth_disabled = Some(bits >> (place % 8) & 1 == 1);
        snapshot.line(Line::Account(Box::new(record))).unwrap();
    }
    for plane in &planned.planes {
        let mut plane = plane.clone();
        for role in plane.role_definitions.iter_mut().flatten().filter(|_| bits & 1 == 1) {
            narrow(role);
        }
        snapshot.line(Line::ControlPlane(Box::new(plane))).unwrap();
    }
    snapshot.line(Line::Principals(planned.principals.clone())).unwrap();
    snapshot.line(Line::End(End::default())).unwrap();
    snapshot
}

/// Makes a role one that gives a single thing, so that nothing else goes with its assignment.
fn narrow(role: &mut AzureRoleDefinition) {
    let single = match role.id.bytes().last() {
        Some(b'0') => "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
        Some(b'1') => "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
        _ => return,
    };
    role.permissions = vec![AzurePermission {
        actions: vec![ActionPattern::full(single)],
        not_actions: Vec::new(),
        condition: None,
    }];
}

/// The built-in policy, with lists of who can do what and who is in a group; `bits` says which.
pub(crate) fn listing(bits: u8) -> Policy {
    let mut policy = Policy::baseline(&CHECKS);
    for block in &mut policy.blocks {
        for (place, privilege) in Privilege::ALL.into_iter().enumerate() {
            if bits >> place & 1 == 1 {
                let holders = Holders {
                    at: block.at.clone(),
                    principals: vec!["u0".into()],
                };
                block.holders.insert(privilege, holders);
            }
        }
        if bits >> 4 & 3 == 3 {
            block
                .local_auth
                .iter_mut()
                .for_each(|ruled| ruled.value = Switch::Enabled);
        }
    }
    if bits >> 1 & 3 != 3 {
        let at = policy.blocks[0].at.clone();
        policy.principals.push(Principal {
            name: "a group".to_owned(),
            id: "g0".into(),
            kind: None,
            members: Some(Ruled {
                value: vec!["u0".into()],
                at: at.clone(),
            }),
            at,
        });
    }
    policy
}

/// Access that is required and missing, and roles that are assigned and gone.
pub(crate) fn outages(report: &Report) -> BTreeSet<String> {
    let all = report.findings.iter();
    let all = all.filter(|finding| ["missing-access", "dangling-role"].contains(&finding.check.id));
    let outage = |finding: &Finding| {
        let subject = &finding.subject;
        let whose = (subject.principal_id(), subject.scope(), subject.id());
        format!("{} {:?} {whose:?}", finding.check.id, finding.account())
    };
    all.map(outage).collect()
}

/// Causes after whose commands something works no more.
fn broken(snapshot: &Snapshot, policy: &Policy) -> Vec<String> {
    let Some(report) = run(snapshot, policy) else {
        return Vec::new();
    };
    let before = outages(&report);
    let mut broken = Vec::new();
    // A command that lets the scan read more changes nothing of an account.
    let changing = |cause: &&Cause| cause.change.kind != ChangeKind::Read;
    for cause in report.causes.iter().filter(changing) {
        let changed = cause.remedy.as_ref().and_then(|remedy| after(snapshot, remedy));
        let Some(report) = changed.and_then(|(changed, _)| run(&changed, policy)) else {
            continue;
        };
        let new: Vec<String> = outages(&report).difference(&before).cloned().collect();
        if !new.is_empty() {
            broken.push(format!("{new:#?}: {cause:#?}"));
        }
    }
    broken
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_steps_of_a_cause_take_nothing_away_that_is_required((plan, picks) in case()) {
        let found = broken(&scanned(&plan, &picks), &named(&plan, &picks));
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }

    #[test]
    fn effects_are_what_an_audit_of_the_changed_tenant_says((plan, picks) in case()) {
        let found = wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut BTreeMap::new());
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }

    #[test]
    fn effects_on_azure_roles_are_what_an_audit_says(planned in tenant(), keys in any::<u8>(), lists in any::<u8>()) {
        let (snapshot, policy) = (with_azure(&planned, keys), listing(lists));
        let found = wrong(&snapshot, &policy, &mut BTreeMap::new());
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }

    /// A finding belongs to an object only if its change closes it.
    #[test]
    fn what_belongs_to_a_setting_or_an_azure_role_is_closed_by_it(
        planned in tenant(), keys in any::<u8>(), lists in any::<u8>(),
    ) {
        if let Some(report) = run(&with_azure(&planned, keys), &listing(lists)) {
            let left = unclosed(&report, &[ChangeKind::DisableKeys, ChangeKind::AzureRoleAssignments]);
            prop_assert!(left.is_empty(), "{}", left.join("\n\n"));
        }
    }
}

/// The laws say nothing of changes that are never made.
#[test]
fn changes_of_every_kind_are_made() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen = BTreeMap::new();
    for bits in 0..32 {
        let (plan, picks) = case().new_tree(&mut runner).unwrap().current();
        wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut seen);
        let planned = tenant().new_tree(&mut runner).unwrap().current();
        wrong(&with_azure(&planned, bits), &listing(bits), &mut seen);
    }
    let never = ChangeKind::ALL.iter().filter(|kind| !seen.contains_key(kind));
    let never: Vec<&ChangeKind> = never.collect();
    assert_eq!(never, [&ChangeKind::Account, &ChangeKind::Read]);
}

#[test]
fn effects_of_the_sample_are_what_an_audit_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scanned = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    let policy = Policy::load(&[root.join("policies/contoso.yaml")], &CHECKS).unwrap();
    let mut seen = BTreeMap::new();
    let found = wrong(&scanned, &policy, &mut seen);
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    let found = broken(&scanned, &policy);
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    assert!(seen.values().sum::<usize>() >= 15, "{seen:?}");
    let report = run(&scanned, &policy).unwrap();
    let keys = report
        .causes
        .iter()
        .find(|cause| cause.change.kind == ChangeKind::DisableKeys)
        .unwrap();
    let effect = keys.effect.as_ref().unwrap();
    let total = |counts: &BTreeMap<Severity, usize>| counts.values().sum::<usize>();
    assert_eq!((total(&effect.closes), total(&effect.opens)), (11, 3));
}
