//! Small tenants with Azure RBAC: few accounts, principals and scopes, so that everything meets everything.

use crate::accounts::{accounts, directory};
use crate::delegations::{administrator, delegate, delegation};
use crate::evaluator::conditions::KNOWN;
use cosmos_rbac::model::{
    AccountRecord, ActionPattern, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane,
    DenyAssignment, DenyEffect, DenyPrincipal, EligibleAssignment, Gap, PrincipalId, PrincipalRecord,
};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";
/// Two people, two groups, and one of whom nothing is known.
pub(crate) const PEOPLE: [&str; 2] = ["u0", "u1"];
pub(crate) const GROUPS: [&str; 2] = ["g0", "g1"];
pub(crate) const STRANGER: &str = "x";

/// When every scan was taken.
pub(crate) const TAKEN_AT: Timestamp = Timestamp::constant(1_800_000_000, 0);
/// Before it, at it, and after it.
const ENDS: [Option<Timestamp>; 4] = [
    None,
    Some(Timestamp::constant(1_700_000_000, 0)),
    Some(TAKEN_AT),
    Some(Timestamp::constant(1_900_000_000, 0)),
];

/// A tenant as a scan reads it.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) accounts: Vec<AccountRecord>,
    pub(crate) planes: Vec<ControlPlane>,
    pub(crate) principals: Vec<PrincipalRecord>,
}

pub(crate) fn scope() -> impl Strategy<Value = String> {
    let account = "/subscriptions/s0/resourceGroups/g1/providers/Microsoft.DocumentDB/databaseAccounts/a0";
    let texts = [
        "/".to_owned(),
        "/providers/Microsoft.Management/managementGroups/m".to_owned(),
        "/providers/Microsoft.Management/managementGroups/n".to_owned(),
        "/subscriptions/s0".to_owned(),
        "/subscriptions/s1/".to_owned(),
        "/subscriptions/s0/resourceGroups/g1".to_owned(),
        "/Subscriptions/S0/ResourceGroups/G10".to_owned(),
        account.to_owned(),
        account.to_uppercase(),
        format!("{account}/sqlRoleAssignments/one"),
        format!("{account}/tableRoleDefinitions/one"),
        format!("{account}/sqlDatabases/one"),
        "/subscriptions/s0/resourceGroups/g1/providers/Microsoft.Web/sites/a0".to_owned(),
        "/subscriptions/s0/resourceGroups".to_owned(),
    ];
    select(texts.to_vec())
}

pub(crate) fn patterns(most: usize) -> impl Strategy<Value = Vec<ActionPattern>> {
    let texts = vec![
        "*",
        "*/read",
        "*/write",
        "*/action",
        "Microsoft.DocumentDB/*",
        "microsoft.documentdb/DATABASEACCOUNTS/*",
        "Microsoft.DocumentDB/databaseAccounts/write",
        "Microsoft.DocumentDB/databaseAccounts/*/write",
        "Microsoft.DocumentDB/databaseAccounts/listKeys/*",
        "Microsoft.DocumentDB/databaseAccounts/readonlykeys/*",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
        "Microsoft.DocumentDB/databaseAccounts/table*",
        "Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions/write",
        "Microsoft.Authorization/*",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Authorization/roleAssignments/*/write",
        "Microsoft.Authorization/roleDefinitions/write",
        "Microsoft.Authorization/elevateAccess/Action",
        "Microsoft.Authorization/denyAssignments/delete",
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Resources/deploymentStacks/*",
        "Microsoft.DocumentDB/databaseAccounts/*/listKeys/*/action",
        "Microsoft.Storage/*",
        "",
    ];
    // The wide ones more often, so that things meet.
    let wide = select(vec![
        "*",
        "*",
        "*/write",
        "*/action",
        "Microsoft.DocumentDB/*",
        "Microsoft.Authorization/*",
        "Microsoft.DocumentDB/databaseAccounts/*/write",
    ]);
    let one = prop_oneof![1 => select(texts), 1 => wide];
    vec(one.prop_map(ActionPattern::full), usize::from(most > 1)..=most)
}

