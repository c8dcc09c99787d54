//! Managed identities that can act as others, and so have what these have. Each step takes one assignment, or two, as that of
//! everybody else who can act as an identity.

use crate::checks::context::AuditContext;
use crate::model::PrincipalId;
use crate::resolve::{Hidden, Takeovers};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Some managed identities, and whether it is certain of each.
pub(super) type Identities<'a> = BTreeMap<&'a PrincipalId, bool>;

/// Who can act as whom, among managed identities and groups with some in them.
pub(super) struct Acting<'a> {
    edges: BTreeMap<&'a PrincipalId, Identities<'a>>,
    /// Others who could be managed identities or have some in them, with those that they can act as.
    pub(super) hidden: BTreeMap<&'a PrincipalId, (Hidden, BTreeSet<&'a PrincipalId>)>,
}

/// Who can act as an identity.
#[derive(Default)]
struct Actors<'a> {
    known: Identities<'a>,
    hidden: BTreeMap<&'a PrincipalId, Hidden>,
}

impl<'a> Acting<'a> {
    /// Who can act as one of `first`, as one of those, and so on.
    pub(super) fn of(context: &AuditContext<'a>, first: impl Iterator<Item = &'a PrincipalId>) -> Self {
        let directory = context.names.directory;
        let takeovers = context.tenant.powers.takeovers(directory);
        let mut found = Self {
            edges: BTreeMap::new(),
            hidden: BTreeMap::new(),
        };
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
                for (actor, sure) in actors.known {
                    *found.edges.entry(actor).or_default().entry(identity).or_default() |= sure;
                    next.extend(directory.identities(actor).iter().filter(|id| seen.insert(id)));
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

    /// As whom somebody can act, over any number of steps; each as surely as on the surest way.
    pub(super) fn reached_by(&self, actor: &PrincipalId, context: &AuditContext<'a>) -> Identities<'a> {
        let directory = context.names.directory;
        let mut reached = Identities::new();
        let mut open: Vec<(&PrincipalId, bool)> = vec![(actor, true)];
        while let Some((holder, way_is_sure)) = open.pop() {
            for (identity, sure) in self.edges.get(holder).into_iter().flatten() {
                let sure = way_is_sure && *sure;
                let is_news = reached.get(identity).is_none_or(|known| sure && !known);
                if is_news {
                    reached.insert(identity, sure);
                    let groups = directory.groups_of(identity).iter().copied();
                    open.extend(std::iter::once(*identity).chain(groups).map(|holder| (holder, sure)));
                }
            }
        }
        reached
    }
}

/// The managed identities that can act as one, and the groups with some in them; and who could be one of these.
fn actors<'a>(context: &AuditContext<'a>, takeovers: &Takeovers<'_, 'a>, identity: &PrincipalId) -> Actors<'a> {
    let directory = context.names.directory;
    let place = directory.resource(identity);
    let mut found = Actors::default();
    for chain in takeovers.of(place.as_ref()) {
        let actor = directory
            .with_identities(chain.actor)
            .filter(|actor| *actor != identity);
        if let Some(actor) = actor {
            *found.known.entry(actor).or_default() |= chain.is_certain() && place.is_some();
        }
        let hidden = directory.hidden(chain.actor, chain.first.holder.principal_type());
        if hidden.record || hidden.members || directory.nameless_members(chain.actor).next().is_some() {
            found.hidden.insert(chain.actor, hidden);
        }
    }
    found
}
