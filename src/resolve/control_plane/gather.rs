//! Collects the assignments of all subscriptions, each once, and what their roles give.

use super::bypass::Doubt;
use super::conditions::Conditions;
use super::holder::Holder;
use super::truth::Truth;
use crate::model::azure_rbac::{Level, Reading};
use crate::model::bypass::{ACTIONS, LiftAction, ROLE_ASSIGNMENTS_WRITE};
use crate::model::{
    ActionPattern, Authorization, AzurePermission, AzureRoleDefinition, ControlPlane, casing, role_key, takeover,
};
use foldhash::{HashMap, HashMapExt};
use jiff::Timestamp;

/// A role, and the actions that it gives of those that open a bypass.
#[derive(Debug)]
pub(super) struct Role<'a> {
    pub(super) definition: &'a AzureRoleDefinition,
    pub(super) gives: Vec<Given<'a>>,
    /// Which deny assignments its holders could lift.
    pub(super) lifts: Vec<LiftAction>,
    /// Whether it gives a part of a path that begins outside accounts.
    leads_elsewhere: bool,
}

/// An action that a role gives.
#[derive(Debug, Clone)]
pub(super) struct Given<'a> {
    /// Its place in [`ACTIONS`].
    pub(super) action: usize,
    pub(super) pattern: &'a ActionPattern,
    /// Why the role may not give it.
    pub(super) doubts: Vec<Doubt<'a>>,
}

/// The roles by their GUIDs, in lower case. A GUID is one role in the whole tenant: "Azure custom roles", section
/// "Custom role properties".
#[derive(Debug)]
pub(super) struct Roles<'a>(HashMap<String, Role<'a>>);

impl<'a> Roles<'a> {
    pub(super) fn new(planes: &'a [ControlPlane], conditions: &Conditions<'a>) -> Self {
        let mut found: HashMap<String, Vec<&'a AzureRoleDefinition>> = HashMap::new();
        for definition in planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten()) {
            let versions = found.entry(role_key(&definition.id)).or_default();
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
            let lifts = |lift: &LiftAction| {
                permissions
                    .iter()
                    .any(|permission| could_grant(permission, lift.name()))
            };
            let mut elsewhere = takeover::actions();
            let definition = versions.first()?;
            Some(Role {
                definition,
                leads_elsewhere: elsewhere.any(|action| permissions.iter().any(|one| could_grant(one, action)))
                    || !takeover::sign_ins_of(&role_key(&definition.id)).is_empty(),
                lifts: LiftAction::ALL.into_iter().filter(lifts).collect(),
                gives: (0..ACTIONS.len())
                    .filter_map(|action| given(&permissions, conditions, action))
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
        self.0.get(&role_key(id))
    }

    /// What `role` gives somebody to whom it is delegated for assigning other roles only, and nothing if none of those opens
    /// a bypass. One that was not read could.
    pub(super) fn only_assigned(&self, role: &Role<'a>, authorization: &Authorization) -> Vec<Given<'a>> {
        let mut assignable = authorization.delegated_role_definition_ids.iter();
        if !assignable.any(|id| self.get(id).is_none_or(|role| !role.gives.is_empty())) {
            return Vec::new();
        }
        let assigns = |given: &&Given<'a>| {
            ACTIONS
                .get(given.action)
                .is_some_and(|one| one.name == ROLE_ASSIGNMENTS_WRITE)
        };
        role.gives.iter().filter(assigns).cloned().collect()
    }
}

/// Whether permissions give an action in some reading of their wildcards, whatever their condition says.
fn could_grant(permission: &AzurePermission, action: &str) -> bool {
    let readings = [Reading::Literal, Reading::OptionalSegment];
    readings
        .into_iter()
        .any(|reading| permission.grants(action, reading).is_some())
}

/// How permissions give an action: in each reading of wildcards as surely as they can.
fn given<'a>(permissions: &[&'a AzurePermission], conditions: &Conditions<'a>, action: usize) -> Option<Given<'a>> {
    let name = ACTIONS.get(action)?.name;
    let best = |reading: Reading| {
        let granting = permissions.iter().filter_map(|permission| {
            let pattern = permission.grants(name, reading)?;
            let condition = permission.condition.as_deref();
            let allowed = conditions.allows(condition, action);
            allowed.is_possible().then_some((allowed, pattern, condition))
        });
        // The first of the surest.
        granting.reduce(|best, next| if next.0 > best.0 { next } else { best })
    };
    let both = (best(Reading::Literal), best(Reading::OptionalSegment));
    let ((allowed, pattern, condition), is_same) = match both {
        (Some(one), Some(other)) => (if other.0 < one.0 { other } else { one }, true),
        (Some(one), None) | (None, Some(one)) => (one, false),
        (None, None) => return None,
    };
    let mut doubts = Vec::new();
    doubts.extend((!is_same).then_some(Doubt::Wildcard));
    if allowed == Truth::Unknown {
        doubts.extend(condition.map(Doubt::RoleCondition));
    }
    Some(Given {
        action,
        pattern,
        doubts,
    })
}

/// Whether a template doesn't say for certain that a role definition or assignment is deployed like this.
pub(super) fn is_doubtful(planes: &[ControlPlane], id: &str) -> bool {
    planes.iter().any(|plane| plane.of_template.is_doubtful(id))
}

/// An assignment, and the subscriptions that list it.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    pub(super) holder: Holder<'a>,
    /// The places of their control planes.
    pub(super) planes: Vec<usize>,
}

