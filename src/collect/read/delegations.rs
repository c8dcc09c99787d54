//! What is read of Azure Lighthouse: what a subscription, and the resource groups in it that matter, delegate to other
//! tenants. No list of Azure RBAC has any of it.

use super::list::{List, Listing, MOST_ITEMS, Query};
use super::service::Service;
use crate::arm;
use crate::model::{AzureScope, Delegation, Gap};
use futures::{StreamExt, stream};
use std::collections::BTreeSet;

/// Stable; `managedservices/resource-manager/Microsoft.ManagedServices/ManagedServices/stable/2022-10-01` in the
/// azure-rest-api-specs repository. Without the expansion an assignment names its offer only, not who may do what.
const DELEGATIONS: Query = &[("api-version", "2022-10-01"), ("$expandRegistrationDefinition", "true")];
/// Groups asked for at once, beside the accounts in them.
const GROUPS_AT_ONCE: usize = 4;
/// Nothing can be delegated where the resource provider is not registered: one that has resources cannot be unregistered
/// (learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types).
const NOT_REGISTERED: &str = "MissingSubscriptionRegistration";
/// A group that was deleted meanwhile took its delegations with it.
const NO_GROUP: &str = "ResourceGroupNotFound";

/// Reads the delegations of a subscription and of `groups` in it, each once: that the list of a subscription has those of
/// its resource groups is not documented.
pub(super) async fn read(arm: &Service, subscription: &str, groups: Vec<String>) -> Listing<Delegation> {
    let own = list(arm, subscription, None).await;
    // Owned: a future that borrows from an iterator's item is not known to be `Send`.
    let asked = groups
        .into_iter()
        .map(|group| async move { list(arm, subscription, Some(&group)).await });
    let mut lists = vec![own];
    lists.extend(
        stream::iter(asked)
            .buffer_unordered(GROUPS_AT_ONCE)
            .collect::<Vec<_>>()
            .await,
    );
    // One that was changed meanwhile is two: neither may hide the other.
    let (mut found, mut gaps) = (BTreeSet::<Delegation>::new(), Vec::new());
    let mut whole = true;
    for one in lists {
        whole &= one.items.is_some();
        gaps.extend(one.gaps);
        found.extend(one.items.into_iter().flatten());
    }
    Listing {
        // What was read of some lists counts, although others could not be.
        items: (whole || !found.is_empty()).then(|| found.into_iter().collect()),
        gaps,
    }
}

async fn list(arm: &Service, subscription: &str, group: Option<&str>) -> Listing<Delegation> {
    let mut path = vec!["subscriptions", subscription];
    path.extend(group.into_iter().flat_map(|group| ["resourceGroups", group]));
    path.extend(["providers", "Microsoft.ManagedServices", Gap::DELEGATIONS]);
    let list = List {
        what: Gap::DELEGATIONS,
        item: group,
        path: &path,
        query: DELEGATIONS,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    let own = AzureScope::new(format!("/subscriptions/{subscription}"));
    let listing = arm
        .list(list, |item| {
            let read = arm::delegation(item)?;
            match &read {
                Some(read) if !own.contains(&read.value.scope) => {
                    Err("the delegation's ID names another subscription".to_owned())
                }
                _ => Ok(read),
            }
        })
        .await;
    let is_none = |gap: &Gap| {
        [NOT_REGISTERED, NO_GROUP]
            .iter()
            .any(|code| gap.code.eq_ignore_ascii_case(code))
    };
    if listing.items.is_none() && listing.gaps.iter().all(is_none) {
        return Listing {
            items: Some(Vec::new()),
            gaps: Vec::new(),
        };
    }
    listing
}
