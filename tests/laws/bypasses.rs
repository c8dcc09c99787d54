//! Bypasses against themselves, when something is widened, added, denied or reordered.

use crate::cases;
use crate::evaluator::{Sure, covers};
use crate::tenants::{EVERYONE, TAKEN_AT, Tenant, assign, assignment, tenant};
use cosmos_rbac::model::azure_rbac::Level;
use cosmos_rbac::model::bypass::BypassKind;
use cosmos_rbac::model::{
    AccountId, ActionPattern, Api, AzurePermission, AzureScope, ControlPlane, DenyAssignment, DenyEffect,
    DenyPrincipal, PrincipalId,
};
use cosmos_rbac::resolve::{Bypass, ControlAccess, Directory, Reached};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

/// By assignment, whether it is eligible, kind and account.
pub(crate) type Said = BTreeMap<(String, bool, BypassKind, AccountId), Sure>;

fn entry(
    tenant: &Tenant,
    bypass: &Bypass<'_>,
    reached: &Reached<'_, '_>,
) -> ((String, bool, BypassKind, AccountId), Sure) {
    let sure = if reached.is_certain() {
        Sure::Certain
    } else {
        Sure::Possible
    };
    let account = tenant.accounts[reached.account].account.id.clone();
    let holder = bypass.holder;
    (
        (holder.id().to_owned(), holder.is_eligible(), bypass.kind, account),
        sure,
    )
}

pub(crate) fn resolve(tenant: &Tenant) -> ControlAccess<'_> {
    let accounts = tenant.accounts.iter().map(|record| &record.account).collect();
    let directory = Directory::new(Some(&tenant.principals));
    ControlAccess::resolve(&tenant.planes, accounts, &directory, TAKEN_AT)
}

pub(crate) fn said(tenant: &Tenant) -> Said {
    let access = resolve(tenant);
    let mut said = Said::new();
    for bypass in &access.bypasses {
        let reached = access.reached(bypass);
        assert!(!reached.is_empty(), "{bypass:#?}");
        for reached in reached {
            let (pattern, action) = (reached.via.pattern.as_str(), reached.via.action);
            assert!(covers(pattern, action.name, true) && action.kind == bypass.kind);
            let (key, sure) = entry(tenant, bypass, &reached);
            assert_eq!(said.insert(key, sure), None, "an account twice");
        }
    }
    // From the other end it is the same.
    let mut by_account = Said::new();
    for account in 0..tenant.accounts.len() {
        by_account.extend(
            access
                .on(account)
                .map(|(bypass, reached)| entry(tenant, bypass, &reached)),
        );
    }
    assert_eq!(said, by_account);
    said
}

fn is_part(narrow: &Said, wide: &Said) -> Result<(), String> {
    for (key, sure) in narrow {
        if wide.get(key).is_none_or(|found| found < sure) {
            return Err(format!("{key:?} was {sure:?} and is {:?}", wide.get(key)));
        }
    }
    Ok(())
}

/// A deny assignment of everything for everyone.
fn deny_all(scope: &str) -> DenyAssignment {
    DenyAssignment {
        id: "all".to_owned(),
        name: "created by managed application 'x'".to_owned(),
        permissions: vec![AzurePermission {
            actions: vec![ActionPattern::full("*")],
            ..AzurePermission::default()
        }],
        scope: scope.into(),
        does_not_apply_to_child_scopes: false,
        principals: vec![DenyPrincipal {
            id: EVERYONE.into(),
            kind: Some("systemdefined".to_owned()),
        }],
        exclude_principals: Vec::new(),
        condition: None,
        effect: Some(DenyEffect::Enforced),
        // Nobody can lift it.
        system_protected: Some(true),
    }
}

/// The scopes from an account's thing upwards.
fn wider(scope: &AzureScope) -> Option<AzureScope> {
    if scope.level() == Level::ManagementGroup {
        return Some("/".into());
    }
    let text = scope.as_str().trim_end_matches('/');
    let parts: Vec<&str> = text.split('/').collect();
    let length = match parts.len() {
        11.. => 9,
        9 | 10 => 5,
        5.. => 3,
        3 => return Some("/".into()),
        _ => return None,
    };
    Some(parts[..length].join("/").into())
}

