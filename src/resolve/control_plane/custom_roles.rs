//! Who could widen a custom role that they have: `roleDefinitions/write` alone assigns nothing, but a role that was assigned
//! can be given more actions.
//!
//! Source: "Azure custom roles", section "Who can create, delete, update, or view a custom role": the action is needed at
//! every assignable scope of the role.

use super::gather::{Roles, holders};
use super::holder::Holder;
use super::lift::is_at_or_above;
use super::people::{is_named, people};
use super::truth::Truth;
use crate::model::{AzureRoleDefinition, AzureScope, ControlPlane, Gap};
use crate::resolve::directory::Directory;
use jiff::Timestamp;

/// The assignments of custom roles.
pub(super) struct CustomRoles<'a> {
    /// With the role; `None`: it wasn't read, and could be a custom one.
    held: Vec<(Holder<'a>, Option<&'a AzureRoleDefinition>)>,
    /// Whether these are all.
    is_complete: bool,
}

impl<'a> CustomRoles<'a> {
    pub(super) fn new(planes: &'a [ControlPlane], roles: &Roles<'a>, taken_at: Timestamp) -> Self {
        let lists = [Gap::AZURE_ROLE_ASSIGNMENTS, Gap::AZURE_ROLE_DEFINITIONS, Gap::ELIGIBLE];
        let custom = |holder: Holder<'a>| match roles.get(holder.role_definition_id()) {
            Some(role) => (!role.definition.built_in).then_some((holder, Some(role.definition))),
            None => Some((holder, None)),
        };
        Self {
            held: (planes.iter())
                .flat_map(|plane| holders(plane, taken_at))
                .filter_map(custom)
                .collect(),
            is_complete: planes.iter().all(|plane| lists.iter().all(|list| plane.has_all(list))),
        }
    }

    /// Whether who has the action through `editor` has a custom role that they can widen with it.
    pub(super) fn can_be_widened(&self, editor: Holder<'a>, directory: &Directory<'a>) -> Truth {
        let people = people(directory, editor);
        let mut best = if self.is_complete { Truth::False } else { Truth::Unknown };
        for (held, role) in &self.held {
            let entry = (held.principal(), held.principal_type());
            let has = |person| is_named(directory, entry, person, editor.principal());
            let has = people.iter().map(|person| has(*person)).fold(Truth::False, Truth::or);
            // Through the role itself it reaches the same accounts as the action.
            let is_certain = held.id() == editor.id()
                && !held.is_eligible()
                && held.condition().is_none()
                && role.is_some_and(|role| is_within(role, editor.scope()));
            best = best.or(if is_certain { has } else { has.and(Truth::Unknown) });
            if best == Truth::True {
                break;
            }
        }
        best
    }
}

/// Whether a role can be assigned at no place outside a scope.
fn is_within(role: &AzureRoleDefinition, scope: &AzureScope) -> bool {
    let scopes = &role.assignable_scopes;
    !scopes.is_empty() && scopes.iter().all(|one| is_at_or_above(scope, one))
}
