//! What is read of clusters: those of a subscription, and of a MongoDB vCore cluster its users. A cloud or a subscription that
//! doesn't have a type has no cluster of it.

use super::below::{API_VERSION, below, path};
use super::list::{List, Listing, MOST_ITEMS, url};
use super::listed::{Outcome, distrust};
use super::service::Service;
use super::transition::{self, Now};
use super::versions::Versions;
use crate::arm::{self, Item, Listed, Malformed};
use crate::model::cluster::ClusterUser;
use crate::model::{AccountRecord, Api, Gap};
use futures::join;
use serde_json::Value;

/// Lists the clusters of a subscription, of both types.
pub(super) async fn of_subscription(arm: &Service, subscription: &str, versions: &Versions) -> Listing<Listed> {
    let (mongo, cassandra) = join!(
        list(arm, subscription, Api::MongoCluster, versions),
        list(arm, subscription, Api::CassandraCluster, versions),
    );
    let mut all = Listing {
        items: Some(Vec::new()),
        gaps: Vec::new(),
    };
    for one in [mongo, cassandra] {
        all.items.get_or_insert_default().extend(one.items.unwrap_or_default());
        all.gaps.extend(one.gaps);
    }
    all
}

async fn list(arm: &Service, subscription: &str, api: Api, versions: &Versions) -> Listing<Listed> {
    let segment = api.resource_type().segment();
    let path = [
        "subscriptions",
        subscription,
        "providers",
        "Microsoft.DocumentDB",
        segment,
    ];
    let list = List {
        what: segment,
        item: None,
        path: &path,
        query: API_VERSION,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    let read = |list| arm.list(list, |item| listed(item, subscription, api));
    let mut listing = match api {
        Api::MongoCluster => versions.clusters.read(list, read).await,
        _ => read(list).await,
    };
    if listing.items.is_none() && listing.gaps.iter().all(is_no_such_type) {
        listing.gaps.clear();
    }
    let clusters = listing.items.iter_mut().flatten();
    clusters.for_each(|cluster| distrust(cluster, &listing.gaps));
    listing
}

/// Whether the service says that it has no such type, or not in this subscription.
fn is_no_such_type(gap: &Gap) -> bool {
    let is_code = |codes: &[&str]| codes.iter().any(|code| code.eq_ignore_ascii_case(&gap.code));
    match gap.status {
        Some(400 | 404) => is_code(&["InvalidResourceType"]),
        Some(409) => is_code(&["MissingSubscriptionRegistration", "SubscriptionNotRegistered"]),
        _ => false,
    }
}

/// Reads a cluster of a subscription.
fn listed(item: &Value, subscription: &str, api: Api) -> Result<Option<Item<Listed>>, Malformed> {
    let listed = arm::listed_cluster(item, api)?;
    if !listed.account.id.subscription().eq_ignore_ascii_case(subscription) {
        return Err("the cluster's ID names another subscription".to_owned());
    }
    Ok(Some(listed.into()))
}

/// Reads the users of a cluster. What cannot be read is a gap; the cluster is kept unless it is gone.
pub(super) async fn read(arm: &Service, listed: Listed, versions: &Versions) -> Outcome {
    let Listed {
        mut account, mut gaps, ..
    } = listed;
    let mut users = None;
    if let Some(kind) = account.api.role_kind() {
        let what = kind.row().assignments;
        let path_of_users = path(&account, &[what]);
        let list = below(&account, what, &path_of_users);
        let read = |list| arm.list(list, arm::cluster_user);
        let Listing::<ClusterUser> { items, gaps: failed } = versions.clusters.read(list, read).await;
        users = items;
        if failed.iter().any(transition::may_be_one)
            && let Ok(url) = url(&arm.endpoint, &path(&account, &[]), versions.clusters.query())
        {
            match transition::ask(arm, &account, &url).await {
                Now::Gone => return Outcome::Gone(account.id),
                Now::Is(state) => account.provisioning_state = state,
                Now::Unknown => {}
            }
        }
        gaps.extend(transition::as_one(&account, failed));
    }
    Outcome::Account(Box::new(AccountRecord::of_cluster(account, users, gaps)))
}
