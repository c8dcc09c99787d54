//! An account as the report shows it beside its findings: settings, principals, and who can do what.

use super::context::AccountContext;
use super::coverage;
use super::draft::Draft;
use super::names::Names;
use super::shared::Alike;
use crate::access::unknown_roles;
use crate::finding::{About, AccountBypass, AccountSummary, PrincipalState, PrincipalSummary};
use crate::model::{ActionPattern, BypassAction, BypassKind, PrincipalId, PrincipalRef, RoleRef};
use crate::policy::PrincipalRule;
use crate::resolve::{AccessRows, BypassRow, ControlAccess, GroupRow, Holder};
use foldhash::HashSet;
use std::collections::{BTreeMap, BTreeSet};

/// `with_access`: with who can do what.
pub(super) fn summarise(
    context: &AccountContext<'_, '_>,
    drafts: &[Draft],
    alike: &Alike,
    with_access: bool,
) -> AccountSummary {
    let record = context.record;
    // Whoever holds an assignment, and whoever the policy wants to hold one.
    let mut assigned: BTreeMap<&PrincipalId, u32> = BTreeMap::new();
    for assignment in record.role_assignments() {
        *assigned.entry(&assignment.principal_id).or_default() += 1;
    }
    // A user of MongoDB has one for each role, however many resources that reaches.
    let native: BTreeSet<(&PrincipalId, &str)> = (record.native().assignments.iter())
        .map(|native| &native.assignment)
        .map(|one| (&one.principal_id, one.role_definition_id.as_str()))
        .collect();
    for (principal, _) in native {
        *assigned.entry(principal).or_default() += 1;
    }
    for judged in &context.rules {
        if let PrincipalRule::One(id) = &judged.rule.principal {
            assigned.entry(id).or_default();
        }
    }
    // Of these it is not known what they have, so nothing that was compared makes them as declared.
    let unresolved: HashSet<&PrincipalId> = (context.access.assignments.iter())
        .filter(|found| !found.is_resolved())
        .map(|found| &found.assignment.principal_id)
        .collect();
    let is_unresolved = |id: &PrincipalId| {
        let mut holders = context.names.directory.groups_of(id).iter().copied().chain([id]);
        holders.any(|holder| unresolved.contains(holder))
    };
    let of_access = drafts.iter().filter(|draft| draft.check().about == About::Access);
    let drifting: HashSet<&PrincipalId> = of_access.filter_map(|draft| draft.subject().principal_id()).collect();
    let state_of = |id: &PrincipalId| match context.policy.grants {
        _ if drifting.contains(id) => PrincipalState::Drift,
        _ if is_unresolved(id) => PrincipalState::NotJudged,
        Some(_) if record.has_all_role_definitions() && record.has_all_role_assignments() => PrincipalState::AsDeclared,
        _ => PrincipalState::NotJudged,
    };
    let summaries = assigned.iter().map(|(id, assignments)| PrincipalSummary {
        principal: context.names.shared(id),
        assignments: *assignments,
        state: state_of(id),
    });
    // With no room for more: there are as many lists as accounts.
    let mut principals: Vec<PrincipalSummary> = Vec::with_capacity(assigned.len());
    principals.extend(summaries.filter(|one| one.assignments > 0 || one.state == PrincipalState::Drift));
    // Sorted by id.
    let place_of = |id: &PrincipalId| principals.binary_search_by(|one| one.principal.id.cmp(id)).ok();
    let account = context.account();
    let blocks: Vec<String> = context.policy.blocks.iter().map(|block| block.name.clone()).collect();
    let owners: Vec<String> = context.policy.owners.iter().map(|owner| (*owner).to_owned()).collect();
    AccountSummary {
        id: account.id.clone(),
        is_shown: true,
        location: alike.regions.of(&account.location),
        api: account.api,
        local_auth_disabled: account.local_auth_disabled,
        accepts_anyone: account.accepts_anyone(),
        key_metadata_writes_disabled: account.key_metadata_writes_disabled,
        blocks: alike.names.of(&blocks),
        owners: alike.names.of(&owners),
        role_definitions: record.role_definitions.as_ref().map(Vec::len),
        role_assignments: record.role_assignments.as_ref().map(Vec::len),
        databases: record.databases.as_ref().map(Vec::len),
        database_names: with_access.then(|| record.database_names()).flatten(),
        gaps: record.gaps.len() + coverage::unsaid(context).len(),
        all_principals: record.has_all_role_assignments(),
        access: with_access.then(|| {
            let unread = unknown_roles(record, &context.access);
            let unread: Vec<_> = unread.map(|(found, scope, _)| (found.assignment, scope)).collect();
            AccessRows::of(&account.id, &context.access, &unread, place_of, &alike.rows)
        }),
        bypasses: Vec::new(),
        principals,
    }
}

