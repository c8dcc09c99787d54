//! Where the lists of an account are.

use super::list::{List, MOST_ITEMS, Query};
use crate::model::Account;

/// Stable, and a list in it was recorded from the service (the cloud-custodian project's cassettes); the description of it
/// is `cosmos-db/resource-manager/Microsoft.DocumentDB/stable/2025-10-15` in the azure-rest-api-specs repository.
pub(super) const API_VERSION: Query = &[("api-version", "2025-10-15")];

/// A path in the account.
pub(super) fn path<'p>(account: &'p Account, rest: &[&'p str]) -> Vec<&'p str> {
    let mut path = vec![
        "subscriptions",
        account.id.subscription(),
        "resourceGroups",
        account.id.resource_group(),
        "providers",
        "Microsoft.DocumentDB",
        account.id.resource_type().segment(),
        account.id.name(),
    ];
    path.extend(rest);
    path
}

/// A list of the account.
pub(super) fn below<'l>(account: &'l Account, what: &'static str, path: &'l [&'l str]) -> List<'l> {
    List {
        what,
        item: None,
        path,
        query: API_VERSION,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(account.id.subscription()),
    }
}
