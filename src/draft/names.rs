//! What principals are called in a drafted policy: as in the directory, where that tells them apart and a policy can hold it.

use super::expressible::{is_nameable, is_text};
use super::members::Members;
use super::yaml::{scalar, shortened};
use crate::model::guid;
use crate::model::shown::is_unsafe;
use crate::model::{PrincipalId, PrincipalKind};
use crate::policy::Policy;
use crate::resolve::Directory;
use foldhash::{HashMap, HashMapExt};
use std::collections::{BTreeMap, BTreeSet};

/// Names for principals. They depend on the whole directory, not on what is drafted, so that drafts of parts fit together.
pub(super) struct Names<'a> {
    directory: &'a Directory<'a>,
    /// The names of the policy that the draft is added to.
    given: BTreeMap<&'a PrincipalId, &'a str>,
    names: BTreeMap<PrincipalId, String>,
    members: BTreeMap<PrincipalId, Members>,
}

/// A principal as the draft declares it.
pub(super) struct Declared<'n> {
    pub(super) name: &'n str,
    pub(super) id: &'n PrincipalId,
    pub(super) kind: Option<PrincipalKind>,
    /// Who is in it, if it is a group.
    pub(super) members: Option<&'n Members>,
}

impl<'a> Names<'a> {
    /// Names for all of `used` that a policy can name. `members`: of groups among them, which are among them, too.
    pub(super) fn new(
        directory: &'a Directory<'a>,
        given: Option<&'a Policy>,
        used: &BTreeSet<PrincipalId>,
        members: BTreeMap<PrincipalId, Members>,
    ) -> Self {
        let given: BTreeMap<&PrincipalId, &str> = given
            .iter()
            .flat_map(|policy| &policy.principals)
            .map(|principal| (&principal.id, principal.name.as_str()))
            .collect();
        let known = Known::new(directory, &given, used);
        let own = used.iter().filter(|id| is_nameable(id));
        let name = |id: &PrincipalId| match given.get(id) {
            Some(name) => (*name).to_owned(),
            // Rules can name them as they are.
            None if id.is_in_no_directory() => id.to_string(),
            None => known.name(id),
        };
        Self {
            names: own.map(|id| (id.clone(), name(id))).collect(),
            directory,
            given,
            members,
        }
    }

    /// What the policy calls the principal; `None`: it can't name it.
    pub(super) fn of(&self, id: &PrincipalId) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// What the policy calls principals, sorted, as values of YAML.
    pub(super) fn sorted<'i>(&self, ids: impl IntoIterator<Item = &'i PrincipalId>) -> Vec<String> {
        let mut names: Vec<&str> = ids.into_iter().filter_map(|id| self.of(id)).collect();
        names.sort_unstable_by_key(|name| (name.to_lowercase(), *name));
        names.into_iter().map(scalar).collect()
    }

    /// The principals that the draft declares, by name.
    pub(super) fn declared(&self) -> Vec<Declared<'_>> {
        let own = self.names.iter();
        let own = own.filter(|(id, _)| !self.given.contains_key(id) && !id.is_in_no_directory());
        let mut all: Vec<_> = own
            .map(|(id, name)| Declared {
                name: name.as_str(),
                id,
                kind: kind(self.directory, id),
                members: self.members.get(id),
            })
            .collect();
        all.sort_by_key(|one| (one.name.to_lowercase(), one.id));
        all
    }
}

/// What it is, as far as the directory says.
fn kind(directory: &Directory<'_>, id: &PrincipalId) -> Option<PrincipalKind> {
    let kind = directory.record(id)?.kind;
    (kind != PrincipalKind::Unknown).then_some(kind)
}

/// The names and IDs that a new name must be told apart from.
struct Known<'a> {
    directory: &'a Directory<'a>,
    /// Who has a name, as [`folded`] has it.
    names: HashMap<String, BTreeSet<&'a PrincipalId>>,
    /// Whose IDs begin and end with the same digits.
    digits: HashMap<String, BTreeSet<&'a PrincipalId>>,
}

impl<'a> Known<'a> {
    fn new(
        directory: &'a Directory<'a>,
        given: &BTreeMap<&'a PrincipalId, &'a str>,
        used: &'a BTreeSet<PrincipalId>,
    ) -> Self {
        let mut known = Self {
            directory,
            names: HashMap::new(),
            digits: HashMap::new(),
        };
        let own = directory.names().filter(|(id, _)| !given.contains_key(id));
        for (id, name) in given.iter().map(|(id, name)| (*id, *name)).chain(own) {
            known.names.entry(folded(&cleaned(name))).or_default().insert(id);
            known.digits.entry(some_digits(id)).or_default().insert(id);
        }
        for id in used {
            known.digits.entry(some_digits(id)).or_default().insert(id);
        }
        known
    }

    fn name(&self, id: &PrincipalId) -> String {
        let name = self.directory.principal(id).name.map(|name| cleaned(&name));
        let name = name.filter(|name| is_text(name) && !folded(name).is_empty() && guid::parse(name).is_none());
        let is_shared = |name: &str| self.names.get(&folded(name)).is_some_and(|ids| ids.len() > 1);
        let word = kind(self.directory, id).map_or("principal", PrincipalKind::word);
        let named = |id: &str| match &name {
            Some(name) => format!("{name} ({id})"),
            None => format!("{word}-{id}"),
        };
        match &name {
            Some(name) if !is_shared(name) => name.clone(),
            _ => {
                let short = some_digits(id);
                let has_twin = self.digits.get(&short).is_some_and(|ids| ids.len() > 1);
                let first = named(&short);
                let is_taken = self.names.contains_key(&folded(&first));
                if has_twin || is_taken {
                    named(id.as_str())
                } else {
                    first
                }
            }
        }
    }
}

/// The first eight and the last four digits of an ID.
fn some_digits(id: &PrincipalId) -> String {
    let text = id.as_str();
    let first = text.split('-').next().unwrap_or_default();
    let last = text.len().checked_sub(4).and_then(|at| text.get(at..));
    format!("{first}-{}", last.unwrap_or_default())
}

/// A name in one line, without what could hide or reorder text.
fn cleaned(name: &str) -> String {
    let safe: String = name.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect();
    shortened(&safe.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A name as people compare it: by its letters and digits, in any casing.
fn folded(name: &str) -> String {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.to_lowercase()
}
