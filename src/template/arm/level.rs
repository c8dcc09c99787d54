//! What a template deploys to.

use super::super::value::Node;

/// What a template deploys to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Group,
    Subscription,
    /// A management group, or the tenant.
    Above,
}

impl Level {
    /// What its `$schema` says.
    pub(super) fn of(root: &Node) -> Self {
        let schema = root.text("$schema").map(|text| text.to_ascii_lowercase());
        let is = |word: &str| schema.as_ref().is_some_and(|text| text.contains(word));
        match () {
            () if is("subscriptiondeploymenttemplate") => Self::Subscription,
            () if is("managementgroupdeploymenttemplate") || is("tenantdeploymenttemplate") => Self::Above,
            () => Self::Group,
        }
    }
}
