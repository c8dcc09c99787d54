//! What the role definitions of an account grant. Most accounts have the same ones, such as the built-in roles alone: these are
//! worked out once.

use crate::model::{AccountRecord, ActionPattern, Bounds, Permission, RoleDefinition, RoleKind, Universe};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

/// What role definitions grant.
#[derive(Debug)]
pub(super) struct RoleSet {
    /// The data actions that are told apart.
    pub(super) universe: Arc<Universe>,
    /// What each definition grants, in their order.
    pub(super) grants: Vec<Granted>,
    /// What permissions of others come to there, such as those of a policy.
    stated: RwLock<HashMap<Permission, Bounds>>,
}

/// What a role definition grants.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    /// Wherever it is assigned.
    pub(super) bounds: Bounds,
    /// Whether it names data actions that nothing documents.
    pub(super) has_unknown: bool,
}

impl RoleSet {
    /// Of an account's roles. The universe also holds what `also` names.
    pub(super) fn of<'p>(record: &AccountRecord, also: impl Iterator<Item = &'p ActionPattern>) -> Self {
        let mut patterns: Vec<&ActionPattern> = also.collect();
        patterns.extend(record.all_role_definitions().flat_map(RoleDefinition::patterns));
        let universe = Universe::new(record.role_kinds().into_iter().flat_map(RoleKind::catalogue), patterns);
        let granted = record.all_role_definitions().map(|definition| Granted {
            bounds: universe.bounds(&definition.permissions),
            has_unknown: definition.unknown_actions().next().is_some(),
        });
        Self {
            grants: granted.collect(),
            universe: Arc::new(universe),
            stated: RwLock::default(),
        }
    }

    /// What a permission comes to.
    pub(super) fn bounds(&self, permission: &Permission) -> Bounds {
        let known = self.stated.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(bounds) = known.get(permission) {
            return bounds.clone();
        }
        drop(known);
        let bounds = self.universe.bounds([permission]);
        let mut known = self.stated.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(permission.clone(), bounds.clone());
        }
        bounds
    }
}

/// The sets that were met so far, by the hash of all that they depend on.
#[derive(Debug, Default)]
pub(super) struct RoleSets(RwLock<HashMap<u64, (Stated, Arc<RoleSet>)>>);

/// All that a set depends on.
#[derive(Debug)]
struct Stated {
    kinds: BTreeSet<RoleKind>,
    roles: Vec<(RoleKind, Vec<Permission>)>,
    also: Vec<ActionPattern>,
}

impl Stated {
    fn is_of(&self, kinds: &BTreeSet<RoleKind>, record: &AccountRecord, also: &[&ActionPattern]) -> bool {
        let own = self.roles.iter().map(|(kind, permissions)| (*kind, permissions));
        self.kinds == *kinds
            && own.eq(record.all_role_definitions().map(stated))
            && self.also.iter().eq(also.iter().copied())
    }
}

/// What of a role definition counts.
fn stated(definition: &RoleDefinition) -> (RoleKind, &Vec<Permission>) {
    (definition.kind, &definition.permissions)
}

/// Sets, and permissions of one, that are kept: a tenant in which each account has roles of its own must not fill the memory.
const MOST: usize = 1000;

impl RoleSets {
    /// Of an account's roles. The universe also holds what `also` names.
    pub(super) fn of<'p>(&self, record: &AccountRecord, also: impl Iterator<Item = &'p ActionPattern>) -> Arc<RoleSet> {
        let kinds = record.role_kinds();
        let also: Vec<&ActionPattern> = also.collect();
        let mut hasher = DefaultHasher::new();
        (&kinds, &also).hash(&mut hasher);
        let definitions = || record.all_role_definitions();
        definitions().map(stated).for_each(|one| one.hash(&mut hasher));
        let hash = hasher.finish();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, set)) = known.get(&hash).filter(|(one, _)| one.is_of(&kinds, record, &also)) {
            return Arc::clone(set);
        }
        drop(known);
        let made = Arc::new(RoleSet::of(record, also.iter().copied()));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            let roles = definitions().map(|one| (one.kind, one.permissions.clone()));
            let stated = Stated {
                roles: roles.collect(),
                also: also.into_iter().cloned().collect(),
                kinds,
            };
            // Of two with one hash, which nobody has seen, the first stays.
            known.entry(hash).or_insert_with(|| (stated, Arc::clone(&made)));
        }
        made
    }
}
