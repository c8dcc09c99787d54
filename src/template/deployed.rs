//! A tenant after a deployment: what a snapshot holds, with what a template deploys and without what it deletes.

use crate::model::{AccountRecord, Database, Gap, RoleAssignment, RoleDefinition};
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
    // What the file doesn't say is as it is; what it says and nobody knows yet isn't known.
    let only_referred = |gap: &Gap| planned.gaps.iter().any(|other| other.what == gap.what);
    let mut gaps = own.gaps;
    let mut account = own.account;
    let is_referred = planned.account.local_auth_disabled.is_none()
        && planned.account.key_metadata_writes_disabled.is_none()
        && planned.account.location.is_empty();
    if !is_referred {
        gaps.retain(|gap| !only_referred(gap));
        account.tags = planned.account.tags;
        account.api = planned.account.api;
        account.backup = planned.account.backup.or(account.backup);
        account.local_auth_disabled = planned.account.local_auth_disabled;
        account.key_metadata_writes_disabled = planned.account.key_metadata_writes_disabled;
        account.authentication = planned.account.authentication;
        gaps.extend(planned.gaps);
    } else {
        let settings = [Gap::LOCAL_AUTH, Gap::KEY_METADATA_WRITES];
        let is_told = |gap: &Gap| gap.item.as_deref().is_some_and(|item| item != account.id.as_str());
        gaps.extend(
            planned
                .gaps
                .into_iter()
                .filter(|gap| !settings.contains(&gap.what.as_str()) && is_told(gap)),
        );
    }
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
        native: crate::model::OnceNative::default(),
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
