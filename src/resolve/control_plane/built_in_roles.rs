//! Whether assigning one of Azure's built-in roles opens a bypass.

use super::truth::Truth;
use crate::model::azure_rbac::{BuiltInAzureRole, Opens};
use foldhash::HashMap;
use std::sync::LazyLock;

/// By the role's key.
pub(super) static BUILT_IN: LazyLock<HashMap<String, Truth>> = LazyLock::new(|| {
    let gives = |role: &BuiltInAzureRole| match role.opens {
        Opens::Bypass => Truth::True,
        Opens::Possibly => Truth::Unknown,
        Opens::Elsewhere | Opens::Nothing => Truth::False,
    };
    BuiltInAzureRole::all()
        .map(|role| (role.guid.clone(), gives(role)))
        .collect()
});
