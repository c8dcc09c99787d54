//! Control planes and principals with hostile texts, as lines of a snapshot hold them.

use crate::strategies::any_text;
use cosmos_rbac::model::{
    ActionPattern, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane, DenyAssignment,
    DenyEffect, DenyPrincipal, EligibleAssignment, Gap, PrincipalId, PrincipalKind, PrincipalRecord,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

type Time = jiff::Timestamp;

fn time() -> impl Strategy<Value = Option<Time>> {
    let times = [
        "2020-01-01T00:00:00Z",
        "2026-11-02T08:00:00.1234567Z",
        "0001-01-01T00:00:00Z",
    ];
    option::of(select(times.map(|text| text.parse::<Time>().unwrap()).to_vec()))
}

fn scope() -> impl Strategy<Value = AzureScope> {
    let usual = select(vec!["/", "/subscriptions/5ub", "/SUBSCRIPTIONS/5ub/resourceGroups/Rg/"]);
    prop_oneof![usual.prop_map(AzureScope::from), any_text().prop_map(AzureScope::from)]
}

fn patterns() -> impl Strategy<Value = Vec<ActionPattern>> {
    vec(any_text().prop_map(ActionPattern::full), 0..3)
}

fn permissions() -> impl Strategy<Value = Vec<AzurePermission>> {
    let parts = (patterns(), patterns(), option::of(any_text()));
    vec(
        parts.prop_map(|(actions, not_actions, condition)| AzurePermission {
            actions,
            not_actions,
            condition,
        }),
        0..3,
    )
}

fn denied() -> impl Strategy<Value = Vec<DenyPrincipal>> {
    vec(
        (any_text(), option::of(any_text())).prop_map(|(id, kind)| DenyPrincipal { id: id.into(), kind }),
        0..3,
    )
}

fn assignment() -> impl Strategy<Value = AzureRoleAssignment> {
    let ids = (any_text(), any_text(), any_text(), option::of(any_text()));
    (ids, scope(), option::of(any_text()), time()).prop_map(
        |((id, role_definition_id, principal, principal_type), scope, condition, created_on)| AzureRoleAssignment {
            id,
            role_definition_id,
            principal_id: principal.into(),
            principal_type,
            scope,
            condition,
            created_on,
        },
    )
}

fn eligible() -> impl Strategy<Value = EligibleAssignment> {
    (assignment(), time()).prop_map(|(one, end)| EligibleAssignment {
        id: one.id,
        role_definition_id: one.role_definition_id,
        principal_id: one.principal_id,
        principal_type: one.principal_type,
        scope: one.scope,
        condition: one.condition,
        end,
    })
}

fn definition() -> impl Strategy<Value = AzureRoleDefinition> {
    (any_text(), any_text(), any::<bool>(), vec(scope(), 0..3), permissions()).prop_map(
        |(id, role_name, built_in, assignable_scopes, permissions)| AzureRoleDefinition {
            id,
            role_name,
            built_in,
            assignable_scopes,
            permissions,
        },
    )
}

fn deny() -> impl Strategy<Value = DenyAssignment> {
    let texts = (any_text(), any_text(), option::of(any_text()));
    let effects = select(vec![
        None,
        Some(DenyEffect::Enforced),
        Some(DenyEffect::Audit),
        Some(DenyEffect::Unknown),
    ]);
    let kinds = (any::<bool>(), effects, option::of(any::<bool>()));
    (texts, permissions(), scope(), kinds, denied(), denied()).prop_map(
        |(
            (id, name, condition),
            permissions,
            scope,
            (does_not_apply_to_child_scopes, effect, system_protected),
            principals,
            exclude_principals,
        )| {
            DenyAssignment {
                id,
                name,
                permissions,
                scope,
                does_not_apply_to_child_scopes,
                principals,
                exclude_principals,
                condition,
                effect,
                system_protected,
            }
        },
    )
}

fn gap(what: impl Into<String>) -> Gap {
    Gap {
        what: what.into(),
        item: None,
        status: Some(403),
        code: "AuthorizationFailed".to_owned(),
        message: "no".to_owned(),
    }
}

/// Control planes of different subscriptions, sorted. What was not read has a gap.
pub(crate) fn control_planes() -> impl Strategy<Value = Vec<ControlPlane>> {
    let lists = (
        option::weighted(0.8, vec(assignment(), 0..3)),
        option::weighted(0.8, vec(definition(), 0..3)),
        option::weighted(0.8, vec(deny(), 0..3)),
        option::weighted(0.8, vec(eligible(), 0..3)),
        vec(any_text(), 0..2),
    );
    let plane = lists.prop_map(
        |(role_assignments, role_definitions, deny_assignments, eligible, gaps)| {
            let mut plane = ControlPlane {
                of_template: Default::default(),
                delegations: None,
                subscription: String::new(),
                role_assignments,
                role_definitions,
                deny_assignments,
                eligible,
                gaps: gaps.into_iter().map(gap).collect(),
            };
            let unread = plane.lists().into_iter().filter(|(_, whole)| !whole);
            let gaps: Vec<Gap> = unread.map(|(what, _)| gap(what)).collect();
            plane.gaps.extend(gaps);
            plane
        },
    );
    vec((any_text(), plane), 0..4).prop_map(|list| {
        let unique: BTreeMap<String, (String, ControlPlane)> = list
            .into_iter()
            .filter(|(subscription, _)| !subscription.is_empty())
            .map(|(subscription, plane)| (subscription.to_ascii_lowercase(), (subscription, plane)))
            .collect();
        let planes = unique.into_values().map(|(subscription, mut plane)| {
            plane.subscription = subscription;
            plane.sort();
            plane
        });
        planes.collect()
    })
}

/// Principals with different ids, sorted; `None`: they were not looked up.
pub(crate) fn principals() -> impl Strategy<Value = Option<Vec<PrincipalRecord>>> {
    let kinds = vec![
        PrincipalKind::User,
        PrincipalKind::Guest,
        PrincipalKind::Group,
        PrincipalKind::ServicePrincipal,
        PrincipalKind::ManagedIdentity,
        PrincipalKind::Unknown,
    ];
    let members = option::of(btree_set(any_text().prop_map(PrincipalId::from), 0..3));
    let parts = (any_text(), select(kinds), any::<bool>(), time(), members, any::<bool>());
    let record = parts.prop_map(
        |(name, kind, found, created, members, members_bounded)| PrincipalRecord {
            id: PrincipalId::from(""),
            name,
            kind,
            found,
            created,
            members: members.map(|list| list.into_iter().collect()),
            members_bounded,
            members_count: None,
            resource_id: None,
        },
    );
    let list = proptest::collection::btree_map(any_text().prop_map(PrincipalId::from), record, 0..4);
    option::of(list.prop_map(|list| {
        let named = list.into_iter().map(|(id, record)| PrincipalRecord { id, ..record });
        named.collect()
    }))
}
