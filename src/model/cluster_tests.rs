//! What lines of clusters come to.

use super::*;
use serde_json::{Value, json};

const ID: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/mongoClusters/c";

fn line(api: &str, id: &str, authentication: &Value, users: &Value) -> Value {
    json!({"cluster": {
        "id": id, "name": "c", "resource_group": "rg", "subscription": "s", "location": "westeurope", "api": api,
        "tags": {}, "authentication": authentication, "users": users,
    }, "gaps": []})
}

fn read(line: &Value) -> Result<AccountRecord, String> {
    let record: ClusterRecord<'_> = serde_json::from_value(line.clone()).map_err(|error| error.to_string())?;
    AccountRecord::try_from(record)
}

fn user(name: &str, roles: &Value) -> Value {
    json!({"id": format!("{ID}/users/{name}"), "principal_id": name, "roles": roles})
}

#[test]
fn a_cluster_is_written_as_it_was_read() {
    let users = json!([
        user("a", &json!([{"db": "admin", "role": "root"}])),
        user(
            "b",
            &json!([{"db": "a.b+c", "role": "re/ad"}, {"db": "admin", "role": "dbOwner"}])
        ),
    ]);
    let whole = line("mongo-cluster", ID, &json!([NATIVE_AUTH, ENTRA_ID]), &users);
    let record = read(&whole).unwrap();
    assert_eq!(serde_json::to_value(ClusterRecord::from(&record)).unwrap(), whole);
    let names: Vec<&str> = record.role_definitions().iter().map(|one| one.name()).collect();
    assert_eq!(names, ["a.b+c.re/ad + dbOwner", "root"]);
    let documented: Vec<bool> = record
        .role_definitions()
        .iter()
        .map(RoleDefinition::is_documented)
        .collect();
    assert_eq!(documented, [false, true]);
    let unread = line("mongo-cluster", ID, &Value::Null, &Value::Null);
    let record = read(&unread).unwrap();
    assert_eq!(serde_json::to_value(ClusterRecord::from(&record)).unwrap(), unread);
}

#[test]
fn what_a_mode_comes_to_is_known_or_not() {
    let passwords = |api, modes: &[&str]| {
        let modes: Vec<String> = modes.iter().map(|mode| (*mode).to_owned()).collect();
        accepts_passwords(api, &modes)
    };
    let mongo = |modes| passwords(Api::MongoCluster, modes);
    assert_eq!(mongo(&["nativeAuth", ENTRA_ID]), Some(true));
    assert_eq!(mongo(&[ENTRA_ID]), Some(false));
    assert_eq!(mongo(&[ENTRA_ID, "Passkey"]), None);
    let cassandra = |modes| passwords(Api::CassandraCluster, modes);
    assert_eq!(cassandra(&[CASSANDRA]), Some(true));
    assert_eq!(cassandra(&[NO_AUTHENTICATION]), Some(true));
    assert_eq!(cassandra(&[LDAP]), Some(false));
    assert_eq!(cassandra(&["Kerberos"]), None);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let modes = json!([ENTRA_ID]);
    let account = ID.replace("mongoClusters", "databaseAccounts");
    for (line, why) in [
        (
            line("mongo-cluster", &account, &modes, &json!([])),
            "`databaseAccounts`",
        ),
        (line("cassandra-cluster", ID, &modes, &json!([])), "`mongoClusters`"),
        (line("sql", &account, &modes, &json!([])), "`api` is `sql`"),
        (
            line("mongo-cluster", &ID.replace("/c", "/other"), &modes, &json!([])),
            "`name`",
        ),
        (line("mongo-cluster", ID, &json!([]), &json!([])), "`authentication`"),
        (
            line("mongo-cluster", ID, &modes, &json!([user("a", &json!([]))])),
            "no roles",
        ),
    ] {
        assert!(read(&line).is_err_and(|error| error.contains(why)), "{why}");
    }
}
