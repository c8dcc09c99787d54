//! What the role definitions of an account grant. Most accounts have the same ones, such as the built-in roles alone: these are
//! worked out once.

use crate::model::{AccountRecord, ActionPattern, Bounds, Permission, RoleDefinition, RoleKind, Universe};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// What role definitions grant.
#[derive(Debug)]
pub(super) struct RoleSet {
    /// The data actions that are told apart.
    pub(super) universe: Arc<Universe>,
    /// What each definition grants, in their order.
    pub(super) bounds: Vec<Bounds>,
}

impl RoleSet {
    /// Of an account's roles. The universe also holds what `also` names.
    pub(super) fn of<'p>(record: &AccountRecord, also: impl Iterator<Item = &'p ActionPattern>) -> Self {
        let definitions = record.role_definitions();
        let mut patterns: Vec<&ActionPattern> = also.collect();
        patterns.extend(definitions.iter().flat_map(RoleDefinition::patterns));
        let universe = Universe::new(record.role_kinds().into_iter().flat_map(RoleKind::catalogue), patterns);
        let bounds = definitions
            .iter()
            .map(|definition| universe.bounds(&definition.permissions));
        Self {
            bounds: bounds.collect(),
            universe: Arc::new(universe),
        }
    }
}

/// The sets that were met so far.
#[derive(Debug, Default)]
pub(super) struct RoleSets(RwLock<HashMap<Stated, Arc<RoleSet>>>);

/// All that a set depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Stated {
    kinds: BTreeSet<RoleKind>,
    roles: Vec<Vec<Permission>>,
    also: Vec<ActionPattern>,
}

/// Sets that are kept: a tenant in which each account has roles of its own must not fill the memory.
const MOST: usize = 1000;

impl RoleSets {
    /// Of an account's roles. The universe also holds what `also` names.
    pub(super) fn of<'p>(&self, record: &AccountRecord, also: impl Iterator<Item = &'p ActionPattern>) -> Arc<RoleSet> {
        let definitions = record.role_definitions();
        let stated = Stated {
            kinds: record.role_kinds(),
            roles: definitions
                .iter()
                .map(|definition| definition.permissions.clone())
                .collect(),
            also: also.cloned().collect(),
        };
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&stated)
            .cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(RoleSet::of(record, stated.also.iter()));
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() < MOST {
                known.insert(stated, Arc::clone(&made));
            }
            made
        })
    }
}
