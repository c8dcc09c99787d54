//! Rows of an answer as formats for machines have them: also a row for each member of a group.

use crate::access::Level;
use crate::model::{PrincipalId, Shown};
use crate::query::{Answer, Found, Via, Wanted};

/// A row, and whom it is about.
pub(super) struct Told<'f, 't> {
    pub(super) found: &'f Found<'t>,
    pub(super) principal: &'f PrincipalId,
    /// The group that has it, if the principal is a member of one.
    pub(super) group: Option<&'f PrincipalId>,
    /// What it depends on.
    pub(super) depends_on: Vec<Shown>,
}

impl Told<'_, '_> {
    pub(super) fn confidence(&self) -> &'static str {
        match self.found.level {
            Level::Possible => "possible",
            _ => "certain",
        }
    }

    pub(super) fn is_indirect(&self, answer: &Answer<'_>) -> bool {
        match &self.found.via {
            Via::RoleAssignment { .. } | Via::Keys { .. } => false,
            Via::AzureRole { .. } => answer.question.wanted != Wanted::Manage,
            Via::Identity { .. } | Via::Copy { .. } => true,
        }
    }
}

/// The rows in their order. Behind a group's row stand those of its members, unless somebody was asked about.
pub(super) fn rows<'f, 't>(answer: &'f Answer<'t>) -> impl Iterator<Item = Told<'f, 't>> {
    let is_everybody = answer.question.who.is_empty();
    answer.rows.iter().flat_map(move |found| {
        let depends_on = answer.doubts(found);
        let own = Told {
            found,
            principal: found.member.as_ref().unwrap_or(&found.principal),
            group: found.member.as_ref().map(|_| &found.principal),
            depends_on: depends_on.clone(),
        };
        let members = is_everybody
            .then(|| members(answer, &found.principal))
            .into_iter()
            .flatten();
        let of_members = members.map(move |member| Told {
            found,
            principal: member,
            group: Some(&found.principal),
            depends_on: depends_on.clone(),
        });
        std::iter::once(own).chain(of_members)
    })
}

/// The people in a group that are known, sorted.
fn members<'t>(answer: &Answer<'t>, id: &PrincipalId) -> Vec<&'t PrincipalId> {
    if !answer.tenant.directory.is_group(id) {
        return Vec::new();
    }
    let known = answer.tenant.directory.known_people(id);
    let mut people = known.map(|(people, _)| people).unwrap_or_default();
    people.sort_unstable();
    people.dedup();
    people
}