/// The bypasses as rows; each account is told which of them lead to it.
pub(super) fn bypasses(
    control: &ControlAccess<'_>,
    names: &Names<'_>,
    accounts: &mut [AccountSummary],
) -> Vec<BypassRow> {
    let mut rows = Vec::new();
    for bypass in &control.bypasses {
        let reached = control.reached(bypass);
        let shown = reached.first().map(|reached| reached.via);
        let Some(via) = shown.or_else(|| bypass.vias.first()) else {
            continue;
        };
        for reached in &reached {
            if let Some(account) = accounts.get_mut(reached.account) {
                account.bypasses.push(AccountBypass {
                    bypass: rows.len(),
                    certain: reached.is_certain(),
                });
            }
        }
        rows.push(row(
            names,
            bypass.holder,
            bypass.kind,
            bypass.role.reference(),
            Some((via.action, via.pattern.clone())),
        ));
    }
    for unknown in &control.unknown_roles {
        unread(control.concerned(unknown), names, unknown.holder, accounts, &mut rows);
    }
    rows
}

/// An assignment whose role definition wasn't read: it possibly gives each kind of bypass.
fn unread(
    concerned: Vec<usize>,
    names: &Names<'_>,
    holder: Holder<'_>,
    accounts: &mut [AccountSummary],
    rows: &mut Vec<BypassRow>,
) {
    for kind in BypassKind::ALL {
        let mut is_any = false;
        for place in &concerned {
            let Some(account) = accounts.get_mut(*place).filter(|account| kind.concerns(account.api)) else {
                continue;
            };
            is_any = true;
            account.bypasses.push(AccountBypass {
                bypass: rows.len(),
                certain: false,
            });
        }
        if is_any {
            rows.push(row(names, holder, kind, holder.unread_role(), None));
        }
    }
}

fn row(
    names: &Names<'_>,
    holder: Holder<'_>,
    kind: BypassKind,
    role: RoleRef,
    through: Option<(&'static BypassAction, ActionPattern)>,
) -> BypassRow {
    BypassRow {
        principal: names.principal(holder.principal()),
        kind,
        through,
        role,
        scope: holder.scope().as_str().to_owned(),
        assignment: holder.id().to_owned(),
        eligible: holder.is_eligible(),
    }
}

/// The groups among those who have access, and who is in them.
pub(super) fn groups(accounts: &[AccountSummary], bypasses: &[BypassRow], names: &Names<'_>) -> Vec<GroupRow> {
    let holders = accounts.iter().flat_map(|account| &account.principals);
    let holders = holders.map(|one| &one.principal.id);
    let all: BTreeSet<&PrincipalId> = holders.chain(bypasses.iter().map(|one| &one.principal.id)).collect();
    let group = |id: &PrincipalId| {
        let known = names.directory.known_people(id);
        let (members, is_all) = known.unwrap_or_else(|| (Vec::new(), false));
        let mut members: Vec<PrincipalRef> = members.into_iter().map(|member| names.principal(member)).collect();
        members.sort();
        GroupRow {
            group: id.clone(),
            members,
            all: is_all,
        }
    };
    let groups = all.into_iter().filter(|id| names.directory.is_group(id));
    groups.map(group).collect()
}
