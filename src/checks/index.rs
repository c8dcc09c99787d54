//! What concerns a principal or an assignment, found without looking through all rules and assignments of an account.

use crate::model::PrincipalId;
use crate::policy::PrincipalRule;
use crate::resolve::{Access, Directory};
use std::collections::HashMap;

/// Places in the rules and in the assignments of an account.
pub(super) struct Index<'r> {
    rules: HashMap<PrincipalId, Vec<usize>>,
    /// Rules for everybody.
    anyone: Vec<usize>,
    assignments: HashMap<&'r PrincipalId, Vec<usize>>,
    by_id: HashMap<&'r str, Vec<usize>>,
}

impl<'r> Index<'r> {
    /// `rules`: whom each rule is about.
    pub(super) fn new<'p>(rules: impl Iterator<Item = &'p PrincipalRule>, access: &Access<'r>) -> Self {
        let mut index = Self {
            rules: HashMap::new(),
            anyone: Vec::new(),
            assignments: HashMap::new(),
            by_id: HashMap::new(),
        };
        for (place, rule) in rules.enumerate() {
            match rule {
                PrincipalRule::Anyone => index.anyone.push(place),
                PrincipalRule::One(id) => index.rules.entry(id.clone()).or_default().push(place),
            }
        }
        for (place, found) in access.assignments.iter().enumerate() {
            let assignment = found.assignment;
            index
                .assignments
                .entry(&assignment.principal_id)
                .or_default()
                .push(place);
            index.by_id.entry(&assignment.id).or_default().push(place);
        }
        index
    }

    /// The rules for a principal or a group that it is in, in their order.
    pub(super) fn rules_for(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let own = holders(directory, id)
            .filter_map(|holder| self.rules.get(holder))
            .flatten();
        sorted(own.chain(&self.anyone).copied().collect())
    }

    /// The rules that name a principal or, if it is a group, somebody in it, in their order.
    pub(super) fn rules_within(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let own = self.rules.get(id).into_iter().flatten().copied();
        let is_member = |rule: &PrincipalId| rule != id && directory.is_or_is_in(rule, id);
        let of_members = || {
            let members = self.rules.iter().filter(|(rule, _)| is_member(rule));
            members.flat_map(|(_, places)| places.iter().copied()).collect()
        };
        let of_members: Vec<usize> = if directory.is_group(id) {
            of_members()
        } else {
            Vec::new()
        };
        sorted(own.chain(of_members).collect())
    }

    /// The assignments of a principal and of groups that it is in, in their order.
    pub(super) fn assignments_for(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let all = holders(directory, id).filter_map(|holder| self.assignments.get(holder));
        sorted(all.flatten().copied().collect())
    }

    /// What stands in the list of assignments under an id.
    pub(super) fn assignments_of(&self, id: &str) -> &[usize] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }
}

/// A principal, and the groups that it is in.
fn holders<'d>(directory: &'d Directory<'_>, id: &'d PrincipalId) -> impl Iterator<Item = &'d PrincipalId> {
    std::iter::once(id).chain(directory.groups_of(id).iter().copied())
}

fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    places
}
