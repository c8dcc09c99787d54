//! An account as the report shows it beside its findings: settings, principals, and who may do what.

use super::context::AccountContext;
use super::directory::Directory;
use super::draft::Draft;
use super::wording::{harm, verb};
use crate::finding::{
    Ability, AbilityKind, AccessSummary, AccountSummary, CheckId, GrantSummary, PrincipalState, PrincipalSummary,
    RoleRef, RoleSummary, RouteSummary, WaySummary,
};
use crate::model::{Permission, PrincipalId, RoleDefinition, action::Atom};
use crate::policy::PrincipalRule;
use crate::resolve::{ControlAccess, Role, Route};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) fn summarise(context: &AccountContext<'_>, drafts: &[Draft]) -> AccountSummary {
    let record = context.record;
    // Whoever holds an assignment, and whoever the policy wants to hold one.
    let mut principals: BTreeMap<&PrincipalId, usize> = BTreeMap::new();
    for assignment in record.role_assignments() {
        *principals.entry(&assignment.principal_id).or_default() += 1;
    }
    for judged in &context.rules {
        if let PrincipalRule::One(id) = &judged.rule.principal {
            principals.entry(id).or_default();
        }
    }
    let state_of = |id: &PrincipalId| {
        let drifts = |draft: &Draft| {
            let drift = [CheckId::ExcessAccess, CheckId::MissingAccess, CheckId::DeniedAccess];
            drift.contains(&draft.check()) && draft.principal_id() == Some(id)
        };
        match context.policy.grants {
            _ if drafts.iter().any(drifts) => PrincipalState::Drift,
            Some(_) if record.has_all_role_definitions() && record.has_all_role_assignments() => {
                PrincipalState::AsDeclared
            }
            _ => PrincipalState::NotJudged,
        }
    };
    let principals: Vec<PrincipalSummary> = principals
        .into_iter()
        .map(|(id, assignments)| PrincipalSummary {
            principal: context.principal(id),
            assignments,
            state: state_of(id),
        })
        .filter(|summary| summary.assignments > 0 || summary.state == PrincipalState::Drift)
        .collect();
    AccountSummary {
        id: record.account.id.clone(),
        location: record.account.location.clone(),
        api: record.account.api,
        local_auth_disabled: record.account.local_auth_disabled,
        key_metadata_writes_disabled: record.account.key_metadata_writes_disabled,
        blocks: context.policy.blocks.iter().map(|block| block.name.clone()).collect(),
        role_definitions: record.role_definitions.as_ref().map(Vec::len),
        role_assignments: record.role_assignments.as_ref().map(Vec::len),
        databases: record.databases.as_ref().map(Vec::len),
        gaps: record.gaps.len(),
        access: access(context, &principals),
        ways: Vec::new(),
        principals,
    }
}

/// The ways round the data plane; each account is told which of them lead to it.
pub(super) fn ways(
    control: &ControlAccess<'_>,
    directory: &Directory<'_>,
    accounts: &mut [AccountSummary],
) -> Vec<RouteSummary> {
    let summary = |(place, route): (usize, &Route<'_>)| {
        let mut shown = None;
        for reached in control.reached(route) {
            if let Some(account) = accounts.get_mut(reached.account) {
                account.ways.push(WaySummary {
                    route: place,
                    certain: reached.is_certain(),
                });
            }
            shown.get_or_insert(reached.via);
        }
        let via = shown.or_else(|| route.carried.first());
        RouteSummary {
            principal: directory.principal(route.holder.principal()),
            way: route.way.word(),
            verb: route.way.verb(),
            action: via.map_or("", |via| via.action.name),
            pattern: via.map(|via| via.pattern.as_str().to_owned()).unwrap_or_default(),
            role: RoleRef {
                id: route.role.id.clone(),
                name: route.role.role_name.clone(),
            },
            scope: route.holder.scope().as_str().to_owned(),
            assignment: route.holder.id().to_owned(),
            eligible: route.holder.is_eligible(),
        }
    };
    control.routes.iter().enumerate().map(summary).collect()
}

/// Who may do what: every grant, with its role told once.
fn access(context: &AccountContext<'_>, principals: &[PrincipalSummary]) -> AccessSummary {
    let mut summary = AccessSummary::default();
    let mut places: HashMap<*const RoleDefinition, usize> = HashMap::new();
    for grant in context.access.grants() {
        let Ok(principal) = principals.binary_search_by(|one| one.principal.id.cmp(grant.principal())) else {
            continue;
        };
        let role = *places
            .entry(std::ptr::from_ref(grant.role.definition))
            .or_insert_with(|| {
                summary.roles.push(role_summary(context, grant.role));
                summary.roles.len() - 1
            });
        summary.grants.push(GrantSummary {
            principal,
            role,
            scope: grant.scope.clone(),
            assignment: grant.assignment.id.as_str().into(),
        });
    }
    summary
        .grants
        .sort_by(|a, b| (a.principal, &a.scope, &a.assignment).cmp(&(b.principal, &b.scope, &b.assignment)));
    summary
}

fn role_summary(context: &AccountContext<'_>, role: &Role<'_>) -> RoleSummary {
    let universe = &context.access.universe;
    let definition = role.definition;
    // What is certain is possible, too.
    let mut atoms: Vec<&Atom> = universe.members(role.bounds.most()).collect();
    atoms.sort_by_key(|atom| harm(atom));
    let sure: HashSet<String> = universe.members(role.bounds.least()).map(Atom::name).collect();
    let ability = |atom: &&Atom| Ability {
        data_action: atom.name(),
        verb: verb(atom),
        kind: match atom {
            Atom::Known(action) => AbilityKind::Known(action.effect),
            Atom::Unlisted(_) => AbilityKind::Unlisted,
            Atom::AnyOther(_) => AbilityKind::Future,
        },
        certain: sure.contains(&atom.name()),
    };
    RoleSummary {
        role: RoleRef {
            id: definition.id.clone(),
            name: definition.role_name.clone(),
        },
        built_in: definition.built_in,
        patterns: definition.permissions.iter().flat_map(Permission::stated).collect(),
        abilities: atoms.iter().map(ability).collect(),
    }
}
