//! Plans of Terraform: what `terraform show -json` prints of a plan, as the resources that there would be.
//!
//! `resource_changes` has each resource as it would be, and which of its values are known only after the deployment. What
//! those refer to is in `configuration` (`config`). IDs of what is created are made of names (`ids`), values are put
//! together by `world`, and `azurerm` and `azapi` give the shape that Azure Resource Manager has for them.
//!
//! Source: "JSON Output Format" of Terraform's documentation, and `internal/command/jsonplan` and `jsonconfig` of Terraform.

mod account;
mod address;
mod azapi;
mod azure_roles;
mod azurerm;
mod change;
mod config;
mod content;
mod ids;
mod resource;
mod rows;
mod unread;
mod world;

use super::arm::flat;
use super::attached;
use super::planned::{Plan, Planned, Presence, Target, Unread};
use super::value::{Node, Spot, Why};
use crate::model::AccountId;
use change::{Change, Fate};
use config::list;
use ids::own_id;
use rows::{azapi_type, row_of};
use std::collections::BTreeSet;
use unread::is_ours;
use world::World;

/// Reads a plan.
pub(super) fn read(root: &Node, target: &Target) -> Plan {
    let mut plan = Plan::default();
    if let Some(unread) = unread::unknown_version(root) {
        plan.unread.push(unread);
        return plan;
    }
    plan.unread.extend(unread::of_plan(root));
    plan.uncounted.extend(unread::deferred_assignments(root));
    let mut changes = Vec::new();
    for entry in list(root.get("resource_changes")) {
        match Change::read(entry) {
            Some(change) => {
                let forgotten = change.forgotten();
                changes.extend([Some(change), forgotten].into_iter().flatten());
            }
            None => plan.unread.push(Unread {
                what: "an entry of `resource_changes`".to_owned(),
                why: Why::Wrong("it has no `address`, `type`, `name` or `change`".into()),
                at: entry.at,
            }),
        }
    }
    let world = World::new(root, changes, target);
    let replaced = replaced(&world);
    let is_lost = |change: &Change<'_>, id: &str| {
        let id = id.to_ascii_lowercase();
        change.stays && replaced.iter().any(|account| id.starts_with(&format!("{account}/")))
    };
    let mut updates = Vec::new();
    for change in world.changes.iter().filter(|change| !change.is_data) {
        plan.unread.extend(unread::of_change(&world, change));
        if unread::is_not_analyzed(change) {
            plan.not_analyzed.push((change.kind.to_owned(), change.at));
        }
        if change.fate == Fate::There && !change.stays {
            let identity = |state: Option<&Node>| state.and_then(|node| node.get("identity").cloned());
            let (now, open) = (identity(change.after.values), identity(change.after.unknown));
            plan.attached.extend(attached::of_block(now.as_ref(), open.as_ref()));
        }
        if let Some(planned) = planned(&world, change).filter(|planned| !is_lost(change, &planned.id)) {
            match change.kind {
                "azapi_update_resource" => updates.push(planned),
                _ => plan.resources.push(planned),
            }
        }
    }
    if world
        .changes
        .iter()
        .any(|change| attached::is_identity(change.kind) && change.creates)
    {
        plan.attached.remove(&None);
    }
    for planned in updates {
        azapi::update(&mut plan.resources, planned);
    }
    plan.deleted = deleted(&world, &plan.resources);
    plan
}

/// A resource as it would be. `None`: its type isn't read, or it would not be there.
fn planned(world: &World<'_>, change: &Change<'_>) -> Option<Planned> {
    let (resource_type, is_azapi) = arm_type(change)?;
    let presence = match change.fate {
        Fate::There => Presence::Deployed,
        Fate::Deleted => return None,
        // It stays, and nobody says how it will be.
        Fate::Forgotten => Presence::Existing,
    };
    let body = match is_azapi {
        true => azapi::body(world, change),
        false => azurerm::body(world, change, resource_type),
    };
    Some(Planned {
        resource_type: resource_type.to_owned(),
        id: flat(&world.id(change)?),
        body,
        at: change.at,
        presence,
    })
}

/// The type of a resource in Azure Resource Manager, if it has to do with access, and whether it is of the provider `azapi`.
fn arm_type<'c>(change: &'c Change<'_>) -> Option<(&'c str, bool)> {
    match azapi_type(change) {
        Some(of) => is_ours(of).then_some((of, true)),
        None => Some((row_of(change.kind)?.arm, false)),
    }
}

/// The accounts that are made anew, by their IDs in lower case. What is in them goes, also where Terraform leaves it as it is and
/// notices later.
fn replaced(world: &World<'_>) -> BTreeSet<String> {
    let changes = world.changes.iter().filter(|change| change.deletes && change.creates);
    let ids = changes.filter_map(|change| own_id(change.before.values?));
    let accounts = ids.filter(|id| AccountId::parse(id).is_ok());
    accounts.map(|id| id.to_ascii_lowercase()).collect()
}

/// The IDs of what would no longer be there, replaced or deleted: of accounts, also of those that are made anew, as nothing in them stays.
fn deleted(world: &World<'_>, planned: &[Planned]) -> Vec<(String, Option<Spot>)> {
    let stay: BTreeSet<String> = planned.iter().map(|one| one.id.to_ascii_lowercase()).collect();
    let goes = |change: &&Change<'_>| change.deletes && !change.is_data && change.kind != "azapi_update_resource";
    let ids = world.changes.iter().filter(goes).filter_map(|change| {
        arm_type(change)?;
        let id = own_id(change.before.values?)?;
        let is_gone = change.creates && AccountId::parse(id).is_ok() || !stay.contains(&id.to_ascii_lowercase());
        is_gone.then(|| (id.to_owned(), change.at))
    });
    ids.collect()
}

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
#[path = "terraform_tests.rs"]
mod tests;
