//! Who scanned: what a scan finds is what its identity may see.

use super::guid::is_guid;
use super::shown::Shown;
use crate::shown;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The identity that a scan signed in as. Azure Resource Manager lists what this identity may read, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScannedBy {
    /// The credential, by its name on the command line.
    pub credential: String,
    /// The object id of the principal, from the token's `oid` claim; left out where the token does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// The application id, from the token's `appid` or `azp` claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}

impl ScannedBy {
    /// Whom it is, as people read it: the object id and the credential.
    pub fn shown(&self) -> Shown {
        let credential = match self.credential.as_str() {
            "env" => "client secret or certificate",
            "workload-identity" => "workload identity",
            "managed-identity" => "managed identity",
            "pipelines" => "Azure Pipelines",
            "cli" => "Azure CLI",
            "azd" => "Azure Developer CLI",
            other => other,
        };
        // From a file it may be anything.
        match self.object_id.as_deref().filter(|id| is_guid(id)) {
            Some(id) => shown!("{} ({})", Shown::of(id), Shown::of(credential)),
            None => shown!("an identity of unknown object ID ({})", Shown::of(credential)),
        }
    }

    /// Whether it is certain that no person signed in.
    pub fn is_service_principal(&self) -> bool {
        matches!(
            self.credential.as_str(),
            "env" | "workload-identity" | "managed-identity" | "pipelines"
        )
    }

    /// Whether both are known, and are not the same principal.
    pub fn differs_from(&self, other: &Self) -> bool {
        match (&self.object_id, &other.object_id) {
            (Some(own), Some(other)) => !own.eq_ignore_ascii_case(other),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_known_is_not_named() {
        let identity = |credential: &str, id: Option<&str>| ScannedBy {
            credential: credential.to_owned(),
            object_id: id.map(str::to_owned),
            application_id: None,
        };
        let id = "99999999-8888-4777-8666-555555555555";
        assert_eq!(
            identity("workload-identity", Some(id)).shown().as_str(),
            "99999999-8888-4777-8666-555555555555 (workload identity)"
        );
        let hostile = identity("a\u{1b}[31m", Some("\u{1b}]0;x")).shown();
        assert!(!hostile.as_str().contains('\u{1b}'), "{hostile}");
        assert!(identity("env", None).shown().as_str().contains("unknown object ID"));
        assert!(!identity("env", None).differs_from(&identity("cli", Some(id))));
        assert!(!identity("env", Some(&id.to_uppercase())).differs_from(&identity("cli", Some(id))));
    }
}
