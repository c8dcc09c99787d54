//! Managed identities that can act as others, and so have what these have. Each step takes one assignment, or two, as that of
//! everybody else who can act as an identity.
//!
//! Those on whose hosts the same principals can run code are one class: most of a subscription are. To go from one of a class to another
//! leads nobody anywhere, as whoever can act as one of them can act as the other.

use crate::checks::context::AuditContext;
use crate::model::PrincipalId;
use crate::resolve::{Hidden, Takeovers};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Some principals, and whether it is certain of each.
pub(super) type Surely<'a> = BTreeMap<&'a PrincipalId, bool>;

/// Who can act as whom, among managed identities and groups with some in them.
#[derive(Default)]
pub(super) struct Acting<'a> {
    /// The identities of each class.
    classes: Vec<Vec<&'a PrincipalId>>,
    class_of: BTreeMap<&'a PrincipalId, usize>,
    /// Of those who can act as others, as which classes, and whether it is certain.
    edges: BTreeMap<&'a PrincipalId, BTreeMap<usize, bool>>,
    /// Others who could be managed identities or have some in them, with those that they can act as.
    pub(super) hidden: BTreeMap<&'a PrincipalId, (Hidden, BTreeSet<&'a PrincipalId>)>,
}

/// Who can act as an identity.
#[derive(Default)]
struct Actors<'a> {
    /// Managed identities and groups with some in them; itself among them.
    known: Surely<'a>,
    hidden: BTreeMap<&'a PrincipalId, Hidden>,
    /// All: those of a class have the same.
    all: Surely<'a>,
}

impl<'a> Acting<'a> {
    /// Who can act as one of `first`, as one of those, and so on.
    pub(super) fn of(context: &AuditContext<'a>, first: impl Iterator<Item = &'a PrincipalId>) -> Self {
        let directory = context.names.directory;
        let takeovers = context.tenant.powers.takeovers(directory);
        let mut found = Self::default();
        let mut known: BTreeMap<Surely<'a>, usize> = BTreeMap::new();
        let mut seen: BTreeSet<&PrincipalId> = first.collect();
        let mut level: Vec<&PrincipalId> = seen.iter().copied().collect();
        while !level.is_empty() {
            let actors: Vec<_> = level.par_iter().map(|id| actors(context, &takeovers, id)).collect();
            let mut next = Vec::new();
            for (identity, actors) in level.into_iter().zip(actors) {
                for (actor, hidden) in actors.hidden {
                    let (_, identities) = found.hidden.entry(actor).or_insert_with(|| (hidden, BTreeSet::new()));
                    identities.insert(identity);
                }
                let class = *known.entry(actors.all).or_insert_with(|| {
                    let class = found.classes.len();
                    found.classes.push(Vec::new());
                    for (actor, sure) in actors.known {
                        found.edges.entry(actor).or_default().insert(class, sure);
                        next.extend(directory.identities(actor).iter().filter(|id| seen.insert(id)));
                    }
                    class
                });
                found.class_of.insert(identity, class);
                if let Some(members) = found.classes.get_mut(class) {
                    members.push(identity);
                }
            }
            level = next;
        }
        found
    }

    /// Those who can act as an identity: managed identities, and groups with some in them.
    pub(super) fn actors(&self) -> impl Iterator<Item = &'a PrincipalId> {
        self.edges.keys().copied()
    }

    /// As whom somebody can act, over any number of steps, each as surely as on the surest way; without those of its own class.
    pub(super) fn reached_by(&self, actor: &'a PrincipalId, context: &AuditContext<'a>) -> Surely<'a> {
        let directory = context.names.directory;
        let own = self.class_of.get(actor);
        let mut reached: BTreeMap<usize, bool> = BTreeMap::new();
        let mut open: Vec<(&PrincipalId, bool)> = vec![(actor, true)];
        while let Some((holder, way_is_sure)) = open.pop() {
            for (class, sure) in self.edges.get(holder).into_iter().flatten() {
                let sure = way_is_sure && *sure;
                if reached.get(class).is_none_or(|known| sure && !known) {
                    reached.insert(*class, sure);
                    for identity in self.classes.get(*class).into_iter().flatten() {
                        let groups = directory.groups_of(identity).iter().copied();
                        open.extend(std::iter::once(*identity).chain(groups).map(|holder| (holder, sure)));
                    }
                }
            }
        }
        let mut found = Surely::new();
        for (class, sure) in reached.into_iter().filter(|(class, _)| Some(class) != own) {
            let members = self.classes.get(class).into_iter().flatten();
            found.extend(members.map(|identity| (*identity, sure)));
        }
        found
    }
}

/// Who can act as an identity, by themselves.
fn actors<'a>(context: &AuditContext<'a>, takeovers: &Takeovers<'_, 'a>, identity: &PrincipalId) -> Actors<'a> {
    let directory = context.names.directory;
    let place = directory.resource(identity);
    let mut found = Actors::default();
    for chain in takeovers.of(place.as_ref()) {
        let sure = chain.is_certain() && place.is_some();
        *found.all.entry(chain.actor).or_default() |= sure;
        if let Some(actor) = directory.with_identities(chain.actor) {
            *found.known.entry(actor).or_default() |= sure;
        }
        let hidden = directory.hidden(chain.actor, chain.first.holder.principal_type());
        if hidden.record || hidden.members || directory.nameless_members(chain.actor).next().is_some() {
            found.hidden.insert(chain.actor, hidden);
        }
    }
    found
}
