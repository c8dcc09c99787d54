//! Data actions in words: what their holder can do, and which of them matters most.

use super::catalogue::{Ability, DataAction, READ_ANALYTICS, UNMASK};
use super::set::{ActionSet, Atom, Universe};
use crate::model::shown::Shown;
use crate::shown;

/// Things named in a sentence before "and N more".
const NAMED: usize = 5;
/// How the words for actions on items end.
const ITEMS: &str = " items";
/// How the words for deletes of what holds items end; titles have no room for it.
const WITH_ALL: &str = " with everything in them";

impl Atom {
    /// What it comes to.
    pub fn ability(&self) -> Ability {
        match self {
            Self::Known(action) => action.ability,
            Self::Unlisted(_) => Ability::Unlisted,
            Self::AnyOther(_) => Ability::Future,
        }
    }

    /// Whether it reads the copy that holds the items of all containers.
    pub fn reads_analytical_copy(&self) -> bool {
        matches!(self, Self::Known(action) if action.name == READ_ANALYTICS)
    }

    /// Whether it reads items as they are stored, where they are: neither the analytical copy nor masked fields.
    pub fn reads_in_place(&self) -> bool {
        let Self::Known(action) = self else { return false };
        (action.ability.reads_data() || action.ability == Ability::Metadata)
            && ![READ_ANALYTICS, UNMASK].contains(&action.name)
    }

    /// Whether it could change data although nothing says so: an action that no catalogue lists, and whose name is not that
    /// of a read.
    pub fn could_change_data(&self) -> bool {
        if matches!(self, Self::Known(_)) {
            return false;
        }
        let name = self.short();
        let last = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let begins = ["read", "get", "list", "query", "executequery"];
        let changes = [
            "write", "create", "replace", "update", "upsert", "delete", "patch", "restore",
        ];
        !begins.iter().any(|word| last.starts_with(word)) || changes.iter().any(|word| last.contains(word))
    }

    /// What its holder can do, as the end of "can …".
    pub fn verb(&self) -> Shown {
        match self {
            Self::Known(action) => action.verb.into(),
            Self::Unlisted(_) => shown!("use {}", Shown::quoted(&self.short())),
            Self::AnyOther(pattern) => shown!("use any other action that {} matches", Shown::quoted(pattern.short())),
        }
    }

    /// Orders actions for people: the smaller, the worse.
    pub fn harm(&self) -> impl Ord + use<> {
        (self.ability().harm(), self.short())
    }
}

impl DataAction {
    /// Whether it works on items, one by one or as a query.
    pub fn is_on_items(&self) -> bool {
        self.verb.ends_with(ITEMS)
    }
}

impl Universe {
    /// The member that shows best what is wrong.
    pub fn worst<'u>(&'u self, set: &'u ActionSet) -> Option<&'u Atom> {
        self.members(set).min_by_key(|atom| atom.harm())
    }

    /// What a set of actions allows, as the end of "can …": `delete and query items, see masked fields and 3 more`. The
    /// worst come first, and what is done with items is said in one go.
    pub fn verbs(&self, set: &ActionSet) -> Shown {
        let atoms = self.worst_first(set);
        let (on_items, others): (Vec<&Atom>, Vec<&Atom>) = atoms.into_iter().partition(|atom| on_items(atom).is_some());
        let mut words: Vec<Shown> = with_items(&on_items).into_iter().collect();
        let (wild, named): (Vec<&Atom>, Vec<&Atom>) = others.into_iter().partition(|atom| atom.wildcard().is_some());
        words.extend(each_once(named.iter().map(|atom| atom.verb())));
        match wild.as_slice() {
            [] => {}
            [one] => words.push(one.verb()),
            _ => words.push("use any other action that wildcards match".into()),
        }
        match words.get(..NAMED) {
            Some(named) if words.len() > NAMED + 1 => {
                shown!("{} and {} more", Shown::join(named, ", "), words.len() - NAMED)
            }
            _ => Shown::list(&words),
        }
    }

    /// The worst that a set of actions allows, as the end of "can …" in a title: few words, whatever there is.
    pub fn worst_verbs(&self, set: &ActionSet) -> Shown {
        let atoms = self.worst_first(set);
        let Some(worst) = atoms.first() else {
            return "do nothing".into();
        };
        if atoms.len() <= 2 && atoms.iter().all(|atom| on_items(atom).is_some()) {
            return with_items(&atoms).unwrap_or_default();
        }
        let equally_bad = atoms.iter().filter(|atom| atom.ability() == worst.ability());
        let items: Vec<&Atom> = equally_bad.copied().filter(|atom| on_items(atom).is_some()).collect();
        match (with_items(&items), worst) {
            (Some(words), _) => words,
            (None, Atom::Known(_)) if worst.reads_analytical_copy() => "read the analytical copy".into(),
            (None, Atom::Known(action)) => action.verb.strip_suffix(WITH_ALL).unwrap_or(action.verb).into(),
            (None, Atom::Unlisted(_)) => "use undocumented data actions".into(),
            (None, Atom::AnyOther(_)) => "use other wildcard actions".into(),
        }
    }

    /// The kind of access that a set of actions gives, by the worst of them, before "access" in a title.
    pub fn worst_kind(&self, set: &ActionSet) -> &'static str {
        match self.worst(set).map(Atom::ability) {
            None | Some(Ability::Unlisted | Ability::Future) => "other",
            Some(Ability::Execute) => "stored procedure",
            Some(ability) => ability.word(),
        }
    }

    fn worst_first<'u>(&'u self, set: &'u ActionSet) -> Vec<&'u Atom> {
        let mut atoms: Vec<&Atom> = self.members(set).collect();
        atoms.sort_by_cached_key(|atom| atom.harm());
        atoms
    }
}

/// What an action does with items.
fn on_items(atom: &Atom) -> Option<&'static str> {
    match atom {
        Atom::Known(action) => action.verb.strip_suffix(ITEMS),
        Atom::Unlisted(_) | Atom::AnyOther(_) => None,
    }
}

/// Words in their order: actions of several APIs have the same ones.
fn each_once(words: impl Iterator<Item = Shown>) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for word in words {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// `delete, create and query items`.
fn with_items(atoms: &[&Atom]) -> Option<Shown> {
    let all = atoms.iter().filter_map(|atom| on_items(atom));
    let verbs = each_once(all.map(Shown::from));
    (!verbs.is_empty()).then(|| shown!("{}{}", Shown::list(&verbs), ITEMS))
}
