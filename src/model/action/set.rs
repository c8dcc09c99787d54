//! Sets of data actions over one account's universe.
//!
//! A wildcard also grants actions that do not exist yet. So the universe of an account holds the catalogue of its API
//! (and of any other kind of role that is assigned there), every literal action that its roles or the policy name, and
//! for each wildcard one atom "any other action matching it". Then sets are bitsets, and `items/*` minus the known item
//! actions leaves exactly that atom.

use super::bits::Bits;
use super::catalogue::DataAction;
use super::pattern::{ActionPattern, short};
use super::permission::Permission;
use std::collections::{BTreeMap, btree_map::Entry};
use std::sync::OnceLock;

/// One member of a universe.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Atom {
    /// An action that the catalogue lists.
    Known(&'static DataAction),
    /// An action that is named in full somewhere, and that the catalogue lacks.
    Unlisted(String),
    /// Any other action that matches the wildcard.
    AnyOther(ActionPattern),
}

impl Atom {
    /// What a pattern adds to a universe, unless the catalogue lists it.
    pub fn of(pattern: &ActionPattern) -> Self {
        match pattern.is_wildcard() {
            true => Self::AnyOther(pattern.clone()),
            false => Self::Unlisted(pattern.as_str().to_owned()),
        }
    }

    /// What patterns are matched against, in lower case.
    pub fn key(&self) -> String {
        match self {
            Self::AnyOther(pattern) => pattern.any_other(),
            Self::Known(_) | Self::Unlisted(_) => self.name(),
        }
        .to_ascii_lowercase()
    }

    /// The action in full, for machines.
    pub fn name(&self) -> String {
        match self {
            Self::Known(action) => action.full(),
            Self::Unlisted(text) => text.clone(),
            Self::AnyOther(pattern) => format!("any other action matching {}", pattern.as_str()),
        }
    }

    /// The wildcard, if this is what else it matches.
    pub fn wildcard(&self) -> Option<&ActionPattern> {
        match self {
            Self::AnyOther(pattern) => Some(pattern),
            Self::Known(_) | Self::Unlisted(_) => None,
        }
    }

    /// The action without the prefix, for people.
    pub fn short(&self) -> String {
        match self {
            Self::Known(action) => action.name.to_owned(),
            Self::Unlisted(text) => short(text).to_owned(),
            Self::AnyOther(pattern) => format!("any other action matching {}", pattern.short()),
        }
    }
}

/// Every data action that can be told apart in the audit of one account.
#[derive(Debug, Clone)]
pub struct Universe {
    /// Sorted by `key`, the lower-case text that patterns are matched against.
    atoms: Vec<(String, Atom)>,
    /// Of each atom that is a wildcard what it could cover, found when it is first asked for.
    reached: Vec<OnceLock<ActionSet>>,
}

