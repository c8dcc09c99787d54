//! Two scans of a small tenant: what they hold in plain words, and what may happen between them.

use super::azure::{AzureAssigned, Denied, azure, denied, place};
use crate::strategies::{PlanPermission, Shapes, guid, permission};
use cosmos_rbac::model::listed_only::LISTED_ONLY;
use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, Api, Backup, OnceNative, PrincipalKind, PrincipalRecord, RoleAssignment,
    RoleDefinition, RoleKind, Tags,
};
use cosmos_rbac::snapshot::{End, Extent, Header, Line, Sink, Snapshot, Subscription, TargetKind};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// The last is a managed identity.
pub(super) const PEOPLE: [&str; 4] = ["u0", "u1", "u2", "u3"];
pub(super) const GROUPS: [&str; 2] = ["g0", "g1"];
pub(super) const HOLDERS: [&str; 6] = ["u0", "u1", "u2", "u3", "g0", "g1"];
const SCOPES: [&str; 5] = ["/", "/dbs/a", "/dbs/a/colls/x", "/dbs/a/colls/y", "/dbs/b"];
pub(super) const SUBSCRIPTIONS: [&str; 2] = ["5ub", "07her"];
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assigned {
    who: &'static str,
    role: usize,
    scope: &'static str,
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
    /// Whether the second group is in the first.
    pub(super) is_nested: bool,
    pub(super) azure: Vec<AzureAssigned>,
    pub(super) denied: Vec<Denied>,
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
    let groups = (vec(members, 2), any::<bool>());
    (vec(account(), 0..3), groups, vec(azure(), 0..4), vec(denied(), 0..3)).prop_map(
        |(accounts, (groups, is_nested), azure, denied)| Model {
            accounts,
            groups,
            is_nested,
            azure,
            denied,
        },
    )
}

impl Model {
    pub(super) fn snapshot(&self, writing: Writing) -> Snapshot {
        let subscription = Subscription {
            id: SUBSCRIPTIONS[0].to_owned(),
            name: "production".to_owned(),
        };
        let taken_at = "2020-06-01T00:00:00Z".parse().unwrap();
        let mut header = Header::new(taken_at, "public".to_owned(), "tenant".to_owned(), vec![subscription]);
        header.scope = Some(Extent {
            target: TargetKind::AllSubscriptions,
            management_group: None,
            inventory: true,
            foreign_kinds: true,
            clusters: true,
            resources: LISTED_ONLY
                .iter()
                .map(|row| row.resource_type.name().to_owned())
                .collect(),
            control_plane: false,
            graph: false,
        });
        let mut snapshot = Snapshot::new(header);
        for (number, account) in self.accounts.iter().enumerate() {
            let record = account.record(number, writing);
            snapshot.line(Line::Account(Box::new(record))).unwrap();
        }
        for subscription in SUBSCRIPTIONS {
            let plane = self.plane(subscription, writing);
            snapshot.line(Line::ControlPlane(Box::new(plane))).unwrap();
        }
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
        let mut people = PEOPLE.map(|id| record(id, PrincipalKind::User, None));
        let [.., identity] = &mut people;
        identity.kind = PrincipalKind::ManagedIdentity;
        identity.resource_id = Some(format!(
            "{}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one",
            place(3)
        ));
        let groups = GROUPS.iter().enumerate().map(|(group, id)| {
            let inner = (self.is_nested && group == 0).then_some(GROUPS[1]);
            let members = self.members(group).into_iter().chain(inner);
            record(id, PrincipalKind::Group, Some(members.collect()))
        });
        people.into_iter().chain(groups).collect()
    }

    /// The people in a group, those of the group in it included.
    pub(super) fn members(&self, group: usize) -> BTreeSet<&'static str> {
        let mut members = self.groups[group].clone();
        if self.is_nested && group == 0 {
            members.extend(&self.groups[1]);
        }
        members
    }
}

pub(super) fn account_id(number: usize) -> String {
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
                kind: RoleKind::Sql,
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
                kind: RoleKind::Sql,
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
                tags: Tags::default(),
                local_auth_disabled: Some(self.is_disabled),
                key_metadata_writes_disabled: Some(true),
                provisioning_state: None,
                keys_generated_at: None,
                backup: Some(if number == 0 {
                    Backup::Continuous
                } else {
                    Backup::Periodic
                }),
                authentication: Vec::new(),
            },
            role_definitions: Some(definitions),
            role_assignments: Some(assignments),
            databases: Some(Vec::new()),
            mongo_roles: None,
            mongo_users: None,
            native: OnceNative::default(),
            doubtful: std::collections::BTreeSet::new(),
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
