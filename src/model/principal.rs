//! Who gets access: the object id of an Entra user, group, service principal or managed identity.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An object id as Entra gives it, in lower case. What the service returns is kept even when it is no GUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct PrincipalId(String);

impl PrincipalId {
    /// The id in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for PrincipalId {
    fn from(id: String) -> Self {
        Self(id.to_ascii_lowercase())
    }
}

impl From<&str> for PrincipalId {
    fn from(id: &str) -> Self {
        Self(id.to_ascii_lowercase())
    }
}

impl From<PrincipalId> for String {
    fn from(id: PrincipalId) -> Self {
        id.0
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` has the form of a GUID: 8-4-4-4-12 hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