fn condition() -> impl Strategy<Value = Option<String>> {
    let known = select((0..KNOWN.len()).collect::<Vec<_>>()).prop_map(|at| Some(KNOWN[at].text.to_owned()));
    prop_oneof![1 => Just(None), 1 => known]
}

fn permissions() -> impl Strategy<Value = Vec<AzurePermission>> {
    let one = (patterns(2), patterns(1), condition()).prop_map(|(actions, not_actions, condition)| AzurePermission {
        actions,
        not_actions,
        condition,
    });
    vec(one, 0..3)
}

fn who() -> impl Strategy<Value = (PrincipalId, Option<String>)> {
    let kind = select(vec![None, Some("as is"), Some("as is"), Some("as is")]);
    let ids = select(vec!["u0", "u1", "g0", "g1", "U0", STRANGER]);
    (ids, kind).prop_map(|(id, kind)| {
        let own = match id.as_bytes()[0] {
            b'u' | b'U' => Some("User"),
            b'g' => Some("Group"),
            _ => None,
        };
        (id.into(), kind.and(own).map(str::to_owned))
    })
}

fn denied() -> impl Strategy<Value = DenyPrincipal> {
    let everyone = (PrincipalId::from(EVERYONE), Some("SystemDefined".to_owned()));
    prop_oneof![1 => Just(everyone), 2 => who()].prop_map(|(id, kind)| DenyPrincipal { id, kind })
}

fn deny() -> impl Strategy<Value = DenyAssignment> {
    let not_actions = prop_oneof![2 => Just(Vec::new()), 1 => patterns(1)];
    let conditions = prop_oneof![3 => Just(None), 1 => condition()];
    let permission = (patterns(2), not_actions, conditions);
    let permissions = vec(permission, 1..3).prop_map(|list| {
        let build = |(actions, not_actions, condition)| AzurePermission {
            actions,
            not_actions,
            condition,
        };
        list.into_iter().map(build).collect::<Vec<_>>()
    });
    let whom = (vec(denied(), 1..4), vec(denied(), 0..3));
    let names = select(vec![
        "mine",
        "created by Deployment Stack 'x'",
        "created by managed application 'x'",
    ]);
    let effects = select(vec![
        None,
        Some(DenyEffect::Enforced),
        Some(DenyEffect::Enforced),
        Some(DenyEffect::Enforced),
        Some(DenyEffect::Audit),
        Some(DenyEffect::Unknown),
    ]);
    let protection = (names, effects, select(vec![None, Some(false), Some(true), Some(true)]));
    let conditions = prop_oneof![2 => Just(None), 1 => condition()];
    let wide = select(vec![
        "/",
        "/subscriptions/s0",
        "/subscriptions/s1/",
        "/subscriptions/s0/resourceGroups/g1",
    ]);
    let scope = prop_oneof![scope(), wide.prop_map(str::to_owned)];
    (
        permissions,
        scope,
        prop::bool::weighted(0.2),
        whom,
        conditions,
        protection,
    )
        .prop_map(
            |(
                permissions,
                scope,
                alone,
                (principals, exclude_principals),
                condition,
                (name, effect, system_protected),
            )| {
                DenyAssignment {
                    id: format!("deny {scope} {principals:?}"),
                    name: name.to_owned(),
                    permissions,
                    scope: scope.into(),
                    does_not_apply_to_child_scopes: alone,
                    principals,
                    exclude_principals,
                    condition,
                    effect,
                    system_protected,
                }
            },
        )
}

/// An assignment, which subscriptions list it, and when it ends if it is eligible.
pub(crate) type Assigned = (AzureRoleAssignment, [bool; 2], Option<Option<Timestamp>>);

