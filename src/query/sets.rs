//! What a question means in a universe of data actions. Most accounts have the same universe, so it is worked out once for each.

use super::found::Actions;
use super::wanted::Wanted;
use crate::model::{ActionSet, Bounds, Universe};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The members of a universe that are asked about.
pub(super) struct Sets {
    universe: Arc<Universe>,
    /// Those that do what is asked.
    pub(super) asked: ActionSet,
    /// Those that possibly do it, as they run code.
    pub(super) by_code: ActionSet,
    /// Sets of actions that several rows share.
    actions: Mutex<HashMap<Bounds, Arc<Actions>>>,
}

impl Sets {
    fn of(wanted: &Wanted, universe: &Arc<Universe>) -> Self {
        Self {
            asked: wanted.set(universe),
            by_code: wanted.by_code(universe),
            actions: Mutex::default(),
            universe: Arc::clone(universe),
        }
    }

    /// The actions within bounds, all of them only possible where nothing is certain.
    pub(super) fn actions(&self, bounds: &Bounds, is_certain: bool) -> Arc<Actions> {
        let possible;
        let bounds = match is_certain {
            true => bounds,
            false => {
                possible = Bounds::possible(&self.universe, bounds.most());
                &possible
            }
        };
        let mut known = self.actions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(actions) = known.get(bounds) {
            return Arc::clone(actions);
        }
        let made = Arc::new(Actions::of(&self.universe, bounds));
        known.insert(bounds.clone(), Arc::clone(&made));
        made
    }
}

/// Universes that are kept: a tenant in which each account has roles of its own must not fill the memory.
const MOST: usize = 1000;

/// The sets of the universes that were met so far, by where these are in memory: each is held for as long as it is known here.
#[derive(Default)]
pub(super) struct Known(RwLock<HashMap<usize, Arc<Sets>>>);

impl Known {
    pub(super) fn of(&self, wanted: &Wanted, universe: &Arc<Universe>) -> Arc<Sets> {
        let place = Arc::as_ptr(universe).addr();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(sets) = known.get(&place) {
            return Arc::clone(sets);
        }
        drop(known);
        let made = Arc::new(Sets::of(wanted, universe));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(place, Arc::clone(&made));
        }
        made
    }
}
