//! What somebody can do in an account through one kind of route, and what of it somebody else's power lacks.

use crate::access::{Data, Route, Row, Sure};
use crate::model::{BypassKind, Universe};

/// What somebody can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// With the data.
    pub data: Data,
    /// Whether they can read the account keys, be they accepted or not.
    pub keys: Sure,
    /// The same of the read-only keys.
    pub read_only_keys: Sure,
    /// Whether they can change settings, or who has access.
    pub manages: Sure,
}

impl Power {
    /// Nothing.
    pub(super) fn none(universe: &Universe) -> Self {
        Self::of_data(Data::none(universe))
    }

    pub(super) fn of_data(data: Data) -> Self {
        Self {
            data,
            keys: Sure::No,
            read_only_keys: Sure::No,
            manages: Sure::No,
        }
    }

    /// What a row gives.
    pub(super) fn of(row: &Row<'_, '_>) -> Self {
        let mut power = Self {
            manages: row.manages,
            ..Self::of_data(row.data.clone())
        };
        if let Route::Keys { bypass, reached } = &row.route {
            let sure = Sure::of(reached.is_certain());
            power.read_only_keys = sure;
            // Whoever lists the account keys gets the read-only ones, too.
            if bypass.kind == BypassKind::ReadKeys {
                power.keys = sure;
            }
        }
        power
    }

    pub(super) fn is_none(&self) -> bool {
        self.data.is_none() && self.abilities() == [Sure::No; 3]
    }

    fn abilities(&self) -> [Sure; 3] {
        [self.keys, self.read_only_keys, self.manages]
    }

    /// The same without what it says of keys.
    pub(super) fn without_keys(&self) -> Self {
        Self {
            manages: self.manages,
            ..Self::of_data(self.data.clone())
        }
    }

    /// Whether all of it is with the data: nothing of keys or settings.
    pub(super) fn is_of_data(&self) -> bool {
        self.abilities() == [Sure::No; 3]
    }

    /// How sure the surest of it is.
    pub fn sure(&self) -> Sure {
        self.abilities().into_iter().fold(self.data.sure(), Sure::max)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.data.add(&other.data);
        self.keys = self.keys.max(other.keys);
        self.read_only_keys = self.read_only_keys.max(other.read_only_keys);
        self.manages = self.manages.max(other.manages);
    }

    /// What of it `other` does not give, or not as surely.
    pub(super) fn beyond(&self, universe: &Universe, other: &Self) -> Self {
        let more = |own: Sure, other: Sure| if own > other { own } else { Sure::No };
        Self {
            data: self.data.beyond(universe, &other.data),
            keys: more(self.keys, other.keys),
            read_only_keys: more(self.read_only_keys, other.read_only_keys),
            manages: more(self.manages, other.manages),
        }
    }

    /// Whether `other` gives all of it, however surely.
    pub(super) fn is_within(&self, universe: &Universe, other: &Self) -> bool {
        let possibly = |power: &Self| power.at_most(universe, Sure::Possible);
        possibly(self).beyond(universe, &possibly(other)).is_none()
    }

    /// What both give.
    pub(super) fn and(&self, universe: &Universe, other: &Self) -> Self {
        Self {
            data: self.data.and(universe, &other.data),
            keys: self.keys.min(other.keys),
            read_only_keys: self.read_only_keys.min(other.read_only_keys),
            manages: self.manages.min(other.manages),
        }
    }

    /// The same, no surer than this.
    pub(super) fn at_most(&self, universe: &Universe, sure: Sure) -> Self {
        Self {
            data: self.data.at_most(universe, sure),
            keys: self.keys.min(sure),
            read_only_keys: self.read_only_keys.min(sure),
            manages: self.manages.min(sure),
        }
    }

    /// How much it is: enough to say which of several gives the most.
    pub(super) fn weight(&self) -> usize {
        let abilities = self.abilities().into_iter().filter(|sure| *sure != Sure::No);
        self.data.actions.most().len() + self.data.actions.least().len() + abilities.count()
    }
}
