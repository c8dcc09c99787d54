//! The bodies of clusters and of their users. Source: the examples of the azure-rest-api-specs repository.

use serde_json::{Map, Value, json};

use super::CREATED;
use crate::tenant::{CassandraCluster, ClusterUser, MongoCluster};

/// The id of a cluster of a type.
pub(crate) fn cluster_id(subscription: &str, group: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/{kind}/{name}")
}

/// A MongoDB vCore cluster.
pub(crate) fn mongo_cluster(subscription: &str, cluster: &MongoCluster) -> Value {
    let name = &cluster.name;
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "clusterStatus": "Ready",
        "administrator": { "userName": "mongoAdmin" },
        "serverVersion": "8.0",
        "compute": { "tier": "M30" },
        "storage": { "sizeGb": 128 },
        "sharding": { "shardCount": 1 },
        "highAvailability": { "targetMode": "ZoneRedundantPreferred" },
        "backup": { "earliestRestoreTime": CREATED },
        "publicNetworkAccess": "Enabled",
        "connectionString":
            format!("mongodb+srv://<user>:<password>@{name}.mongocluster.cosmos.azure.com/?tls=true&authMechanism=SCRAM-SHA-256"),
        "privateEndpointConnections": [],
        "infrastructureVersion": "2.0",
    });
    if let (Some(modes), Value::Object(map)) = (&cluster.allowed_modes, &mut properties) {
        map.insert("authConfig".to_owned(), json!({ "allowedModes": modes }));
    }
    body(
        cluster_id(subscription, &cluster.resource_group, "mongoClusters", name),
        "mongoClusters",
        name,
        &cluster.location,
        json!(cluster.tags),
        merged(properties, &cluster.properties),
    )
}

/// The users of a MongoDB vCore cluster with this id.
pub(crate) fn cluster_users(cluster: &str, users: &[ClusterUser]) -> Vec<Value> {
    users.iter().map(|user| cluster_user(cluster, user)).collect()
}

fn cluster_user(cluster: &str, user: &ClusterUser) -> Value {
    if let Some(raw) = &user.raw {
        return super::expand_all(raw, cluster);
    }
    let name = &user.principal_id;
    let roles: Vec<Value> = match user.roles.is_empty() {
        true => vec![json!({ "db": "admin", "role": "root" })],
        false => user
            .roles
            .iter()
            .map(|one| json!({ "db": one.db, "role": one.role }))
            .collect(),
    };
    json!({
        "id": format!("{cluster}/users/{name}"),
        "name": name,
        "type": "Microsoft.DocumentDB/mongoClusters/users",
        "properties": {
            "provisioningState": "Succeeded",
            "roles": roles,
            "identityProvider": {
                "type": "MicrosoftEntraID",
                "properties": { "principalType": user.principal_type },
            },
        },
    })
}

/// A managed Cassandra cluster.
pub(crate) fn cassandra_cluster(subscription: &str, cluster: &CassandraCluster) -> Value {
    let name = &cluster.name;
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "cassandraVersion": "4.0",
        "clusterNameOverride": name,
        "delegatedManagementSubnetId": format!(
            "/subscriptions/{subscription}/resourceGroups/{}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/management",
            cluster.resource_group
        ),
        "initialCassandraAdminPassword": null,
        "hoursBetweenBackups": 24,
        "repairEnabled": true,
        "cassandraAuditLoggingEnabled": false,
        "clientCertificates": [],
        "externalGossipCertificates": [],
        "seedNodes": [{ "ipAddress": "10.52.221.2" }],
        "deallocated": false,
    });
    if let (Some(method), Value::Object(map)) = (&cluster.authentication_method, &mut properties) {
        map.insert("authenticationMethod".to_owned(), json!(method));
    }
    body(
        cluster_id(subscription, &cluster.resource_group, "cassandraClusters", name),
        "cassandraClusters",
        name,
        &cluster.location,
        json!(cluster.tags),
        merged(properties, &cluster.properties),
    )
}

fn body(id: String, kind: &str, name: &str, location: &str, tags: Value, properties: Value) -> Value {
    json!({
        "id": id,
        "name": name,
        "type": format!("Microsoft.DocumentDB/{kind}"),
        "location": location,
        "tags": tags,
        "properties": properties,
    })
}

fn merged(mut properties: Value, more: &Map<String, Value>) -> Value {
    if let Value::Object(map) = &mut properties {
        map.extend(more.clone());
    }
    properties
}
