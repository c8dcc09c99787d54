//! The managed identities that a file attaches to resources: who runs code there can act as them.

use super::kinds::is_ours;
use super::partly::is_partly_known;
use super::planned::{Plan, Presence};
use super::value::{Node, Value};
use std::collections::BTreeSet;

/// Those of a file.
pub(super) fn of_plan(plan: &Plan) -> BTreeSet<Option<String>> {
    let others = plan
        .resources
        .iter()
        .filter(|one| one.presence != Presence::Existing && !is_ours(&one.resource_type));
    let identities = others.filter_map(|one| one.body.get("identity")).flat_map(of_identity);
    let mut all: BTreeSet<_> = identities.chain(plan.attached.iter().cloned()).collect();
    if plan.resources.iter().any(|one| is_identity(&one.resource_type)) {
        all.remove(&None);
    }
    all
}

/// The user-assigned identities in the `identity` of a resource of Azure Resource Manager: their IDs, in lower case. `None`: one that
/// isn't known. Source: `ManagedServiceIdentity` of "common-types", version 6, in azure-rest-api-specs.
pub(super) fn of_identity(identity: &Node) -> BTreeSet<Option<String>> {
    match (
        &identity.value,
        identity.get("userAssignedIdentities").map(|node| &node.value),
    ) {
        (Value::Unknown(_), _) | (_, Some(Value::Unknown(_))) => BTreeSet::from([None]),
        (_, Some(Value::Object(all))) => all.iter().map(|(id, _)| known(id)).collect(),
        _ => BTreeSet::new(),
    }
}

/// The same of a block `identity` of Terraform. `unknown`: its tree of what is known only after the deployment.
pub(super) fn of_block(identity: Option<&Node>, unknown: Option<&Node>) -> BTreeSet<Option<String>> {
    let blocks = |node: Option<&Node>| node.and_then(|node| node.value.as_list().map(<[Node]>::to_vec));
    let mut found = BTreeSet::new();
    for block in blocks(identity).into_iter().flatten() {
        let ids = blocks(block.get("identity_ids"));
        found.extend(
            ids.into_iter()
                .flatten()
                .map(|id| id.value.as_text().and_then(|id| known(id))),
        );
    }
    let is_open = |node: &Node| match &node.value {
        Value::Bool(is_unknown) => *is_unknown,
        Value::List(all) => all.iter().any(|one| one.value == Value::Bool(true)),
        _ => false,
    };
    let open = blocks(unknown).into_iter().flatten();
    if open
        .filter_map(|block| block.get("identity_ids").map(is_open))
        .any(|is_open| is_open)
        || unknown.is_some_and(|node| node.value == Value::Bool(true))
    {
        found.insert(None);
    }
    found
}

/// An identity that the file makes itself has nothing yet, and its ID often isn't known.
pub(super) fn is_identity(kind: &str) -> bool {
    let kind = kind.split('@').next().unwrap_or_default();
    kind.eq_ignore_ascii_case("Microsoft.ManagedIdentity/userAssignedIdentities")
        || kind == "azurerm_user_assigned_identity"
}

/// An ID that is none isn't known.
pub(super) fn known(id: &str) -> Option<String> {
    (id.starts_with('/') && !is_partly_known(id)).then(|| id.to_ascii_lowercase())
}
