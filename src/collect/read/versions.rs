//! Versions of the API that not every cloud knows yet: a list is asked for in the newest one, and where the service doesn't
//! know that, in an older one.

use super::list::{List, Listing, Query};
use crate::model::Gap;
use std::sync::atomic::{AtomicBool, Ordering};

/// The versions that a scan uses; it finds out once which of them the service knows.
#[derive(Debug)]
pub(crate) struct Versions {
    /// Of the lists of roles of other APIs than NoSQL: the first stable version that has them, and what has them before.
    /// Source: `cosmos-db/resource-manager/Microsoft.DocumentDB/stable/2026-03-15` in the azure-rest-api-specs repository.
    pub(super) roles: Version,
    /// Of MongoDB vCore clusters and their users: the newest stable version, and the first one that has users.
    /// Source: `mongocluster/resource-manager/Microsoft.DocumentDB/MongoCluster` there.
    pub(super) clusters: Version,
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            roles: Version::new(
                &[("api-version", "2026-03-15")],
                &[("api-version", "2025-05-01-preview")],
            ),
            clusters: Version::new(&[("api-version", "2026-06-01")], &[("api-version", "2025-09-01")]),
        }
    }
}

/// Which version some lists are asked for in.
#[derive(Debug)]
pub(super) struct Version {
    newest: Query,
    older: Query,
    is_older: AtomicBool,
}

impl Version {
    fn new(newest: Query, older: Query) -> Self {
        Self {
            newest,
            older,
            is_older: AtomicBool::new(false),
        }
    }

    /// The one that the service is known to know, or else the newest.
    pub(super) fn query(&self) -> Query {
        if self.is_older.load(Ordering::Relaxed) {
            self.older
        } else {
            self.newest
        }
    }

    /// Reads a list in the newest version that the service knows.
    pub(super) async fn read<'l, T, F: Future<Output = Listing<T>>>(
        &self,
        list: List<'l>,
        read: impl Fn(List<'l>) -> F,
    ) -> Listing<T> {
        let query = self.query();
        let listing = read(List { query, ..list }).await;
        if listing.items.is_some() || query == self.older || !listing.gaps.iter().any(Gap::is_of_unknown_version) {
            return listing;
        }
        let query = self.older;
        let listing = read(List { query, ..list }).await;
        if listing.items.is_some() {
            self.is_older.store(true, Ordering::Relaxed);
        }
        listing
    }
}
