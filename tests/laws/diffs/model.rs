//! Two scans of a small tenant: what they hold in plain words, and what may happen between them.

use crate::strategies::{PlanPermission, Shapes, guid, permission};
use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, ActionPattern, Api, AzurePermission, AzureRoleAssignment, AzureRoleDefinition,
    AzureScope, Backup, ControlPlane, EligibleAssignment, PrincipalKind, PrincipalRecord, RoleAssignment,
    RoleDefinition,
};
use cosmos_rbac::snapshot::{End, Header, Line, Sink, Snapshot, Subscription};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const PEOPLE: [&str; 4] = ["u0", "u1", "u2", "u3"];
pub(super) const GROUPS: [&str; 2] = ["g0", "g1"];
const HOLDERS: [&str; 6] = ["u0", "u1", "u2", "u3", "g0", "g1"];
const SCOPES: [&str; 5] = ["/", "/dbs/a", "/dbs/a/colls/x", "/dbs/a/colls/y", "/dbs/b"];
const AZURE_ROLES: [&str; 5] = [
    "*",
    "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
    "Microsoft.DocumentDB/databaseAccounts/readonlykeys/action",
    "Microsoft.DocumentDB/databaseAccounts/write",
    "Microsoft.Authorization/roleAssignments/write",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    who: &'static str,
    role: usize,
    scope: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AzureAssigned {
    who: &'static str,
    role: usize,
    account: Option<usize>,
    is_eligible: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountModel {
    pub(super) is_disabled: bool,
    pub(super) roles: Vec<Vec<PlanPermission>>,
    pub(super) assigned: Vec<Assigned>,
}

/// A tenant of up to two accounts and two groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) accounts: Vec<AccountModel>,
    pub(super) groups: Vec<BTreeSet<&'static str>>,
    pub(super) azure: Vec<AzureAssigned>,
}

/// How the same is written in another way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Writing {
    /// Roles have other names and ids, assignments other ids and another order.
    pub(super) is_renamed: bool,
    /// Ids are written in capitals.
    pub(super) is_upper: bool,
    /// Each data action has a permissions object of its own, and each assignment is there twice.
    pub(super) is_split: bool,
}

pub(super) fn assigned() -> impl Strategy<Value = Assigned> {
    (select(HOLDERS.to_vec()), 0..3_usize, select(SCOPES.to_vec())).prop_map(|(who, role, scope)| Assigned {
        who,
        role,
        scope,
    })
}

pub(super) fn azure() -> impl Strategy<Value = AzureAssigned> {
    let place = prop_oneof![Just(None), (0..2_usize).prop_map(Some)];
    (
        select(HOLDERS.to_vec()),
        0..AZURE_ROLES.len(),
        place,
        prop::bool::weighted(0.3),
    )
        .prop_map(|(who, role, account, is_eligible)| AzureAssigned {
            who,
            role,
            account,
            is_eligible,
        })
}

fn account() -> impl Strategy<Value = AccountModel> {
    let roles = vec(vec(permission(Shapes::Any), 0..3), 3);
    (any::<bool>(), roles, vec(assigned(), 0..5)).prop_map(|(is_disabled, roles, assigned)| AccountModel {
        is_disabled,
        roles,
        assigned,
    })
}

pub(super) fn model() -> impl Strategy<Value = Model> {
    let members = btree_set(select(PEOPLE.to_vec()), 0..4);
    (vec(account(), 0..3), vec(members, 2), vec(azure(), 0..4)).prop_map(|(accounts, groups, azure)| Model {
        accounts,
        groups,
        azure,
    })
}

impl Model {
    pub(super) fn snapshot(&self, writing: Writing) -> Snapshot {
        let subscription = Subscription {
            id: "5ub".to_owned(),
            name: "production".to_owned(),
        };
        let taken_at = "2020-06-01T00:00:00Z".parse().unwrap();
        let header = Header::new(taken_at, "public".to_owned(), "tenant".to_owned(), vec![subscription]);
        let mut snapshot = Snapshot::new(header);
        for (number, account) in self.accounts.iter().enumerate() {
            let record = account.record(number, writing);
            snapshot.line(Line::Account(Box::new(record))).unwrap();
        }
        snapshot
            .line(Line::ControlPlane(Box::new(self.plane(writing))))
            .unwrap();
        snapshot.line(Line::Principals(self.principals())).unwrap();
        snapshot.line(Line::End(End::default())).unwrap();
        snapshot
    }

    fn principals(&self) -> Vec<PrincipalRecord> {
        let record = |id: &str, kind, members: Option<Vec<&str>>| PrincipalRecord {
            id: id.into(),
            name: format!("name of {id}"),
            kind,
            found: true,
            created: None,
            members: members.map(|list| list.into_iter().map(Into::into).collect()),
            members_bounded: false,
            members_count: None,
            resource_id: None,
        };
        let people = PEOPLE.map(|id| record(id, PrincipalKind::User, None));
        let groups = GROUPS.iter().zip(&self.groups);
        let groups =
            groups.map(|(id, members)| record(id, PrincipalKind::Group, Some(members.iter().copied().collect())));
        people.into_iter().chain(groups).collect()
    }

