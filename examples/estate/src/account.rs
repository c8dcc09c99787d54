//! Accounts of every API, and clusters: nine of ten have the API for NoSQL.

use super::principals::{of_team, stranger};
use super::random::Random;
use super::{Size, guid};
use serde_json::{Value, json};

/// An API, and what its roles are called.
struct Api {
    name: &'static str,
    /// What the ids of its lists begin with.
    list: &'static str,
    kind: Option<&'static str>,
    /// The built-in roles: the end of the id, the name, and what it grants.
    reader: (u8, &'static str, &'static [&'static str]),
    writer: (u8, &'static str, &'static [&'static str]),
}

const SQL: Api = Api {
    name: "sql",
    list: "sqlRole",
    kind: None,
    reader: (
        1,
        "Cosmos DB Built-in Data Reader",
        &[
            "readMetadata",
            "sqlDatabases/containers/executeQuery",
            "sqlDatabases/containers/items/read",
            "sqlDatabases/containers/readChangeFeed",
        ],
    ),
    writer: (
        2,
        "Cosmos DB Built-in Data Contributor",
        &[
            "readMetadata",
            "sqlDatabases/containers/*",
            "sqlDatabases/containers/items/*",
        ],
    ),
};

const TABLE: Api = Api {
    name: "table",
    list: "tableRole",
    kind: Some("table"),
    reader: (
        1,
        "Cosmos DB Built-in Data Reader",
        &[
            "readMetadata",
            "tables/containers/entities/read",
            "tables/containers/executeQuery",
            "tables/containers/readChangeFeed",
        ],
    ),
    writer: (
        2,
        "Cosmos DB Built-in Data Contributor",
        &[
            "readMetadata",
            "tables/*",
            "tables/containers/*",
            "tables/containers/entities/*",
        ],
    ),
};

const MONGO: Api = Api {
    name: "mongo",
    list: "mongoMIRole",
    kind: Some("mongoMI"),
    reader: (
        3,
        "Cosmos DB Mongo Built-in Data Reader",
        &[
            "mongoMI/containers/entities/read",
            "mongoMI/containers/executeQuery",
            "readMetadata",
        ],
    ),
    writer: (
        4,
        "Cosmos DB Mongo Built-in Data Contributor",
        &[
            "mongoMI/*",
            "mongoMI/containers/*",
            "mongoMI/containers/entities/*",
            "readMetadata",
        ],
    ),
};

const CASSANDRA: Api = Api {
    name: "cassandra",
    list: "cassandraRole",
    kind: Some("cassandra"),
    reader: (
        3,
        "Cosmos DB Cassandra Built-in Data Reader",
        &[
            "cassandra/containers/entities/read",
            "cassandra/containers/executeQuery",
            "readMetadata",
        ],
    ),
    writer: (
        4,
        "Cosmos DB Cassandra Built-in Data Contributor",
        &[
            "cassandra/*",
            "cassandra/containers/*",
            "cassandra/containers/entities/*",
            "readMetadata",
        ],
    ),
};

const GREMLIN: Api = Api {
    name: "gremlin",
    list: "gremlinRole",
    kind: Some("gremlin"),
    reader: (
        3,
        "Cosmos DB Gremlin Built-in Data Reader",
        &[
            "gremlin/containers/entities/read",
            "gremlin/containers/executeQuery",
            "readMetadata",
        ],
    ),
    writer: (
        4,
        "Cosmos DB Gremlin Built-in Data Contributor",
        &[
            "gremlin/*",
            "gremlin/containers/*",
            "gremlin/containers/entities/*",
            "readMetadata",
        ],
    ),
};

/// The API of a team's accounts. `None`: they are clusters.
fn api(team: usize) -> Option<&'static Api> {
    match team % 100 {
        91..93 => Some(&MONGO),
        93..95 => Some(&CASSANDRA),
        95..97 => Some(&GREMLIN),
        97..99 => Some(&TABLE),
        99 => None,
        _ => Some(&SQL),
    }
}

/// The name of the built-in role that a grant of a team gives.
pub(crate) fn role_of(team: usize, grant: usize) -> &'static str {
    let api = api(team).unwrap_or(&SQL);
    match grant.is_multiple_of(2) {
        true => api.writer.1,
        false => api.reader.1,
    }
}

/// The line of an account.
pub(crate) fn account(size: &Size, number: usize, random: &mut Random) -> Value {
    let team = number % size.blocks.max(1);
    let subscription = guid(1, number / size.per_subscription.max(1));
    let group = format!("rg-{}", number % 20);
    let name = format!("cosmos-t{team:05}-{number:07}");
    let env = if number.is_multiple_of(2) { "prod" } else { "test" };
    let tags = json!({"env": env, "owner": format!("team-{team}@contoso.example"), "team": format!("t{team:05}")});
    let Some(api) = api(team) else {
        let id = format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/mongoClusters/{name}"
        );
        return json!({"cluster": {"id": id, "name": name, "resource_group": group, "subscription": subscription,
            "location": "westeurope", "api": "mongo-cluster", "tags": tags, "authentication": ["MicrosoftEntraID"], "users": []},
            "gaps": []});
    };
    let id = format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
    );
    let custom = (0..size.roles).map(|place| custom_role(size, api, &id, place));
    let roles: Vec<Value> = [api.reader, api.writer]
        .into_iter()
        .map(|(end, name, actions)| {
            let guid = format!("00000000-0000-0000-0000-00000000000{end}");
            role(api, &id, &guid, name, true, &full(actions.iter().copied()))
        })
        .chain(custom)
        .collect();
    let mut made = json!({"account": {"id": id, "name": name, "resource_group": group, "subscription": subscription, "location": "westeurope",
            "api": api.name, "tags": tags, "local_auth_disabled": true, "key_metadata_writes_disabled": true,
            "keys_generated_at": {"primary": "2026-10-20T08:10:12Z", "secondary": "2026-10-20T08:14:31Z",
                "primary_readonly": "2026-10-20T08:18:02Z", "secondary_readonly": "2026-10-20T08:21:47Z"},
            "backup": "periodic"},
        "role_definitions": roles, "role_assignments": assignments(size, api, &id, team, random),
        "databases": databases(size), "gaps": []});
    // A scan reads users with passwords of this API only.
    if let Some(fields) = made.as_object_mut().filter(|_| api.name == "mongo") {
        fields.insert("mongo_roles".to_owned(), json!([]));
        fields.insert("mongo_users".to_owned(), json!([]));
    }
    made
}

