//! The accounts of generated tenants, and their directories.

use crate::tenants::{GROUPS, PEOPLE};
use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, Api, OnceNative, PrincipalId, PrincipalKind, PrincipalRecord, Tags,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

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
            tags: Tags::default(),
            local_auth_disabled: Some(false),
            key_metadata_writes_disabled: Some(false),
            keys_generated_at: None,
            provisioning_state: None,
            backup: None,
            authentication: Vec::new(),
        },
        role_definitions: Some(Vec::new()),
        role_assignments: Some(Vec::new()),
        databases: None,
        mongo_roles: None,
        mongo_users: None,
        native: OnceNative::default(),
        doubtful: std::collections::BTreeSet::new(),
        gaps: Vec::new(),
    }
}

pub(crate) fn accounts() -> impl Strategy<Value = Vec<AccountRecord>> {
    let apis = vec![
        Api::Sql,
        Api::Sql,
        Api::Table,
        Api::Mongo,
        Api::Gremlin,
        Api::Cassandra,
        Api::Unknown,
    ];
    vec((0..2_u8, 0..2_u8, 0..2_u8, select(apis)), 0..7).prop_map(|list| {
        // `g1` and `g10` begin alike.
        let unique: BTreeMap<(u8, u8, u8), Api> = (list.into_iter())
            .map(|(subscription, group, name, api)| ((subscription, group * 9 + 1, name), api))
            .collect();
        let of = |((subscription, group, name), api)| account((subscription, group, name, api));
        unique.into_iter().map(of).collect()
    })
}

pub(crate) fn directory() -> impl Strategy<Value = Vec<PrincipalRecord>> {
    let members = vec(
        select(vec!["u0", "u1", "u0", "u1", "g0", "g1"]).prop_map(PrincipalId::from),
        0..4,
    );
    let group = option::of((option::of(members), prop::bool::weighted(0.3)));
    let record = |id: &str, kind, members, members_bounded| PrincipalRecord {
        id: id.into(),
        name: String::new(),
        kind,
        found: true,
        created: None,
        members,
        members_bounded,
        members_count: None,
        resource_id: None,
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
