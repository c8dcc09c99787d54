//! The data actions of every API, written down a second time from the documentation.

use cosmos_rbac::model::Api;

/// Everything NoSQL accounts know, from the documentation.
const NOSQL: [&str; 12] = [
    "readmetadata",
    "readanalytics",
    "sqldatabases/containers/executequery",
    "sqldatabases/containers/readchangefeed",
    "sqldatabases/containers/executestoredprocedure",
    "sqldatabases/containers/manageconflicts",
    "sqldatabases/containers/items/create",
    "sqldatabases/containers/items/read",
    "sqldatabases/containers/items/replace",
    "sqldatabases/containers/items/upsert",
    "sqldatabases/containers/items/delete",
    "sqldatabases/containers/items/unmask",
];
/// Everything that accounts of other APIs know; `x` stands for the API's own segment.
const OTHERS: [&str; 16] = [
    "readmetadata",
    "throughputsettings/read",
    "throughputsettings/write",
    "x/write",
    "x/delete",
    "x/containers/write",
    "x/containers/delete",
    "x/containers/executequery",
    "x/containers/executestoredprocedure",
    "x/containers/readchangefeed",
    "x/containers/manageconflicts",
    "x/containers/entities/create",
    "x/containers/entities/read",
    "x/containers/entities/replace",
    "x/containers/entities/upsert",
    "x/containers/entities/delete",
];

const MONGO_CLUSTER: [&str; 8] = [
    "mongoclusters/listcollections",
    "mongoclusters/find",
    "mongoclusters/insert",
    "mongoclusters/update",
    "mongoclusters/remove",
    "mongoclusters/createcollection",
    "mongoclusters/dropdatabase",
    "mongoclusters/createuser",
];

pub(crate) fn listed(api: Api) -> Vec<String> {
    let word = match api {
        Api::Sql => return NOSQL.map(str::to_owned).to_vec(),
        Api::MongoCluster => return MONGO_CLUSTER.map(str::to_owned).to_vec(),
        Api::CassandraCluster | Api::GarnetCluster | Api::PostgresqlCluster | Api::Unknown => return Vec::new(),
        Api::Table => "tables/",
        Api::Cassandra => "cassandra/",
        Api::Gremlin => "gremlin/",
        Api::Mongo => "mongomi/",
    };
    let own = |action: &str| match action.strip_prefix("x/") {
        Some(rest) => format!("{word}{rest}"),
        None => action.to_owned(),
    };
    OTHERS.iter().map(|action| own(action)).collect()
}
