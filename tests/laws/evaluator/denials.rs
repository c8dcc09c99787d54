//! What deny assignments leave to a person.

use super::people::{Person, may_be};
use super::{
    Case, Sure, blocks, child, covers, grants, holds_all, is_above_subscriptions, is_authorization, is_below,
    is_malformed, lower, matches_one, thing_within,
};
use crate::evaluator::conditions::holds;
use crate::tenants::EVERYONE;
use cosmos_rbac::model::{DenyAssignment, DenyPrincipal};

/// How much of the access is left to the person.
pub(super) fn kept(case: &Case<'_, '_>, person: &Person<'_>) -> Sure {
    let denies = case.plane.deny_assignments.iter().flatten();
    denies
        .map(|deny| denied(case, deny, person).not())
        .min()
        .unwrap_or(Sure::Certain)
}

fn denied(case: &Case<'_, '_>, deny: &DenyAssignment, person: &Person<'_>) -> Sure {
    let sure = names(deny, case)
        .min(here(deny, case))
        .min(concerns(deny, case, person));
    let sure = sure.min(blocks(deny.effect));
    if sure == Sure::Certain && can_lift(deny, case, person) {
        Sure::Possible
    } else {
        sure
    }
}

fn names(deny: &DenyAssignment, case: &Case<'_, '_>) -> Sure {
    let action = case.action.name;
    let reading = |optional: bool| {
        let permissions = deny.permissions.iter().filter(|one| matches_one(one, action, optional));
        permissions
            .map(|one| holds(one.condition.as_deref(), action))
            .max()
            .unwrap_or(Sure::No)
    };
    let (one, other) = (reading(false), reading(true));
    let sure = if one == other { one } else { Sure::Possible };
    sure.min(holds(deny.condition.as_deref(), action))
}

/// Whether it holds where the request is made.
fn here(deny: &DenyAssignment, case: &Case<'_, '_>) -> Sure {
    let (scope, from, account) = (deny.scope.as_str(), case.grant.scope, case.account);
    let alone = deny.does_not_apply_to_child_scopes;
    if is_malformed(scope) {
        return Sure::Possible;
    }
    if thing_within(scope, account).is_some() {
        return match is_below(from, scope) {
            false => Sure::No,
            true if alone && lower(from) != lower(scope) => Sure::Possible,
            true => Sure::Certain,
        };
    }
    if case.action.name.contains("elevateAccess") {
        return Sure::of(scope == "/");
    }
    if !is_above_subscriptions(scope) && !is_below(account, scope) {
        return Sure::No;
    }
    let is_account = lower(scope) == lower(account);
    if alone {
        // What lies in the account isn't denied, and roles can be assigned above it.
        return match () {
            () if !is_account || child(case.action).is_some() => Sure::No,
            () if is_authorization(case.action) => {
                if lower(from) != lower(scope) && holds_all(from, scope) {
                    Sure::No
                } else {
                    Sure::Possible
                }
            }
            () => Sure::Certain,
        };
    }
    if is_authorization(case.action) && !holds_all(scope, from) {
        Sure::Possible
    } else {
        Sure::Certain
    }
}

fn concerns(deny: &DenyAssignment, case: &Case<'_, '_>, person: &Person<'_>) -> Sure {
    let listed = |list: &[DenyPrincipal]| {
        let one = |entry: &DenyPrincipal| {
            if entry.id.as_str() == EVERYONE {
                return Sure::Certain;
            }
            let group = case.grant.principal.as_str();
            may_be(
                &case.tenant.principals,
                person,
                group,
                entry.id.as_str(),
                entry.kind.as_deref(),
            )
        };
        list.iter().map(one).max().unwrap_or(Sure::No)
    };
    listed(&deny.principals).min(listed(&deny.exclude_principals).not())
}

/// Whether the person could be somebody who can lift it.
fn can_lift(deny: &DenyAssignment, case: &Case<'_, '_>, person: &Person<'_>) -> bool {
    let scope = deny.scope.as_str();
    let mut lifting = Vec::new();
    if deny.system_protected != Some(true) {
        lifting.push("Microsoft.Authorization/denyAssignments/delete");
    }
    let says_another = deny.name.contains("created by") && !deny.name.contains("Deployment Stack");
    if deny.system_protected != Some(false) && !says_another {
        lifting.push("Microsoft.Resources/deploymentStacks/manageDenySetting/action");
    }
    grants(case.plane).iter().any(|grant| {
        let gives = |action: &&str| {
            let permissions = grant.role.iter().flat_map(|role| &role.permissions);
            permissions
                .clone()
                .any(|one| [false, true].iter().any(|optional| matches_one(one, action, *optional)))
        };
        let groups = is_above_subscriptions(grant.scope) && is_above_subscriptions(scope) && scope != "/";
        let at = !is_malformed(grant.scope) && (holds_all(grant.scope, scope) || groups);
        let group = case.grant.principal.as_str();
        let id = grant.principal.as_str();
        lifting.iter().any(gives)
            && (at || is_malformed(scope))
            && may_be(&case.tenant.principals, person, group, id, grant.written_type) > Sure::No
    })
}

#[test]
fn patterns_are_read_in_two_ways() {
    for (pattern, literally, optionally) in [
        ("a/*/write", false, true),
        ("A/*", true, true),
        ("a/*/*/write", false, true),
        ("*/write", true, true),
        ("a*/write", true, true),
        ("a/*/", false, false),
        ("*/a/write", false, false),
    ] {
        assert_eq!(
            (covers(pattern, "a/write", false), covers(pattern, "a/write", true)),
            (literally, optionally),
            "{pattern}"
        );
    }
}
