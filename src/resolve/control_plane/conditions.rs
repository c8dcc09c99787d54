//! What the conditions of a tenant leave of each action that matters. Many assignments have the same condition: each is
//! worked out once.

use super::built_in_roles::BUILT_IN;
use super::condition::Condition;
use super::holder::is_conditional;
use super::truth::Truth;
use crate::model::azure_rbac::Reading;
use crate::model::bypass::{ACTIONS, ROLE_ASSIGNMENTS_WRITE, RequestPlace};
use crate::model::guid;
use crate::model::{AzureRoleDefinition, BypassAction, ControlPlane, arm_id};
use foldhash::{HashMap, HashMapExt};

/// What is known of the tenant's conditions.
#[derive(Debug)]
pub(super) struct Conditions<'a> {
    /// By their texts.
    known: HashMap<&'a str, Outcomes>,
}

/// What a condition says of each action, by its place in [`ACTIONS`].
#[derive(Debug)]
struct Outcomes {
    /// Whether it lets the action pass, in a role assignment or a role.
    allows: Vec<Truth>,
    /// Whether it holds for the action, in a deny assignment, whichever role is assigned.
    holds: Vec<Truth>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(planes: &'a [ControlPlane]) -> Self {
        let roles = Assignable::new(planes);
        let mut known = HashMap::new();
        for text in planes.iter().flat_map(texts).filter(|text| is_conditional(Some(text))) {
            known
                .entry(text)
                .or_insert_with(|| outcomes(&Condition::new(text), &roles));
        }
        Self { known }
    }

    /// Whether a condition of a role assignment, or of a role, lets an action pass; without a condition every one does.
    pub(super) fn allows(&self, condition: Option<&str>, action: usize) -> Truth {
        match self.outcome(condition, action, |one| &one.allows) {
            // Conditions are documented for writing and deleting role assignments only: whether one that names another action
            // is evaluated for it is not known.
            Truth::False if !is_of_authorization(action) => Truth::Unknown,
            found => found,
        }
    }

    /// Whether a condition of a deny assignment holds for an action.
    pub(super) fn holds(&self, condition: Option<&str>, action: usize) -> Truth {
        self.outcome(condition, action, |one| &one.holds)
    }

    fn outcome(&self, condition: Option<&str>, action: usize, of: fn(&Outcomes) -> &Vec<Truth>) -> Truth {
        match condition.filter(|text| is_conditional(Some(text))) {
            None => Truth::True,
            Some(text) => {
                let outcomes = self.known.get(text).map(of);
                outcomes
                    .and_then(|all| all.get(action))
                    .copied()
                    .unwrap_or(Truth::Unknown)
            }
        }
    }
}

fn is_of_authorization(action: usize) -> bool {
    ACTIONS
        .get(action)
        .is_some_and(|action| action.name.starts_with("Microsoft.Authorization/"))
}

fn texts(plane: &ControlPlane) -> impl Iterator<Item = &str> {
    let active = plane.role_assignments.iter().flatten().map(|one| &one.condition);
    let eligible = plane.eligible.iter().flatten().map(|one| &one.condition);
    let denies = plane.deny_assignments.iter().flatten();
    let of_roles = plane.role_definitions.iter().flatten().flat_map(|one| &one.permissions);
    let of_denies = denies.clone().flat_map(|one| &one.permissions);
    let permissions = of_roles.chain(of_denies).map(|one| &one.condition);
    let all = active
        .chain(eligible)
        .chain(denies.map(|one| &one.condition))
        .chain(permissions);
    all.filter_map(|text| text.as_deref())
}

fn outcomes(condition: &Condition<'_>, roles: &Assignable) -> Outcomes {
    let named = condition.roles();
    let assigning = roles.best(&named, |role| condition.holds(ROLE_ASSIGNMENTS_WRITE, Some(role)));
    let allows = |action: &BypassAction| match action.place {
        _ if action.name == ROLE_ASSIGNMENTS_WRITE => assigning,
        // Privileged Identity Management wants `roleAssignments/write` of whoever asks it for role assignments.
        RequestPlace::Anywhere if action.is_of_pim() => assigning.and(condition.holds(action.name, None)),
        _ => condition.holds(action.name, None),
    };
    Outcomes {
        allows: ACTIONS.iter().map(allows).collect(),
        holds: ACTIONS
            .iter()
            .map(|action| condition.holds(action.name, None))
            .collect(),
    }
}

/// The roles that somebody could assign to get at the data.
struct Assignable {
    /// By the role's key whether it opens a bypass; those that certainly don't are in it, too.
    known: HashMap<String, Truth>,
    /// The keys of those that do or could, the certain ones first.
    useful: Vec<(String, Truth)>,
}

impl Assignable {
    fn new(planes: &[ControlPlane]) -> Self {
        let mut known = BUILT_IN.clone();
        // What the scan read is newer than what was published.
        let mut read: HashMap<String, Truth> = HashMap::new();
        for role in planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten()) {
            if let Some(key) = guid::parse(arm_id::last_segment(&role.id)) {
                let gives = opens_bypass(role);
                read.entry(key)
                    .and_modify(|other| *other = gives.or(*other))
                    .or_insert(gives);
            }
        }
        known.extend(read);
        let mut useful: Vec<(String, Truth)> = (known.iter())
            .filter(|(_, gives)| gives.is_possible())
            .map(|(key, gives)| (key.clone(), *gives))
            .collect();
        useful.sort_by(|(a, one), (b, other)| (other, a).cmp(&(one, b)));
        Self { known, useful }
    }

    /// Whether a role that opens a bypass can be assigned, as far as `allowed` says which can. `named`: those that the
    /// condition names.
    fn best(&self, named: &[String], allowed: impl Fn(&str) -> Truth) -> Truth {
        let mut best = Truth::False;
        for (role, gives) in &self.useful {
            if best == Truth::True || *gives <= best {
                break;
            }
            best = best.or(gives.and(allowed(role)));
        }
        // Other roles may exist, and nobody knows what they give.
        let unknown = named.iter().filter(|role| !self.known.contains_key(*role));
        let others = unknown.map(String::as_str).chain([""]);
        others.fold(best, |best, role| best.or(allowed(role).and(Truth::Unknown)))
    }
}

/// Whether whoever has the role has a bypass.
fn opens_bypass(role: &AzureRoleDefinition) -> Truth {
    let gives = |action: &BypassAction, reading| {
        let one = |permission: &crate::model::AzurePermission| match permission.grants(action.name, reading) {
            None => Truth::False,
            Some(_) if action.caveat.is_some() || is_conditional(permission.condition.as_deref()) => Truth::Unknown,
            Some(_) => Truth::True,
        };
        role.permissions.iter().map(one).fold(Truth::False, Truth::or)
    };
    let of = |action: &BypassAction| gives(action, Reading::Literal).if_same(gives(action, Reading::OptionalSegment));
    ACTIONS.iter().map(of).fold(Truth::False, Truth::or)
}
