//! Small tenants of users, groups and managed identities, in which Azure roles lead from one to another, and what a snapshot of them
//! says.

use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) const USERS: usize = 2;
pub(super) const IDENTITIES: usize = 4;
pub(super) const PERSONS: usize = USERS + IDENTITIES;
pub(super) const GROUPS: usize = 2;
/// With an account each, in the first and the last resource group.
pub(super) const ACCOUNTS: usize = 2;
/// Two resource groups of the first subscription, and one of the second.
const RESOURCE_GROUPS: usize = 3;

/// What an Azure role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    RunCommand,
    Federate,
    Attach,
    WriteMachines,
    AssignRoles,
    ReadKeys,
    GrantData,
    Restore,
    WriteAccounts,
}

const POWERS: [Power; 9] = [
    Power::RunCommand,
    Power::Federate,
    Power::Attach,
    Power::WriteMachines,
    Power::AssignRoles,
    Power::ReadKeys,
    Power::GrantData,
    Power::Restore,
    Power::WriteAccounts,
];

impl Power {
    fn action(self) -> &'static str {
        match self {
            Self::RunCommand => "Microsoft.Compute/virtualMachines/runCommand/action",
            Self::Federate => "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
            Self::Attach => "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
            Self::WriteMachines => "Microsoft.Compute/virtualMachines/write",
            Self::AssignRoles => "Microsoft.Authorization/roleAssignments/write",
            Self::ReadKeys => "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
            Self::GrantData => "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
            Self::Restore => "Microsoft.DocumentDB/locations/restorableDatabaseAccounts/restore/action",
            Self::WriteAccounts => "Microsoft.DocumentDB/databaseAccounts/write",
        }
    }
}

/// Where an Azure role is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Subscription(usize),
    Group(usize),
    Identity(usize),
    Account(usize),
}

/// One of the persons, or behind them one of the groups.
pub(super) type Who = usize;

#[derive(Debug, Clone)]
pub(super) struct Assigned {
    pub(super) who: Who,
    pub(super) powers: Vec<Power>,
    pub(super) place: Place,
    pub(super) is_eligible: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Estate {
    /// The persons in each group; who is in the second is in the first, if that has it as a member.
    pub(super) groups: Vec<BTreeSet<usize>>,
    /// Of each identity its resource group, and whether it is a machine's.
    pub(super) identities: Vec<(usize, bool)>,
    pub(super) assigned: Vec<Assigned>,
    /// Who has a role that reads the data of which account.
    pub(super) readers: Vec<(Who, usize)>,
    /// Of each account whether it accepts keys, and whether it has continuous backup.
    pub(super) accounts: Vec<(bool, bool)>,
}

pub(super) fn subscription_of(group: usize) -> usize {
    usize::from(group + 1 == RESOURCE_GROUPS)
}

pub(super) fn group_of_account(account: usize) -> usize {
    account * (RESOURCE_GROUPS - 1)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        1 => Just(Place::Root),
        3 => (0..2_usize).prop_map(Place::Subscription),
        4 => (0..RESOURCE_GROUPS).prop_map(Place::Group),
        4 => (0..IDENTITIES).prop_map(Place::Identity),
        1 => (0..ACCOUNTS).prop_map(Place::Account),
    ]
}

