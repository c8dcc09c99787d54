//! What there would be after a deployment, whichever file tells it.

use super::value::{Node, Spot, Why};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A resource that a file deploys, or that it refers to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// Its type in full, as the file writes it: `Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments`.
    pub(super) resource_type: String,
    /// Its id in Azure Resource Manager. Parts that are not known stand in braces and have no `/`.
    pub(super) id: String,
    /// It, as Azure Resource Manager would return it: `location`, `kind`, `tags`, `identity`, `properties`, …
    pub(super) body: Node,
    /// Where it is written.
    pub(super) at: Option<Spot>,
    /// Whether it would be there.
    pub(super) presence: Presence,
}

/// Whether a resource would be there after the deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    /// The deployment makes it as it is written.
    Deployed,
    /// It is there already, and the file only refers to it: the body says no more than that.
    Existing,
    /// Whether it is deployed is not known.
    Possible(Why),
}

/// Something of a file that was not read, so that nothing is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// What, as people call it: "the module `cosmos`".
    pub(super) what: String,
    /// Why.
    pub(super) why: Why,
    /// Where it is written.
    pub(super) at: Option<Spot>,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// The resources, in the order of the file.
    pub(super) resources: Vec<Planned>,
    /// What was not read.
    pub(super) unread: Vec<Unread>,
    /// Of `unread`, assignments of roles, by its `what`: it isn't known how many there are. Whether they are of Azure roles.
    pub(super) uncounted: BTreeMap<String, bool>,
    /// What can decide who has access in ways that are never analyzed: its type, and where it is written.
    pub(super) not_analyzed: Vec<(String, Option<Spot>)>,
    /// What isn't deployed with these parameters, as a condition is false.
    pub(super) skipped: Vec<(String, Option<Spot>)>,
    /// The ids of what is deleted, and where that is written.
    pub(super) deleted: Vec<(String, Option<Spot>)>,
    /// The managed identities that resources get which aren't among these, see [`attached`](super::attached).
    pub(super) attached: BTreeSet<Option<String>>,
}

/// Where a template is deployed to, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// The id of the subscription.
    pub(super) subscription: Option<Arc<str>>,
    /// The name of the resource group.
    pub(super) resource_group: Option<Arc<str>>,
    /// What it is deployed to.
    pub(super) level: Level,
}

/// What a template deploys to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Level {
    #[default]
    Group,
    Subscription,
    /// A management group, or the tenant.
    Above,
}

impl Target {
    /// The id of the subscription, or what stands for it in ids.
    pub(super) fn subscription(&self) -> &str {
        self.subscription.as_deref().unwrap_or("{subscription}")
    }

    /// The name of the resource group, or what stands for it in ids.
    pub(super) fn resource_group(&self) -> &str {
        self.resource_group.as_deref().unwrap_or("{resource-group}")
    }
}
