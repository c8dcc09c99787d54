//! What lies above subscriptions: tenants, the list of subscriptions, management groups.

use serde_json::{Value, json};

use super::errors;
use crate::answer::Answer;
use crate::paging::page;
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::tenant::{ManagementGroup, Subscription};

pub(super) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    let world = &shared.world;
    match &request.route {
        Route::Tenants => list(request, shared, vec![tenant(shared)]),
        Route::Subscriptions => {
            let total = world.subscription_count();
            let mut answer = page(
                request,
                &shared.options,
                &shared.endpoints.arm,
                total,
                |range| {
                    range
                        .filter_map(|number| world.subscription_at(number))
                        .map(|one| subscription(&world.tenant.id, &one))
                        .collect()
                },
            );
            if let crate::answer::Payload::Json(Value::Object(body)) = &mut answer.body
                && body.contains_key("value")
            {
                body.insert(
                    "count".to_owned(),
                    json!({ "type": "Total", "value": total }),
                );
            }
            answer
        }
        Route::ManagementGroups => {
            let mut groups = Vec::new();
            if let Some(root) = world.management_group(&world.tenant.id) {
                flatten(&root, &mut groups);
            }
            let items = groups
                .iter()
                .map(|group| management_group(shared, group))
                .collect();
            list(request, shared, items)
        }
        Route::ManagementGroup(id) => match world.management_group(id) {
            Some(group) => Answer::ok(management_group(shared, &group)),
            None => errors::authorization_failed(request, shared),
        },
        Route::Descendants(id) => match world.management_group(id) {
            Some(group) => {
                let mut items = Vec::new();
                descendants(shared, &group, &mut items);
                list(request, shared, items)
            }
            // Whoever may not read a group is not told whether it exists.
            None => errors::authorization_failed(request, shared),
        },
        _ => Answer::error(
            404,
            "MissingSubscription",
            "The request did not have a subscription or a valid tenant level resource provider.",
        ),
    }
}

/// Pages through items that are there already.
pub(super) fn list(request: &Incoming, shared: &Shared, items: Vec<Value>) -> Answer {
    page(
        request,
        &shared.options,
        &shared.endpoints.arm,
        items.len(),
        |range| {
            items
                .into_iter()
                .skip(range.start)
                .take(range.len())
                .collect()
        },
    )
}

fn tenant(shared: &Shared) -> Value {
    let tenant = &shared.world.tenant;
    let domain = format!(
        "{}.onmicrosoft.com",
        tenant.name.to_ascii_lowercase().replace(' ', "")
    );
    json!({
        "id": format!("/tenants/{}", tenant.id),
        "tenantId": tenant.id,
        "countryCode": "NL",
        "displayName": tenant.name,
        "domains": [domain],
        "tenantCategory": "Home",
        "defaultDomain": domain,
        "tenantType": "AAD",
    })
}

pub(super) fn subscription(tenant: &str, subscription: &Subscription) -> Value {
    let or = |text: &str, fallback: &str| {
        if text.is_empty() {
            fallback.to_owned()
        } else {
            text.to_owned()
        }
    };
    json!({
        "id": format!("/subscriptions/{}", subscription.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": tenant,
        "displayName": or(&subscription.name, &subscription.id),
        "state": or(&subscription.state, "Enabled"),
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

fn group_id(id: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{id}")
}

fn display_name(group: &ManagementGroup) -> &str {
    if group.name.is_empty() {
        &group.id
    } else {
        &group.name
    }
}

fn management_group(shared: &Shared, group: &ManagementGroup) -> Value {
    json!({
        "id": group_id(&group.id),
        "type": "Microsoft.Management/managementGroups",
        "name": group.id,
        "properties": { "tenantId": shared.world.tenant.id, "displayName": display_name(group) },
    })
}

fn flatten(group: &ManagementGroup, into: &mut Vec<ManagementGroup>) {
    into.push(group.clone());
    for child in &group.children {
        flatten(child, into);
    }
}

/// Everything below a group: its groups first, each with its parent.
fn descendants(shared: &Shared, group: &ManagementGroup, into: &mut Vec<Value>) {
    let parent = json!({ "id": group_id(&group.id) });
    for child in &group.children {
        into.push(json!({
            "id": group_id(&child.id),
            "type": "Microsoft.Management/managementGroups",
            "name": child.id,
            "properties": { "displayName": display_name(child), "parent": parent },
        }));
    }
    for id in &group.subscriptions {
        let found = shared
            .world
            .find_subscription(id)
            .and_then(|which| shared.world.subscription(which));
        let name = found
            .filter(|one| !one.name.is_empty())
            .map_or_else(|| id.clone(), |one| one.name.clone());
        into.push(json!({
            "id": format!("/subscriptions/{id}"),
            "type": "/subscriptions",
            "name": id,
            "properties": { "displayName": name, "parent": parent },
        }));
    }
    for child in &group.children {
        descendants(shared, child, into);
    }
}