pub(super) fn estate() -> impl Strategy<Value = Estate> {
    let assigned = (
        0..PERSONS + GROUPS,
        proptest::sample::subsequence(POWERS.to_vec(), 1..=3),
        place(),
        prop::bool::weighted(0.2),
    );
    let assigned = assigned.prop_map(|(who, powers, place, is_eligible)| Assigned {
        who,
        powers,
        place,
        is_eligible,
    });
    (
        vec(proptest::collection::btree_set(0..PERSONS, 0..4), GROUPS),
        vec((0..RESOURCE_GROUPS, any::<bool>()), IDENTITIES),
        (vec(assigned, 1..8), vec(prop::bool::weighted(0.6), IDENTITIES)),
        vec((0..PERSONS + GROUPS, 0..ACCOUNTS), 0..3),
        vec((prop::bool::weighted(0.3), prop::bool::weighted(0.3)), ACCOUNTS),
    )
        .prop_map(|(groups, identities, (mut assigned, links), readers, accounts)| {
            // Long paths come of themselves too seldom.
            let links = links.into_iter().enumerate().filter(|(_, is_there)| *is_there);
            assigned.extend(links.map(|(identity, _)| Assigned {
                who: USERS + identity - 1,
                powers: vec![Power::RunCommand, Power::Federate],
                place: Place::Identity(identity),
                is_eligible: false,
            }));
            Estate {
                groups,
                identities,
                assigned,
                readers,
                accounts,
            }
        })
}

/// Whom a policy lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    pub(super) key_readers: BTreeSet<Who>,
    pub(super) account_writers: BTreeSet<Who>,
    pub(super) role_admins: BTreeSet<Who>,
    pub(super) identity_admins: BTreeSet<Who>,
}

pub(super) fn listed() -> impl Strategy<Value = Listed> {
    let list = || proptest::collection::btree_set(0..PERSONS + GROUPS, 0..4);
    (list(), list(), list(), list()).prop_map(|(key_readers, account_writers, role_admins, identity_admins)| Listed {
        key_readers,
        account_writers,
        role_admins,
        identity_admins,
    })
}

impl Listed {
    pub(super) fn policy(&self) -> String {
        let ids = |list: &BTreeSet<Who>| json!(list.iter().map(|who| id_of(*who)).collect::<Vec<_>>());
        let rules = json!({"grants": [], "local_auth": "any", "key_readers": ids(&self.key_readers),
            "account_writers": ids(&self.account_writers), "role_admins": ids(&self.role_admins),
            "identity_admins": ids(&self.identity_admins)});
        json!({"version": 1, "accounts": [rules]}).to_string()
    }
}

pub(super) fn id_of(who: Who) -> String {
    format!("00000000-0000-4000-8000-{who:012}")
}

fn subscription(number: usize) -> String {
    format!("5e1f0c1a-0000-4000-8000-{number:012}")
}

fn in_group(group: usize) -> String {
    let subscription = subscription(subscription_of(group));
    format!("/subscriptions/{subscription}/resourceGroups/rg-{group}")
}

fn account_id(account: usize) -> String {
    let group = in_group(group_of_account(account));
    format!("{group}/providers/Microsoft.DocumentDB/databaseAccounts/account-{account}")
}

impl Estate {
    fn resource(&self, identity: usize) -> String {
        let (group, is_machine) = self.identities[identity];
        let kind = match is_machine {
            true => "Microsoft.Compute/virtualMachines",
            false => "Microsoft.ManagedIdentity/userAssignedIdentities",
        };
        format!("{}/providers/{kind}/identity-{identity}", in_group(group))
    }

    fn scope(&self, place: Place) -> String {
        match place {
            Place::Root => "/".to_owned(),
            Place::Subscription(number) => format!("/subscriptions/{}", subscription(number)),
            Place::Group(group) => in_group(group),
            Place::Identity(identity) => self.resource(identity),
            Place::Account(account) => account_id(account),
        }
    }

    /// The subscription that a place is in; above them, none.
    pub(super) fn subscription(&self, place: Place) -> Option<usize> {
        match place {
            Place::Root => None,
            Place::Subscription(number) => Some(number),
            Place::Group(group) => Some(subscription_of(group)),
            Place::Identity(identity) => Some(subscription_of(self.identities[identity].0)),
            Place::Account(account) => Some(subscription_of(group_of_account(account))),
        }
    }

