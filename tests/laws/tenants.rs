//! Small tenants with Azure RBAC: few accounts, principals and scopes, so that everything meets everything.

use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, ActionPattern, Api, AzurePermission, AzureRoleAssignment, AzureRoleDefinition,
    AzureScope, ControlPlane, DenyAssignment, DenyPrincipal, EligibleAssignment, Gap, PrincipalId, PrincipalKind,
    PrincipalRecord,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

pub(crate) const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";
/// Two people, two groups, and one of whom nothing is known.
pub(crate) const PEOPLE: [&str; 2] = ["u0", "u1"];
pub(crate) const GROUPS: [&str; 2] = ["g0", "g1"];
pub(crate) const STRANGER: &str = "x";

/// A tenant as a scan reads it.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) accounts: Vec<AccountRecord>,
    pub(crate) planes: Vec<ControlPlane>,
    pub(crate) principals: Vec<PrincipalRecord>,
}

fn account((subscription, group, name, api): (u8, u8, u8, Api)) -> AccountRecord {
    let id = format!(
        "/subscriptions/S{subscription}/resourceGroups/G{group}/providers/Microsoft.DocumentDB/databaseAccounts/a{name}"
    );
    let id = AccountId::parse(&id).unwrap();
    AccountRecord {
        account: Account {
            id,
            location: String::new(),
            api,
            tags: BTreeMap::new(),
            local_auth_disabled: Some(false),
            key_metadata_writes_disabled: Some(false),
            provisioning_state: None,
        },
        role_definitions: Some(Vec::new()),
        role_assignments: Some(Vec::new()),
        databases: None,
        gaps: Vec::new(),
    }
}

fn accounts() -> impl Strategy<Value = Vec<AccountRecord>> {
    let apis = vec![
        Api::Sql,
        Api::Sql,
        Api::Table,
        Api::Mongo,
        Api::Gremlin,
        Api::Cassandra,
        Api::Unknown,
    ];
    vec((0..2_u8, 0..2_u8, 0..2_u8, select(apis)), 0..6).prop_map(|list| {
        // `g1` and `g10` begin alike.
        let unique: BTreeMap<(u8, u8, u8), Api> = (list.into_iter())
            .map(|(subscription, group, name, api)| ((subscription, group * 9 + 1, name), api))
            .collect();
        let of = |((subscription, group, name), api)| account((subscription, group, name, api));
        unique.into_iter().map(of).collect()
    })
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
        "Microsoft.Authorization/elevateAccess/Action",
        "Microsoft.Storage/*",
        "",
    ];
    vec(select(texts).prop_map(ActionPattern::full), 0..=most)
}

fn condition() -> impl Strategy<Value = Option<String>> {
    let texts = [None, None, None, Some(""), Some("@Resource[x] StringEquals 'y'")];
    select(texts.map(|text| text.map(str::to_owned)).to_vec())
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
    let permission = (patterns(2), patterns(1), condition());
    let permissions = vec(permission, 1..3).prop_map(|list| {
        let build = |(actions, not_actions, condition)| AzurePermission {
            actions,
            not_actions,
            condition,
        };
        list.into_iter().map(build).collect::<Vec<_>>()
    });
    let whom = (vec(denied(), 0..3), vec(denied(), 0..2));
    (permissions, scope(), prop::bool::weighted(0.2), whom, condition()).prop_map(
        |(permissions, scope, alone, (principals, exclude_principals), condition)| DenyAssignment {
            id: format!("deny {scope} {principals:?}"),
            name: String::new(),
            permissions,
            scope: scope.into(),
            does_not_apply_to_child_scopes: alone,
            principals,
            exclude_principals,
            condition,
        },
    )
}

/// An assignment, and which subscriptions list it.
pub(crate) fn assignment() -> impl Strategy<Value = (AzureRoleAssignment, [bool; 2], bool)> {
    let parts = (
        0..5_u8,
        who(),
        scope(),
        condition(),
        any::<[bool; 2]>(),
        prop::bool::weighted(0.2),
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
pub(crate) fn assign(planes: &mut [ControlPlane], id: &str, assigned: &(AzureRoleAssignment, [bool; 2], bool)) {
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
            (false, Some(list), _) => list.push(one),
            (true, _, Some(list)) => list.push(EligibleAssignment {
                id: one.id,
                role_definition_id: one.role_definition_id,
                principal_id: one.principal_id,
                principal_type: one.principal_type,
                scope: one.scope,
                condition: one.condition,
                end: None,
            }),
            _ => {}
        }
    }
}

fn directory() -> impl Strategy<Value = Vec<PrincipalRecord>> {
    let members = vec(select(vec!["u0", "u1"]).prop_map(PrincipalId::from), 0..3);
    let group = option::of((option::of(members), prop::bool::weighted(0.3)));
    let record = |id: &str, kind, members, members_bounded| PrincipalRecord {
        id: id.into(),
        name: String::new(),
        kind,
        found: true,
        created: None,
        members,
        members_bounded,
    };
    (vec(group, 2), any::<bool>()).prop_map(move |(groups, people)| {
        let known = groups
            .into_iter()
            .zip(GROUPS)
            .filter_map(|(group, id)| Some((id, group?)));
        let groups = known.map(|(id, (members, bounded))| record(id, PrincipalKind::Group, members, bounded));
        let people = PEOPLE.iter().filter(|_| people);
        groups
            .chain(people.map(|id| record(id, PrincipalKind::User, None, false)))
            .collect()
    })
}

/// A tenant of two subscriptions.
pub(crate) fn tenant() -> impl Strategy<Value = Tenant> {
    let lists = (
        vec(permissions(), 4),
        vec(assignment(), 1..4),
        [vec(deny(), 0..3), vec(deny(), 0..2)],
        prop::bool::weighted(0.15),
    );
    (accounts(), lists, directory()).prop_map(|(accounts, (roles, assigned, denies, unread), principals)| {
        let definitions: Vec<AzureRoleDefinition> = (roles.into_iter().enumerate())
            .map(|(number, permissions)| AzureRoleDefinition {
                id: format!("/subscriptions/s0/providers/Microsoft.Authorization/roleDefinitions/r{number}"),
                role_name: format!("role {number}"),
                built_in: false,
                assignable_scopes: Vec::new(),
                permissions,
            })
            .collect();
        let mut planes: Vec<ControlPlane> = (denies.into_iter().zip(["S0", "s1"]))
            .map(|(denies, subscription)| ControlPlane {
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
