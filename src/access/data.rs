//! What somebody can do with the data of an account: its data actions, and in words of any API.

use crate::model::action::Ability;
use crate::model::{ActionPattern, ActionSet, Atom, Bounds, RoleKind, Universe};
use std::collections::BTreeSet;

/// How sure something is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sure {
    /// Not at all.
    #[default]
    No,
    /// It depends on something that isn't known.
    Possible,
    /// Certain.
    Certain,
}

impl Sure {
    /// Certain or possible.
    pub fn of(is_certain: bool) -> Self {
        if is_certain { Self::Certain } else { Self::Possible }
    }
}

/// What is done with data, in a word that fits every API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Read or query items.
    Read,
    /// Create or change items or what holds them, or run stored procedures.
    Write,
    /// Delete items.
    Delete,
}

impl Verb {
    /// All of them, in the order of columns.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }

    /// The data action of the API for NoSQL that is meant first, without the prefix.
    pub fn example(self) -> &'static str {
        match self {
            Self::Read => "sqlDatabases/containers/items/read",
            Self::Write => "sqlDatabases/containers/items/upsert",
            Self::Delete => "sqlDatabases/containers/items/delete",
        }
    }

    /// How surely a data action does this, if it is granted. Metadata, actions that no documentation lists and those that don't
    /// exist yet do nothing of it. A stored procedure is code that works on the items of its container: running one counts as
    /// writing, and because no scan reads what it does, it possibly reads and deletes.
    pub fn by(self, ability: Ability) -> Sure {
        match (self, ability) {
            (Self::Read, Ability::Read | Ability::Query)
            | (Self::Write, Ability::Write | Ability::Schema | Ability::Execute)
            | (Self::Delete, Ability::Delete) => Sure::Certain,
            (Self::Read | Self::Delete, Ability::Execute) => Sure::Possible,
            _ => Sure::No,
        }
    }
}

/// What it depends on where only [`by_code`] gives something: the end of "it depends on …".
pub const CODE_IS_UNKNOWN: &str = "what the stored procedures do that the role can run, which isn't scanned";

/// What a role of a user of MongoDB depends on whose privilege names no database: the end of "it depends on …".
pub const ANY_DATABASE: &str =
    "whether a privilege that names no database holds in every database, which isn't documented";

/// The members of a universe that run code which possibly does what `asked` names: none if that is no work on items. Code of an
/// API works on what that API holds.
pub fn by_code<'p>(universe: &Universe, asked: impl IntoIterator<Item = &'p ActionPattern>) -> ActionSet {
    // The first part of an action says of which API it is.
    let api_of = |name: &str| name.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let code_does = |ability| Verb::ALL.map(|verb| verb.by(ability)).contains(&Sure::Certain);
    let on_items = || RoleKind::listed().filter(|action| action.is_on_items() && code_does(action.ability));
    let asked = asked.into_iter();
    let apis: BTreeSet<String> = asked
        .flat_map(|pattern| on_items().filter(|action| pattern.covers_most(&action.full())))
        .map(|action| api_of(action.name))
        .collect();
    universe.filter(&universe.all(), |atom| {
        atom.ability() == Ability::Execute && apis.contains(&api_of(&atom.short()))
    })
}

/// What somebody can do with the data of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The data actions: what is certain, and what is possible. Empty where none of the account's API are known.
    pub actions: Bounds,
    verbs: [Sure; 3],
}

impl Data {
    /// Nothing.
    pub fn none(universe: &Universe) -> Self {
        Self {
            actions: Bounds::none(universe),
            verbs: [Sure::No; 3],
        }
    }

    /// What data actions come to. If it isn't certain that they are granted, all are possible.
    pub fn of(universe: &Universe, actions: &Bounds, is_certain: bool) -> Self {
        let actions = if is_certain {
            actions.clone()
        } else {
            Bounds::possible(universe, actions.most())
        };
        let mut verbs = [Sure::No; 3];
        for (set, sure) in [(actions.most(), Sure::Possible), (actions.least(), Sure::Certain)] {
            for atom in universe.members(set) {
                for verb in Verb::ALL {
                    raise(&mut verbs, verb, verb.by(atom.ability()).min(sure));
                }
            }
        }
        Self { actions, verbs }
    }

