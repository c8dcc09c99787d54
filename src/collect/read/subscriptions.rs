//! Which subscriptions are scanned.

use super::list::{List, Listing, MOST_ITEMS, Query, url};
use super::service::Service;
use crate::arm::{Failure, Item, Malformed, cut};
use crate::collect::error::{CollectError, Unlisted};
use crate::collect::http::Fault;
use crate::collect::option_error::OptionError;
use crate::collect::options::{AzureOptions, Target};
use crate::model::Gap;
use crate::model::guid::is_guid;
use crate::model::listed_only::LISTED_ONLY;
use crate::snapshot::{Extent, Subscription, TargetKind};
use futures::{StreamExt, stream};
use serde_json::Value;
use std::collections::BTreeMap;

/// Stable; `resources/resource-manager/Microsoft.Resources/stable/2022-12-01` in the azure-rest-api-specs repository.
const SUBSCRIPTIONS: Query = &[("api-version", "2022-12-01")];
/// Stable; `management/resource-manager/Microsoft.Management/stable/2020-05-01` there.
const MANAGEMENT_GROUPS: Query = &[("api-version", "2020-05-01")];
/// Subscriptions looked up at once.
const LOOK_UPS: usize = 16;

/// The subscriptions of a target.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    /// Sorted by id, each once.
    pub(crate) subscriptions: Vec<Subscription>,
    /// The tenant that most of them belong to.
    pub(crate) tenant: Option<String>,
    pub(crate) gaps: Vec<Gap>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    subscription: Subscription,
    tenant: Option<String>,
}

/// What the header says of a target.
pub(crate) fn extent(target: &Target, options: &AzureOptions) -> Extent {
    let (target, management_group) = match target {
        Target::Subscriptions(_) => (TargetKind::Subscriptions, None),
        Target::ManagementGroup(id) => (TargetKind::ManagementGroup, Some(id.clone())),
        Target::All => (TargetKind::AllSubscriptions, None),
    };
    Extent {
        target,
        management_group,
        inventory: options.inventory,
        foreign_kinds: options.foreign_kinds,
        clusters: true,
        resources: LISTED_ONLY
            .iter()
            .map(|row| row.resource_type.name().to_owned())
            .collect(),
        control_plane: options.control_plane,
        graph: options.graph,
    }
}

/// Refuses ids that are none, before anything is sent.
pub(crate) fn check(target: &Target) -> Result<(), OptionError> {
    match target {
        Target::Subscriptions(ids) if ids.is_empty() => Err(OptionError::NoSubscription),
        Target::Subscriptions(ids) => match ids.iter().find(|id| !is_guid(id)) {
            Some(id) => Err(OptionError::NotASubscription(id.clone())),
            None => Ok(()),
        },
        Target::ManagementGroup(id) if matches!(id.as_str(), "" | "." | "..") => {
            Err(OptionError::NotAManagementGroup(id.clone()))
        }
        Target::ManagementGroup(_) | Target::All => Ok(()),
    }
}

/// Finds the subscriptions of a target.
pub(crate) async fn find(arm: &Service, target: &Target) -> Result<Subscriptions, CollectError> {
    let (known, gaps) = match target {
        Target::Subscriptions(ids) => (all_found(look_up(arm, ids).await)?, Vec::new()),
        Target::All => listed(all(arm).await, None)?,
        Target::ManagementGroup(id) => {
            let (mut known, gaps) = listed(below(arm, id).await, Some(id))?;
            // That list does not say the tenant; any of its subscriptions does, they share it.
            if let Some(first) = known.first_mut() {
                let one = look_up(arm, std::slice::from_ref(&first.subscription.id)).await;
                first.tenant = one.into_iter().next().and_then(|one| one.entry.tenant);
            }
            (known, gaps)
        }
    };
    let mut tenants = BTreeMap::new();
    for tenant in known.iter().filter_map(|one| one.tenant.as_deref()) {
        *tenants.entry(tenant.to_ascii_lowercase()).or_insert(0_usize) += 1;
    }
    let tenant = tenants
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(tenant, _)| tenant);
    let mut subscriptions: Vec<_> = known.into_iter().map(|one| one.subscription).collect();
    subscriptions.sort();
    // Names need not be the same in all lists; ids are.
    subscriptions.dedup_by(|later, first| later.id == first.id);
    Ok(Subscriptions {
        subscriptions,
        tenant,
        gaps,
    })
}

/// A list that is refused leaves nothing to scan: that is an error. Other failures are gaps.
fn listed(listing: Listing<Entry>, management_group: Option<&str>) -> Result<(Vec<Entry>, Vec<Gap>), Box<Unlisted>> {
    let Listing { items, gaps } = listing;
    // Neither is better a moment later, and without the list there is nothing to begin with.
    let refused = gaps.iter().find(|gap| matches!(gap.status, Some(401 | 403 | 404)));
    let untrusted = || gaps.iter().find(|gap| Fault::Tls.code().is_of(gap));
    match (items, refused.or_else(untrusted)) {
        (None, Some(gap)) => Err(Box::new(Unlisted {
            management_group: management_group.map(str::to_owned),
            gap: gap.clone(),
        })),
        (items, _) => Ok((items.unwrap_or_default(), gaps)),
    }
}

async fn all(arm: &Service) -> Listing<Entry> {
    let list = List {
        what: Gap::SUBSCRIPTIONS,
        item: None,
        path: &["subscriptions"],
        query: SUBSCRIPTIONS,
        question: None,
        most: MOST_ITEMS,
        subscription: None,
    };
    // Disabled and deleted ones too: they list their accounts, or a gap says that they do not.
    arm.list(list, |item| subscription(item).map(|known| Some(known.into())))
        .await
}

