//! All resources of a subscription, as Azure Resource Manager itself lists them: of every provider, without their properties.

use serde_json::{Value, json};

use super::tenant_wide::list;
use crate::answer::Answer;
use crate::bodies;
use crate::request::Incoming;
use crate::state::Shared;
use crate::tenant::{Resource, Subscription};
use crate::world::SubscriptionRef;

const ACCOUNTS: &str = "Microsoft.DocumentDB/databaseAccounts";

pub(super) fn answer(which: SubscriptionRef, found: &Subscription, request: &Incoming, shared: &Shared) -> Answer {
    let filter = request
        .parameter("$filter")
        .filter(|_| !shared.world.tenant.ignores_filters);
    let types = match filter.map(types) {
        None => None,
        Some(Some(types)) => Some(types),
        Some(None) => {
            let message = format!(
                "Invalid $filter '{}' specified in the query string.",
                filter.unwrap_or_default()
            );
            return Answer::error(400, "InvalidFilterInQueryString", message);
        }
    };
    let id = &found.id;
    let is_wanted = |item: &Value| {
        let own = item.get("type").and_then(Value::as_str).unwrap_or_default();
        types
            .as_ref()
            .is_none_or(|types| types.iter().any(|one| one.eq_ignore_ascii_case(own)))
    };
    // A generated subscription has many, of which each would be rendered.
    let accounts = match types
        .as_ref()
        .is_none_or(|types| types.iter().any(|one| one.eq_ignore_ascii_case(ACCOUNTS)))
    {
        true => shared.world.account_count(which),
        false => 0,
    };
    let accounts = (0..accounts)
        .filter_map(|number| shared.world.account_at(which, number))
        .map(|account| bodies::account(id, &account));
    let mongo = found.mongo_clusters.iter().map(|one| bodies::mongo_cluster(id, one));
    let cassandra = found
        .cassandra_clusters
        .iter()
        .map(|one| bodies::cassandra_cluster(id, one));
    let all = accounts.chain(mongo).chain(cassandra).map(without_properties);
    let all = all.chain(found.resources.iter().map(|one| body(id, one)));
    list(request, shared, all.filter(is_wanted).collect())
}

/// The types that a filter names; `None`: the service doesn't take it.
fn types(filter: &str) -> Option<Vec<String>> {
    let one = |text: &str| {
        let (what, value) = text.trim().split_once(" eq ")?;
        let value = value.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        (what == "resourceType" && !value.contains('\'')).then(|| value.to_owned())
    };
    filter.split(" or ").map(one).collect()
}

fn without_properties(mut item: Value) -> Value {
    if let Value::Object(map) = &mut item {
        map.remove("properties");
    }
    item
}

fn body(subscription: &str, resource: &Resource) -> Value {
    let Resource {
        resource_type,
        name,
        resource_group,
        ..
    } = resource;
    let id = format!("/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/{resource_type}/{name}");
    match &resource.raw {
        Some(raw) => bodies::expand_all(raw, &id),
        None => json!({
            "id": id,
            "name": name,
            "type": resource_type,
            "location": resource.location,
            "tags": resource.tags,
        }),
    }
}
