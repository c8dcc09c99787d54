//! Which of several managed identities of a machine is meant.

use crate::model::guid::is_guid;
use azure_identity::UserAssignedId;
use std::str::FromStr;

/// A user-assigned managed identity, by one of its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserIdentity {
    /// By its application's (client) id.
    Client(String),
    /// By the object id of its service principal.
    Object(String),
    /// By its resource id.
    Resource(String),
}

impl FromStr for UserIdentity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of_guid = |id: &str, make: fn(String) -> Self| {
            let id = id.trim();
            if is_guid(id) {
                Ok(make(id.to_owned()))
            } else {
                Err("expected a GUID after `=`")
            }
        };
        match text.split_once('=') {
            Some(("client-id", id)) => of_guid(id, Self::Client),
            Some(("object-id", id)) => of_guid(id, Self::Object),
            Some(("resource-id", id)) => {
                let is_one = id
                    .to_ascii_lowercase()
                    .contains("/providers/microsoft.managedidentity/userassignedidentities/");
                if id.starts_with('/') && is_one {
                    Ok(Self::Resource(id.to_owned()))
                } else {
                    Err("expected `/subscriptions/…/userAssignedIdentities/NAME` after `=`")
                }
            }
            _ => Err("expected client-id=ID, object-id=ID or resource-id=ID"),
        }
    }
}

impl From<UserIdentity> for UserAssignedId {
    fn from(identity: UserIdentity) -> Self {
        match identity {
            UserIdentity::Client(id) => Self::ClientId(id),
            UserIdentity::Object(id) => Self::ObjectId(id),
            UserIdentity::Resource(id) => Self::ResourceId(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_have_three_kinds_of_ids() {
        let id = "4f1d2c3b-0000-4000-8000-000000000003";
        let resource = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n";
        for (text, identity) in [
            (format!("client-id={id}"), UserIdentity::Client(id.to_owned())),
            (format!("object-id={id}"), UserIdentity::Object(id.to_owned())),
            (
                format!("resource-id={resource}"),
                UserIdentity::Resource(resource.to_owned()),
            ),
        ] {
            assert_eq!(text.parse(), Ok(identity));
        }
        for wrong in [
            id,
            "client-id=",
            "object-id=name",
            "resource-id=/subscriptions/s",
            "name=x",
            "",
        ] {
            assert!(wrong.parse::<UserIdentity>().is_err(), "{wrong}");
        }
    }
}