    fn plane(&self, writing: Writing) -> ControlPlane {
        let role = |number: usize| format!("/providers/Microsoft.Authorization/roleDefinitions/{}", guid(7, number));
        let definitions = AZURE_ROLES
            .iter()
            .enumerate()
            .map(|(number, action)| AzureRoleDefinition {
                id: role(number),
                role_name: format!(
                    "azure role {number}{}",
                    if writing.is_renamed { " renamed" } else { "" }
                ),
                built_in: false,
                assignable_scopes: Vec::new(),
                permissions: vec![AzurePermission {
                    actions: vec![ActionPattern::full(*action)],
                    not_actions: Vec::new(),
                    condition: None,
                }],
            });
        let mut plane = ControlPlane {
            subscription: "5ub".to_owned(),
            role_assignments: Some(Vec::new()),
            role_definitions: Some(definitions.collect()),
            deny_assignments: Some(Vec::new()),
            eligible: Some(Vec::new()),
            delegations: Some(Vec::new()),
            gaps: Vec::new(),
        };
        let times = if writing.is_split { 2 } else { 1 };
        for (number, one) in self.azure.iter().enumerate().flat_map(|one| vec![one; times]) {
            let scope = match one.account {
                Some(account) => account_id(account),
                None => "/subscriptions/5ub".to_owned(),
            };
            let scope = if writing.is_upper { scope.to_uppercase() } else { scope };
            let kind = usize::from(writing.is_renamed) + 8;
            let id = format!(
                "/providers/Microsoft.Authorization/roleAssignments/{}",
                guid(kind, number)
            );
            let active = AzureRoleAssignment {
                id,
                role_definition_id: role(one.role),
                principal_id: one.who.into(),
                principal_type: None,
                scope: AzureScope::new(scope),
                condition: None,
                created_on: None,
            };
            match one.is_eligible {
                false => plane.role_assignments.get_or_insert_default().push(active),
                true => plane.eligible.get_or_insert_default().push(EligibleAssignment {
                    id: active.id,
                    role_definition_id: active.role_definition_id,
                    principal_id: active.principal_id,
                    principal_type: None,
                    scope: active.scope,
                    condition: None,
                    end: None,
                }),
            }
        }
        plane
    }
}

fn account_id(number: usize) -> String {
    format!("/subscriptions/5ub/resourceGroups/Rg/providers/Microsoft.DocumentDB/databaseAccounts/acc{number}")
}

impl AccountModel {
    fn record(&self, number: usize, writing: Writing) -> AccountRecord {
        let id = account_id(number);
        let kinds = usize::from(writing.is_renamed) * 10;
        let cased = |text: String| if writing.is_upper { text.to_uppercase() } else { text };
        let role_id = |role: usize| cased(format!("{id}/sqlRoleDefinitions/{}", guid(kinds + 1, role)));
        let definitions = self
            .roles
            .iter()
            .enumerate()
            .map(|(number, permissions)| RoleDefinition {
                id: role_id(number),
                role_name: format!("role {number}{}", if writing.is_renamed { " renamed" } else { "" }),
                claims_built_in: false,
                assignable_scopes: vec![id.clone()],
                permissions: match writing.is_split {
                    false => permissions.iter().map(PlanPermission::build).collect(),
                    true => permissions.iter().flat_map(split).map(|one| one.build()).collect(),
                },
            });
        let mut definitions: Vec<RoleDefinition> = definitions.collect();
        let times = if writing.is_split { 2 } else { 1 };
        let assigned = (0..times).flat_map(|_| &self.assigned).enumerate();
        let mut assignments: Vec<RoleAssignment> = assigned
            .map(|(number, one)| RoleAssignment {
                id: format!("{id}/sqlRoleAssignments/{}", guid(kinds + 2, number)),
                role_definition_id: role_id(one.role).into(),
                principal_id: one.who.into(),
                scope: match one.scope {
                    "/" => id.clone(),
                    scope if writing.is_upper => format!("{}{scope}", id.to_uppercase()),
                    scope => format!("{id}{scope}"),
                },
            })
            .collect();
        if writing.is_renamed {
            definitions.reverse();
            assignments.reverse();
        }
        AccountRecord {
            account: Account {
                id: AccountId::parse(&id).unwrap(),
                location: "westeurope".to_owned(),
                api: Api::Sql,
                tags: BTreeMap::new(),
                local_auth_disabled: Some(self.is_disabled),
                key_metadata_writes_disabled: Some(true),
                provisioning_state: None,
                backup: Some(if number == 0 {
                    Backup::Continuous
                } else {
                    Backup::Periodic
                }),
            },
            role_definitions: Some(definitions),
            role_assignments: Some(assignments),
            databases: Some(Vec::new()),
            gaps: Vec::new(),
        }
    }
}

/// A permissions object for each data action: together they grant the same.
fn split(permission: &PlanPermission) -> Vec<PlanPermission> {
    let one = |yes: &String| PlanPermission {
        yes: vec![yes.clone()],
        not: permission.not.clone(),
    };
    permission.yes.iter().map(one).collect()
}
