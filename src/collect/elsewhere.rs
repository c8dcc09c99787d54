//! Azure RBAC of subscriptions that hold no account of the scan, but a managed identity that has a role: whoever can act as
//! the identity has its access.

use super::read::{Service, authorization};
use crate::model::{AzureScope, ControlPlane, Gap, PrincipalRecord};
use futures::{StreamExt, stream};
use std::collections::BTreeSet;

/// Subscriptions that are read; of identities in others an audit says that nobody looked.
const MOST: usize = 200;
const AT_ONCE: usize = 8;

/// Reads the subscriptions of identities, except for those that are read already. One that the signed-in identity must not
/// see is left out: the scan was not asked for it, and an audit lists its identities as not checked.
pub(super) async fn read(
    arm: &Service,
    principals: &[PrincipalRecord],
    is_read: impl Fn(&str) -> bool,
) -> Vec<ControlPlane> {
    let resources = principals.iter().filter_map(|record| record.resource_id.as_deref());
    let subscriptions: BTreeSet<String> = resources
        .filter_map(|id| Some(AzureScope::new(id).subscription()?.to_owned()))
        .filter(|id| !is_read(id))
        .collect();
    let planes = stream::iter(subscriptions.into_iter().take(MOST))
        .map(|id| async move { authorization::read(arm, &id, Vec::new()).await })
        .buffered(AT_ONCE);
    planes
        .filter(|plane| std::future::ready(is_visible(plane)))
        .collect()
        .await
}

/// Whether its role assignments can be seen at all.
fn is_visible(plane: &ControlPlane) -> bool {
    let is_refused = |gap: &Gap| {
        gap.what == Gap::AZURE_ROLE_ASSIGNMENTS && gap.status.is_some_and(|status| [401, 403, 404].contains(&status))
    };
    !plane.gaps.iter().any(is_refused)
}
