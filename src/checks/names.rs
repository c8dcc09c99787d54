//! What principals are called, and which rules hold for them: the policy's names and rules over the tenant's directory.

use super::wording::quote;
use crate::finding::title::Piece;
use crate::model::{PrincipalId, PrincipalKind, PrincipalRef, Shown};
use crate::policy::{Policy, PrincipalRule};
use crate::resolve::Directory;
use crate::shown;
use foldhash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

/// Whether a list of principals names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Included {
    /// It does.
    Yes,
    /// It names all members of the group that are known; there may be others.
    AsFarAsKnown,
    /// It names a group that could have it as a member: not all members were read.
    PerhapsMember,
    /// It does not.
    No,
}

/// The directory, with the names that the policy gives to principals.
pub(crate) struct Names<'a> {
    pub(super) directory: &'a Directory<'a>,
    own: BTreeMap<&'a PrincipalId, &'a str>,
    /// What the policy says is a group.
    groups: HashSet<&'a PrincipalId>,
    /// Names that several principals have, as [`folded`] has them.
    shared: HashSet<String>,
    /// Principals that accounts have met so far.
    met: RwLock<HashMap<PrincipalId, Arc<PrincipalRef>>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(policy: &'a Policy, directory: &'a Directory<'a>) -> Self {
        let own: BTreeMap<&PrincipalId, &str> = (policy.principals.iter())
            .map(|principal| (&principal.id, principal.name.as_str()))
            .collect();
        let others = directory.names().filter(|(id, _)| !own.contains_key(id));
        let mut of: BTreeMap<String, BTreeSet<&PrincipalId>> = BTreeMap::new();
        for (id, name) in own.iter().map(|(id, name)| (*id, *name)).chain(others) {
            of.entry(folded(name)).or_default().insert(id);
        }
        let is_group = |kind: Option<PrincipalKind>| kind == Some(PrincipalKind::Group);
        let groups = policy.principals.iter().filter(|principal| is_group(principal.kind));
        let shared = of.into_iter().filter(|(_, ids)| ids.len() > 1);
        Self {
            shared: shared.map(|(name, _)| name).collect(),
            own,
            groups: groups.map(|principal| &principal.id).collect(),
            directory,
            met: RwLock::default(),
        }
    }

    /// As [`Self::principal`], made once for all accounts.
    pub(super) fn shared(&self, id: &PrincipalId) -> Arc<PrincipalRef> {
        let met = self.met.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = met.get(id) {
            return Arc::clone(known);
        }
        drop(met);
        let made = Arc::new(self.principal(id));
        let mut met = self.met.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(met.entry(id.clone()).or_insert(made))
    }

    /// A principal with the policy's name for it, or else the directory's. Whoever makes a principal chooses its name: one
    /// that is not the policy's, or that others have as well, has the object id beside it.
    pub(crate) fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        let principal = self.directory.principal(id);
        let own = self.own.get(id).map(|name| (*name).to_owned());
        let is_own = own.is_some();
        let name = own.or(principal.name);
        let is_shared = |name: &String| self.shared.contains(&folded(name));
        PrincipalRef {
            is_ambiguous: name.as_ref().is_some_and(|name| !is_own || is_shared(name)),
            name,
            ..principal
        }
    }

    /// Everybody whom the policy names.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a PrincipalId> {
        self.own.keys().copied()
    }

    /// A principal as messages write it.
    pub(super) fn quoted(&self, id: &PrincipalId) -> Shown {
        quote(&self.principal(id).to_string())
    }

    /// A principal as a text writes it where its object id is elsewhere in the finding, or decides nothing: the id is there
    /// only where others have the name.
    pub(super) fn mentioned(&self, id: &PrincipalId) -> Shown {
        let principal = self.principal(id);
        match &principal.name {
            Some(name) if !self.shared.contains(&folded(name)) => quote(name),
            _ => quote(&principal.to_string()),
        }
    }

    /// A principal as a title begins with it: by its name alone. Its object id is in the finding.
    pub(super) fn title(&self, id: &PrincipalId) -> Piece {
        self.in_title(id, "Principal", "Unknown principal")
    }

    /// A principal as it stands within a title.
    pub(super) fn title_within(&self, id: &PrincipalId) -> Piece {
        self.in_title(id, "principal", "unknown principal")
    }

    fn in_title(&self, id: &PrincipalId, unnamed: &'static str, unknown: &'static str) -> Piece {
        let is_unknown = self.directory.record(id).is_some_and(|record| !record.found);
        let noun = if is_unknown { unknown } else { unnamed };
        match self.name(id) {
            Some(_) => self.in_short(id).into(),
            // What it is its id says.
            None if id.is_in_no_directory() => id.short().into(),
            None => shown!("{} {}", noun, id.short()).into(),
        }
    }

    /// A principal in as few words as tell it from others.
    pub(crate) fn in_short(&self, id: &PrincipalId) -> Shown {
        match self.name(id) {
            Some(name) if self.is_shared(&name) => shown!("{} ({})", Shown::of(&name), id.short()),
            Some(name) => Shown::of(&name),
            None => id.short(),
        }
    }

    fn name(&self, id: &PrincipalId) -> Option<String> {
        self.principal(id).name.filter(|name| !name.trim().is_empty())
    }

    fn is_shared(&self, name: &str) -> bool {
        self.shared.contains(&folded(name))
    }

    /// Whether a rule about a principal holds for `id`: because it names it, or a group that it is in.
    pub(super) fn applies(&self, rule: &PrincipalRule, id: &PrincipalId) -> bool {
        rule.matches(id) || self.directory.groups_of(id).iter().any(|group| rule.matches(group))
    }

    /// Whether it is a group that others than those that are known can be in.
    fn has_unread_members(&self, id: &PrincipalId) -> bool {
        match self.directory.record(id) {
            Some(record) => record.kind == PrincipalKind::Group && !record.has_all_members(),
            None => self.groups.contains(id),
        }
    }

    /// Whether a list of principals names `id`: itself, a group that it is in, or all people in the group that it is.
    pub(super) fn includes(&self, list: &[&PrincipalId], id: &PrincipalId) -> Included {
        let named = |id: &PrincipalId| list.iter().any(|named| self.directory.is_or_is_in(id, named));
        match self.directory.known_people(id) {
            _ if named(id) => Included::Yes,
            Some((people, is_all)) if people.iter().copied().all(named) => match is_all {
                true => Included::Yes,
                false => Included::AsFarAsKnown,
            },
            _ if list.iter().any(|named| self.has_unread_members(named)) => Included::PerhapsMember,
            _ => Included::No,
        }
    }
}

/// A name as people compare it: by its letters and digits, in any casing.
fn folded(name: &str) -> String {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.to_lowercase()
}
