//! The lists of `Microsoft.Authorization`: everything at a subscription, above it and below it.

use serde_json::Value;

use super::errors;
use super::tenant_wide::list;
use crate::answer::Answer;
use crate::bodies::{self, Place};
use crate::request::Incoming;
use crate::state::Shared;
use crate::tenant::{AzureRbac, Subscription};
use crate::world::SubscriptionRef;

/// Azure RBAC's lists; what a tenant does not give is empty.
const LISTS: [&str; 6] = [
    "roleAssignments",
    "roleDefinitions",
    "denyAssignments",
    "roleEligibilityScheduleInstances",
    "roleEligibilitySchedules",
    "roleAssignmentScheduleInstances",
];

/// The version of the API that tells the effect of a deny assignment.
const DENY_EFFECT: &str = "2024-07-01-preview";

/// Answers a list of a subscription.
pub(super) fn answer(
    which: SubscriptionRef,
    found: &Subscription,
    wanted: &str,
    request: &Incoming,
    shared: &Shared,
) -> Answer {
    let lower = wanted.to_ascii_lowercase();
    if shared.world.tenant.no_pim_licence && lower.contains("schedule") {
        return Answer::error(
            400,
            "AadPremiumLicenseRequired",
            "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
        );
    }
    let given = found
        .authorization
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if given.is_none() && !LISTS.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
        return errors::invalid_resource_type(wanted, request);
    }
    let tells_effect = request.parameter("api-version") == Some(DENY_EFFECT);
    if tells_effect && shared.world.tenant.no_deny_effect {
        return errors::unsupported_version(wanted, request);
    }
    let mut items = rendered(which, found, &lower, tells_effect, shared);
    if lower == "roledefinitions" && request.parameter("$filter") != Some("atScopeAndBelow()") {
        // Without the filter only roles that can be assigned at the subscription are listed.
        items.retain(|role| assignable_at_subscription(role, &found.id));
    }
    if lower == "roledefinitions" {
        let hidden = unlisted(found, shared);
        items.retain(|role| {
            let name = role.get("name").and_then(Value::as_str).unwrap_or_default();
            !hidden.iter().any(|id| id.eq_ignore_ascii_case(name))
        });
    }
    items.extend(given.into_iter().flat_map(|(_, items)| items.iter().cloned()));
    list(request, shared, items)
}

/// Answers what a subscription, or one of its resource groups, delegates to other tenants: of each only what is delegated
/// at it. Without being asked for, the definitions are left out.
pub(super) fn delegations(
    which: SubscriptionRef,
    found: &Subscription,
    group: Option<&str>,
    request: &Incoming,
    shared: &Shared,
) -> Answer {
    let group = group.map(|group| format!("/resourcegroups/{}", group.to_ascii_lowercase()));
    let scope = format!("/subscriptions/{}{}", found.id, group.unwrap_or_default());
    let prefix = format!("{}/providers/microsoft.managedservices/", scope.to_ascii_lowercase());
    let mut items = rendered(which, found, "registrationassignments", false, shared);
    items.retain(|item| {
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
        id.to_ascii_lowercase().starts_with(&prefix)
    });
    if request.parameter("$expandRegistrationDefinition") != Some("true") {
        for properties in items
            .iter_mut()
            .filter_map(|item| item.get_mut("properties")?.as_object_mut())
        {
            properties.remove("registrationDefinition");
        }
    }
    list(request, shared, items)
}

/// Answers a role definition, listed or not.
pub(super) fn role(which: SubscriptionRef, found: &Subscription, id: &str, shared: &Shared) -> Answer {
    let named = |role: &Value| {
        let name = role.get("name").and_then(Value::as_str);
        name.is_some_and(|name| name.eq_ignore_ascii_case(id))
    };
    match rendered(which, found, "roledefinitions", false, shared)
        .into_iter()
        .find(named)
    {
        Some(role) => Answer::ok(role),
        None => Answer::error(
            404,
            "RoleDefinitionDoesNotExist",
            format!("The specified role definition with ID '{id}' does not exist."),
        ),
    }
}

/// Ids of roles that the list leaves out.
fn unlisted(found: &Subscription, shared: &Shared) -> Vec<String> {
    let above = shared.world.groups_above(&found.id);
    let declared = above.iter().filter_map(|group| group.rbac.as_ref()).chain(&found.rbac);
    let roles = declared.flat_map(|rbac| &rbac.role_definitions);
    roles.filter(|role| role.unlisted).map(bodies::definition_id).collect()
}

fn rendered(
    which: SubscriptionRef,
    found: &Subscription,
    list: &str,
    tells_effect: bool,
    shared: &Shared,
) -> Vec<Value> {
    let world = &shared.world;
    let own_scope = format!("/subscriptions/{}", found.id);
    let mut declared: Vec<(String, &AzureRbac)> = Vec::new();
    declared.extend(found.rbac.as_ref().map(|rbac| (own_scope, rbac)));
    for group in world.groups_above(&found.id) {
        let scope = format!("/providers/Microsoft.Management/managementGroups/{}", group.id);
        declared.extend(group.rbac.as_ref().map(|rbac| (scope, rbac)));
    }
    let all: Vec<&AzureRbac> = declared.iter().map(|(_, rbac)| *rbac).collect();
    let account = |name: &str| {
        let accounts = (0..world.account_count(which)).filter_map(|number| world.account_at(which, number));
        let mut accounts = accounts.filter(|account| account.name.eq_ignore_ascii_case(name));
        accounts.next().map(|account| bodies::account_id(&found.id, &account))
    };
    let kind = |id: &str| {
        world
            .principal(id)
            .map_or("ServicePrincipal", |principal| principal.kind.azure_name())
    };
    let mut items = Vec::new();
    for (scope, rbac) in &declared {
        let place = Place {
            subscription: &found.id,
            scope,
            account: &account,
            kind: &kind,
        };
        match list {
            "roleassignments" => items.extend(
                rbac.role_assignments
                    .iter()
                    .map(|one| bodies::assignment(&place, &all, one)),
            ),
            "roleeligibilityscheduleinstances" => {
                items.extend(rbac.eligible.iter().map(|one| bodies::eligible(&place, &all, one)));
            }
            "roledefinitions" => items.extend(rbac.role_definitions.iter().map(|one| bodies::role(&place, one))),
            "denyassignments" => {
                let denies = rbac.deny_assignments.iter();
                items.extend(denies.map(|one| bodies::deny(&place, one, tells_effect)));
            }
            "registrationassignments" => {
                items.extend(rbac.delegations.iter().map(|one| bodies::delegation(&place, &all, one)));
            }
            _ => {}
        }
    }
    if list == "roledefinitions" && all.iter().any(|rbac| rbac.built_in_roles) {
        items.extend(bodies::built_in_roles(&found.id));
    }
    items
}

fn assignable_at_subscription(role: &Value, subscription: &str) -> bool {
    let scopes = role.pointer("/properties/assignableScopes").and_then(Value::as_array);
    let own = format!("/subscriptions/{subscription}");
    scopes.is_some_and(|scopes| {
        scopes.iter().filter_map(Value::as_str).any(|scope| {
            let below = scope.to_ascii_lowercase().starts_with("/subscriptions/");
            !below || scope.eq_ignore_ascii_case(&own)
        })
    })
}
