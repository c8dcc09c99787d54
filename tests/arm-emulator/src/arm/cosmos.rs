//! Below a subscription: Cosmos DB accounts with their children, and resource groups.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::tenant_wide::{list, subscription};
use super::{authorization, errors};
use crate::answer::Answer;
use crate::bodies;
use crate::paging::page;
use crate::request::Incoming;
use crate::route::{AccountPath, Route};
use crate::state::Shared;
use crate::tenant::{Account, Api};
use crate::world::SubscriptionRef;

pub(super) fn answer(which: SubscriptionRef, request: &Incoming, shared: &Shared) -> Answer {
    let world = &shared.world;
    let Some(found) = world.subscription(which) else {
        return errors::subscription_not_found(request.route.subscription().unwrap_or_default());
    };
    match &request.route {
        Route::Subscription(_) => Answer::ok(subscription(&world.tenant.id, &found)),
        Route::ResourceGroups(_) => {
            let groups = world.resource_groups(which);
            list(
                request,
                shared,
                groups
                    .iter()
                    .map(|(name, at)| resource_group(&found.id, name, at))
                    .collect(),
            )
        }
        Route::ResourceGroup(_, wanted) => {
            match world
                .resource_groups(which)
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            {
                Some((name, at)) => Answer::ok(resource_group(&found.id, name, at)),
                None => group_not_found(wanted),
            }
        }
        Route::Authorization { list: wanted, .. } => authorization::answer(which, &found, wanted, request, shared),
        Route::Delegations { group, .. } => {
            authorization::delegations(which, &found, group.as_deref(), request, shared)
        }
        Route::RoleDefinition { id, .. } => authorization::role(which, &found, id, shared),
        Route::Accounts { group: None, .. } => page(
            request,
            &shared.options,
            &shared.endpoints.arm,
            world.account_count(which),
            |range| {
                range
                    .filter_map(|number| world.account_at(which, number))
                    .map(|account| bodies::account(&found.id, &account))
                    .collect()
            },
        ),
        Route::Accounts { group: Some(group), .. } => {
            let known = world
                .resource_groups(which)
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case(group));
            if !known {
                return group_not_found(group);
            }
            let accounts = (0..world.account_count(which))
                .filter_map(|number| world.account_at(which, number))
                .filter(|account| account.resource_group.eq_ignore_ascii_case(group))
                .map(|account| bodies::account(&found.id, &account));
            list(request, shared, accounts.collect())
        }
        route => match route.account() {
            Some(path) => match world.find_account(which, &path.subscription, &path.group, &path.name) {
                Some(account) => in_account(&found.id, path, &account, request, shared),
                None => errors::resource_not_found(request),
            },
            None => errors::invalid_resource_type(&request.path, request),
        },
    }
}

fn group_not_found(group: &str) -> Answer {
    Answer::error(
        404,
        "ResourceGroupNotFound",
        format!("Resource group '{group}' could not be found."),
    )
}

fn resource_group(subscription: &str, name: &str, location: &str) -> Value {
    json!({
        "id": format!("/subscriptions/{subscription}/resourceGroups/{name}"),
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": location.to_ascii_lowercase().replace(' ', ""),
        "tags": {},
        "properties": { "provisioningState": "Succeeded" },
    })
}

fn in_account(
    subscription: &str,
    path: &AccountPath,
    account: &Account,
    request: &Incoming,
    shared: &Shared,
) -> Answer {
    let id = bodies::account_id(subscription, account);
    match &request.route {
        Route::Account(_) => Answer::ok(bodies::account(subscription, account)),
        Route::AccountList { list: name, .. } => match items(&id, account, name) {
            Items::Served(items) => list(request, shared, items),
            Items::OtherApi(owner) => wrong_api(path, account, owner, request),
            Items::Unknown => errors::invalid_resource_type(&format!("databaseAccounts/{name}"), request),
        },
        Route::AccountItem {
            list: name, id: wanted, ..
        } => match items(&id, account, name) {
            Items::Served(items) => match named(&items, wanted, name) {
                Some(item) => Answer::ok(item.clone()),
                None => item_not_found(name, wanted, request),
            },
            Items::OtherApi(owner) => wrong_api(path, account, owner, request),
            Items::Unknown => errors::invalid_resource_type(&format!("databaseAccounts/{name}"), request),
        },
        Route::Containers { database, .. } | Route::Container { database, .. } => {
            containers(&id, path, account, database, request, shared)
        }
        _ => errors::invalid_resource_type(&request.path, request),
    }
}