fn full<'a>(actions: impl Iterator<Item = &'a str>) -> Vec<String> {
    actions
        .map(|name| format!("Microsoft.DocumentDB/databaseAccounts/{name}"))
        .collect()
}

fn role(api: &Api, account: &str, guid: &str, name: &str, built_in: bool, actions: &[String]) -> Value {
    let mut role = json!({"id": format!("{account}/{}Definitions/{guid}", api.list), "role_name": name, "built_in": built_in,
        "assignable_scopes": [account], "permissions": [{"data_actions": actions, "not_data_actions": []}]});
    if let (Some(kind), Some(fields)) = (api.kind, role.as_object_mut()) {
        fields.insert("kind".to_owned(), kind.into());
    }
    role
}

fn custom_role(size: &Size, api: &Api, account: &str, place: usize) -> Value {
    let (_, _, actions) = api.reader;
    let actions = match size.leading_wildcards {
        true => actions
            .iter()
            .map(|name| format!("*{}", name.rsplit('/').next().unwrap_or(name)))
            .collect(),
        false => full(actions.iter().copied().filter(|name| !name.ends_with("readMetadata"))),
    };
    role(
        api,
        account,
        &guid(4, place),
        &format!("Team Reader {place}"),
        false,
        &actions,
    )
}

fn databases(size: &Size) -> Vec<Value> {
    let containers = |_| -> Vec<String> { (0..size.containers).map(|number| format!("c{number:06}")).collect() };
    (0..size.databases)
        .map(|number| json!({"name": format!("db{number:05}"), "containers": containers(number)}))
        .collect()
}

/// Each grant of the team is used by one assignment at least, as far as there are so many.
fn assignments(size: &Size, api: &Api, account: &str, team: usize, random: &mut Random) -> Vec<Value> {
    let built_in = |end: u8| format!("00000000-0000-0000-0000-00000000000{end}");
    let assignment = |place: usize, principal: String, role: &str, scope: String| {
        let mut made = json!({"id": format!("{account}/{}Assignments/{}", api.list, guid(2, place)),
            "role_definition_id": format!("{account}/{}Definitions/{role}", api.list), "principal_id": principal, "scope": scope});
        if let (Some(kind), Some(fields)) = (api.kind, made.as_object_mut()) {
            fields.insert("kind".to_owned(), kind.into());
        }
        made
    };
    let mut made: Vec<Value> = (0..size.assignments)
        .map(|place| {
            let (grant, round) = (place % size.grants.max(1), place / size.grants.max(1));
            let database = round % size.databases.max(1);
            let container = round / size.databases.max(1) % size.containers.max(1);
            let role = match grant % 2 {
                0 => built_in(api.writer.0),
                _ if place / 2 < size.roles => guid(4, place / 2),
                _ => built_in(api.reader.0),
            };
            let scope = format!("{account}/dbs/db{database:05}/colls/c{container:06}");
            assignment(place, of_team(team, grant), &role, scope)
        })
        .collect();
    if random.percent(size.findings) {
        for more in 0..size.excess {
            let scope = format!("{account}/dbs/db{:05}", random.below(size.databases));
            let who = stranger(random.below(50_000));
            made.push(assignment(size.assignments + more, who, &built_in(api.writer.0), scope));
        }
    }
    made
}
