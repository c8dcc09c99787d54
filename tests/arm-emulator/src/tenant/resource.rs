//! Resources of a subscription that are neither accounts nor clusters with routes of their own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A resource of any type.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resource {
    /// Its type in full, as in `Microsoft.DocumentDB/garnetClusters`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Name.
    pub name: String,
    /// Resource group, in the casing it is served in.
    pub resource_group: String,
    /// Region, as in `westeurope`.
    pub location: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Served in place of the whole item.
    pub raw: Option<Value>,
}

impl Default for Resource {
    fn default() -> Self {
        Self {
            resource_type: "Microsoft.DocumentDB/garnetClusters".to_owned(),
            name: String::new(),
            resource_group: "rg".to_owned(),
            location: "westeurope".to_owned(),
            tags: BTreeMap::new(),
            raw: None,
        }
    }
}