    /// Everything, as with an account key.
    pub fn all(universe: &Universe, sure: Sure) -> Self {
        if sure == Sure::No {
            return Self::none(universe);
        }
        let all = universe.all();
        Self {
            actions: match sure {
                Sure::Certain => Bounds::certain(&all),
                _ => Bounds::possible(universe, &all),
            },
            verbs: [sure; 3],
        }
    }

    /// What a read-only key reads. Whether it opens the analytical copy or masked fields no documentation says.
    pub fn read_only(universe: &Universe) -> Self {
        let could_read = |atom: &Atom| match atom {
            Atom::Known(action) => action.ability.reads_data() || action.ability == Ability::Metadata,
            Atom::Unlisted(_) | Atom::AnyOther(_) => true,
        };
        let most = universe.filter(&universe.all(), could_read);
        let least = universe.filter(&most, Atom::reads_in_place);
        let mut actions = Bounds::possible(universe, &most);
        actions.add(&Bounds::certain(&least));
        Self {
            actions,
            verbs: [Sure::Certain, Sure::No, Sure::No],
        }
    }

    /// The same, no surer than this.
    #[must_use]
    pub fn at_most(&self, universe: &Universe, sure: Sure) -> Self {
        match sure {
            Sure::Certain => self.clone(),
            Sure::No => Self::none(universe),
            Sure::Possible => Self {
                actions: Bounds::possible(universe, self.actions.most()),
                verbs: self.verbs.map(|own| own.min(sure)),
            },
        }
    }

    /// What of it `other` does not allow, or not as surely.
    #[must_use]
    pub fn beyond(&self, universe: &Universe, other: &Self) -> Self {
        let surely = self.actions.least().minus(other.actions.least());
        let mut actions = Bounds::possible(universe, &self.actions.most().minus(other.actions.most()));
        actions.add(&Bounds::certain(&surely));
        let mut beyond = Self::of(universe, &actions, true);
        for verb in Verb::ALL {
            if self.can(verb) > other.can(verb) {
                raise(&mut beyond.verbs, verb, self.can(verb));
            }
        }
        beyond
    }

    /// What both allow.
    #[must_use]
    pub fn and(&self, universe: &Universe, other: &Self) -> Self {
        let mut both = Self::of(universe, &self.actions.and(&other.actions), true);
        for verb in Verb::ALL {
            raise(&mut both.verbs, verb, self.can(verb).min(other.can(verb)));
        }
        both
    }

    /// How surely data can be read, written or deleted.
    pub fn can(&self, verb: Verb) -> Sure {
        let [read, write, delete] = self.verbs;
        match verb {
            Verb::Read => read,
            Verb::Write => write,
            Verb::Delete => delete,
        }
    }

    /// Whether it is nothing at all.
    pub fn is_none(&self) -> bool {
        self.verbs == [Sure::No; 3] && self.actions.most().is_empty()
    }

    /// How sure the surest of it is.
    pub fn sure(&self) -> Sure {
        let of_actions = match (self.actions.least().is_empty(), self.actions.most().is_empty()) {
            (false, _) => Sure::Certain,
            (true, false) => Sure::Possible,
            (true, true) => Sure::No,
        };
        self.verbs.into_iter().fold(of_actions, Sure::max)
    }

    /// Adds what `other` allows.
    pub fn add(&mut self, other: &Self) {
        self.actions.add(&other.actions);
        for verb in Verb::ALL {
            raise(&mut self.verbs, verb, other.can(verb));
        }
    }
}

fn raise(verbs: &mut [Sure; 3], verb: Verb, sure: Sure) {
    for (own, known) in Verb::ALL.into_iter().zip(verbs) {
        if own == verb {
            *known = sure.max(*known);
        }
    }
}
