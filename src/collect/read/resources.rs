//! Accounts, clusters and other resources alike: all of a subscription, and everything below one of them.

use super::cosmos::{self, Wanted};
use super::list::Listing;
use super::listed::Outcome;
use super::service::Service;
use super::versions::Versions;
use super::{clusters, others};
use crate::arm::Listed;
use crate::model::AccountRecord;
use futures::join;

/// Lists the accounts, the clusters and the other resources of a subscription.
pub(crate) async fn list(arm: &Service, subscription: &str, versions: &Versions) -> Listing<Listed> {
    let (mut all, clusters, others) = join!(
        cosmos::accounts(arm, subscription),
        clusters::of_subscription(arm, subscription, versions),
        others::of_subscription(arm, subscription)
    );
    for more in [clusters, others] {
        all.items.get_or_insert_default().extend(more.items.unwrap_or_default());
        all.gaps.extend(more.gaps);
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