    fn account(&self, account: usize) -> Value {
        let id = account_id(account);
        let (keys, is_continuous) = self.accounts[account];
        let readers = self.readers.iter().enumerate().filter(|(_, (_, of))| *of == account);
        let assignments = readers.map(|(number, (who, _))| {
            json!({"id": format!("{id}/sqlRoleAssignments/d0000000-0000-4000-8000-{number:012}"), "scope": id,
                "role_definition_id": format!("{id}/sqlRoleDefinitions/c0000000-0000-4000-8000-000000000000"), "principal_id": id_of(*who)})
        });
        let permissions = json!([{"data_actions": ["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"],
            "not_data_actions": []}]);
        json!({"account": {"id": id, "name": format!("account-{account}"), "resource_group": format!("rg-{}", group_of_account(account)),
                "subscription": subscription(subscription_of(group_of_account(account))), "location": "westeurope", "api": "sql", "tags": {},
                "local_auth_disabled": !keys, "key_metadata_writes_disabled": true,
                "backup": if is_continuous { "continuous" } else { "periodic" }},
            "role_definitions": [{"id": format!("{id}/sqlRoleDefinitions/c0000000-0000-4000-8000-000000000000"), "role_name": "reads",
                "built_in": false, "assignable_scopes": [id], "permissions": permissions}],
            "role_assignments": assignments.collect::<Vec<_>>(), "databases": [], "gaps": []})
    }

    fn plane(&self, number: usize) -> Value {
        let home = format!("/subscriptions/{}", subscription(number));
        let role = |at: usize| {
            format!("{home}/providers/Microsoft.Authorization/roleDefinitions/b0000000-0000-4000-8000-{at:012}")
        };
        let (mut active, mut eligible, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for (at, one) in self.assigned.iter().enumerate() {
            let own = self.subscription(one.place);
            if own.is_some_and(|own| own != number) {
                continue;
            }
            let scope = self.scope(one.place);
            let above = scope.trim_end_matches('/');
            let assignment = json!({"id": format!("{above}/providers/Microsoft.Authorization/roleAssignments/e0000000-0000-4000-8000-{at:012}"),
                "scope": scope, "principal_id": id_of(one.who), "role_definition_id": role(at)});
            if one.is_eligible { &mut eligible } else { &mut active }.push(assignment);
            let actions: Vec<&str> = one.powers.iter().map(|power| power.action()).collect();
            roles.push(json!({"id": role(at), "role_name": format!("role {at}"), "built_in": false, "assignable_scopes": [home],
                "permissions": [{"actions": actions, "not_actions": []}]}));
        }
        json!({"control_plane": {"subscription": subscription(number), "role_assignments": active, "role_definitions": roles,
            "deny_assignments": [], "eligible": eligible, "delegations": [], "gaps": []}})
    }

    fn principals(&self) -> Value {
        let person = |who: usize| match who.checked_sub(USERS) {
            None => json!({"id": id_of(who), "name": format!("user {who}"), "kind": "user", "found": true}),
            Some(identity) => {
                json!({"id": id_of(who), "name": format!("identity {identity}"), "kind": "managed-identity", "found": true,
                "resource_id": self.resource(identity)})
            }
        };
        let group = |group: usize| {
            let members: Vec<String> = self.groups[group].iter().map(|who| id_of(*who)).collect();
            json!({"id": id_of(PERSONS + group), "name": format!("group {group}"), "kind": "group", "found": true,
                "members_count": members.len(), "members": members})
        };
        (0..PERSONS).map(person).chain((0..GROUPS).map(group)).collect()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let subscriptions = [0, 1].map(|number| json!({"id": subscription(number), "name": format!("s{number}")}));
        let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-03-04T05:05:06Z", "cloud": "public",
            "tenant": "72f988bf-0000-4000-8000-00000000c0de", "subscriptions": subscriptions});
        let end =
            json!({"end": {"accounts": ACCOUNTS, "gaps": 0, "control_planes": 2, "principals": PERSONS + GROUPS}});
        let mut lines = vec![header];
        lines.extend((0..ACCOUNTS).map(|account| self.account(account)));
        lines.extend((0..2).map(|number| self.plane(number)));
        lines.extend([json!({"principals": self.principals()}), end]);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Snapshot::read(text.as_bytes(), "s").unwrap()
    }
}
