//! Plans of an account and of a policy for it: what the laws of audits are tried on.

use super::*;

#[derive(Debug, Clone)]
pub(crate) struct PlanRole {
    pub(crate) name: String,
    pub(crate) built_in: bool,
    pub(crate) permissions: Permissions,
    pub(crate) assignable: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanAssignment {
    pub(crate) principal: &'static str,
    /// Its place in [`Plan::roles`]; `None`: a role that does not exist.
    pub(crate) role: Option<usize>,
    pub(crate) place: Place,
    /// How ids and scopes are spelt.
    pub(crate) spelling: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanGrant {
    /// `None`: everybody.
    pub(crate) principal: Option<&'static str>,
    pub(crate) permissions: Permissions,
    pub(crate) scope: ScopeGlob,
    pub(crate) required: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanDeny {
    pub(crate) actions: Vec<String>,
    pub(crate) scope: ScopeGlob,
    pub(crate) except: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanDeclared {
    pub(crate) name: String,
    pub(crate) permission: PlanPermission,
    pub(crate) scopes: Option<Vec<ScopeGlob>>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanWaiver {
    pub(crate) check: &'static Check,
    pub(crate) principal: Option<&'static str>,
    pub(crate) scope: Option<ScopeGlob>,
    pub(crate) year: i16,
}

/// An account and what the policy says of it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) is_sql: bool,
    pub(crate) local_auth_disabled: Option<bool>,
    pub(crate) roles: Vec<PlanRole>,
    pub(crate) assignments: Vec<PlanAssignment>,
    pub(crate) databases: Option<Vec<(String, Option<Vec<String>>)>>,
    /// Whether some role assignments could not be read.
    pub(crate) has_gap: bool,
    pub(crate) states_grants: bool,
    pub(crate) grants: Vec<PlanGrant>,
    pub(crate) denies: Vec<PlanDeny>,
    pub(crate) declared: Vec<PlanDeclared>,
    pub(crate) waivers: Vec<PlanWaiver>,
    pub(crate) switch: Option<bool>,
}

fn principal() -> impl Strategy<Value = &'static str> {
    select(PRINCIPALS.to_vec())
}

fn grant(shapes: Shapes) -> impl Strategy<Value = PlanGrant> {
    let optional = (option::weighted(0.7, principal()), scope_glob(), Just(false));
    let required = (principal().prop_map(Some), scope_glob(), Just(true));
    (prop_oneof![optional, required], permission(shapes)).prop_map(|((principal, scope, required), permission)| {
        // A required grant names one place.
        let is_literal = [&scope.0, &scope.1]
            .into_iter()
            .flatten()
            .all(|text| !text.contains('*'));
        PlanGrant {
            principal,
            permissions: vec![permission],
            required: required && is_literal,
            scope,
        }
    })
}

fn deny(shapes: Shapes) -> impl Strategy<Value = PlanDeny> {
    (vec(pattern(shapes), 1..3), scope_glob(), vec(principal(), 0..2)).prop_map(|(actions, scope, except)| PlanDeny {
        actions,
        scope,
        except,
    })
}

fn role(shapes: Shapes) -> impl Strategy<Value = PlanRole> {
    let assignable = prop_oneof![3 => place().prop_map(|place| place.to_string()), 1 => any_text()];
    (
        name(),
        any::<bool>(),
        vec(permission(shapes), 0..3),
        vec(assignable, 0..3),
    )
        .prop_map(|(name, built_in, permissions, assignable)| PlanRole {
            name,
            built_in,
            permissions,
            assignable,
        })
}

fn declared(shapes: Shapes) -> impl Strategy<Value = PlanDeclared> {
    let scopes = option::of(vec(scope_glob(), 0..3));
    (name(), permission(shapes), scopes).prop_map(|(name, permission, scopes)| PlanDeclared {
        name,
        permission,
        scopes,
    })
}

fn waiver() -> impl Strategy<Value = PlanWaiver> {
    let parts = (
        select(CHECKS.to_vec()),
        option::of(principal()),
        option::of(scope_glob()),
        2019_i16..2022,
    );
    parts.prop_map(|(check, principal, scope, year)| PlanWaiver {
        check,
        principal,
        scope,
        year,
    })
}

fn databases() -> impl Strategy<Value = Option<Vec<(String, Option<Vec<String>>)>>> {
    let unique = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let containers = option::weighted(0.9, vec(name(), 0..3).prop_map(unique));
    let list = vec((name(), containers), 0..3).prop_map(|list| {
        let unique: BTreeMap<_, _> = list.into_iter().collect();
        unique.into_iter().collect::<Vec<_>>()
    });
    option::weighted(0.8, list)
}

pub(crate) fn plan(shapes: Shapes) -> impl Strategy<Value = Plan> {
    let assignment = (principal(), any::<Index>(), any::<u8>(), place());
    let account = (
        prop::bool::weighted(0.8),
        option::weighted(0.8, any::<bool>()),
        vec(role(shapes), 0..4),
        vec(assignment, 0..5),
        databases(),
        prop::bool::weighted(0.1),
    );
    let policy = (
        option::weighted(0.9, vec(grant(shapes), 0..5)),
        vec(deny(shapes), 0..3),
        vec(declared(shapes), 0..3),
        vec(waiver(), 0..3),
        option::of(any::<bool>()),
    );
    (account, policy).prop_map(
        |(
            (is_sql, local_auth_disabled, roles, assignments, databases, has_gap),
            (grants, denies, declared, waivers, switch),
        )| {
            let assignments = assignments
                .into_iter()
                .map(|(principal, role, spelling, place)| PlanAssignment {
                    principal,
                    // One in eight names no role that exists.
                    role: (!roles.is_empty() && spelling >= 32).then(|| role.index(roles.len())),
                    place,
                    spelling,
                })
                .collect();
            Plan {
                is_sql,
                local_auth_disabled,
                roles,
                assignments,
                databases,
                has_gap,
                states_grants: grants.is_some(),
                grants: grants.unwrap_or_default(),
                denies,
                declared,
                waivers,
                switch,
            }
        },
    )
}