impl Universe {
    /// The universe of an account for whose kinds of role these actions are listed, and whose roles and policy name
    /// `patterns`.
    pub fn new<'p>(
        listed: impl IntoIterator<Item = &'static DataAction>,
        patterns: impl IntoIterator<Item = &'p ActionPattern>,
    ) -> Self {
        let mut atoms: BTreeMap<String, Atom> = listed
            .into_iter()
            .map(Atom::Known)
            .map(|atom| (atom.key(), atom))
            .collect();
        for pattern in patterns {
            let atom = Atom::of(pattern);
            match atoms.entry(atom.key()) {
                Entry::Vacant(place) => {
                    place.insert(atom);
                }
                // Spellings that differ in case only: which one is shown must not depend on the order they came in.
                Entry::Occupied(mut place) => match place.get() {
                    Atom::Known(_) => {}
                    old if atom.name() < old.name() => {
                        place.insert(atom);
                    }
                    _ => {}
                },
            }
        }
        Self {
            reached: atoms.iter().map(|_| OnceLock::new()).collect(),
            atoms: atoms.into_iter().collect(),
        }
    }

    /// The set without members.
    pub fn empty(&self) -> ActionSet {
        ActionSet(Bits::none(self.atoms.len()))
    }

    /// The set with all members.
    pub fn all(&self) -> ActionSet {
        ActionSet(Bits::all(self.atoms.len()))
    }

    /// Both bounds of what permissions objects grant together.
    pub fn bounds<'p>(&self, permissions: impl IntoIterator<Item = &'p Permission>) -> Bounds {
        let mut bounds = Bounds::none(self);
        for permission in permissions {
            let mut least = self.covered(&permission.data_actions, ActionPattern::covers_least);
            // The service may or may not honour `notDataActions`: certain is only what they cannot touch.
            let not = self.covered(&permission.not_data_actions, ActionPattern::covers_most);
            least.0.subtract(&not.0);
            let most = self.covered(&permission.data_actions, ActionPattern::covers_most);
            bounds.add(&Bounds { least, most });
        }
        bounds
    }

    /// The members that one of the patterns covers.
    fn covered(&self, patterns: &[ActionPattern], covers: fn(&ActionPattern, &str) -> bool) -> ActionSet {
        let mut set = self.empty();
        for pattern in patterns {
            // Whatever it covers begins with what stands before its first `*`, and so lies in one stretch.
            let start = pattern.literal_start().to_ascii_lowercase();
            let first = self.atoms.partition_point(|(key, _)| *key < start);
            let stretch = self.atoms.iter().enumerate().skip(first);
            for (index, (key, _)) in stretch.take_while(|(_, (key, _))| key.starts_with(&start)) {
                if covers(pattern, key) {
                    set.0.insert(index);
                }
            }
        }
        set
    }

    /// What the wildcards among the members of a set could cover.
    pub fn reached(&self, set: &ActionSet) -> ActionSet {
        let mut all = self.empty();
        for index in set.0.numbers() {
            let Some((once, (_, Atom::AnyOther(pattern)))) = self.reached.get(index).zip(self.atoms.get(index)) else {
                continue;
            };
            let own = || self.covered(std::slice::from_ref(pattern), ActionPattern::covers_most);
            all.0.unite(&once.get_or_init(own).0);
        }
        all
    }

    /// The members of a set, in the order of their names.
    pub fn members<'u>(&'u self, set: &'u ActionSet) -> impl Iterator<Item = &'u Atom> {
        set.0
            .numbers()
            .filter_map(|index| self.atoms.get(index))
            .map(|(_, atom)| atom)
    }

    /// The members for which `keep` holds.
    pub fn filter(&self, set: &ActionSet, keep: impl Fn(&Atom) -> bool) -> ActionSet {
        let mut kept = self.empty();
        for (index, (_, atom)) in self.atoms.iter().enumerate() {
            if set.0.contains(index) && keep(atom) {
                kept.0.insert(index);
            }
        }
        kept
    }
}

/// A set of data actions. It has a meaning only together with the [`Universe`] that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionSet(Bits);

impl ActionSet {
    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether every member is one of `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// The members that `other` lacks.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.0.subtract(&other.0);
        set
    }

    /// The members that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.0.intersect(&other.0);
        set
    }

    /// The members that either has.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut set = self.clone();
        set.0.unite(&other.0);
        set
    }
}

/// What is certainly granted, and what could be. The truth lies between; `least` is never larger than `most`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bounds {
    least: ActionSet,
    most: ActionSet,
}

impl Bounds {
    /// Nothing, in either reading.
    pub fn none(universe: &Universe) -> Self {
        Self {
            least: universe.empty(),
            most: universe.empty(),
        }
    }

    /// What is certainly granted, and nothing else.
    pub fn certain(set: &ActionSet) -> Self {
        Self {
            least: set.clone(),
            most: set.clone(),
        }
    }

    /// What could be granted, and none of it certainly.
    pub fn possible(universe: &Universe, set: &ActionSet) -> Self {
        Self {
            least: universe.empty(),
            most: set.clone(),
        }
    }

    /// What is certainly granted.
    pub fn least(&self) -> &ActionSet {
        &self.least
    }

    /// What could be granted.
    pub fn most(&self) -> &ActionSet {
        &self.most
    }

    /// What is granted and isn't by `other`: certainly, or else possibly. `None`: nothing.
    pub fn more_than(&self, other: &Self) -> Option<ActionSet> {
        let certain = self.least().minus(other.least());
        let possible = self.most().minus(other.most());
        [certain, possible].into_iter().find(|more| !more.is_empty())
    }

    /// Whether `other` grants all of it, in each reading.
    pub fn is_within(&self, other: &Self) -> bool {
        self.least.is_subset(&other.least) && self.most.is_subset(&other.most)
    }

    /// What both grant.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            least: self.least.and(&other.least),
            most: self.most.and(&other.most),
        }
    }

    /// Adds what `other` grants.
    pub fn add(&mut self, other: &Self) {
        self.least.0.unite(&other.least.0);
        self.most.0.unite(&other.most.0);
    }
}
