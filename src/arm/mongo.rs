//! Users and roles of MongoDB itself. Passwords and custom data of users are never taken over from a body: nothing below has
//! a place for them.

use super::item::{Item, Malformed};
use super::prune::{is_strings, required};
use crate::model::{MongoPrivilege, MongoRole, MongoRoleName, MongoUser};
use serde_json::Value;

/// Reads a role. Without its privileges or the roles that it inherits it would look harmless.
pub(crate) fn mongo_role(item: &Value) -> Result<Option<Item<MongoRole>>, Malformed> {
    let id = required(item, "/id")?.to_owned();
    let db = required(item, "/properties/databaseName")?.to_owned();
    let role = required(item, "/properties/roleName")?.to_owned();
    let privileges = list(item, "/properties/privileges", "privileges")?.iter();
    let privileges: Option<Vec<MongoPrivilege>> = privileges.map(privilege).collect();
    Ok(Some(Item::from(MongoRole {
        id,
        privileges: privileges.ok_or("a privilege of the role has no resource or no actions")?,
        roles: roles(item, &db)?,
        name: MongoRoleName { db, role },
    })))
}

/// Reads a user: who it is and which roles it has, and nothing else.
pub(crate) fn mongo_user(item: &Value) -> Result<Option<Item<MongoUser>>, Malformed> {
    let db = required(item, "/properties/databaseName")?.to_owned();
    Ok(Some(Item::from(MongoUser {
        id: required(item, "/id")?.to_owned(),
        user: required(item, "/properties/userName")?.to_owned(),
        roles: roles(item, &db)?,
        db,
    })))
}

/// A list; one that is absent is empty.
fn list<'i>(item: &'i Value, pointer: &str, name: &str) -> Result<&'i [Value], Malformed> {
    match item.pointer(pointer) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("`{name}` isn't a list")),
    }
}

/// The roles that a user has or a role inherits. One without a database is of the same database.
fn roles(item: &Value, own: &str) -> Result<Vec<MongoRoleName>, Malformed> {
    let one = |item: &Value| {
        let role = item.get("role")?.as_str().filter(|role| !role.is_empty())?;
        let db = match item.get("db") {
            None | Some(Value::Null) => own,
            Some(db) => db.as_str()?,
        };
        Some(MongoRoleName {
            db: if db.is_empty() { own } else { db }.to_owned(),
            role: role.to_owned(),
        })
    };
    let all: Option<Vec<MongoRoleName>> = list(item, "/properties/roles", "roles")?.iter().map(one).collect();
    all.ok_or_else(|| "a role in `roles` has no name".to_owned())
}

fn privilege(item: &Value) -> Option<MongoPrivilege> {
    let resource = item.get("resource")?.as_object()?;
    let name = |field: &str| match resource.get(field) {
        None | Some(Value::Null) => Some(String::new()),
        Some(name) => name.as_str().map(str::to_owned),
    };
    let actions = item.get("actions").filter(|actions| is_strings(actions))?.as_array()?;
    Some(MongoPrivilege {
        db: name("db")?,
        collection: name("collection")?,
        actions: actions.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_password_and_custom_data_have_no_place() {
        let body = json!({
            "id": "/x/mongodbUserDefinitions/orders.app", "name": "orders.app",
            "properties": {
                "userName": "app", "databaseName": "orders", "password": "p4ss", "customData": "c5tom",
                "mechanisms": "SCRAM-SHA-256",
                "roles": [{"db": "orders", "role": "readWrite"}, {"role": "own"}, {"db": "", "role": "own2"}],
            },
        });
        let user = mongo_user(&body).unwrap().unwrap().value;
        let names: Vec<String> = user
            .roles
            .iter()
            .map(|one| format!("{}.{}", one.db, one.role))
            .collect();
        assert_eq!(names, ["orders.readWrite", "orders.own", "orders.own2"]);
        let text = format!("{user:?} {}", serde_json::to_string(&user).unwrap());
        assert!(!text.contains("p4ss") && !text.contains("c5tom"), "{text}");
    }

    #[test]
    fn a_role_without_what_it_grants_is_malformed() {
        let body = |privileges: Value, roles: Value| {
            json!({"id": "/x", "properties": {
                "roleName": "r", "databaseName": "d", "privileges": privileges, "roles": roles,
            }})
        };
        let whole = json!([{"resource": {"db": "d", "collection": "c"}, "actions": ["find"]}]);
        let role = mongo_role(&body(whole.clone(), Value::Null)).unwrap().unwrap().value;
        assert_eq!((role.privileges.len(), role.roles.len()), (1, 0));
        for odd in [
            json!("x"),
            json!([{"actions": ["find"]}]),
            json!([{"resource": {"db": 7}, "actions": ["find"]}]),
            json!([{"resource": {"db": "d"}, "actions": "find"}]),
            json!([{"resource": {"db": "d"}}]),
        ] {
            assert!(mongo_role(&body(odd.clone(), json!([]))).is_err(), "{odd}");
        }
        for odd in [
            json!("x"),
            json!(["read"]),
            json!([{"db": "d"}]),
            json!([{"db": 7, "role": "read"}]),
        ] {
            assert!(mongo_role(&body(whole.clone(), odd.clone())).is_err(), "{odd}");
        }
    }
}
