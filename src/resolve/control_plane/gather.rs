//! Collects the assignments of all subscriptions, each once, and what their roles give.

use super::holder::{Holder, is_conditional};
use crate::model::bypass::ACTIONS;
use crate::model::{ActionPattern, AzurePermission, AzureRoleDefinition, ControlPlane, arm_id};
use std::collections::HashMap;

/// A role, and the actions that it gives of those that open a bypass.
#[derive(Debug)]
pub(super) struct Role<'a> {
    pub(super) definition: &'a AzureRoleDefinition,
    pub(super) gives: Vec<Given<'a>>,
}

/// An action that a role gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    /// Its place in [`ACTIONS`].
    pub(super) action: usize,
    pub(super) pattern: &'a ActionPattern,
    pub(super) condition: Option<&'a str>,
}

/// The roles by their GUIDs, in lower case. A GUID is one role in the whole tenant: "Azure custom roles", section
/// "Custom role properties".
#[derive(Debug)]
pub(super) struct Roles<'a>(HashMap<String, Role<'a>>);

impl<'a> Roles<'a> {
    pub(super) fn new(planes: &'a [ControlPlane]) -> Self {
        let mut found: HashMap<String, Vec<&'a AzureRoleDefinition>> = HashMap::new();
        for definition in planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten()) {
            let versions = found.entry(guid(&definition.id)).or_default();
            // Every subscription lists it. One that was changed while the scan ran gives what either version gives.
            if !versions
                .iter()
                .any(|version| version.permissions == definition.permissions)
            {
                versions.push(definition);
            }
        }
        let role = |versions: Vec<&'a AzureRoleDefinition>| {
            let permissions: Vec<&'a AzurePermission> = versions.iter().flat_map(|one| &one.permissions).collect();
            Some(Role {
                definition: versions.first()?,
                gives: (0..ACTIONS.len())
                    .filter_map(|action| given(&permissions, action))
                    .collect(),
            })
        };
        let roles = found.into_iter().filter(|(guid, _)| !guid.is_empty());
        Self(
            roles
                .filter_map(|(guid, versions)| Some((guid, role(versions)?)))
                .collect(),
        )
    }

    pub(super) fn get(&self, id: &str) -> Option<&Role<'a>> {
        self.0.get(&guid(id))
    }
}

/// How permissions give an action, best without a condition.
fn given<'a>(permissions: &[&'a AzurePermission], action: usize) -> Option<Given<'a>> {
    let name = ACTIONS.get(action)?.name;
    let ways = permissions.iter().filter_map(|permission| {
        let condition = permission
            .condition
            .as_deref()
            .filter(|text| is_conditional(Some(text)));
        Some(Given {
            action,
            pattern: permission.grants(name)?,
            condition,
        })
    });
    ways.min_by_key(|given| given.condition.is_some())
}

fn guid(id: &str) -> String {
    crate::model::guid::canonical(arm_id::last_segment(id))
}

/// An assignment, and the subscriptions that list it.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    pub(super) holder: Holder<'a>,
    /// The places of their control planes.
    pub(super) planes: Vec<usize>,
}

/// Every assignment of a role that matters or is not known, once, in the order of their ids.
pub(super) fn assignments<'a>(planes: &'a [ControlPlane], roles: &Roles<'a>) -> Vec<Gathered<'a>> {
    let mut found: HashMap<(bool, String), Vec<Gathered<'a>>> = HashMap::new();
    for (number, plane) in planes.iter().enumerate() {
        let active = plane.role_assignments.iter().flatten().map(Holder::Active);
        let eligible = plane.eligible.iter().flatten().map(Holder::Eligible);
        for holder in active.chain(eligible) {
            let role = roles.get(holder.role_definition_id());
            if role.is_some_and(|role| role.gives.is_empty()) {
                continue;
            }
            let key = (holder.is_eligible(), holder.id().to_ascii_lowercase());
            let same_id = found.entry(key).or_default();
            // One that was changed while the scan ran is two: neither may hide the other.
            match same_id.iter_mut().find(|one| is_same(one.holder, holder)) {
                Some(known) => known.planes.push(number),
                None => same_id.push(Gathered {
                    holder,
                    planes: vec![number],
                }),
            }
        }
    }
    let mut all: Vec<_> = found.into_iter().collect();
    all.sort_by(|(a, _), (b, _)| (&a.1, a.0).cmp(&(&b.1, b.0)));
    all.into_iter().flat_map(|(_, same_id)| same_id).collect()
}

/// Whether two entries of the same id say the same.
fn is_same(a: Holder<'_>, b: Holder<'_>) -> bool {
    let what = |holder: Holder<'_>| guid(holder.role_definition_id());
    a.principal() == b.principal()
        && a.scope().key() == b.scope().key()
        && a.condition() == b.condition()
        && what(a) == what(b)
}
