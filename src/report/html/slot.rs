//! The kinds of ability that the access matrix has a place for.

use crate::finding::{Ability, AbilityKind};
use crate::model::action::Effect;

/// The letter, the word, and what it stands for; a slot is the place in this list.
pub(super) const SLOTS: [(char, &str, &str); 8] = [
    ('M', "metadata", "names and properties of databases and containers"),
    ('R', "read", "read items, the change feed or masked fields"),
    ('Q', "query", "query items"),
    ('W', "write", "create, replace or upsert items, resolve conflicts"),
    ('D', "delete", "delete items"),
    ('X', "execute", "run stored procedures"),
    ('U', "unlisted", "data actions that no documentation lists"),
    ('*', "future", "whatever else a wildcard matches, today or one day"),
];

/// The place of an ability in [`SLOTS`].
pub(super) fn slot(ability: &Ability) -> u8 {
    let last = ability.data_action.rsplit('/').next();
    match (ability.kind, last) {
        (AbilityKind::Future, _) => 7,
        (AbilityKind::Unlisted, _) => 6,
        (AbilityKind::Known(Effect::Metadata), _) => 0,
        (AbilityKind::Known(Effect::Read), Some("executeQuery")) => 2,
        (AbilityKind::Known(Effect::Read), _) => 1,
        (AbilityKind::Known(Effect::Write), Some("delete")) => 4,
        (AbilityKind::Known(Effect::Write), Some("executeStoredProcedure")) => 5,
        (AbilityKind::Known(Effect::Write), _) => 3,
    }
}
