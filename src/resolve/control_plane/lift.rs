//! Who can lift which deny assignment: for them what it denies is possible, and not gone.

use super::gather::{Roles, holders};
use super::holder::Holder;
use super::people::{Person, is_named};
use crate::model::azure_rbac::Level;
use crate::model::bypass::LiftAction;
use crate::model::{AzureScope, ControlPlane, DenyAssignment, PrincipalId};
use crate::resolve::directory::Directory;
use jiff::Timestamp;

/// A principal, and what it is, as the service wrote it.
pub(super) type Lifter<'a> = (&'a PrincipalId, Option<&'a str>);

/// The assignments of a subscription whose role can lift deny assignments.
#[derive(Debug, Default)]
pub(super) struct Lifts<'a>(Vec<(Holder<'a>, Vec<LiftAction>)>);

impl<'a> Lifts<'a> {
    pub(super) fn new(plane: &'a ControlPlane, roles: &Roles<'a>, taken_at: Timestamp) -> Self {
        let lifting = |holder: Holder<'a>| {
            let lifts = &roles.get(holder.role_definition_id())?.lifts;
            (!lifts.is_empty()).then(|| (holder, lifts.clone()))
        };
        Self(holders(plane, taken_at).filter_map(lifting).collect())
    }

    /// Who could lift a deny assignment: in order, and each once. A condition of theirs, or a role that they must activate,
    /// doesn't count: that they can't is never certain enough to call access gone.
    pub(super) fn of(&self, deny: &DenyAssignment) -> Vec<Lifter<'a>> {
        let fits = |lift: &LiftAction| match lift {
            LiftAction::Delete => deny.system_protected != Some(true),
            LiftAction::ManageStack => deny.system_protected != Some(false) && deny.may_be_of_deployment_stack(),
        };
        let at = |(holder, lifts): &&(Holder<'a>, Vec<LiftAction>)| {
            lifts.iter().any(fits) && may_be_at_or_above(holder.scope(), &deny.scope)
        };
        let holders = self
            .0
            .iter()
            .filter(at)
            .map(|(holder, _)| (holder.principal(), holder.principal_type()));
        let mut all: Vec<Lifter<'a>> = holders.collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Whether a person who has what `holder` has could be one of them.
pub(super) fn could_lift(
    directory: &Directory<'_>,
    lifters: &[Lifter<'_>],
    person: Person<'_>,
    holder: &PrincipalId,
) -> bool {
    lifters
        .iter()
        .any(|lifter| is_named(directory, *lifter, person, holder).is_possible())
}

/// Whether one scope in a subscription's list certainly holds all of another. Where a malformed one is, nobody knows.
pub(super) fn is_at_or_above(upper: &AzureScope, lower: &AzureScope) -> bool {
    let is_in_subscription = !lower.is_above_subscriptions() && lower.level() != Level::Malformed;
    upper.contains(lower) || (upper.is_above_subscriptions() && is_in_subscription)
}

/// Whether it could: which management group is above which, and what a malformed scope means, isn't known.
fn may_be_at_or_above(upper: &AzureScope, lower: &AzureScope) -> bool {
    let is_group = |scope: &AzureScope| scope.level() == Level::ManagementGroup;
    lower.level() == Level::Malformed || is_at_or_above(upper, lower) || (is_group(upper) && is_group(lower))
}
