//! A tenant after a deployment: what a snapshot holds, with what a template deploys and without what it deletes.

use crate::model::{AccountRecord, Database, Gap, OnceNative, Part, RoleAssignment, RoleDefinition};
use crate::snapshot::{End, Line, Snapshot, Subscription};
use std::collections::BTreeMap;

/// The tenant of `existing` after the deployment of `planned`.
pub fn deployed_to(planned: Snapshot, existing: Snapshot) -> Snapshot {
    let Snapshot {
        accounts,
        gaps,
        origins,
        header,
        ..
    } = planned;
    let mut after = existing;
    let deleted = origins
        .as_ref()
        .map(|origins| origins.deleted.clone())
        .unwrap_or_default();
    let is_kept = |id: &str| !deleted.contains(&id.to_ascii_lowercase());
    after.accounts.retain(|record| is_kept(record.account.id.as_str()));
    for record in &mut after.accounts {
        without_deleted(record, &is_kept);
    }
    let mut known: BTreeMap<String, AccountRecord> = BTreeMap::new();
    for record in after.accounts.drain(..) {
        known.insert(record.account.id.key().to_owned(), record);
    }
    for record in accounts {
        let key = record.account.id.key().to_owned();
        let joined = match known.remove(&key) {
            Some(own) => joined(own, record),
            None => record,
        };
        known.insert(key, joined);
    }
    for subscription in header.subscriptions {
        if !after.header.has_subscription(&subscription.id) {
            after.header.subscriptions.push(Subscription { ..subscription });
        }
    }
    after.header.subscriptions.sort();
    for record in known.into_values() {
        after.add(Line::Account(Box::new(record)));
    }
    after.gaps.extend(gaps);
    let ended = after.ended;
    after.add(Line::End(End::default()));
    after.ended = ended;
    after.origins = origins;
    after
}

fn without_deleted(record: &mut AccountRecord, is_kept: &dyn Fn(&str) -> bool) {
    if let Some(roles) = &mut record.role_definitions {
        roles.retain(|role| is_kept(&role.id));
    }
    if let Some(assignments) = &mut record.role_assignments {
        assignments.retain(|one| is_kept(&one.id));
    }
    if let Some(users) = &mut record.mongo_users {
        users.retain(|one| is_kept(&one.id));
    }
    if let Some(roles) = &mut record.mongo_roles {
        roles.retain(|one| is_kept(&one.id));
    }
}

/// An account that is there, with what is deployed to it.
fn joined(own: AccountRecord, planned: AccountRecord) -> AccountRecord {
    // What the file leaves as it is, is as it was read. What it sets and nobody knows yet isn't known any more.
    let stays = |what: &[&str]| {
        planned
            .gaps
            .iter()
            .any(|gap| gap.is_left_as_it_is() && what.contains(&gap.what.as_str()))
    };
    let mut gaps = own.gaps;
    let mut account = own.account;
    let is_set = planned.gaps.iter().all(|gap| !gap.is_left_as_it_is());
    if !stays(&[Gap::LOCAL_AUTH, Gap::AUTH_CONFIG, Gap::AUTHENTICATION_METHOD]) {
        account.local_auth_disabled = planned.account.local_auth_disabled;
        account.authentication = planned.account.authentication;
        gaps.retain(|gap| gap.part() != Part::LocalAuth);
    }
    if !stays(&[Gap::KEY_METADATA_WRITES]) {
        account.key_metadata_writes_disabled = planned.account.key_metadata_writes_disabled;
        gaps.retain(|gap| gap.part() != Part::KeyMetadataWrites);
    }
    if is_set {
        account.tags = planned.account.tags;
        account.api = planned.account.api;
        account.backup = planned.account.backup.or(account.backup);
    }
    gaps.extend(planned.gaps.into_iter().filter(|gap| !gap.is_left_as_it_is()));
    AccountRecord {
        account,
        role_definitions: with(
            own.role_definitions,
            planned.role_definitions,
            |one: &RoleDefinition| one.id.to_ascii_lowercase(),
        ),
        role_assignments: with(
            own.role_assignments,
            planned.role_assignments,
            |one: &RoleAssignment| one.id.to_ascii_lowercase(),
        ),
        databases: databases(own.databases, planned.databases),
        mongo_roles: with(own.mongo_roles, planned.mongo_roles, |one| one.id.to_ascii_lowercase()),
        mongo_users: with(own.mongo_users, planned.mongo_users, |one| one.id.to_ascii_lowercase()),
        native: OnceNative::default(),
        gaps,
    }
}

/// What is there, with what is deployed: of what both have, the latter.
fn with<T>(own: Option<Vec<T>>, planned: Option<Vec<T>>, key: impl Fn(&T) -> String) -> Option<Vec<T>> {
    let mut all: BTreeMap<String, T> = own?.into_iter().map(|one| (key(&one), one)).collect();
    all.extend(planned.unwrap_or_default().into_iter().map(|one| (key(&one), one)));
    Some(all.into_values().collect())
}

fn databases(own: Option<Vec<Database>>, planned: Option<Vec<Database>>) -> Option<Vec<Database>> {
    let mut all: BTreeMap<String, Database> = own?.into_iter().map(|one| (one.name.clone(), one)).collect();
    for database in planned.unwrap_or_default() {
        match all.get_mut(&database.name) {
            Some(known) => {
                if let Some(containers) = &mut known.containers {
                    containers.extend(database.containers.unwrap_or_default());
                    containers.sort();
                    containers.dedup();
                }
            }
            None => {
                all.insert(database.name.clone(), database);
            }
        }
    }
    Some(all.into_values().collect())
}
