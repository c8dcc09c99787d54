//! What a record of an account says of itself: what in it has to have a reason, and what it isn't.

use super::{ACCOUNT, account_id, gaps};
use crate::model::{Account, AccountId, AccountRecord, Api, Gap, MongoRole, MongoUser};
use serde_json::json;

fn read(id: &str, api: &str) -> Result<Account, serde_json::Error> {
    serde_json::from_value(json!({
        "id": id, "name": "acc", "resource_group": "rg", "subscription": "s", "location": "westeurope", "api": api, "tags": {},
        "local_auth_disabled": null, "key_metadata_writes_disabled": null
    }))
}

/// An account of which nothing was read.
fn unread(api: &str, missing: &[&str]) -> AccountRecord {
    AccountRecord {
        account: read(ACCOUNT, api).unwrap(),
        role_definitions: None,
        role_assignments: None,
        databases: None,
        mongo_roles: None,
        mongo_users: None,
        native: Default::default(),
        doubtful: Default::default(),
        gaps: gaps(missing),
    }
}

#[test]
fn a_cluster_is_no_account() {
    let cluster = ACCOUNT.replace("databaseAccounts", "mongoClusters");
    assert!(read(ACCOUNT, "sql").is_ok() && read(ACCOUNT, "unheard-of").is_ok());
    for (id, api) in [
        (ACCOUNT, "mongo-cluster"),
        (&*cluster, "sql"),
        (&*cluster, "mongo-cluster"),
    ] {
        assert!(read(id, api).is_err(), "{id} {api}");
    }
}

#[test]
fn what_an_account_lacks_has_a_reason() {
    let all = [
        "sqlRoleDefinitions",
        "sqlRoleAssignments",
        Gap::LOCAL_AUTH,
        Gap::KEY_METADATA_WRITES,
    ];
    let fields = [
        "role_definitions",
        "role_assignments",
        "local_auth_disabled",
        "key_metadata_writes_disabled",
    ];
    for (place, field) in fields.into_iter().enumerate() {
        let mut others = all.to_vec();
        others.remove(place);
        assert_eq!(unread("sql", &others).unexplained_null(), Some(field));
    }
    assert_eq!(unread("sql", &all).unexplained_null(), None);
    assert_eq!(unread("sql", &[Gap::ACCOUNT]).unexplained_null(), None);
    // Its roles aren't read, whatever they are.
    let unknown = unread("unheard-of", &[]);
    assert_eq!(unknown.unexplained_null(), Some("local_auth_disabled"));
}

#[test]
fn what_a_cluster_lacks_has_a_reason() {
    let cluster = |api: Api, users, missing: &[&str]| {
        let id =
            AccountId::parse(&ACCOUNT.replace("Microsoft.DocumentDB/databaseAccounts", api.resource_type().name()));
        let account = Account::cluster(id.unwrap(), api, String::new(), Default::default(), None, None);
        AccountRecord::of_cluster(account, users, gaps(missing))
    };
    for (api, users, missing, expected) in [
        (Api::MongoCluster, None, [].as_slice(), Some("users")),
        (Api::MongoCluster, Some(Vec::new()), &[], Some("authentication")),
        (Api::MongoCluster, None, &["users"], Some("authentication")),
        (Api::MongoCluster, None, &["users", Gap::AUTH_CONFIG], None),
        (Api::CassandraCluster, None, &[], Some("authentication")),
        (Api::CassandraCluster, None, &[Gap::AUTHENTICATION_METHOD], None),
        (Api::GarnetCluster, None, &[], None),
    ] {
        let found = cluster(api, users, missing).unexplained_null();
        assert_eq!(found, expected, "{api:?} {missing:?}");
    }
}

#[test]
fn users_of_mongodb_can_be_unread() {
    let read = |api, users: Option<Vec<MongoUser>>, roles: Option<Vec<MongoRole>>, missing: &[&str]| {
        let record = AccountRecord {
            mongo_users: users,
            mongo_roles: roles,
            ..unread(api, missing)
        };
        (record.lacks_mongo_users(), record.is_older_than_mongo_users())
    };
    let (users, roles) = (Some(Vec::new()), Some(Vec::new()));
    assert_eq!(read("sql", None, None, &[]), (false, false));
    assert_eq!(read("mongo", users.clone(), roles.clone(), &[]), (false, false));
    // Nothing says why: the program that wrote it knew of no users.
    assert_eq!(read("mongo", None, None, &[]), (true, true));
    assert_eq!(read("mongo", None, roles.clone(), &[]), (true, true));
    assert_eq!(read("mongo", users, None, &[]), (true, true));
    assert_eq!(
        read("mongo", None, None, &["mongoMIRoleAssignments", "sqlDatabases"]),
        (true, true)
    );
    for gap in ["mongodbUserDefinitions", "mongodbRoleDefinitions", Gap::ACCOUNT] {
        assert_eq!(read("mongo", None, roles.clone(), &[gap]), (true, false), "{gap}");
    }
}

#[test]
fn an_account_is_followed_by_nothing_or_a_path() {
    let id = account_id();
    let rest = |text: &str| id.rest_of(text).map(str::to_owned);
    assert_eq!(rest(ACCOUNT), Some(String::new()));
    assert_eq!(
        rest(&format!("{}/dbs/x", ACCOUNT.to_uppercase())),
        Some("/dbs/x".to_owned())
    );
    // Another name that begins alike, another account with a name as long, and something shorter.
    for other in [
        format!("{ACCOUNT}2/dbs/x"),
        ACCOUNT.replace("/acc", "/abc"),
        format!("{}/dbs/x", ACCOUNT.replace("/acc", "/abc")),
        ACCOUNT.replace("/acc", "/a"),
    ] {
        assert_eq!(rest(&other), None, "{other}");
    }
}

#[test]
fn clusters_that_were_not_read_are_named() {
    for (what, name) in [
        (Gap::ACCOUNTS, "accounts"),
        (Gap::MONGO_CLUSTERS, "MongoDB vCore clusters"),
        (Gap::CASSANDRA_CLUSTERS, "managed Cassandra clusters"),
        (Gap::RESOURCES, "Garnet and PostgreSQL clusters"),
    ] {
        assert_eq!(Gap::name_of(what).as_str(), name);
    }
}
