//! Accounts and clusters alike: all of a subscription, and everything below one of them.

use super::clusters;
use super::cosmos::{self, Wanted};
use super::list::Listing;
use super::listed::{Listed, Outcome};
use super::service::Service;
use super::versions::Versions;
use futures::join;

/// Lists the accounts and clusters of a subscription.
pub(crate) async fn list(arm: &Service, subscription: &str, versions: &Versions) -> Listing<Listed> {
    let (mut all, clusters) = join!(
        cosmos::accounts(arm, subscription),
        clusters::of_subscription(arm, subscription, versions)
    );
    all.items
        .get_or_insert_default()
        .extend(clusters.items.unwrap_or_default());
    all.gaps.extend(clusters.gaps);
    all
}

/// Reads everything below one of them.
pub(crate) async fn read(arm: &Service, listed: Listed, wanted: &Wanted, versions: &Versions) -> Outcome {
    match listed.account.api.is_cluster() {
        true => clusters::read(arm, listed, versions).await,
        false => cosmos::read(arm, listed, wanted, versions).await,
    }
}