fn denials(tenant: &mut Tenant) -> impl Iterator<Item = &mut Vec<DenyAssignment>> {
    tenant
        .planes
        .iter_mut()
        .filter_map(|plane| plane.deny_assignments.as_mut())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn another_assignment_takes_nothing_away(tenant in tenant(), more in assignment()) {
        let before = said(&tenant);
        let mut after = tenant.clone();
        assign(&mut after.planes, "more", &more);
        let mut after = said(&after);
        is_part(&before, &after).map_err(TestCaseError::fail)?;
        // It gives nothing to others, unless it lets them lift what denies them, or is a custom role that they could widen.
        let number = more.0.role_definition_id.chars().last().unwrap();
        let roles = tenant.planes[0].role_definitions.iter().flatten();
        let role = roles.clone().find(|role| role.id.ends_with(number));
        let lifting = ["Microsoft.Authorization/denyAssignments/delete", "Microsoft.Resources/deploymentStacks/manageDenySetting/action"];
        let lifts = |pattern: &ActionPattern| lifting.iter().any(|action| covers(pattern.as_str(), action, true));
        let is_plain = role.is_some_and(|role| role.built_in && !role.permissions.iter().any(|one| one.actions.iter().any(lifts)));
        if is_plain {
            after.retain(|(id, ..), _| id != "more");
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn a_wider_scope_loses_nothing(tenant in tenant(), assigned in assignment()) {
        let (one, _, eligible) = &assigned;
        let Some(scope) = wider(&one.scope).filter(|_| one.scope.level() != Level::Malformed) else {
            return Ok(());
        };
        let own = |scope: &AzureScope| ["s0", "s1"].map(|id| scope.key().starts_with(&format!("/subscriptions/{id}")));
        let listed = |scope: &AzureScope| if scope.is_above_subscriptions() { [true; 2] } else { own(scope) };
        let build = |scope: AzureScope| {
            let mut tenant = tenant.clone();
            let listed = listed(&scope);
            let mut one = one.clone();
            one.scope = scope;
            assign(&mut tenant.planes, "it", &(one, listed, *eligible));
            tenant
        };
        let (narrow, wide) = (build(one.scope.clone()), build(scope));
        is_part(&said(&narrow), &said(&wide)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn what_is_denied_for_certain_is_gone(tenant in tenant(), spared: bool) {
        let mut denied = tenant.clone();
        denials(&mut denied).for_each(|list| list.push(deny_all("/")));
        let unread: BTreeSet<String> = (tenant.planes.iter())
            .filter(|plane| plane.deny_assignments.is_none())
            .map(|plane| plane.subscription.to_lowercase())
            .collect();
        let left = said(&denied);
        prop_assert!(left.keys().all(|(.., account)| unread.contains(&account.subscription().to_lowercase())), "{:?}", left);
        // Whoever it spares for certain has what he had.
        let mut excluded = tenant.clone();
        let id = PrincipalId::from(if spared { "u0" } else { "g0" });
        denials(&mut excluded).for_each(|list| {
            let exclude = DenyPrincipal { id: id.clone(), kind: None };
            list.push(DenyAssignment { exclude_principals: vec![exclude], ..deny_all("/") });
        });
        let holders: BTreeSet<&str> = (tenant.planes.iter())
            .flat_map(|plane| plane.role_assignments.iter().flatten())
            .filter(|one| one.principal_id == id)
            .map(|one| one.id.as_str())
            .collect();
        let own = |said: Said| -> Said { said.into_iter().filter(|((id, eligible, ..), _)| !eligible && holders.contains(id.as_str())).collect() };
        prop_assert_eq!(own(said(&tenant)), own(said(&excluded)));
    }

    #[test]
    fn another_deny_assignment_adds_nothing(tenant in tenant(), other in tenant()) {
        let before = said(&tenant);
        let mut after = tenant;
        let more = other.planes.into_iter().flat_map(|plane| plane.deny_assignments.unwrap_or_default());
        let more: Vec<DenyAssignment> = more.collect();
        denials(&mut after).for_each(|list| list.extend(more.clone()));
        is_part(&said(&after), &before).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn lists_that_could_not_be_read_hide_nothing(tenant in tenant()) {
        let before = said(&tenant);
        let blind = |change: fn(&mut ControlPlane)| {
            let mut tenant = tenant.clone();
            tenant.planes.iter_mut().for_each(change);
            tenant
        };
        let no_denies = blind(|plane| plane.deny_assignments = None);
        let after = said(&no_denies);
        prop_assert!(after.values().all(|sure| *sure == Sure::Possible));
        prop_assert!(before.keys().all(|key| after.contains_key(key)));
        // Without definitions every assignment is told: also one that reaches no account can concern a managed identity.
        let no_roles = blind(|plane| plane.role_definitions = None);
        let access = resolve(&no_roles);
        prop_assert!(access.bypasses.is_empty());
        let unknown: BTreeSet<(&str, bool)> =
            access.unknown_roles.iter().map(|one| (one.holder.id(), one.holder.is_eligible())).collect();
        let lost: BTreeSet<String> = access.unplaced.iter().map(|holder| holder.id().to_lowercase()).collect();
        let told: BTreeSet<String> = unknown.iter().map(|(id, _)| id.to_lowercase()).collect();
        for one in no_roles.planes.iter().flat_map(|plane| plane.role_assignments.iter().flatten()) {
            let id = one.id.to_lowercase();
            prop_assert!(told.contains(&id) || lost.contains(&id), "{}", id);
        }
        for (id, eligible, ..) in before.keys() {
            prop_assert!(unknown.contains(&(id.as_str(), *eligible)));
        }
        prop_assert_eq!(access.unread.len(), access.unread.iter().filter(|one| !one.all).count());
        let accounts = tenant.accounts.iter().map(|record| &record.account).collect();
        let nothing = ControlAccess::resolve(&[], accounts, &Directory::new(None), TAKEN_AT);
        prop_assert!(nothing.bypasses.is_empty() && nothing.unread.iter().all(|one| one.all && one.lists.len() == 5));
        prop_assert_eq!(nothing.unread.is_empty(), tenant.accounts.is_empty());
    }

    #[test]
    fn order_and_repetition_change_nothing(tenant in tenant(), by in any::<Index>()) {
        let before = said(&tenant);
        let mut after = tenant;
        after.planes.reverse();
        after.principals.reverse();
        if !after.accounts.is_empty() {
            let by = by.index(after.accounts.len());
            after.accounts.rotate_left(by);
        }
        for plane in &mut after.planes {
            plane.role_definitions.iter_mut().for_each(|list| list.reverse());
            plane.deny_assignments.iter_mut().for_each(|list| list.reverse());
            for list in plane.role_assignments.iter_mut() {
                let mut twice = list.clone();
                twice.iter_mut().for_each(|one| one.id = one.id.to_uppercase());
                list.extend(twice);
            }
        }
        let lower = |said: Said| -> Said { said.into_iter().map(|((id, a, b, c), sure)| ((id.to_lowercase(), a, b, c), sure)).collect() };
        prop_assert_eq!(lower(before), lower(said(&after)));
    }
}

/// What is left of a bypass need not be something: the one account that its action is for may be denied.
#[test]
fn a_bypass_reaches_an_account() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut tried = 0;
    while tried < 20 {
        let mut tenant = tenant().new_tree(&mut runner).unwrap().current();
        let Some(mongo) = tenant.accounts.iter().position(|one| one.account.api == Api::Mongo) else {
            continue;
        };
        tried += 1;
        let only = tenant.accounts[mongo].account.id.to_string();
        for record in &mut tenant.accounts {
            let is_it = record.account.id.as_str() == only;
            record.account.api = if is_it { Api::Mongo } else { Api::Sql };
        }
        for plane in &mut tenant.planes {
            plane.deny_assignments = Some(vec![deny_all(&only)]);
            for role in plane.role_definitions.iter_mut().flatten() {
                role.permissions = vec![AzurePermission {
                    actions: vec![ActionPattern::full("*/mongodbUserDefinitions/write")],
                    ..AzurePermission::default()
                }];
            }
        }
        assert_eq!(said(&tenant), Said::new());
    }
}
