//! Resources as the list of all resources of a subscription shows them: without their properties.

use super::cosmos::tags;
use super::item::Malformed;
use super::known::Known;
use super::prune::required;
use crate::model::listed_only::{LISTED_ONLY, ListedOnly};
use crate::model::{AccountId, Api, ResourceType, Tags};
use serde_json::Value;

/// A resource of a type that is listed and not read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResourceItem {
    pub(super) id: AccountId,
    pub(super) api: Api,
    pub(super) location: String,
    pub(super) tags: Known<Tags>,
}

/// Reads a resource; `None`: it is of another type.
pub(super) fn resource(item: &Value) -> Result<Option<ResourceItem>, Malformed> {
    let text = |path: &str| item.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let row = |is: &dyn Fn(ResourceType) -> bool| LISTED_ONLY.iter().find(|row| is(row.resource_type));
    let id = AccountId::parse(required(item, "/id")?);
    let of_id: Option<&ListedOnly> = id.as_ref().ok().and_then(|id| row(&|own| own == id.resource_type()));
    let said = row(&|own| own.name().eq_ignore_ascii_case(text("/type")));
    match (id, of_id) {
        (Ok(id), Some(row)) => Ok(Some(ResourceItem {
            id,
            api: row.api,
            location: text("/location").to_owned(),
            tags: tags(item.get("tags").cloned()),
        })),
        (_, None) => match said {
            Some(row) => Err(format!("the ID isn't of one of the `{}`", row.resource_type.name())),
            None => Ok(None),
        },
        // What is of a type has an ID.
        (Err(error), Some(_)) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(kind: &str, said: &str) -> Result<Option<ResourceItem>, Malformed> {
        let id = format!("/subscriptions/s/resourceGroups/RG/providers/{kind}/cache");
        resource(&json!({"id": id, "name": "cache", "type": said, "location": "westeurope"}))
    }

    /// The example of `Resources_List` in the azure-rest-api-specs repository has other types, too.
    #[test]
    fn only_types_that_are_asked_for_are_read() {
        for row in &LISTED_ONLY {
            let name = row.resource_type.name();
            for kind in [name.to_owned(), name.to_ascii_uppercase()] {
                let found = read(&kind, &kind).unwrap().unwrap();
                assert_eq!((found.api, found.location.as_str()), (row.api, "westeurope"));
            }
        }
        for kind in [
            "Microsoft.DocumentDB/databaseAccounts",
            "Microsoft.DocumentDB/mongoClusters",
            "Microsoft.DocumentDB/fleets",
            "Microsoft.Compute/virtualMachines",
        ] {
            assert_eq!(read(kind, kind), Ok(None), "{kind}");
        }
    }

    #[test]
    fn what_is_said_to_be_one_is_never_dropped() {
        let garnet = "Microsoft.DocumentDB/garnetClusters";
        assert!(read("Microsoft.Compute/virtualMachines", garnet).is_err());
        assert!(read("Microsoft.DocumentDB/databaseAccounts", garnet).is_err());
        assert!(resource(&json!({"type": garnet})).is_err());
        assert!(resource(&json!({"id": 3})).is_err());
        let odd =
            json!({"id": format!("/subscriptions/s/resourceGroups/rg/providers/{garnet}/c"), "tags": 3, "location": 7});
        assert!(matches!(resource(&odd).unwrap().unwrap().tags, Known::Unknown(_)));
    }
}
