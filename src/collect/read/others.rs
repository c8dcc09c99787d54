//! Resources that hold data and aren't analyzed: one list of a subscription says which there are.

use super::list::{List, Listing, MOST_ITEMS, Query};
use super::service::Service;
use crate::arm::{self, Item, Listed, Malformed};
use crate::model::Gap;
use serde_json::Value;

/// Stable; `resources/resource-manager/Microsoft.Resources/stable/2021-04-01` in the azure-rest-api-specs repository. A type can
/// only be compared with one as a whole, so that the types of `model::listed_only` are asked for one by one.
const RESOURCES: Query = &[
    ("api-version", "2021-04-01"),
    (
        "$filter",
        "resourceType eq 'Microsoft.DocumentDB/garnetClusters' or \
         resourceType eq 'Microsoft.DBforPostgreSQL/serverGroupsv2'",
    ),
];

/// Lists those of a subscription.
pub(super) async fn of_subscription(arm: &Service, subscription: &str) -> Listing<Listed> {
    let list = List {
        what: Gap::RESOURCES,
        item: None,
        path: &["subscriptions", subscription, "resources"],
        query: RESOURCES,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    arm.list(list, |item| listed(item, subscription)).await
}

/// Reads a resource of a subscription; what is of another type is passed over.
fn listed(item: &Value, subscription: &str) -> Result<Option<Item<Listed>>, Malformed> {
    let Some(listed) = arm::listed_only(item)? else {
        return Ok(None);
    };
    if !listed.account.id.subscription().eq_ignore_ascii_case(subscription) {
        return Err("the resource's ID names another subscription".to_owned());
    }
    Ok(Some(listed.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listed_only::LISTED_ONLY;

    #[test]
    fn every_type_is_asked_for() {
        let types = LISTED_ONLY
            .iter()
            .map(|row| format!("resourceType eq '{}'", row.resource_type.name()));
        let filter = types.collect::<Vec<_>>().join(" or ");
        assert!(RESOURCES.contains(&("$filter", filter.as_str())));
    }
}
