//! A tenant after a deployment: what a snapshot holds, with what a template deploys and without what it deletes.

use super::control_planes;
use super::gaps::{gap, gap_of_file};
use super::partly::{could_be, is_partly_known};
use crate::model::{
    Account, AccountId, AccountRecord, Database, Gap, OnceNative, Part, RoleAssignment, RoleDefinition, RoleKind,
    role_key,
};
use crate::snapshot::{End, Line, Snapshot, Subscription};
use std::collections::{BTreeMap, BTreeSet};

/// The tenant of `existing` after the deployment of `planned`.
pub fn deployed_to(planned: Snapshot, existing: Snapshot) -> Snapshot {
    let Snapshot {
        accounts,
        gaps,
        mut origins,
        header,
        control_planes: planes,
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
    let before: Vec<AccountId> = after.accounts.iter().map(|record| record.account.id.clone()).collect();
    let mut known: BTreeMap<String, AccountRecord> = BTreeMap::new();
    for record in after.accounts.drain(..) {
        known.insert(record.account.id.key().to_owned(), record);
    }
    for record in accounts {
        let key = record.account.id.key().to_owned();
        let joined = match known.remove(&key) {
            Some(own) => {
                let is_maybe = origins
                    .as_ref()
                    .is_some_and(|origins| origins.get(&key).is_some_and(|one| one.doubt.is_some()));
                joined(own, record, is_maybe)
            }
            None => unlike(record, &before),
        };
        known.insert(key, joined);
    }
    if let Some(origins) = &mut origins {
        let ids: Vec<&str> = before.iter().map(|id| id.as_str()).collect();
        for one in control_planes::unsure(&planes, &ids) {
            let at = origins.get(&one.id).and_then(|origin| origin.at.clone());
            let why = format!(
                "it isn't known which accounts of the snapshot the Azure role assignment at `{}` covers",
                one.scope
            );
            after
                .gaps
                .push(gap_of_file(origins, Gap::AZURE_ROLE_ASSIGNMENTS, at, why));
        }
        let with_accounts = known.values().map(|record| record.account.id.subscription().to_owned());
        let existing = std::mem::take(&mut after.control_planes);
        for plane in control_planes::joined(existing, planes, &is_kept, origins, with_accounts) {
            after.add(Line::ControlPlane(Box::new(plane)));
        }
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
    if let Some(origins) = &mut after.origins {
        origins.has_tenant = true;
    }
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
    let lists = record
        .account
        .api
        .role_kind()
        .and_then(|kind| kind.row().inventory.as_ref());
    let (Some(databases), Some(lists)) = (&mut record.databases, lists) else {
        return;
    };
    let account = record.account.id.as_str();
    let database = |name: &str| match lists.databases() {
        Some(list) => format!("{account}/{list}/{name}"),
        None => account.to_owned(),
    };
    databases.retain(|one| is_kept(&database(&one.name)));
    for one in databases {
        let above = database(&one.name);
        if let Some(containers) = &mut one.containers {
            containers.retain(|name| is_kept(&format!("{above}/{}/{name}", lists.containers())));
        }
    }
}

/// An account that isn't there under its ID. Where that isn't known in full, it could be one of those that are.
fn unlike(mut record: AccountRecord, before: &[AccountId]) -> AccountRecord {
    let id = record.account.id.as_str();
    if !is_partly_known(id) {
        return record;
    }
    let mut same = before.iter().filter(|other| could_be(id, other.as_str()));
    if let Some(first) = same.next() {
        let others = match same.count() {
            0 => String::new(),
            1 => " or another account of the snapshot".to_owned(),
            more => format!(" or one of {more} other accounts of the snapshot"),
        };
        let why = format!(
            "it isn't known whether this is a new account: it could be `{}`{others}",
            first.name()
        );
        let why = gap(Gap::ACCOUNT, Some(id), why);
        record.gaps.push(why);
    }
    record
}

/// An account that is there, with what is deployed to it.
/// `is_maybe`: it isn't certain that it is deployed like this, so both count.
fn joined(own: AccountRecord, mut planned: AccountRecord, is_maybe: bool) -> AccountRecord {
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
    if let Some(roles) = planned.role_definitions.as_mut().filter(|_| !is_set) {
        // Which are built in, the API says that it has, and not the one that a file is taken for that leaves it as it is. Those of
        // other APIs can be assigned, too.
        let assigned = planned.role_assignments.iter().flatten();
        let assigned = assigned
            .flat_map(RoleAssignment::kinds_of_role)
            .collect::<BTreeSet<_>>();
        roles.retain(|role| {
            !role.is_built_in() || account.api.role_kind() == Some(role.kind) || assigned.contains(&role.kind)
        });
    }
    if !stays(&[Gap::LOCAL_AUTH, Gap::AUTH_CONFIG, Gap::AUTHENTICATION_METHOD]) {
        let local_auth = planned.account.local_auth_disabled;
        if !is_maybe || laxer(account.local_auth_disabled, local_auth) != account.local_auth_disabled {
            account.local_auth_disabled = local_auth;
            account.authentication = planned.account.authentication;
        }
        gaps.retain(|gap| is_maybe || gap.part() != Part::LocalAuth);
    }
    if !stays(&[Gap::KEY_METADATA_WRITES]) {
        let writes = planned.account.key_metadata_writes_disabled;
        account.key_metadata_writes_disabled = match is_maybe {
            true => laxer(account.key_metadata_writes_disabled, writes),
            false => writes,
        };
        gaps.retain(|gap| is_maybe || gap.part() != Part::KeyMetadataWrites);
    }
    if is_set && !is_maybe {
        account.tags = planned.account.tags;
        account.api = planned.account.api;
        account.backup = planned.account.backup.or(account.backup);
    }
    gaps.extend(planned.gaps.into_iter().filter(|gap| !gap.is_left_as_it_is()));
    let doubtful = planned.doubtful;
    let is_sure = |id: &str| !doubtful.contains(&id.to_ascii_lowercase());
    let definitions = with(own.role_definitions, planned.role_definitions, |one| &one.id, is_sure);
    gaps.extend(unlisted_roles(
        &account,
        definitions.as_deref().unwrap_or_default(),
        own.role_assignments.as_deref().unwrap_or_default(),
        planned.role_assignments.as_deref().unwrap_or_default(),
    ));
    AccountRecord {
        account,
        role_definitions: definitions,
        role_assignments: with(own.role_assignments, planned.role_assignments, |one| &one.id, is_sure),
        databases: databases(own.databases, planned.databases),
        mongo_roles: with(own.mongo_roles, planned.mongo_roles, |one| &one.id, is_sure),
        mongo_users: with(own.mongo_users, planned.mongo_users, |one| &one.id, is_sure),
        native: OnceNative::default(),
        doubtful,
        gaps,
    }
}

/// The lists of roles of other APIs that a scan doesn't read, as none was assigned, and in which a custom role can be that a file
/// assigns.
fn unlisted_roles(
    account: &Account,
    definitions: &[RoleDefinition],
    before: &[RoleAssignment],
    planned: &[RoleAssignment],
) -> Vec<Gap> {
    let is_known = |one: &RoleAssignment| {
        let key = one.role_definition_id.key();
        definitions
            .iter()
            .any(|role| one.kinds_of_role().any(|kind| kind == role.kind) && role_key(&role.id) == key)
    };
    let is_foreign = |one: &&RoleAssignment| account.api != one.kind.row().api;
    let is_unlisted = |one: &&RoleAssignment| !before.iter().any(|other| other.kind == one.kind) && !is_known(one);
    let lists = planned.iter().filter(is_foreign).filter(is_unlisted);
    let lists: BTreeSet<RoleKind> = lists.map(|one| one.kind).collect();
    let gap_of = |kind: RoleKind| {
        let title = kind.row().api.title();
        let why = format!("the scan listed no role definitions of the {title} API, as no role of it was assigned");
        gap(kind.row().definitions, Some(account.id.as_str()), why)
    };
    lists.into_iter().map(gap_of).collect()
}

/// Of two states of a switch that keeps keys out, the one that lets more in.
pub(super) fn laxer(own: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (own, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (None, _) | (_, None) => None,
        (Some(true), Some(true)) => Some(true),
    }
}

/// What is there, with what is deployed. Of what both have the latter counts; if that isn't sure, both do.
fn with<T>(
    own: Option<Vec<T>>,
    planned: Option<Vec<T>>,
    id: fn(&T) -> &String,
    is_sure: impl Fn(&str) -> bool,
) -> Option<Vec<T>> {
    let planned = planned.unwrap_or_default();
    let Some(mut all) = own else {
        // What couldn't be read isn't empty: a gap says so.
        return (!planned.is_empty()).then_some(planned);
    };
    let replaced: BTreeSet<String> = planned
        .iter()
        .map(id)
        .filter(|id| is_sure(id))
        .map(|id| id.to_ascii_lowercase())
        .collect();
    all.retain(|one| !replaced.contains(&id(one).to_ascii_lowercase()));
    all.extend(planned);
    Some(all)
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
