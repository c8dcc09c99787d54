//! What is read of Cosmos DB: the accounts of a subscription, and of each its roles and databases.

use super::error::Failure;
use super::list::{List, Listing, MOST_ITEMS, Query, url};
use super::models::{self, Listed};
use super::service::Service;
use crate::model::{Account, AccountId, AccountRecord, Api, Database, Gap};
use futures::{StreamExt, join, stream};

/// Stable, and a list in it was recorded from the service (the cloud-custodian project's cassettes); the description of it
/// is `cosmos-db/resource-manager/Microsoft.DocumentDB/stable/2025-10-15` in the azure-rest-api-specs repository.
const API_VERSION: Query = &[("api-version", "2025-10-15")];
/// Containers are listed per database: so many lists of one account at once, that it does not take all the room.
const CONTAINER_LISTS: usize = 8;

/// Lists the accounts of a subscription.
pub(super) async fn accounts(arm: &Service, subscription: &str) -> Listing<Listed> {
    let list = List {
        what: Gap::ACCOUNTS,
        item: None,
        path: &[
            "subscriptions",
            subscription,
            "providers",
            "Microsoft.DocumentDB",
            "databaseAccounts",
        ],
        query: API_VERSION,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    arm.list(list, |item| models::account(item, subscription)).await
}

/// What came of reading an account.
pub(super) enum Reading {
    Account(Box<AccountRecord>),
    /// It was deleted since it was listed.
    Gone(AccountId),
}

/// Reads everything below an account. What cannot be read is a gap; the account is kept unless it is gone.
pub(super) async fn read(arm: &Service, listed: Listed, inventory: bool) -> Reading {
    let Listed { account, mut gaps } = listed;
    if account.api != Api::Sql {
        gaps.extend(other_api(account.api));
        return Reading::Account(Box::new(AccountRecord {
            account,
            role_definitions: None,
            role_assignments: None,
            databases: None,
            gaps,
        }));
    }
    let at = |collection| path(&account, &[collection]);
    let (definitions_path, assignments_path) = (at("sqlRoleDefinitions"), at("sqlRoleAssignments"));
    let (definitions, assignments, databases) = join!(
        arm.list(
            below(&account, Gap::ROLE_DEFINITIONS, &definitions_path),
            models::role_definition
        ),
        arm.list(
            below(&account, Gap::ROLE_ASSIGNMENTS, &assignments_path),
            models::role_assignment
        ),
        databases(arm, &account, inventory),
    );
    gaps.extend(definitions.gaps);
    gaps.extend(assignments.gaps);
    gaps.extend(databases.gaps);
    if gaps.iter().any(says_gone) {
        let read = definitions.items.is_some() || assignments.items.is_some() || databases.items.is_some();
        // Lists that contradict each other are not believed: the account itself is asked for.
        if (!read && gaps.iter().all(says_gone)) || is_gone(arm, &account).await {
            return Reading::Gone(account.id);
        }
    }
    Reading::Account(Box::new(AccountRecord {
        account,
        role_definitions: definitions.items,
        role_assignments: assignments.items,
        databases: databases.items,
        gaps,
    }))
}

/// Whether the service says that the account, or its group, is not there. A database that is not there has another code.
fn says_gone(gap: &Gap) -> bool {
    is_gone_code(gap.status, &gap.code)
}

fn is_gone_code(status: Option<u16>, code: &str) -> bool {
    let codes = ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"];
    status == Some(404) && codes.iter().any(|one| one.eq_ignore_ascii_case(code))
}

async fn is_gone(arm: &Service, account: &Account) -> bool {
    let Ok(url) = url(&arm.endpoint, &path(account, &[]), API_VERSION) else {
        return false;
    };
    match arm.get(&url, Some(account.id.subscription())).await {
        Ok(_) => false,
        Err(failure) => is_gone_code(failure.status, &failure.code),
    }
}

/// The roles of the other APIs lie elsewhere and are not read yet; nothing is asked for in their stead.
fn other_api(api: Api) -> [Gap; 2] {
    let message = match api {
        Api::Unknown => "the API of the account is not known to this version, so its roles are not read".to_owned(),
        api => format!("roles of the {} API are not read by this version", api.title()),
    };
    let failure = Failure::new(None, Gap::API_NOT_SUPPORTED, message);
    [Gap::ROLE_DEFINITIONS, Gap::ROLE_ASSIGNMENTS].map(|what| failure.clone().into_gap(what, None))
}

async fn databases(arm: &Service, account: &Account, inventory: bool) -> Listing<Database> {
    let none = Listing {
        items: None,
        gaps: Vec::new(),
    };
    if !inventory {
        return none;
    }
    let path = path(account, &["sqlDatabases"]);
    let Listing { items, mut gaps } = arm.list(below(account, Gap::DATABASES, &path), models::database).await;
    let Some(names) = items else {
        return Listing { gaps, ..none };
    };
    let lists = names.into_iter().map(|name| containers(arm, account, name));
    let mut lists = stream::iter(lists).buffer_unordered(CONTAINER_LISTS);
    let mut databases = Vec::new();
    while let Some((database, more)) = lists.next().await {
        databases.push(database);
        gaps.extend(more);
    }
    Listing {
        items: Some(databases),
        gaps,
    }
}

async fn containers(arm: &Service, account: &Account, name: String) -> (Database, Vec<Gap>) {
    let path = path(account, &["sqlDatabases", &name, "containers"]);
    let list = List {
        item: Some(&name),
        ..below(account, Gap::CONTAINERS, &path)
    };
    let Listing { items, gaps } = arm.list(list, models::container).await;
    let database = Database {
        containers: items,
        name,
    };
    (database, gaps)
}

fn path<'p>(account: &'p Account, rest: &[&'p str]) -> Vec<&'p str> {
    let mut path = vec![
        "subscriptions",
        account.id.subscription(),
        "resourceGroups",
        account.id.resource_group(),
        "providers",
        "Microsoft.DocumentDB",
        "databaseAccounts",
        account.id.name(),
    ];
    path.extend(rest);
    path
}

fn below<'l>(account: &'l Account, what: &'static str, path: &'l [&'l str]) -> List<'l> {
    List {
        what,
        item: None,
        path,
        query: API_VERSION,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(account.id.subscription()),
    }
}
