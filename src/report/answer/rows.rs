//! Rows of an answer as formats for machines have them: also a row for each member of a group.

use crate::access::Level;
use crate::model::{PrincipalId, PrincipalRef, Shown};
use crate::query::{Actions, Answer, Found, Via, Wanted};
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// A row, and whom it is about.
pub(in crate::report) struct Told<'f, 't> {
    pub(in crate::report) found: &'f Found<'t>,
    pub(in crate::report) principal: &'f PrincipalId,
    /// The group that has it, if the principal is a member of one.
    pub(in crate::report) group: Option<&'f PrincipalId>,
    /// What it depends on.
    pub(in crate::report) depends_on: Vec<Shown>,
}

impl<'f> Told<'f, '_> {
    /// What kind of path it is.
    pub(in crate::report) fn kind(&self) -> &'static str {
        match &self.found.via {
            _ if self.group.is_some() => "group",
            Via::RoleAssignment { .. } => "role-assignment",
            via if via.holder().is_some_and(|holder| holder.delegation().is_some()) => "delegation",
            Via::Keys { .. } => "key",
            Via::AzureRole { .. } | Via::UnknownAzureRole(_) | Via::Identity { .. } | Via::Copy { .. } => "azure-role",
        }
    }

    /// Where the Azure role is assigned.
    pub(in crate::report) fn azure_scope(&self) -> Option<&'f str> {
        self.found.via.holder().map(|holder| holder.scope().as_str())
    }

    /// The managed identity that the principal can act as.
    pub(in crate::report) fn identity(&self) -> Option<&'f PrincipalId> {
        match &self.found.via {
            Via::Identity { identity, .. } => Some(identity),
            _ => None,
        }
    }

    /// The ARM id of another role assignment that it takes.
    pub(in crate::report) fn with(&self) -> Option<&'f str> {
        match &self.found.via {
            Via::AzureRole {
                with: Some((other, _)), ..
            } => Some(other.holder.id()),
            Via::Identity { chain, .. } | Via::Copy { chain, .. } => {
                chain.second.as_ref().map(|second| second.holder.id())
            }
            _ => None,
        }
    }

    pub(in crate::report) fn confidence(&self) -> &'static str {
        match self.found.level {
            Level::Possible => "possible",
            _ => "certain",
        }
    }

    pub(in crate::report) fn is_indirect(&self, answer: &Answer<'_>) -> bool {
        match &self.found.via {
            Via::RoleAssignment { .. } | Via::Keys { .. } => false,
            Via::AzureRole { .. } | Via::UnknownAzureRole(_) => answer.question.wanted != Wanted::Manage,
            Via::Identity { .. } | Via::Copy { .. } => true,
        }
    }
}

/// Who the rows are about. Each is looked up once, and many rows are about the same.
pub(in crate::report) struct People<'f> {
    refs: HashMap<&'f PrincipalId, PrincipalRef>,
    /// Of the groups whose members have rows as well: these, sorted.
    members: HashMap<&'f PrincipalId, Vec<&'f PrincipalId>>,
}

impl<'f> People<'f> {
    pub(in crate::report) fn of<'t: 'f>(answer: &'f Answer<'t>) -> Self {
        let mut people = Self {
            refs: HashMap::new(),
            members: HashMap::new(),
        };
        let is_everybody = answer.question.who.is_empty();
        for found in &answer.rows {
            let identity = match &found.via {
                Via::Identity { identity, .. } => Some(*identity),
                _ => None,
            };
            for id in [Some(&found.principal), found.member.as_ref(), identity]
                .into_iter()
                .flatten()
            {
                let is_new = people.add(answer, id);
                if is_everybody && is_new && answer.tenant.directory.is_group(id) {
                    let members = members(answer, id);
                    members.iter().for_each(|member| {
                        people.add(answer, member);
                    });
                    people.members.insert(id, members);
                }
            }
        }
        people
    }

    fn add(&mut self, answer: &Answer<'_>, id: &'f PrincipalId) -> bool {
        let is_new = !self.refs.contains_key(id);
        if is_new {
            self.refs.insert(id, answer.principal(id));
        }
        is_new
    }

    /// What is known of one.
    pub(in crate::report) fn get(&self, id: &PrincipalId) -> Option<&PrincipalRef> {
        self.refs.get(id)
    }

    /// All of them, in no order.
    pub(in crate::report) fn all(&self) -> impl Iterator<Item = &PrincipalRef> {
        self.refs.values()
    }

    /// The groups whose members are known, sorted, each with these.
    pub(in crate::report) fn groups(&self) -> BTreeMap<&'f PrincipalId, &[&'f PrincipalId]> {
        let groups = self.members.iter();
        groups.map(|(group, members)| (*group, members.as_slice())).collect()
    }

    /// The rows in their order. Behind a group's row stand those of its members, unless somebody was asked about.
    pub(in crate::report) fn rows<'t>(
        &self,
        answer: &Answer<'t>,
        found: &'f [Found<'t>],
    ) -> impl Iterator<Item = Told<'f, 't>> {
        found.iter().flat_map(|found| {
            let depends_on = answer.doubts(found);
            let members = self.members.get(&found.principal).filter(|_| found.member.is_none());
            let of_members = members
                .into_iter()
                .flatten()
                .map(|member| (*member, Some(&found.principal)));
            let own = match &found.member {
                Some(member) => (member, Some(&found.principal)),
                None => (&found.principal, None),
            };
            let all: Vec<_> = std::iter::once(own).chain(of_members).collect();
            all.into_iter().map(move |(principal, group)| Told {
                found,
                principal,
                group,
                depends_on: depends_on.clone(),
            })
        })
    }
}

/// What is made once of each set of data actions: many rows share one.
pub(in crate::report) struct OfActions<T>(HashMap<*const Actions, T>);

impl<T: Clone> OfActions<T> {
    pub(in crate::report) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(in crate::report) fn get<E>(
        &mut self,
        actions: &Arc<Actions>,
        make: impl Fn(&Actions) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.0.entry(Arc::as_ptr(actions)) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => Ok(place.insert(make(actions)?).clone()),
        }
    }
}

/// The people in a group that are known, sorted.
fn members<'t>(answer: &Answer<'t>, id: &PrincipalId) -> Vec<&'t PrincipalId> {
    let known = answer.tenant.directory.known_people(id);
    let mut people = known.map(|(people, _)| people).unwrap_or_default();
    // MongoDB's own users are in no group, whatever a file says.
    people.retain(|one| !one.is_mongo_user());
    people.sort_unstable();
    people.dedup();
    people
}