async fn below(arm: &Service, group: &str) -> Listing<Entry> {
    let list = List {
        what: Gap::SUBSCRIPTIONS,
        item: Some(group),
        path: &[
            "providers",
            "Microsoft.Management",
            "managementGroups",
            group,
            "descendants",
        ],
        query: MANAGEMENT_GROUPS,
        question: None,
        most: MOST_ITEMS,
        subscription: None,
    };
    arm.list(list, descendant).await
}

/// A subscription that was looked up, and why there is none.
struct Looked {
    entry: Entry,
    missing: Option<Failure>,
}

/// Those that were asked for by id, if all of them are there for whoever is signed in: of a mistyped id an empty list of
/// accounts would say nothing.
fn all_found(looked: Vec<Looked>) -> Result<Vec<Entry>, CollectError> {
    let mut missing: Vec<(String, Failure)> = Vec::new();
    let mut found = Vec::new();
    for Looked { entry, missing: why } in looked {
        match why {
            None => found.push(entry),
            Some(failure) => missing.push((entry.subscription.id, failure)),
        }
    }
    missing.sort_by(|a, b| a.0.cmp(&b.0));
    match missing.first() {
        None => Ok(found),
        Some((_, failure)) => Err(CollectError::UnknownSubscriptions {
            reason: failure.code.clone(),
            ids: missing.iter().map(|(id, _)| id.clone()).collect(),
        }),
    }
}

/// Names and tenants of given subscriptions. Failing otherwise than by not being there is no harm here: the list of accounts
/// then says what is wrong.
async fn look_up(arm: &Service, ids: &[String]) -> Vec<Looked> {
    // Ids ignore case; each is scanned once.
    let ids: BTreeMap<String, &String> = ids.iter().map(|id| (id.to_ascii_lowercase(), id)).collect();
    let look_up = |id: String| async move {
        let answer = match url(&arm.endpoint, &["subscriptions", &id], SUBSCRIPTIONS) {
            Ok(url) => arm.get(&url, Some(&id)).await,
            Err(failure) => Err(failure),
        };
        let (item, failure) = match answer {
            Ok(body) => (serde_json::from_slice::<Value>(&body).ok(), None),
            Err(failure) => (None, Some(failure)),
        };
        let text = |name| item.as_ref().and_then(|item| text(item, name));
        Looked {
            missing: failure.filter(|failure| failure.status == Some(404)),
            entry: Entry {
                tenant: text("tenantId"),
                subscription: Subscription {
                    name: text("displayName").unwrap_or_default(),
                    id,
                },
            },
        }
    };
    stream::iter(ids.into_keys().map(look_up))
        .buffer_unordered(LOOK_UPS)
        .collect()
        .await
}

fn subscription(item: &Value) -> Result<Entry, Malformed> {
    let id = text(item, "subscriptionId").filter(|id| is_guid(id));
    Ok(Entry {
        tenant: text(item, "tenantId"),
        subscription: Subscription {
            id: id.ok_or("the item has no `subscriptionId`")?.to_ascii_lowercase(),
            name: text(item, "displayName").unwrap_or_default(),
        },
    })
}

/// Reads a descendant of a management group; groups among them are passed over, their descendants are listed as well.
fn descendant(item: &Value) -> Result<Option<Item<Entry>>, Malformed> {
    let kind = text(item, "type").ok_or("the item has no `type`")?;
    if !kind.to_ascii_lowercase().ends_with("/subscriptions") {
        return Ok(None);
    }
    let id = text(item, "name").filter(|id| is_guid(id));
    let known = Entry {
        tenant: None,
        subscription: Subscription {
            id: id
                .ok_or("the subscription has no `name` that is a GUID")?
                .to_ascii_lowercase(),
            name: item
                .get("properties")
                .and_then(|properties| text(properties, "displayName"))
                .unwrap_or_default(),
        },
    };
    Ok(Some(known.into()))
}

fn text(item: &Value, name: &str) -> Option<String> {
    item.get(name).and_then(Value::as_str).map(|text| cut(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "11111111-1111-1111-1111-1111111111AB";

    #[test]
    fn ids_are_checked_before_anything_is_sent() {
        assert!(check(&Target::Subscriptions(vec![ID.to_owned()])).is_ok());
        for bad in [
            Target::Subscriptions(vec![]),
            Target::Subscriptions(vec![ID.to_owned(), "prod".to_owned()]),
        ] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
        assert!(check(&Target::ManagementGroup("..".to_owned())).is_err());
    }

    #[test]
    fn subscriptions_are_read_in_both_lists() {
        let read = subscription(&json!({"subscriptionId": ID, "displayName": "P", "tenantId": "t"})).unwrap();
        assert_eq!(
            (read.subscription.id, read.tenant),
            (ID.to_ascii_lowercase(), Some("t".to_owned()))
        );
        assert!(subscription(&json!({"subscriptionId": "../x"})).is_err());
        let below = |kind: &str, name: &str| {
            descendant(&json!({"type": kind, "name": name, "properties": {"displayName": "P"}}))
                .map(|item| item.map(|item| item.value.subscription.name))
        };
        assert_eq!(
            below("Microsoft.Management/managementGroups/subscriptions", ID),
            Ok(Some("P".to_owned()))
        );
        assert_eq!(below("/subscriptions", ID), Ok(Some("P".to_owned())));
        assert_eq!(below("Microsoft.Management/managementGroups", "g"), Ok(None));
        assert!(below("/subscriptions", "..").is_err());
        assert!(descendant(&json!({"name": ID})).is_err());
    }
}
