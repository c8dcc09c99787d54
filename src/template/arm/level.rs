//! What a template deploys to, as it says itself.

use super::super::planned::Level;
use super::super::value::Node;

/// What its `$schema` says.
pub(super) fn level_of(root: &Node) -> Level {
    let schema = root.text("$schema").map(|text| text.to_ascii_lowercase());
    let is = |word: &str| schema.as_ref().is_some_and(|text| text.contains(word));
    match () {
        () if is("subscriptiondeploymenttemplate") => Level::Subscription,
        () if is("managementgroupdeploymenttemplate") || is("tenantdeploymenttemplate") => Level::Above,
        () => Level::Group,
    }
}
