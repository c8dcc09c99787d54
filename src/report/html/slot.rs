//! How the access matrix shows abilities: a letter each, and what it stands for.

use crate::model::action::Ability;

/// The letter, the word, and what it stands for; in the order of [`Ability::ALL`].
pub(super) fn slots() -> [(char, &'static str, &'static str); 9] {
    Ability::ALL.map(|ability| {
        let (letter, meaning) = match ability {
            Ability::Metadata => ('M', "names and properties of databases and containers"),
            Ability::Read => ('R', "read items, the change feed or masked fields"),
            Ability::Query => ('Q', "query items"),
            Ability::Write => ('W', "create, replace or upsert items, resolve conflicts"),
            Ability::Delete => (
                'D',
                "delete items, or tables, graphs and collections with everything in them",
            ),
            Ability::Schema => (
                'S',
                "create and change tables, graphs and collections, change throughput",
            ),
            Ability::Execute => ('X', "run stored procedures, which can read, change and delete items"),
            Ability::Unlisted => ('U', "data actions that no documentation lists"),
            Ability::Future => ('*', "whatever else a wildcard matches, today or one day"),
        };
        (letter, ability.word(), meaning)
    })
}

/// The place of an ability in [`slots`].
pub(super) fn slot(ability: Ability) -> usize {
    Ability::ALL.iter().position(|one| *one == ability).unwrap_or_default()
}