pub(crate) fn assignment() -> impl Strategy<Value = Assigned> {
    let parts = (
        0..5_u8,
        who(),
        scope(),
        condition(),
        any::<[bool; 2]>(),
        option::weighted(0.25, select(ENDS.to_vec())),
    );
    parts.prop_map(
        |(role, (principal_id, principal_type), scope, condition, listed, eligible)| {
            let one = AzureRoleAssignment {
                id: String::new(),
                role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/R{role}"),
                principal_id,
                principal_type,
                scope: AzureScope::from(scope),
                condition,
                created_on: None,
            };
            (one, listed, eligible)
        },
    )
}

/// Puts an assignment into the lists of the subscriptions.
pub(crate) fn assign(planes: &mut [ControlPlane], id: &str, assigned: &Assigned) {
    let (one, listed, eligible) = assigned.clone();
    for (plane, is_listed) in planes.iter_mut().zip(listed) {
        let own = format!("/subscriptions/{}", plane.subscription.to_lowercase());
        let is_above = one.scope.is_above_subscriptions();
        if !(one.scope.key().starts_with(&own) || (is_listed && is_above)) {
            continue;
        }
        let one = AzureRoleAssignment {
            id: id.to_owned(),
            ..one.clone()
        };
        match (eligible, &mut plane.role_assignments, &mut plane.eligible) {
            (None, Some(list), _) => list.push(one),
            (Some(end), _, Some(list)) => list.push(EligibleAssignment {
                id: one.id,
                role_definition_id: one.role_definition_id,
                principal_id: one.principal_id,
                principal_type: one.principal_type,
                scope: one.scope,
                condition: one.condition,
                end,
            }),
            _ => {}
        }
    }
}

/// A tenant of two subscriptions.
pub(crate) fn tenant() -> impl Strategy<Value = Tenant> {
    let lists = (
        vec((permissions(), any::<bool>(), vec(scope(), 0..3)), 4),
        vec(assignment(), 1..5),
        [vec(deny(), 0..4), vec(deny(), 0..3)],
        prop::bool::weighted(0.15),
        vec(delegation(), 0..3),
    );
    (accounts(), lists, directory()).prop_map(|(accounts, (roles, assigned, denies, unread, delegated), principals)| {
        let definitions: Vec<AzureRoleDefinition> = (roles.into_iter().enumerate())
            .map(|(number, (permissions, built_in, scopes))| AzureRoleDefinition {
                id: format!("/subscriptions/s0/providers/Microsoft.Authorization/roleDefinitions/r{number}"),
                role_name: format!("role {number}"),
                built_in,
                assignable_scopes: scopes.into_iter().map(AzureScope::from).collect(),
                permissions,
            })
            .collect();
        let definitions: Vec<AzureRoleDefinition> = definitions.into_iter().chain([administrator()]).collect();
        let mut planes: Vec<ControlPlane> = (denies.into_iter().zip(["S0", "s1"]))
            .map(|(denies, subscription)| ControlPlane {
                of_template: Default::default(),
                delegations: Some(Vec::new()),
                subscription: subscription.to_owned(),
                role_assignments: Some(Vec::new()),
                role_definitions: Some(definitions.clone()),
                deny_assignments: Some(denies),
                eligible: Some(Vec::new()),
                gaps: Vec::new(),
            })
            .collect();
        for (number, assigned) in assigned.iter().enumerate() {
            assign(&mut planes, &format!("Assignment {number}"), assigned);
        }
        delegate(&mut planes, delegated);
        if unread {
            planes[1].deny_assignments = None;
            planes[1].gaps.push(Gap {
                what: Gap::DENY_ASSIGNMENTS.to_owned(),
                item: None,
                status: Some(403),
                code: "AuthorizationFailed".to_owned(),
                message: "no".to_owned(),
            });
        }
        Tenant {
            accounts,
            planes,
            principals,
        }
    })
}