/// What the account has under the name of a list.
enum Items {
    Served(Vec<Value>),
    OtherApi(Api),
    Unknown,
}

fn items(id: &str, account: &Account, name: &str) -> Items {
    if let Some((_, items)) = account
        .other_lists
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
    {
        return Items::Served(items.iter().map(|item| bodies::expand_all(item, id)).collect());
    }
    let api = account.api();
    let lower = name.to_ascii_lowercase();
    let owner = |name: &str| {
        [Api::Sql, Api::Table, Api::Cassandra, Api::Gremlin, Api::Mongo]
            .into_iter()
            .find(|api| api.prefix().eq_ignore_ascii_case(name))
    };
    let (owner, make): (_, fn(&str, &Account) -> Vec<Value>) = if lower == "sqldatabases" {
        (Some(Api::Sql), bodies::databases)
    } else if lower == "mongodbroledefinitions" || lower == "mongodbuserdefinitions" {
        (Some(Api::Mongo), |_, _| Vec::new())
    } else if let Some(prefix) = lower.strip_suffix("roledefinitions") {
        (owner(prefix), bodies::role_definitions)
    } else if let Some(prefix) = lower.strip_suffix("roleassignments") {
        (owner(prefix), bodies::role_assignments)
    } else {
        (None, |_, _| Vec::new())
    };
    match owner {
        Some(owner) if owner == api => Items::Served(make(id, account)),
        Some(owner) => Items::OtherApi(owner),
        None => Items::Unknown,
    }
}

/// Ids of roles ignore case, names of databases do not.
fn named<'a>(items: &'a [Value], wanted: &str, list: &str) -> Option<&'a Value> {
    let exact = list.eq_ignore_ascii_case("sqlDatabases");
    items.iter().find(|item| {
        item.get("name").and_then(Value::as_str).is_some_and(|name| {
            if exact {
                name == wanted
            } else {
                name.eq_ignore_ascii_case(wanted)
            }
        })
    })
}

fn wrong_api(path: &AccountPath, account: &Account, owner: Api, request: &Incoming) -> Answer {
    let message = format!(
        "The request is not supported: it is for accounts of API [{}], and database account [{}] is of API [{}].",
        owner.prefix(),
        path.name,
        account.api().type_name(),
    );
    Answer::bare(400, "BadRequest", &message, &request.id)
}

fn item_not_found(list: &str, id: &str, request: &Incoming) -> Answer {
    let lower = list.to_ascii_lowercase();
    let what = if lower.ends_with("roleassignments") {
        "Role Assignment"
    } else {
        "Role Definition"
    };
    let api = match lower
        .strip_suffix("roleassignments")
        .or_else(|| lower.strip_suffix("roledefinitions"))
    {
        Some("sql") => Cow::Borrowed("SQL"),
        Some("mongomi") => Cow::Borrowed("MongoMI"),
        Some("table") => Cow::Borrowed("Table"),
        Some("cassandra") => Cow::Borrowed("Cassandra"),
        Some("gremlin") => Cow::Borrowed("Gremlin"),
        _ => return data_not_found(request),
    };
    Answer::bare(
        404,
        "NotFound",
        &format!("Unable to find a {api} {what} with ID [{id}]."),
        &request.id,
    )
}

/// What the data plane says of a missing database, passed on by the resource provider.
fn data_not_found(request: &Incoming) -> Answer {
    let errors = json!({ "Errors": ["Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found"] });
    Answer::bare(404, "NotFound", &format!("Message: {errors}"), &request.id)
}

fn containers(
    id: &str,
    path: &AccountPath,
    account: &Account,
    database: &str,
    request: &Incoming,
    shared: &Shared,
) -> Answer {
    if account.api() != Api::Sql {
        return wrong_api(path, account, Api::Sql, request);
    }
    let Some(names) = account.databases.get(database) else {
        return data_not_found(request);
    };
    let items = bodies::containers(id, database, names);
    match &request.route {
        Route::Container { id: wanted, .. } => items
            .iter()
            .find(|item| item.get("name").and_then(Value::as_str) == Some(wanted))
            .map_or_else(|| data_not_found(request), |item| Answer::ok(item.clone())),
        _ => list(request, shared, items),
    }
}
