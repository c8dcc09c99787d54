//! Clusters of a subscription, and the users of MongoDB vCore clusters.

use super::{errors, tenant_wide::list};
use crate::answer::Answer;
use crate::bodies;
use crate::cluster_route::ClusterRoute;
use crate::request::Incoming;
use crate::route::AccountPath;
use crate::state::Shared;
use crate::tenant::Subscription;

/// The versions that know MongoDB vCore clusters with their users.
const MONGO_VERSIONS: [&str; 4] = ["2025-07-01-preview", "2025-09-01", "2026-02-01-preview", "2026-06-01"];

pub(super) fn answer(route: &ClusterRoute, subscription: &Subscription, request: &Incoming, shared: &Shared) -> Answer {
    let kind = route.kind();
    let is_mongo = kind == "mongoClusters";
    let version = request.parameter("api-version").unwrap_or_default();
    if shared.world.tenant.no_clusters {
        return errors::invalid_resource_type(kind, request);
    }
    if is_mongo && (!MONGO_VERSIONS.contains(&version) || shared.world.tenant.unknown_versions.contains(version)) {
        return errors::unsupported_version(kind, request);
    }
    let id = &subscription.id;
    let is = |path: &AccountPath, group: &str, name: &str| {
        path.group.eq_ignore_ascii_case(group) && path.name.eq_ignore_ascii_case(name)
    };
    let (mongo, cassandra) = (&subscription.mongo_clusters, &subscription.cassandra_clusters);
    match route {
        ClusterRoute::All { .. } if is_mongo => {
            let all = mongo.iter().map(|one| bodies::mongo_cluster(id, one));
            list(request, shared, all.collect())
        }
        ClusterRoute::All { .. } => {
            let all = cassandra.iter().map(|one| bodies::cassandra_cluster(id, one));
            list(request, shared, all.collect())
        }
        ClusterRoute::One { cluster, .. } if is_mongo => {
            let found = mongo.iter().find(|one| is(cluster, &one.resource_group, &one.name));
            let found = found.map(|one| Answer::ok(bodies::mongo_cluster(id, one)));
            found.unwrap_or_else(|| errors::resource_not_found(request))
        }
        ClusterRoute::One { cluster, .. } => {
            let found = cassandra.iter().find(|one| is(cluster, &one.resource_group, &one.name));
            let found = found.map(|one| Answer::ok(bodies::cassandra_cluster(id, one)));
            found.unwrap_or_else(|| errors::resource_not_found(request))
        }
        ClusterRoute::List { cluster, list: of, .. } if is_mongo && of.eq_ignore_ascii_case("users") => {
            match mongo.iter().find(|one| is(cluster, &one.resource_group, &one.name)) {
                Some(one) => {
                    let own = bodies::cluster_id(id, &one.resource_group, kind, &one.name);
                    list(request, shared, bodies::cluster_users(&own, &one.users))
                }
                None => errors::resource_not_found(request),
            }
        }
        ClusterRoute::List { list, .. } => errors::invalid_resource_type(&format!("{kind}/{list}"), request),
    }
}
