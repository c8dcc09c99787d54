//! Below a subscription: Cosmos DB accounts with their children, and resource groups.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::tenant_wide::{list, subscription};
use super::{authorization, clusters, errors, resources};
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
        Route::Resources(_) => resources::answer(which, &found, request, shared),
        Route::Cluster(route) => clusters::answer(route, &found, request, shared),
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
        Route::AccountList { list: name, .. } if !knows(name, request) => {
            errors::invalid_resource_type(&format!("databaseAccounts/{name}"), request)
        }
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
        Route::Containers {
            list, database, below, ..
        }
        | Route::Container {
            list, database, below, ..
        } => {
            let is_list = |api: &Api| {
                let (first, second) = api.data();
                first.eq_ignore_ascii_case(list) && second.is_some_and(|second| second.eq_ignore_ascii_case(below))
            };
            match Api::ALL.into_iter().find(is_list) {
                Some(owner) if owner == account.api() => containers(&id, account, database, request, shared),
                Some(owner) => wrong_api(path, account, owner, request),
                None => errors::invalid_resource_type(&format!("databaseAccounts/{list}/{below}"), request),
            }
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
    let lower = name.to_ascii_lowercase();
    let role_owner = |prefix: &str| {
        Api::ALL
            .into_iter()
            .find(|api| api.prefix().eq_ignore_ascii_case(prefix))
    };
    if let Some(owner) = Api::ALL.into_iter().find(|api| api.data().0.eq_ignore_ascii_case(name)) {
        return match owner == account.api() {
            true => Items::Served(bodies::databases(id, account)),
            false => Items::OtherApi(owner),
        };
    }
    if lower == "mongodbroledefinitions" || lower == "mongodbuserdefinitions" {
        return match account.api() {
            Api::Mongo if lower == "mongodbuserdefinitions" => Items::Served(bodies::mongo_users(id, account)),
            Api::Mongo => Items::Served(bodies::mongo_roles(id, account)),
            _ => Items::OtherApi(Api::Mongo),
        };
    }
    // Accounts have the roles of every API.
    let definitions = lower.strip_suffix("roledefinitions").and_then(role_owner);
    let assignments = lower.strip_suffix("roleassignments").and_then(role_owner);
    match (definitions, assignments) {
        (Some(api), _) => Items::Served(bodies::role_definitions(id, account, api)),
        (None, Some(api)) => Items::Served(bodies::role_assignments(id, account, api)),
        (None, None) => Items::Unknown,
    }
}

/// Whether the api-version has the list: those of the roles of other APIs than NoSQL are new.
fn knows(list: &str, request: &Incoming) -> bool {
    const NEW: [&str; 5] = [
        "2025-05-01-preview",
        "2025-11-01-preview",
        "2026-03-15",
        "2026-04-01-preview",
        "2026-09-01-preview",
    ];
    let lower = list.to_ascii_lowercase();
    let of_roles = ["roledefinitions", "roleassignments"];
    let kinds = ["table", "cassandra", "gremlin", "mongomi"];
    let is_new = kinds
        .iter()
        .any(|kind| of_roles.iter().any(|list| lower == format!("{kind}{list}")));
    !is_new
        || request
            .parameter("api-version")
            .is_some_and(|version| NEW.contains(&version))
}

/// Ids of roles ignore case, names of databases do not.
fn named<'a>(items: &'a [Value], wanted: &str, list: &str) -> Option<&'a Value> {
    let exact = Api::ALL.iter().any(|api| api.data().0.eq_ignore_ascii_case(list));
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

fn containers(id: &str, account: &Account, database: &str, request: &Incoming, shared: &Shared) -> Answer {
    let Some(names) = account.databases.get(database) else {
        return data_not_found(request);
    };
    let items = bodies::containers(id, account.api(), database, names);
    match &request.route {
        Route::Container { id: wanted, .. } => items
            .iter()
            .find(|item| item.get("name").and_then(Value::as_str) == Some(wanted))
            .map_or_else(|| data_not_found(request), |item| Answer::ok(item.clone())),
        _ => list(request, shared, items),
    }
}
