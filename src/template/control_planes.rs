//! Azure RBAC after a deployment: what is there, with what a file adds and without what it deletes.

use super::partly::{could_contain, is_partly_known};
use crate::model::arm_id::last_segment;
use crate::model::azure_rbac::OfTemplate;
use crate::model::{AzureRoleAssignment, AzureRoleDefinition, ControlPlane, role_key};
use crate::snapshot::Origins;
use std::collections::{BTreeMap, BTreeSet};

/// Control planes by their subscriptions, in lower case. What lies above all subscriptions is in one without a name.
#[derive(Debug, Default)]
pub(super) struct Planes(BTreeMap<String, ControlPlane>);

impl Planes {
    pub(super) fn new(planes: Vec<ControlPlane>) -> Self {
        let keyed = planes
            .into_iter()
            .map(|plane| (plane.subscription.to_ascii_lowercase(), plane));
        Self(keyed.collect())
    }

    /// That of a subscription. If there is none, it is made: then a template says all of it.
    pub(super) fn of(&mut self, subscription: Option<&str>) -> &mut ControlPlane {
        let id = subscription.unwrap_or_default();
        self.0.entry(id.to_ascii_lowercase()).or_insert_with(|| ControlPlane {
            subscription: id.to_owned(),
            role_assignments: Some(Vec::new()),
            role_definitions: Some(Vec::new()),
            deny_assignments: None,
            eligible: None,
            delegations: None,
            of_template: OfTemplate {
                is_all: true,
                doubtful: BTreeSet::new(),
            },
            gaps: Vec::new(),
        })
    }

    /// In the order of their subscriptions.
    pub(super) fn all(self) -> Vec<ControlPlane> {
        self.0.into_values().collect()
    }

    pub(super) fn definitions(&self) -> impl Iterator<Item = &AzureRoleDefinition> {
        self.0
            .values()
            .flat_map(|plane| plane.role_definitions.iter().flatten())
    }

    fn assignments(&self) -> impl Iterator<Item = &AzureRoleAssignment> {
        self.0
            .values()
            .flat_map(|plane| plane.role_assignments.iter().flatten())
    }

    /// What holds above subscriptions holds in each of them, as far as that is known. `subscriptions`: those with accounts.
    pub(super) fn spread(&mut self, subscriptions: impl Iterator<Item = String>) {
        let own = self
            .0
            .get("")
            .into_iter()
            .flat_map(|plane| plane.role_assignments.iter().flatten());
        let above: Vec<AzureRoleAssignment> = own.filter(|one| one.scope.is_above_subscriptions()).cloned().collect();
        if above.is_empty() {
            return;
        }
        let known: Vec<String> = self.0.keys().cloned().collect();
        for id in known.into_iter().chain(subscriptions).filter(|id| !id.is_empty()) {
            let all = self.of(Some(&id)).role_assignments.get_or_insert_default();
            for one in above
                .iter()
                .filter(|one| !all.contains(one))
                .cloned()
                .collect::<Vec<_>>()
            {
                all.push(one);
            }
        }
    }

    /// Without what is deleted.
    fn keep(&mut self, is_kept: &dyn Fn(&str) -> bool) {
        for plane in self.0.values_mut() {
            plane
                .role_assignments
                .iter_mut()
                .for_each(|list| list.retain(|one| is_kept(&one.id)));
            plane
                .role_definitions
                .iter_mut()
                .for_each(|list| list.retain(|one| is_kept(&one.id)));
            plane
                .eligible
                .iter_mut()
                .for_each(|list| list.retain(|one| is_kept(&one.id)));
            plane
                .deny_assignments
                .iter_mut()
                .for_each(|list| list.retain(|one| is_kept(&one.id)));
        }
    }

    /// Adds what is deployed. What certainly replaces something replaces it; otherwise both count.
    fn add(&mut self, planned: ControlPlane) {
        let doubtful = planned.of_template.clone();
        let is_sure = |id: &str| !doubtful.is_doubtful(id);
        let roles = planned.role_definitions.unwrap_or_default();
        // A role is one in the whole tenant, and every subscription lists it.
        for role in roles.iter().filter(|role| !role.built_in && is_sure(&role.id)) {
            for own in self.0.values_mut().filter_map(|plane| plane.role_definitions.as_mut()) {
                own.retain(|own| role_key(&own.id) != role_key(&role.id));
            }
        }
        // What Azure says of its roles is newer than what this program knows.
        let is_known =
            |role: &AzureRoleDefinition| self.definitions().any(|own| role_key(&own.id) == role_key(&role.id));
        let added: Vec<AzureRoleDefinition> = roles
            .into_iter()
            .filter(|role| !role.built_in || !is_known(role))
            .collect();
        let own = self.of(Some(&planned.subscription));
        own.role_definitions.get_or_insert_default().extend(added);
        own.of_template.doubtful.extend(planned.of_template.doubtful);
        let own = own.role_assignments.get_or_insert_default();
        let added = planned.role_assignments.unwrap_or_default();
        own.retain(|own| {
            !added
                .iter()
                .any(|one| one.id.eq_ignore_ascii_case(&own.id) && is_sure(&one.id))
        });
        own.extend(added);
    }
}

/// What there is after the deployment of `planned`, but what is deleted. `subscriptions`: those that have accounts.
pub(super) fn joined(
    existing: Vec<ControlPlane>,
    planned: Vec<ControlPlane>,
    is_kept: &dyn Fn(&str) -> bool,
    origins: &mut Origins,
    subscriptions: impl Iterator<Item = String>,
) -> Vec<ControlPlane> {
    let mut planes = Planes::new(existing);
    planes.keep(is_kept);
    let mut planned = Planes::new(planned);
    defined_there(&planes, &mut planned, origins);
    planned.all().into_iter().for_each(|plane| planes.add(plane));
    planes.spread(subscriptions);
    planes.all()
}

/// Takes assignments of roles that the file doesn't define and that are defined there. What is there already is there.
fn defined_there(existing: &Planes, planned: &mut Planes, origins: &mut Origins) {
    origins.azure_roles.retain(|one| {
        let Some(assignment) = &one.assignment else {
            return !existing.assignments().any(|own| own.id.eq_ignore_ascii_case(&one.id));
        };
        let id = last_segment(&assignment.role_definition_id);
        // A plan can have no more than the role's name.
        let name = id.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        let is_it = |role: &&AzureRoleDefinition| match name {
            Some(name) => role.role_name.eq_ignore_ascii_case(name),
            None => role_key(&role.id) == role_key(id),
        };
        let Some(role) = existing.definitions().find(is_it) else {
            return true;
        };
        let plane = planned.of(assignment.scope.subscription());
        plane
            .role_assignments
            .get_or_insert_default()
            .push(AzureRoleAssignment {
                role_definition_id: role.id.clone(),
                ..assignment.clone()
            });
        false
    });
}

/// The assignments whose scope isn't known in full and could be that of something in `others`, or of what lies above.
pub(super) fn unsure<'p>(planned: &'p [ControlPlane], others: &[&str]) -> Vec<&'p AzureRoleAssignment> {
    let all = planned.iter().flat_map(|plane| plane.role_assignments.iter().flatten());
    let could = |one: &&AzureRoleAssignment| {
        let scope = one.scope.as_str();
        let is_one = |id: &&str| could_contain(scope, id) || could_contain(id, scope);
        is_partly_known(scope) && others.iter().any(is_one)
    };
    all.filter(could).collect()
}