/// What a subscription lists, without what had ended when the scan was taken.
pub(super) fn holders(plane: &ControlPlane, taken_at: Timestamp) -> impl Iterator<Item = Holder<'_>> {
    let active = plane.role_assignments.iter().flatten().map(Holder::Active);
    let eligible = plane.eligible.iter().flatten();
    let eligible = eligible.filter(move |one| one.end.is_none_or(|end| end > taken_at));
    let delegated = plane.delegations.iter().flatten().flat_map(|delegation| {
        let all = delegation.all();
        all.map(move |(authorization, eligible)| Holder::Delegated {
            delegation,
            authorization,
            eligible,
        })
    });
    active.chain(eligible.map(Holder::Eligible)).chain(delegated)
}

/// Every assignment of a role that matters or is not known, once, in the order of their ids.
pub(super) fn assignments<'a>(planes: &'a [ControlPlane], roles: &Roles<'a>, taken_at: Timestamp) -> Vec<Gathered<'a>> {
    let mut found: HashMap<(bool, String), Vec<Gathered<'a>>> = HashMap::new();
    for (number, plane) in planes.iter().enumerate() {
        for holder in holders(plane, taken_at) {
            let role = roles.get(holder.role_definition_id());
            let is_lost = || is_unplaced(holder, plane);
            if role.is_some_and(|role| role.gives.is_empty() && !(role.leads_elsewhere && is_lost())) {
                continue;
            }
            let key = (holder.is_eligible(), casing::folded(holder.id()));
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

/// Whether nobody knows where an assignment holds: its scope is malformed, or isn't in the subscription that lists it.
pub(super) fn is_unplaced(holder: Holder<'_>, plane: &ControlPlane) -> bool {
    let scope = holder.scope();
    let is_elsewhere = || {
        !scope
            .subscription()
            .is_some_and(|id| casing::is_same(id, &plane.subscription))
    };
    match scope.level() {
        Level::Malformed => true,
        Level::Root | Level::ManagementGroup => false,
        Level::Subscription | Level::ResourceGroup => is_elsewhere(),
        // One of the tenant has no subscription.
        Level::Resource => scope.subscription().is_some() && is_elsewhere(),
    }
}

/// Whether two entries of the same id say the same.
fn is_same(a: Holder<'_>, b: Holder<'_>) -> bool {
    let what = |holder: Holder<'_>| role_key(holder.role_definition_id());
    a.principal() == b.principal()
        && a.scope().key() == b.scope().key()
        && a.condition() == b.condition()
        && a.delegation() == b.delegation()
        && what(a) == what(b)
}
