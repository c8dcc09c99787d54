//! Users of MongoDB itself, and clusters with theirs.

use super::{Resource, in_all_forms, is_found_alike};
use crate::cases;
use crate::native::{named, record, role};
use crate::plans::snapshot;
use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::model::cluster::{ClusterUser, DatabaseRole};
use cosmos_rbac::model::{Account, AccountId, AccountRecord, Api, Backup, MongoRoleName, Tags};
use cosmos_rbac::policy::Policy;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A policy that allows nobody anything.
fn policy() -> Policy {
    let text = "version: 1\naccounts: [{ match: {}, local_auth: disabled, key_metadata_writes: disabled, roles: [], grants: [] }]\n";
    Policy::from_sources(&[("p.yaml", text)], &CHECKS).unwrap()
}

fn roles(names: &[MongoRoleName]) -> Vec<Value> {
    names
        .iter()
        .map(|name| json!({"db": name.db, "role": name.role}))
        .collect()
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap()
}

/// An account with users of MongoDB itself.
fn of_account(record: &AccountRecord) -> Vec<Resource> {
    let id = record.account.id.as_str();
    let settings =
        json!({"disableLocalAuth": record.account.local_auth_disabled, "disableKeyBasedMetadataWriteAccess": false});
    let own = Resource::new(
        id,
        &[],
        json!({"location": "", "kind": "MongoDB", "tags": {}, "properties": settings}),
    );
    let role = record.mongo_roles.iter().flatten().map(|role| {
        let privilege = |one: &cosmos_rbac::model::MongoPrivilege| {
            json!({"resource": {"db": one.db, "collection": one.collection}, "actions": one.actions})
        };
        let privileges: Vec<Value> = role.privileges.iter().map(privilege).collect();
        let body = json!({"roleName": role.name.role, "databaseName": role.name.db, "type": "CustomRole",
            "privileges": privileges, "roles": roles(&role.roles)});
        Resource::new(id, &[("mongodbRoleDefinitions", last(&role.id))], json!({"properties": body}))
    });
    let user = record.mongo_users.iter().flatten().map(|user| {
        let body = json!({"userName": user.user, "databaseName": user.db, "roles": roles(&user.roles)});
        Resource::new(
            id,
            &[("mongodbUserDefinitions", last(&user.id))],
            json!({"properties": body}),
        )
    });
    std::iter::once(own).chain(role).chain(user).collect()
}

fn cluster(api: Api, modes: &[&str], users: Option<Vec<ClusterUser>>) -> AccountRecord {
    let id = format!(
        "/subscriptions/5ub/resourceGroups/Rg/providers/{}/c0",
        api.resource_type().name()
    );
    let modes = modes.iter().map(|mode| (*mode).to_owned()).collect();
    let id = AccountId::parse(&id).unwrap();
    let account = Account::cluster(id, api, "westeurope".to_owned(), Tags::default(), Some(modes), None);
    AccountRecord::of_cluster(account, users, Vec::new())
}

const PEOPLE: [&str; 3] = [
    "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11",
    "63cf3af1-7ee2-4d4c-9fe6-deb936065faa",
    "5d6b29f3-6f4f-4d5c-9a3e-1b8f6c0d2e47",
];

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn users_with_passwords_are_found_alike(own in vec(role(), 0..4), users in vec(vec(named(), 0..3), 0..4)) {
        let mut record = record(&own, &users);
        // Two of one name are one in Azure.
        let mut known = BTreeSet::new();
        record.mongo_roles.iter_mut().for_each(|list| list.retain(|role| known.insert(role.id.clone())));
        record.account.backup = Some(Backup::Periodic);
        record.databases = Some(Vec::new());
        let all = of_account(&record);
        is_found_alike(&snapshot(vec![record]), in_all_forms(&all), &policy())?;
    }

    #[test]
    fn clusters_of_mongodb_are_found_alike(
        modes in subsequence(vec!["NativeAuth", "MicrosoftEntraID"], 1..=2),
        people in subsequence(PEOPLE.to_vec(), 0..=3),
        grants in vec((select(vec!["admin", "shop"]), select(vec!["root", "readWrite", "newest"])), 1..3),
    ) {
        let roles: Vec<DatabaseRole> = (grants.iter())
            .map(|(db, role)| DatabaseRole { db: (*db).to_owned(), role: (*role).to_owned() })
            .collect();
        let id = "/subscriptions/5ub/resourceGroups/Rg/providers/Microsoft.DocumentDB/mongoClusters/c0";
        let user = |who: &&str| ClusterUser {
            id: format!("{id}/users/{who}"),
            principal_id: (*who).into(),
            roles: roles.clone(),
        };
        let users: Vec<ClusterUser> = people.iter().map(user).collect();
        let mut all = vec![Resource::new(id, &[], json!({"location": "westeurope", "tags": {},
            "properties": {"authConfig": {"allowedModes": modes}}}))];
        let given: Vec<Value> = grants.iter().map(|(db, role)| json!({"db": db, "role": role})).collect();
        all.extend(people.iter().map(|who| Resource::new(id, &[("users", who)], json!({"properties": {
            "identityProvider": {"type": "MicrosoftEntraID"}, "roles": given}}))));
        let record = cluster(Api::MongoCluster, &modes, Some(users));
        is_found_alike(&snapshot(vec![record]), in_all_forms(&all), &policy())?;
    }

    #[test]
    fn clusters_of_cassandra_are_found_alike(method in option::of(select(vec!["Cassandra", "None", "Ldap"]))) {
        let id = "/subscriptions/5ub/resourceGroups/Rg/providers/Microsoft.DocumentDB/cassandraClusters/c0";
        let properties = match method {
            Some(method) => json!({"authenticationMethod": method}),
            None => json!({}),
        };
        let all = [Resource::new(id, &[], json!({"location": "westeurope", "tags": {}, "properties": properties}))];
        let record = cluster(Api::CassandraCluster, &[method.unwrap_or("Cassandra")], None);
        is_found_alike(&snapshot(vec![record]), in_all_forms(&all), &policy())?;
    }
}
