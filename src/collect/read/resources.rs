//! Accounts, clusters and other resources alike: all of a subscription, and everything below one of them.

use super::cosmos::{self, Wanted};
use super::listed::Outcome;
use super::service::Service;
use super::versions::Versions;
use super::{clusters, others};
use crate::arm::Listed;
use crate::model::{AccountRecord, Gap};
use futures::join;

/// What a subscription has.
pub(crate) struct Resources {
    pub(crate) items: Vec<Listed>,
    pub(crate) gaps: Vec<Gap>,
    /// Whether anything is known of its accounts or clusters: the list of accounts was read, if only in part, or there is a
    /// cluster. An empty list of clusters alone says nothing, nor do resources of which only the names are read.
    pub(crate) are_known: bool,
}

/// Lists the accounts, the clusters and the other resources of a subscription.
pub(crate) async fn list(arm: &Service, subscription: &str, versions: &Versions) -> Resources {
    let (accounts, clusters, others) = join!(
        cosmos::accounts(arm, subscription),
        clusters::of_subscription(arm, subscription, versions),
        others::of_subscription(arm, subscription)
    );
    let are_known = accounts.items.is_some() || clusters.items.as_ref().is_some_and(|found| !found.is_empty());
    let mut all = Resources {
        items: Vec::new(),
        gaps: Vec::new(),
        are_known,
    };
    for list in [accounts, clusters, others] {
        all.items.extend(list.items.unwrap_or_default());
        all.gaps.extend(list.gaps);
    }
    all
}

/// Reads everything below one of them.
pub(crate) async fn read(arm: &Service, listed: Listed, wanted: &Wanted, versions: &Versions) -> Outcome {
    let api = listed.account.api;
    if !api.is_read() {
        return Outcome::Account(Box::new(AccountRecord::without_lists(listed.account, listed.gaps)));
    }
    match api.is_cluster() {
        true => clusters::read(arm, listed, versions).await,
        false => cosmos::read(arm, listed, wanted, versions).await,
    }
}
