//! Clusters of MongoDB vCore and of managed Cassandra, and the users of the former. Their bodies are read as they are: the
//! SDK's crates have no models of them. Nothing else of a body is kept, such as the administrator's name.

use super::cosmos::{in_transition, tags};
use super::failure::cut;
use super::item::{Item, Malformed};
use super::known::{Known, Why};
use super::prune::required;
use crate::model::arm_id::last_segment;
use crate::model::cluster::{CASSANDRA, ClusterUser, DatabaseRole, NATIVE_AUTH};
use crate::model::{AccountId, ResourceType, Tags};
use serde_json::Value;

/// A cluster, as its body tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClusterItem {
    pub(super) id: AccountId,
    pub(super) location: String,
    pub(super) tags: Known<Tags>,
    /// How clients can sign in.
    pub(super) authentication: Known<Vec<String>>,
    /// `provisioningState`, unless it is `Succeeded`.
    pub(super) provisioning_state: Option<String>,
}

/// Reads a cluster of a type.
pub(super) fn cluster(item: &Value, of: ResourceType) -> Result<ClusterItem, Malformed> {
    let id = AccountId::parse(required(item, "/id")?).map_err(|error| error.to_string())?;
    if id.resource_type() != of {
        return Err(format!("the ID isn't of one of the `{}`", of.segment()));
    }
    let text = |path: &str| item.pointer(path).and_then(Value::as_str);
    let authentication = match item.pointer("/properties") {
        Some(properties @ Value::Object(_)) => authentication(properties, of),
        _ => Err("the cluster has no `properties`".to_owned()),
    };
    Ok(ClusterItem {
        id,
        location: text("/location").unwrap_or_default().to_owned(),
        tags: tags(item.get("tags").cloned()),
        authentication: authentication.map_or_else(|why| Known::Unknown(Why::Malformed(why)), Known::Known),
        provisioning_state: in_transition(text("/properties/provisioningState")),
    })
}

/// What is absent has the default: native authentication with which every MongoDB vCore cluster is made ("Connect to Azure
/// DocumentDB using role-based access control and Microsoft Entra ID"), and passwords (`authenticationMethod` of
/// `cassandraClusters` in the REST API).
fn authentication(properties: &Value, of: ResourceType) -> Result<Vec<String>, Malformed> {
    let one = |text: &str| vec![cut(text.to_owned())];
    if of == ResourceType::CassandraCluster {
        return match properties.get("authenticationMethod") {
            None | Some(Value::Null) => Ok(one(CASSANDRA)),
            Some(Value::String(method)) if !method.is_empty() => Ok(one(method)),
            Some(_) => Err("`authenticationMethod` of the cluster is no text".to_owned()),
        };
    }
    let malformed = || Err("`authConfig` of the cluster has no list of `allowedModes`".to_owned());
    let modes = match properties.get("authConfig") {
        None | Some(Value::Null) => return Ok(one(NATIVE_AUTH)),
        Some(Value::Object(config)) => config.get("allowedModes"),
        Some(_) => return malformed(),
    };
    match modes {
        None | Some(Value::Null) => Ok(one(NATIVE_AUTH)),
        Some(Value::Array(modes)) => {
            let texts: Option<Vec<String>> = modes.iter().map(|mode| Some(cut(mode.as_str()?.to_owned()))).collect();
            match texts {
                // Every cluster has one.
                Some(texts) if texts.is_empty() => Ok(one(NATIVE_AUTH)),
                Some(texts) => Ok(texts),
                None => malformed(),
            }
        }
        Some(_) => malformed(),
    }
}

/// Reads a user of a MongoDB vCore cluster. Its name is the object id of an identity.
pub(crate) fn cluster_user(item: &Value) -> Result<Option<Item<ClusterUser>>, Malformed> {
    let id = required(item, "/id")?.to_owned();
    let role = |one: &Value| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(DatabaseRole {
            db: text("db")?.to_owned(),
            role: text("role")?.to_owned(),
        })
    };
    let roles = item.pointer("/properties/roles").and_then(Value::as_array);
    let roles: Option<Vec<DatabaseRole>> = roles.and_then(|list| list.iter().map(role).collect());
    // Without its roles a user would look harmless.
    let Some(roles) = roles.filter(|roles| !roles.is_empty()) else {
        return Err("the user has no list of `roles`, each with `db` and `role`".to_owned());
    };
    let user = ClusterUser {
        principal_id: last_segment(&id).to_owned().into(),
        id,
        roles,
    };
    Ok(Some(user.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/mongoClusters/c";

    fn modes(properties: &Value) -> Option<Vec<String>> {
        let read = cluster(&json!({"id": ID, "properties": properties}), ResourceType::MongoCluster).unwrap();
        match read.authentication {
            Known::Known(modes) => Some(modes),
            Known::Unknown(_) => None,
        }
    }

    #[test]
    fn what_is_absent_is_native_and_what_is_odd_is_unknown() {
        let native = Some(vec![NATIVE_AUTH.to_owned()]);
        for absent in [
            json!({}),
            json!({"authConfig": null}),
            json!({"authConfig": {}}),
            json!({"authConfig": {"allowedModes": []}}),
        ] {
            assert_eq!(modes(&absent), native, "{absent}");
        }
        for odd in [
            json!(null),
            json!({"authConfig": "none"}),
            json!({"authConfig": {"allowedModes": "MicrosoftEntraID"}}),
            json!({"authConfig": {"allowedModes": [1]}}),
        ] {
            assert_eq!(modes(&odd), None, "{odd}");
        }
    }

    #[test]
    fn a_managed_cassandra_cluster_has_passwords_unless_it_says_otherwise() {
        let id = ID.replace("mongoClusters", "cassandraClusters");
        let read = |properties: Value| {
            let item = json!({"id": id, "properties": properties});
            cluster(&item, ResourceType::CassandraCluster).unwrap().authentication
        };
        assert_eq!(read(json!({})), Known::Known(vec![CASSANDRA.to_owned()]));
        assert_eq!(
            read(json!({"authenticationMethod": "None"})),
            Known::Known(vec!["None".to_owned()])
        );
        assert!(matches!(read(json!({"authenticationMethod": 7})), Known::Unknown(_)));
        assert!(cluster(&json!({"id": ID, "properties": {}}), ResourceType::CassandraCluster).is_err());
    }

    /// The example of `Users_ListByMongoCluster` in the azure-rest-api-specs repository.
    #[test]
    fn a_user_is_an_identity_with_roles() {
        let user = |roles: Value| {
            let properties = json!({
                "provisioningState": "Succeeded", "roles": roles,
                "identityProvider": {"type": "MicrosoftEntraID", "properties": {"principalType": "servicePrincipal"}},
            });
            cluster_user(&json!({"id": format!("{ID}/users/63cf3af1"), "properties": properties}))
        };
        let read = user(json!([{"role": "root", "db": "admin"}])).unwrap().unwrap().value;
        assert_eq!(
            (read.principal_id.as_str(), read.roles),
            ("63cf3af1", vec![DatabaseRole::root()])
        );
        for odd in [
            json!(null),
            json!([]),
            json!([{"role": "root"}]),
            json!([{"role": "", "db": "admin"}]),
        ] {
            assert!(user(odd.clone()).is_err(), "{odd}");
        }
    }
}
